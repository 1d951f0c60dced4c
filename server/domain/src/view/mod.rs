//! What may go out: never a secret, never a hash, never a full number but to whoever edits that profile.

pub mod watch;

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

/// The page of one identity provider: its form, and what is true about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProviderView {
    pub id: i64,
    pub enabled: bool,
    /// Keys and the test number dotted for whoever may not manage it.
    pub input: crate::input::identity_provider::IdentityProviderInput,
    pub used_by: Vec<UsedBy>,
    /// Codes and tests sent in the budget's day that runs now.
    pub sent_today: u64,
    pub last_test: Option<SmsTestView>,
}

/// A test SMS: what became of it, and what came back while it can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsTestView {
    /// Whether the provider took it.
    pub accepted: bool,
    /// `accepted`, `not sent`, in a few words.
    pub outcome: String,
    /// The rule that decided, or what went wrong and what to do.
    pub rule: String,
    pub status: Option<u16>,
    pub masked_number: String,
    pub attempts: u32,
    pub total_millis: Option<u64>,
    /// Each phase that was reached, with its milliseconds.
    pub phases: Vec<(String, u64)>,
    /// The server's certificate, where there was TLS.
    pub certificate: Option<String>,
    /// The answer's body, shortened; not kept.
    pub answer: Option<String>,
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
    /// Whether whoever asks may change this user: nobody touches what they do not hold.
    pub may_change: bool,
    /// Whether this is the one who asks: nobody locks or deletes themselves.
    pub oneself: bool,
}

/// A user as the pages that change one need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    pub username: String,
    pub version: i32,
    pub locked: bool,
    pub oneself: bool,
}

/// A user's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    pub username: String,
    pub version: i32,
    pub locked: bool,
    pub roles: Vec<String>,
    /// Claims that are typed, in display order, each with its value. Numbers are masked unless `may_change` or one's own.
    pub fields: Vec<(ClaimView, String)>,
    pub may_change: bool,
    /// The number needs every permission that the user has.
    pub may_change_mobile: bool,
    /// Too many wrong codes were typed: none is accepted or sent until an administrator opens them.
    pub codes_closed: bool,
}

/// A role on *Assign Roles*; only those that whoever asks may give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    pub id: i64,
    pub name: String,
    pub permissions: Vec<crate::Permission>,
    pub held: bool,
}

/// One row of Roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub id: i64,
    pub name: String,
    pub permissions: Vec<crate::Permission>,
    pub users: u64,
    /// Whether whoever asks may change it: not the role `admin`, and no role with permissions they do not hold.
    pub may_change: bool,
}

/// A role's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleView {
    pub id: i64,
    pub version: i32,
    pub name: String,
    pub permissions: Vec<crate::Permission>,
    /// The first of those who hold it.
    pub users: Vec<String>,
    pub users_total: u64,
    pub built_in: bool,
    pub may_change: bool,
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
