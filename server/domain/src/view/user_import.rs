//! An import of users as its pages show it. Passwords never leave; numbers do, to whoever uploaded them.

use serde::{Deserialize, Serialize};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportStatus {
    /// The file is being read.
    Reading,
    /// Waits for whoever uploaded it.
    Review,
    /// All rows are checked again.
    Checking,
    /// Users are being added.
    Running,
    Done,
    /// Ended by hand.
    Stopped,
    /// Ended because its owner may no longer add users.
    Denied,
}

impl ImportStatus {
    const ALL: [Self; 7] = [
        Self::Reading,
        Self::Review,
        Self::Checking,
        Self::Running,
        Self::Done,
        Self::Stopped,
        Self::Denied,
    ];

    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Review => "review",
            Self::Checking => "checking",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Denied => "denied",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// Where a row of an import stands; in this order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    Problem,
    /// There is a user of this name already.
    Exists,
    Ready,
    LeftOut,
}

impl Standing {
    pub const ALL: [Self; 4] = [Self::Problem, Self::Exists, Self::Ready, Self::LeftOut];

    /// The number it is stored as.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::Problem => 0,
            Self::Exists => 1,
            Self::Ready => 2,
            Self::LeftOut => 3,
        }
    }

    #[must_use]
    pub fn from_number(number: i32) -> Self {
        Self::ALL
            .into_iter()
            .find(|one| one.number() == number)
            .unwrap_or(Self::Problem)
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Exists => "already there",
            Self::Ready => "will be added",
            Self::LeftOut => "left out",
        }
    }
}

/// How many rows stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    pub problems: u64,
    pub exists: u64,
    pub ready: u64,
    pub left_out: u64,
}

/// A kind of problem, and how many rows that are not left out have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    pub name: String,
    pub words: String,
    pub rows: u64,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// Its name in the file.
    pub header: String,
    /// What it is: empty (ignored), `username`, `password`, or a claim's URI.
    pub target: String,
    /// What the first row holds; empty for passwords.
    pub sample: String,
}

/// What is true about an import on each of its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFacts {
    pub id: String,
    pub file: String,
    /// `Read as UTF-16, separated by semicolons.`
    pub read_as: String,
    pub country: String,
    pub without_password: bool,
    pub status: ImportStatus,
    pub counts: ImportCounts,
    pub kinds: Vec<KindCount>,
}

/// The page *Columns*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnsView {
    pub facts: ImportFacts,
    pub columns: Vec<ImportColumn>,
    /// What a column can be: target and label.
    pub choices: Vec<(String, String)>,
}

/// The page *Review*: a part of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewView {
    pub facts: ImportFacts,
    /// Headers of the columns that are ignored.
    pub ignored: Vec<String>,
    pub rows: Vec<ImportRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Whether a check that was cut off can be begun again.
    pub can_check: bool,
}

/// A row of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub line: i64,
    pub standing: Standing,
    pub cells: Vec<ImportCell>,
    /// What is wrong with the row and stands at none of its cells.
    pub problems: Vec<String>,
}

/// A cell of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCell {
    pub column: usize,
    pub label: String,
    /// Empty for a password, and for what is too long to be edited.
    pub value: String,
    pub is_secret: bool,
    /// Whether there is something that is not shown.
    pub is_hidden: bool,
    pub problem: Option<String>,
    /// What is stored in its place: a number in full.
    pub becomes: Option<String>,
}

/// The page *Progress*, and the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressView {
    pub facts: ImportFacts,
    pub to_add: u64,
    pub added: u64,
    /// A guess, once some are added.
    pub seconds_left: Option<u64>,
}
