//! The messages of the protocol as plain values: what was read, nothing more.
//!
//! Fields hold what the sender wrote; nothing here is checked against a registration. Instants are UTC.

use chrono::{DateTime, Utc};

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A service provider asks for a sign-in.
    AuthnRequest(AuthnRequest),
    /// Somebody asks for sessions to be ended.
    LogoutRequest(LogoutRequest),
    /// The answer to a [`LogoutRequest`].
    LogoutResponse(LogoutResponse),
}

impl Message {
    /// The message's ID.
    pub fn id(&self) -> &str {
        match self {
            Self::AuthnRequest(m) => &m.id,
            Self::LogoutRequest(m) => &m.id,
            Self::LogoutResponse(m) => &m.id,
        }
    }

    /// Who says to have sent it; unproven until the signature is verified.
    pub fn issuer(&self) -> Option<&str> {
        match self {
            Self::AuthnRequest(m) => m.issuer.as_deref(),
            Self::LogoutRequest(m) => m.issuer.as_deref(),
            Self::LogoutResponse(m) => m.issuer.as_deref(),
        }
    }

    /// The address it was meant for.
    pub fn destination(&self) -> Option<&str> {
        match self {
            Self::AuthnRequest(m) => m.destination.as_deref(),
            Self::LogoutRequest(m) => m.destination.as_deref(),
            Self::LogoutResponse(m) => m.destination.as_deref(),
        }
    }

    /// When it was made, by the sender's clock.
    pub fn issue_instant(&self) -> DateTime<Utc> {
        match self {
            Self::AuthnRequest(m) => m.issue_instant,
            Self::LogoutRequest(m) => m.issue_instant,
            Self::LogoutResponse(m) => m.issue_instant,
        }
    }
}

/// saml-core 3.4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    /// The ID that the response names in `InResponseTo`.
    pub id: String,
    /// When it was made, by the sender's clock.
    pub issue_instant: DateTime<Utc>,
    /// The address it was meant for.
    pub destination: Option<String>,
    /// The service provider's entity ID, spaces around it dropped.
    pub issuer: Option<String>,
    /// The issuer's Format, where one is given.
    pub issuer_format: Option<String>,
    /// Authenticate anew even if there is a session.
    pub force_authn: bool,
    /// Show no page.
    pub is_passive: bool,
    /// Where the response should go; to be compared with the registered addresses.
    pub acs_url: Option<String>,
    /// The same, by its index in the service provider's metadata.
    pub acs_index: Option<u16>,
    /// Which set of attributes is wanted.
    pub attribute_consuming_service_index: Option<u16>,
    /// The binding wanted for the response.
    pub protocol_binding: Option<String>,
    /// The service provider's name for people.
    pub provider_name: Option<String>,
    /// Wishes for the NameID.
    pub name_id_policy: Option<NameIdPolicy>,
    /// Wishes for how the person is authenticated.
    pub requested_authn_context: Option<RequestedAuthnContext>,
    /// The person the service provider expects.
    pub subject: Option<NameId>,
    /// Whether the Subject says how it is to be confirmed, which the Web Browser SSO profile forbids (4.1.4.1).
    pub subject_confirmation: bool,
}

/// saml-core 3.4.1.1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameIdPolicy {
    /// The format wanted.
    pub format: Option<String>,
    /// Whether a new identifier may be made.
    pub allow_create: bool,
    /// The qualifier wanted.
    pub sp_name_qualifier: Option<String>,
}

/// How the classes of a [`RequestedAuthnContext`] are compared with what happened (saml-core 3.3.2.2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// One of the classes.
    #[default]
    Exact,
    /// At least as strong as one of them.
    Minimum,
    /// As strong as possible without exceeding one of them.
    Maximum,
    /// Stronger than each of them.
    Better,
}

/// saml-core 3.3.2.2.1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestedAuthnContext {
    /// How to compare.
    pub comparison: Comparison,
    /// Class URIs, in order of preference.
    pub classes: Vec<String>,
    /// Declaration URIs, which this product cannot satisfy.
    pub declarations: Vec<String>,
}

/// saml-core 2.2.3. Two are the same person only if value, format and qualifiers are equal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameId {
    /// The identifier, exactly as written.
    pub value: String,
    /// Its format.
    pub format: Option<String>,
    /// The identity provider that gave it.
    pub name_qualifier: Option<String>,
    /// The service provider it was given to.
    pub sp_name_qualifier: Option<String>,
}

/// saml-core 3.7.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// The ID that the response names in `InResponseTo`.
    pub id: String,
    /// When it was made, by the sender's clock.
    pub issue_instant: DateTime<Utc>,
    /// The address it was meant for.
    pub destination: Option<String>,
    /// The sender's entity ID, spaces around it dropped.
    pub issuer: Option<String>,
    /// Whose sessions.
    pub name_id: NameId,
    /// Which of them; none means all.
    pub session_indexes: Vec<String>,
    /// After this the request is void.
    pub not_on_or_after: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<String>,
}

/// saml-core 3.7.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutResponse {
    /// This response's ID.
    pub id: String,
    /// When it was made, by the sender's clock.
    pub issue_instant: DateTime<Utc>,
    /// The address it was meant for.
    pub destination: Option<String>,
    /// The sender's entity ID, spaces around it dropped.
    pub issuer: Option<String>,
    /// The request it answers.
    pub in_response_to: Option<String>,
    /// How it went.
    pub status: Status,
}

/// saml-core 3.2.2.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The top-level code.
    pub code: String,
    /// The second-level code.
    pub sub_code: Option<String>,
    /// Words for an administrator; from the other side, so untrusted.
    pub message: Option<String>,
}

impl Status {
    /// Whether the top-level code is Success.
    pub fn is_success(&self) -> bool {
        self.code == crate::identifier::STATUS_SUCCESS
    }
}

/// An attribute with its values (saml-core 2.7.3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// How the name is to be read.
    pub name_format: Option<String>,
    /// Its name for people.
    pub friendly_name: Option<String>,
    /// Its values.
    pub values: Vec<String>,
}
