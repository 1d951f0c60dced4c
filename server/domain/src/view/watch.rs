//! What the logs show: sign-ins, refused requests, the audit log; deliveries are in `delivery`.
//!
//! Times are UTC to the second as RFC 3339 writes them: `2026-11-23T12:00:00Z`. Refuses codes, whole numbers and keys.

use serde::{Deserialize, Serialize};

use super::{ListQuery, Page, UsedBy};
use crate::Problems;

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

/// What Sign-ins is asked for. `list.search` is the beginning of a user name, or a whole assertion ID or key ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInsQuery {
    pub list: ListQuery,
    /// An outcome's stored name; empty: any.
    pub outcome: String,
    /// A service provider's id; empty: any.
    pub service_provider: String,
    /// `2026-11-23T12:00`, in UTC.
    pub from: String,
    /// As `from`; the moment itself is not part of the range.
    pub to: String,
}

/// Sign-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInsView {
    pub page: Page<SignInRow>,
    pub outcomes: FilterChoices,
    /// The first service providers by name, and the one that is asked for.
    pub service_providers: FilterChoices,
    pub searched: SearchedFor,
    /// What of the range cannot be read; there are no rows then.
    pub problems: Problems,
}

/// A sign-in that has not ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWayRow {
    /// The last part of its page's address.
    pub id: String,
    pub began: String,
    pub application: String,
    /// Empty until the password was right.
    pub username: String,
    /// `step 2 of 2`.
    pub standing: String,
}

/// One sign-in from its request to its end. Addresses are empty where there is nothing, or nothing for whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLineView {
    pub application: String,
    pub application_href: String,
    /// Empty where nobody is known.
    pub username: String,
    pub user_href: String,
    /// How it stands, or how it ended.
    pub standing: String,
    pub severity: Severity,
    pub under_way: bool,
    pub request: Option<RequestedView>,
    /// The oldest first.
    pub moments: Vec<MomentView>,
    /// Whether there is more than is shown.
    pub cut: bool,
}

/// What a service provider asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedView {
    pub issuer: String,
    /// Empty where the sign-in began here.
    pub request_id: String,
    /// `HTTP-Redirect`; empty where it is not known.
    pub binding: String,
    pub acs_url: String,
    /// `ForceAuthn` and the like.
    pub wishes: Vec<String>,
}

/// Something that happened in a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentView {
    pub at: String,
    /// Since the first moment: `1 min 5 s`.
    pub since: String,
    pub what: String,
    pub severity: Severity,
    /// Empty where the words say it all.
    pub detail: String,
    /// Of the client; empty where it is not known.
    pub address: String,
    /// A page that says more, with its name.
    pub link: Option<(String, String)>,
    /// Names and values: an assertion's ID, the key's.
    pub facts: Vec<(String, String)>,
    /// Where the key is shown; empty if there is none, or not for whoever asks.
    pub key_href: String,
}

/// What a search among sign-ins was for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SearchedFor {
    #[default]
    Username,
    AssertionId,
    KeyId,
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

/// Refused requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalsView {
    pub rows: Vec<RefusalRow>,
    /// The service providers that some were of; `unknown` for those of none.
    pub applications: FilterChoices,
}

/// One row of Refused requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    pub case_number: String,
    pub at: String,
    /// The service provider's name; empty where the issuer is unknown or the service provider is gone.
    pub application: String,
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
    /// What `message` is: the decoded message, or what was kept of it until its answer.
    pub message_title: String,
    /// The message, a line an element; empty if it did not decode.
    pub message: String,
    /// What to do about it.
    pub advice: String,
    /// The setting to change or the page to look at, named; without an address for whoever may not open it.
    pub setting: Option<UsedBy>,
    /// The time line of the sign-in that ended so; empty where none had begun.
    pub time_line_href: String,
}

/// What the audit log is asked for. `list.search` is the beginning of whoever acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    pub list: ListQuery,
    /// A stored kind (`users`); empty: any.
    pub kind: String,
    /// A stored action (`update`); empty: any.
    pub action: String,
    /// `2026-11-23T12:00`, in UTC.
    pub from: String,
    /// As `from`; the moment itself is not part of the range.
    pub to: String,
}

/// The audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    pub page: Page<AuditRow>,
    pub kinds: FilterChoices,
    pub actions: FilterChoices,
    /// What of the range cannot be read; there are no rows then.
    pub problems: Problems,
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

/// One entry of the audit log by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDetails {
    pub row: AuditRow,
    /// Each field before and after; empty where the action says it all.
    pub changes: Vec<FieldChange>,
    /// The permission that shows what was changed, where whoever asks lacks it; `changes` is empty then.
    pub hidden: Option<String>,
    /// The thing that has this name now; empty if there is none, or none for whoever asks.
    pub href: String,
}

/// A field before and after; empty: it held nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub before: String,
    pub after: String,
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

/// What a refused request says of a sender that is registered nowhere. Nobody has verified any of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownIssuer {
    pub case_number: String,
    pub issuer: String,
    /// The address it asks to be answered at.
    pub acs_url: Option<String>,
}
