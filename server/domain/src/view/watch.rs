//! What the logs show: deliveries, sign-ins, refused requests, the audit log; and the resident identity provider.
//!
//! Times are UTC to the second as RFC 3339 writes them: `2026-11-23T12:00:00Z`. Refuses codes, whole numbers and keys.

use serde::{Deserialize, Serialize};

use super::{ListQuery, Page, UsedBy};

/// What an outcome means for whoever reads the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// As it should be.
    Good,
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// Will need somebody, if there is more of it.
    Warn,
    /// Needs somebody.
    Bad,
}

/// What one can filter by: the stored name and its words.
pub type FilterChoices = Vec<(String, String)>;

/// What SMS Deliveries is asked for. `list.search` is the beginning of a user name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesQuery {
    pub list: ListQuery,
    /// An outcome's stored name, or `open`; empty: any.
    pub outcome: String,
    /// An identity provider's id; empty: any.
    pub identity_provider: String,
}

/// SMS Deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesView {
    pub page: Page<DeliveryRow>,
    pub outcomes: FilterChoices,
    /// Those that can send SMS, and the one that is asked for.
    pub identity_providers: FilterChoices,
}

/// One attempt to deliver an SMS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    pub id: i64,
    pub at: String,
    pub identity_provider: String,
    /// The service provider that was signed in to; `console` for a test.
    pub application: String,
    /// `None` for a test, and when the user was deleted.
    pub username: Option<String>,
    pub masked_number: String,
    /// The number's region: `LK`; empty where it is not known.
    pub country: String,
    /// `sign-in` or `test`.
    pub purpose: String,
    /// In a few words.
    pub outcome: String,
    pub severity: Severity,
    /// How far the request came: `name`, `connect`, `done`; empty while it is under way.
    pub phase: String,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// What decided, in words.
    pub rule: String,
    /// How often it was tried.
    pub attempts: u32,
    pub duration_millis: Option<u64>,
    /// When the code was used.
    pub used_at: Option<String>,
}

/// What Sign-ins is asked for. `list.search` is the beginning of a user name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInsQuery {
    pub list: ListQuery,
    /// An outcome's stored name; empty: any.
    pub outcome: String,
}

/// Sign-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInsView {
    pub page: Page<SignInRow>,
    pub outcomes: FilterChoices,
}

/// How one sign-in went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRow {
    pub id: i64,
    pub at: String,
    pub application: String,
    /// Empty where no such user exists.
    pub username: String,
    /// In a few words.
    pub outcome: String,
    pub severity: Severity,
    /// Empty where nothing was sent.
    pub assertion_id: String,
    /// The key that signed the assertion.
    pub key_id: String,
    pub address: String,
}

/// One row of Refused requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    pub case_number: String,
    pub at: String,
    pub issuer: String,
    /// The check that failed, in a few words.
    pub check: String,
}

/// A refused request with its message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalView {
    pub row: RefusalRow,
    /// Why the check failed.
    pub detail: String,
    /// The decoded message, a line an element; empty if it did not decode.
    pub message: String,
    /// What to do about it.
    pub advice: String,
    /// The setting to change, named, and where it is.
    pub setting: Option<UsedBy>,
}

/// What the audit log is asked for. `list.search` is the beginning of whoever acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    pub list: ListQuery,
    /// A stored kind (`users`); empty: any.
    pub kind: String,
}

/// The audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    pub page: Page<AuditRow>,
    pub kinds: FilterChoices,
}

/// Who changed what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub id: i64,
    pub at: String,
    pub actor: String,
    /// In words: `update`, `sign in failed`.
    pub action: String,
    /// In words: `Users`.
    pub kind: String,
    /// The thing's name at that time.
    pub target: String,
    pub detail: String,
    pub address: String,
}

/// A claim's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDetails {
    pub claim: super::ClaimView,
    /// Whether the server needs it: then nobody deletes it.
    pub built_in: bool,
    /// What keeps it from being deleted.
    pub used_by: Vec<UsedBy>,
}

/// This identity provider as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentView {
    /// Also where the metadata is.
    pub entity_id: String,
    pub sso_url: String,
    pub slo_url: String,
    pub certificates: Vec<SigningCertificate>,
    pub session_idle_minutes: i64,
    pub session_hours: i64,
}

/// A certificate that service providers verify with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningCertificate {
    /// Whether its key signs now; else it is the next one.
    pub active: bool,
    pub key_id: String,
    pub subject: String,
    /// The day it expires: `2031-11-22`.
    pub not_after: String,
    /// Whole days until then; negative when it has.
    pub days_left: i64,
    pub pem: String,
}
