//! What the administrator is told about a field: problems, which prevent saving, and notes, which do not.
//!
//! Texts are plain words: what is wrong, why, and what to do. They quote names, never the values of secrets.

use serde::{Deserialize, Serialize};

/// The field of the form a problem or note belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// *SMS URL*.
    Url,
    /// *HTTP Method*.
    Method,
    /// *HTTP Headers*.
    Headers,
    /// *HTTP Payload*.
    Payload,
    /// *HTTP Response Code*.
    ResponseCode,
    /// The rule on the answer's body.
    BodyRule,
    /// *Message*.
    Message,
}

/// A place in a field's text: line and column, both from 1, counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in that line, from 1.
    pub column: u32,
}

impl Position {
    /// The position of the byte `offset` of `text`; an offset past the end is the end.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices() {
            if at >= offset {
                break;
            }
            if c == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        Self { line, column }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Something that prevents saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field it stands next to.
    pub field: Field,
    /// Where in the field, if it has a place.
    pub position: Option<Position>,
    /// What, why, and what to do.
    pub message: String,
}

/// Something worth knowing that does not prevent saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The field it stands next to.
    pub field: Field,
    /// What was straightened, dropped or added.
    pub message: String,
}

/// The problems and notes met while compiling.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub notes: Vec<Note>,
    pub problems: Vec<Problem>,
}

impl Report {
    /// A problem of a field as a whole.
    pub fn problem(&mut self, field: Field, message: impl Into<String>) {
        self.problems.push(Problem {
            field,
            position: None,
            message: message.into(),
        });
    }

    /// A problem at the byte `offset` of the field's `text`.
    pub fn problem_at(&mut self, field: Field, text: &str, offset: usize, message: impl Into<String>) {
        let position = Some(Position::at(text, offset));
        self.problems.push(Problem {
            field,
            position,
            message: message.into(),
        });
    }

    /// A note; the same one twice is kept once.
    pub fn note(&mut self, field: Field, message: impl Into<String>) {
        let note = Note {
            field,
            message: message.into(),
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
