//! SAML 2.0 as the Web Browser SSO and Single Logout profiles use it: messages, bindings, signatures, encryption and
//! metadata, for the identity provider and for the service provider.
//!
//! Owns every contact with XML in this product. Pure functions over strings: the clock, message IDs and session
//! indexes are parameters, and nothing is kept between calls, so replay protection is the caller's (it gets the IDs and
//! their last valid instant). Refuses artifacts, SHA-1, symmetric signatures, RSA keys under 2048 bits, curves other than
//! P-256, decryption of CBC, RSA 1.5 key transport, DTDs, comments inside messages, and anything signed elsewhere than
//! where it is read.

pub mod algorithm;
mod build;
mod canonical;
mod encryption;
pub mod identifier;
pub mod inbound;
pub mod keys;
pub mod logout;
pub mod message;
pub mod metadata;
pub mod post;
mod read;
pub mod redirect;
pub mod response;
mod signature;
mod signing;
pub mod soap;
pub mod sp;
mod xml;

pub use build::BuildError;
pub use signature::SignatureError;
