//! What may go out: never a secret, never a hash, never a full number but to whoever edits that profile.

use serde::{Deserialize, Serialize};

/// One page of a list, read by key: `next` and `previous` are the keys to go on from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Exact to 10,000; `None` means more.
    pub count: Option<u64>,
    /// Opaque: the address's `after` for the next page.
    pub next: Option<String>,
    /// Opaque: the address's `before` for the page before.
    pub previous: Option<String>,
}

/// What a list is asked for; all of it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    pub search: String,
    pub after: Option<String>,
    pub before: Option<String>,
}

/// How many rows a page of a list holds.
pub const PAGE_SIZE: u64 = 25;

/// How far lists count exactly.
pub const COUNT_LIMIT: u64 = 10_000;

/// Something else that stands in the way, as a link: a service provider that uses an identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedBy {
    pub name: String,
    pub href: String,
    /// `step 2`, `subject claim`.
    pub how: String,
}

/// One row of Identity Providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProviderRow {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    /// Whether SMSOTP is set up and enabled.
    pub sms_enabled: bool,
    /// Host of the SMS URL, where there is one.
    pub sms_host: Option<String>,
    pub used_by: u64,
}

/// One row of Service Providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceProviderRow {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub issuer: Option<String>,
    /// `password`, `SMS (SMSOTP)`, step by step.
    pub steps: Vec<String>,
    pub certificate: CertificateState,
}

/// Whether a service provider's certificates last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateState {
    /// There is no SAML configuration.
    NoConfiguration,
    /// There is no certificate, and no setting that needs one.
    NoneNeeded,
    /// Whole days until the first of them expires; negative when it has.
    Days(i64),
}

/// A certificate, to be compared with what the other side shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    pub subject: String,
    /// The day it expires: `2027-03-31`.
    pub not_after: String,
    pub expired: bool,
    /// `RSA, 2048 bits`.
    pub key: String,
    /// SHA-256 of the whole certificate, in hex.
    pub sha256: String,
}

/// A service provider's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceProviderView {
    pub id: i64,
    pub name: String,
    /// What is stored, as its form.
    pub input: crate::input::service_provider::ServiceProviderInput,
    pub issuer: Option<String>,
    /// How its users sign in now: `password`, `SMS (SMSOTP)`, step by step.
    pub steps: Vec<String>,
    /// The steps of the page *Authentication steps*, whether the type selects them or not.
    pub advanced_steps: Vec<String>,
    pub choices: ServiceProviderChoices,
}

/// What a service provider's pages offer to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceProviderChoices {
    /// URIs of the local dialect, in display order.
    pub claims: Vec<String>,
    /// Names of the local roles.
    pub roles: Vec<String>,
    /// Id and name of the identity providers that can be a step.
    pub identity_providers: Vec<(String, String)>,
}

/// The SAML2 Web SSO page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlFormView {
    /// The service provider's name.
    pub name: String,
    pub input: crate::input::saml::SamlInput,
    /// Whether there is a stored configuration: *Update*, not *Register*.
    pub registered: bool,
    /// The stored certificates.
    pub certificates: Vec<CertificateView>,
}

/// The page *Authentication steps*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsFormView {
    /// The service provider's name.
    pub name: String,
    pub input: crate::input::service_provider::StepsInput,
    pub choices: ServiceProviderChoices,
}

/// One row of Users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: i64,
    pub username: String,
    pub full_name: String,
    /// Masked.
    pub mobile: Option<String>,
    pub roles: Vec<String>,
    pub locked: bool,
}

/// One row of Roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub id: i64,
    pub name: String,
    pub permissions: Vec<crate::Permission>,
    pub users: u64,
    /// The role `admin` cannot be changed.
    pub built_in: bool,
}

/// A claim of the local dialect, as profile pages and claim lists need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    pub uri: String,
    pub label: String,
    pub attribute: String,
    pub required: bool,
    /// `regex-lite` syntax; empty: anything.
    pub pattern: String,
    /// Derived by the server (user name, roles): not typed in a profile.
    pub derived: bool,
}
