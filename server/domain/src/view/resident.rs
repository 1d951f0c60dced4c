//! The resident identity provider: this server as service providers have to know it, and the keys it signs with.
//!
//! Times are UTC to the second as RFC 3339 writes them, days as `2031-11-22`. Refuses private keys.

use serde::{Deserialize, Serialize};

use super::{ListQuery, Page, UsedBy};
use crate::input::session::TimeOutsInput;
use crate::signing_key::{KeyKind, KeyState};

/// What the resident page is asked for: a page of the service providers under one of the kinds that are rolled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentQuery {
    /// Which kind's list `list` turns the pages of.
    pub kind: Option<KeyKind>,
    pub list: ListQuery,
}

/// This identity provider as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentView {
    /// Also where the metadata is.
    pub entity_id: String,
    pub sso_url: String,
    pub slo_url: String,
    /// All that the metadata names, in its order.
    pub keys: Vec<SigningKeyView>,
    /// The newest of those that it names no more.
    pub retired: Vec<SigningKeyView>,
    pub retired_total: u64,
    /// The kinds that are being rolled.
    pub rolls: Vec<RollView>,
    pub time_outs: TimeOutsView,
}

/// When sessions end: the values that count, what is set here, and what counts where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOutsView {
    pub input: TimeOutsInput,
    pub idle_minutes: i64,
    pub hours: i64,
    pub default_idle_minutes: i64,
    pub default_hours: i64,
}

/// A key with its certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyView {
    pub id: i64,
    pub key_id: String,
    pub kind: KeyKind,
    /// `RSA, 2048 bits`.
    pub size: String,
    pub state: KeyState,
    /// When it came into this state.
    pub since: String,
    /// When it last signed an assertion.
    pub last_signed: Option<String>,
    pub subject: String,
    /// The day it begins, if that is to come.
    pub not_before: Option<String>,
    /// The day it expires.
    pub not_after: String,
    /// Whole days until then; negative when it has.
    pub days_left: i64,
    pub pem: String,
    /// Whether *Use* is a step that is possible now.
    pub may_use: bool,
    pub may_retire: bool,
}

/// A kind of key between *Publish* and *Retire*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollView {
    pub kind: KeyKind,
    /// The key that signs now; `None` before the first of its kind is used.
    pub active: Option<SigningKeyView>,
    pub next: Option<SigningKeyView>,
    pub retiring: Option<SigningKeyView>,
    /// The day from which the next step needs no thought: by then no copy of older metadata counts any more.
    pub ripe: String,
    /// Whether that day has come.
    pub is_ripe: bool,
    /// Who knows the new certificate: the next key's, or after *Use* the active one's.
    pub seen: SeenView,
}

/// Who knows a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenView {
    /// The key whose certificate it is.
    pub key: i64,
    /// How many service providers take signatures of this kind.
    pub total: u64,
    /// How many of them do not know it yet.
    pub waiting: u64,
    pub page: Page<SeenRow>,
}

/// What one service provider knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRow {
    pub service_provider: i64,
    pub name: String,
    pub issuer: String,
    /// Its own address of our metadata: only what is fetched there counts as fetched by it.
    pub metadata_url: String,
    pub seen: Seen,
    /// The key that signed its last assertion, and when.
    pub last_signed: Option<(String, String)>,
}

/// How a service provider came to know a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    #[default]
    NotYet,
    /// It has fetched metadata that names it; when last.
    Fetched(String),
    /// An administrator says so.
    Told(String),
}

/// The question before *Use*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseView {
    pub key: SigningKeyView,
    /// The key that will sign no more.
    pub replaces: Option<SigningKeyView>,
    /// Why it cannot be used, in words.
    pub refusal: Option<String>,
    pub total: u64,
    /// How many service providers do not know its certificate.
    pub waiting: u64,
    /// The first of them.
    pub first: Vec<UsedBy>,
    /// The day by which every copy of older metadata has lapsed, if that is to come.
    pub ripe: Option<String>,
}

/// The question before *Retire*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetireView {
    pub key: SigningKeyView,
    /// What it is afterwards: `Retiring` for a key that signs now.
    pub becomes: KeyState,
    /// Why it cannot be retired, in words.
    pub refusal: Option<String>,
    /// The first of those who keep it from being retired.
    pub used_by: Vec<UsedBy>,
    pub used_total: u64,
    /// Until when messages that it has signed may be on their way.
    pub in_flight_until: Option<String>,
}
