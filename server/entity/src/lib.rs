//! The tables: one file each, with the named queries that everything else uses.
//!
//! Entities are never `Serialize`: what leaves the server is a type of `domain::view`, and the compiler holds that.

pub mod answered_request;
pub mod audit;
pub mod authentication_step;
pub mod authentication_step_option;
pub mod backup_code;
pub mod claim;
pub mod counter;
pub mod draft;
pub mod federated_authenticator;
pub mod identity_provider;
pub mod identity_provider_fallback;
pub mod identity_provider_role;
pub mod login_flow;
pub mod logout;
pub mod otp_challenge;
pub mod otp_code;
pub mod role;
pub mod role_permission;
pub mod saml_refusal;
pub mod saml_request;
pub mod saml_service_provider;
pub mod service_provider;
pub mod service_provider_claim;
pub mod service_provider_key;
pub mod service_provider_metadata;
pub mod service_provider_role;
pub mod session;
pub mod session_participant;
pub mod setting;
pub mod sign_in;
pub mod sign_in_event;
pub mod signing_key;
pub mod sms_delivery;
pub mod user;
pub mod user_claim;
pub mod user_import;
pub mod user_import_row;
pub mod user_role;
