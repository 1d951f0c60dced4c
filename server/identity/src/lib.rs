//! What Gatehouse does: called alike by server functions, routes and the command line.
//!
//! Owns every rule about users, providers, sign-ins and SAML. Refuses HTTP: no request, response or cookie comes in.

pub mod actor;
pub mod audit;
pub mod audit_log;
pub mod blocked_users;
mod bulk;
pub mod claims;
pub mod cleanup;
pub mod clock;
pub mod config_file;
pub mod counters;
pub mod deliveries;
pub mod drafts;
pub mod error;
pub mod exports;
pub mod home;
pub mod identity_providers;
pub mod keys;
pub mod lists;
pub mod login;
pub mod master_key;
mod newest;
pub mod password;
pub mod phone;
pub mod posted;
mod range;
pub mod resident;
pub mod roles;
pub mod saml_idp;
pub mod service_providers;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sign_ins;
pub mod sms;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time_outs;
pub mod token;
pub mod users;
pub mod vault;

pub use actor::Actor;
pub use error::{Error, Result};
pub use services::Services;
pub use settings::Settings;
