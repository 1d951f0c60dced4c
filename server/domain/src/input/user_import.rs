//! Users from a file: the upload, the columns, and the grid in which rows are repaired.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Tick;

/// The largest file that is taken.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// The most lines below the header row.
pub const MAX_LINES: i64 = 100_000;

/// *Import Users*.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadInput {
    /// The file's name.
    pub file: String,
    /// What it holds: cut one byte after [`MAX_BYTES`]. Never kept in a draft.
    #[serde(skip)]
    pub content: Vec<u8>,
    /// ISO 3166-1 alpha-2; empty: a local number is refused.
    pub country: String,
    pub without_password: Tick,
}

/// *Columns*: what each is, by its place in the file (`c0`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnsInput {
    pub country: String,
    pub without_password: Tick,
    pub columns: BTreeMap<String, String>,
}

/// A page of the grid: cells by row (`r12`) and column (`c0`), and which button was pressed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewInput {
    #[serde(skip_serializing)]
    pub cells: BTreeMap<String, BTreeMap<String, String>>,
    /// Empty: *Save and check again*.
    pub press: String,
    /// The part of the list that was shown, as the page wrote it.
    pub part: String,
}

/// Without values: passwords and numbers would end in a log.
impl fmt::Debug for UploadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadInput")
    }
}

impl fmt::Debug for ReviewInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReviewInput")
    }
}
