//! A user's live sessions, for whoever may see or end them.

use serde::{Deserialize, Serialize};

/// The sessions of one user, those seen last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    pub username: String,
    pub rows: Vec<SessionRow>,
    /// How many there are; only the first are listed.
    pub total: u64,
    /// Whether whoever asks may end them: nobody touches what they do not hold.
    pub may_end: bool,
    pub oneself: bool,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: String,
    /// The console's, else the one that applications share.
    pub is_console: bool,
    /// The session that this very page was asked for in.
    pub is_current: bool,
    /// Times in UTC, to the second.
    pub began: String,
    pub last_seen: String,
    pub address: String,
    /// `Firefox on Linux`.
    pub browser: String,
    /// The service providers that are signed in to.
    pub applications: Vec<String>,
    /// `password`, `SMS (SMSOTP)`.
    pub steps: Vec<String>,
}
