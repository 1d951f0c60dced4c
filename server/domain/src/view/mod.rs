//! What may go out: never a secret, never a hash, never a full number but to whoever edits that profile.

pub mod delivery;
pub mod home;
pub mod list;
pub mod metadata;
pub mod preview;
pub mod resident;
pub mod secret;
pub mod session;
pub mod user_import;
pub mod watch;

use serde::{Deserialize, Serialize};

pub use list::{BulkOutcome, BulkPlan, COUNT_LIMIT, ListQuery, PAGE_SIZE, Page, UsersView};

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
    /// How many of how many messages of the daily budget are used, from four fifths on.
    pub budget_nearly_used: Option<(u64, u64)>,
    /// UTC to the second, as RFC 3339 writes it.
    pub created: String,
}

/// How much of a daily budget is used, where an administrator should know: from four fifths on.
#[must_use]
pub fn budget_warning(used: u64, budget: Option<u64>) -> Option<(u64, u64)> {
    budget
        .filter(|budget| used * 5 >= budget * 4)
        .map(|budget| (used, budget))
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
    /// It has failed several times in a row, so that codes go by its fallback.
    pub is_skipped: bool,
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
    /// The server's chain of certificates, its own first, a line each; empty without TLS.
    pub certificates: Vec<String>,
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
    /// Whole days until its metadata lapses, negative when it has; `None`: not within thirty days.
    pub metadata_days: Option<i64>,
    /// UTC to the second, as RFC 3339 writes it.
    pub created: String,
}

/// Days before the end of a certificate or of metadata from which pages warn.
pub const WARN_DAYS: i64 = 30;

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
    /// `None`: it was not taken from metadata.
    pub metadata: Option<metadata::MetadataFacts>,
    pub lapses: Vec<metadata::Lapse>,
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
    /// The stored certificate that assertions are encrypted for, if it is one of its own.
    pub encryption_certificate: Vec<CertificateView>,
    /// What *Assertion Encryption Algorithm* offers: a weak one only where the metadata offers nothing else.
    pub encryption_algorithms: Vec<(String, String)>,
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
    /// UTC to the second, as RFC 3339 writes it.
    pub created: String,
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
    /// The number, like the backup codes, needs every permission that the user has.
    pub may_change_mobile: bool,
    /// What kind of number the mobile claim holds, if it holds one.
    pub mobile_kind: Option<crate::phone::NumberKind>,
    /// The claims that codes go to, by URI: what is typed there has to be a mobile number.
    pub number_claims: Vec<String>,
    /// How many backup codes are still good.
    pub backup_codes_left: u64,
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

/// One row of Claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    pub claim: ClaimView,
    /// Whether it is the first of all in display order, whatever is searched for.
    pub first: bool,
    /// Whether it is the last of all.
    pub last: bool,
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
