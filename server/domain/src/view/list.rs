//! Lists: what one is asked for, a page of it, and what became of a change to several of its rows.

use serde::{Deserialize, Serialize};

use super::UserRow;

/// One page of a list, read by key: `next` and `previous` are the keys to go on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Exact to 10,000; `None` means more.
    pub count: Option<u64>,
    /// Opaque: the address's `after` for the next page.
    pub next: Option<String>,
    /// Opaque: the address's `before` for the page before.
    pub previous: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            count: None,
            next: None,
            previous: None,
        }
    }
}

impl<T> Page<T> {
    /// The same page with its rows shown otherwise.
    pub fn with_rows<U>(self, rows: impl FnOnce(Vec<T>) -> Vec<U>) -> Page<U> {
        Page {
            rows: rows(self.rows),
            count: self.count,
            next: self.next,
            previous: self.previous,
        }
    }
}

/// What a list is asked for; all but `whole` stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    pub search: String,
    /// What is searched, where a list lets one choose; empty: all that can be.
    pub search_in: String,
    /// The column it is sorted by; empty, or unknown: the list's first.
    pub sort: String,
    /// `asc` or `desc`; empty: as is usual for the column. Names rise, times begin with the newest.
    pub dir: String,
    pub after: Option<String>,
    pub before: Option<String>,
    /// For a file: parts are larger than a page, and nothing is counted.
    pub whole: bool,
}

impl ListQuery {
    /// How many rows a part holds.
    #[must_use]
    pub fn size(&self) -> u64 {
        if self.whole { BATCH_SIZE } else { PAGE_SIZE }
    }
}

/// How many rows a page of a list holds.
pub const PAGE_SIZE: u64 = 25;

/// How many rows of a file are held at a time.
const BATCH_SIZE: u64 = 500;

/// How far lists count exactly.
pub const COUNT_LIMIT: u64 = 10_000;

/// Users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersView {
    pub page: Page<UserRow>,
    /// What *Search in* offers besides everything: names for the address, and their words.
    pub search_in: Vec<(String, String)>,
    /// More were found than are listed.
    pub cut: bool,
}

/// What became of a change to several rows: each was changed by itself, by the rules for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    pub done: u64,
    /// Names, and why they were refused.
    pub refused: Vec<(String, String)>,
}

/// What would become of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPlan {
    /// Ids and names.
    pub would: Vec<(i64, String)>,
    /// Names, and why they would be refused.
    pub refused: Vec<(String, String)>,
}
