//! The service provider's side: asking for a sign-in, and accepting or rejecting what comes back.
//!
//! Owns the checks of saml-profiles 4.1.4.3 and 4.1.4.5, and the rule that nothing is read that a verified signature
//! does not cover. Replay is the caller's: [`Accepted`] has the assertion's ID and the instant until which to remember
//! it.

mod accept;
mod checks;
mod request;

use chrono::{DateTime, Utc};

use crate::inbound::DecodeError;
use crate::keys::{Certificate, KeyPair};
use crate::message::{Attribute, NameId, Status};
use crate::signature::SignatureError;

pub use accept::accept_response;
pub use request::{AuthnRequestSpec, build_authn_request};

/// What a response has to fit.
#[derive(Debug, Clone)]
pub struct Expectation<'a> {
    /// The identity provider's entity ID.
    pub idp_entity_id: &'a str,
    /// Its signing certificates, from its metadata.
    pub idp_certificates: &'a [Certificate],
    /// The address the response came to: its Destination and Recipient.
    pub acs_url: &'a str,
    /// Our own entity ID: the audience.
    pub sp_entity_id: &'a str,
    /// The request this browser began with. None accepts only an unsolicited response, one without InResponseTo.
    pub in_response_to: Option<&'a str>,
    /// Now.
    pub now: DateTime<Utc>,
    /// By how many seconds the two clocks may differ.
    pub skew_seconds: u32,
    /// The key for encrypted assertions; without one they are rejected.
    pub decryption_key: Option<&'a KeyPair>,
    /// The response itself has to be signed.
    pub want_response_signed: bool,
    /// The assertion itself has to be signed. One of the two signatures is needed in any case.
    pub want_assertion_signed: bool,
}

/// An assertion that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// To be remembered until `not_on_or_after` and never accepted again.
    pub assertion_id: String,
    /// The identity provider's entity ID.
    pub issuer: String,
    /// The person.
    pub name_id: NameId,
    /// The session's name at the identity provider, for logout.
    pub session_index: Option<String>,
    /// When the person was authenticated.
    pub authn_instant: DateTime<Utc>,
    /// When our own session has to end at the latest.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// What happened.
    pub authn_context_class: Option<String>,
    /// What is told about the person.
    pub attributes: Vec<Attribute>,
    /// The instant, skew included, from which on this assertion would be rejected as expired.
    pub not_on_or_after: DateTime<Utc>,
    /// The assertion that was read, decrypted if it was encrypted.
    pub assertion_xml: String,
    /// The whole response as received.
    pub xml: String,
}

/// Why a response was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It could not be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Another message than a Response.
    #[error("The message is a {0}, not a SAML Response")]
    NotAResponse(String),
    /// A signature is missing, misplaced or wrong.
    #[error("The signature was not accepted: {0}")]
    Signature(#[from] SignatureError),
    /// The response is not signed although it has to be.
    #[error("The response is not signed, and a signed response is required")]
    ResponseNotSigned,
    /// The assertion is not signed although it has to be.
    #[error("The assertion is not signed, and a signed assertion is required")]
    AssertionNotSigned,
    /// Not SAML 2.0.
    #[error("The {0} is not SAML version 2.0")]
    Version(&'static str),
    /// The identity provider reports a failure.
    #[error("The identity provider answered {}", describe(.0))]
    Status(Status),
    /// The issuer is missing or another.
    #[error("The {0} does not come from the expected identity provider")]
    Issuer(&'static str),
    /// The Destination is missing or another address.
    #[error("The response was not meant for this address")]
    Destination,
    /// InResponseTo is missing, unexpected or another.
    #[error("The response does not answer the request that this browser made")]
    InResponseTo,
    /// None, or more than one.
    #[error("The response holds {0} assertions, and exactly one is expected")]
    AssertionCount(usize),
    /// An encrypted assertion, and no key for it.
    #[error("The assertion is encrypted, and there is no key to decrypt it with")]
    Encrypted,
    /// CBC, RSA 1.5 or another algorithm that is not accepted.
    #[error("The assertion is encrypted with an algorithm that is not accepted")]
    EncryptionAlgorithm,
    /// It could not be decrypted, for whatever reason.
    #[error("The assertion could not be decrypted")]
    Decryption,
    /// Issued in the future by more than the clocks may differ.
    #[error("The {0} was issued in the future")]
    IssueInstant(&'static str),
    /// No Subject, no NameID, or an encrypted one.
    #[error("The assertion names nobody")]
    NameId,
    /// No bearer confirmation for this address, request and time. The words say what is wrong with the last one.
    #[error("The assertion was not confirmed for this use: {0}")]
    Confirmation(&'static str),
    /// No conditions, or none that end.
    #[error("The assertion has no conditions, or they do not end")]
    Conditions,
    /// A condition nobody here understands makes the assertion unusable (saml-core 2.5.1).
    #[error("The assertion has a condition that is not understood: {0}")]
    UnknownCondition(String),
    /// NotBefore lies ahead.
    #[error("The assertion is not valid yet")]
    NotYetValid,
    /// NotOnOrAfter has passed.
    #[error("The assertion is no longer valid")]
    Expired,
    /// This service provider is not among the audience.
    #[error("The assertion is meant for somebody else")]
    Audience,
    /// No AuthnStatement.
    #[error("The assertion does not say that somebody was authenticated")]
    AuthnStatement,
    /// The identity provider's session has ended.
    #[error("The session at the identity provider has ended")]
    SessionExpired,
    /// An element or attribute is missing or has no valid value.
    #[error("The response is not valid: {0}")]
    Invalid(String),
}

fn describe(status: &Status) -> String {
    let short = |uri: &str| uri.rsplit(':').next().unwrap_or(uri).to_owned();
    match &status.sub_code {
        Some(sub_code) => format!("{}/{}", short(&status.code), short(sub_code)),
        None => short(&status.code),
    }
}
