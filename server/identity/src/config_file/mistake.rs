//! What is wrong with a file, and where.

use std::fmt;

use crate::Error;

/// One thing that is wrong: the place in the file, what it is, and what is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// All that is wrong with the file, in its order.
    #[error("the file has mistakes")]
    Mistakes(Vec<Mistake>),
    /// The store failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A mistake at a byte of the text, until its line is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At(pub usize, pub String);

/// Counts lines and columns; in the order of the text, each once.
pub(super) fn placed(text: &str, mut found: Vec<At>) -> Vec<Mistake> {
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|At(offset, message)| {
            let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            Mistake {
                line: before.matches('\n').count() + 1,
                column: before[line..].chars().count() + 1,
                message,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let text = "a = 1\nüb = 2\n";
        let mistakes = placed(
            text,
            vec![
                At(text.find('b').unwrap(), "second".into()),
                At(0, "first".into()),
                At(0, "first".into()),
                At(usize::MAX, "last".into()),
            ],
        );
        let shown: Vec<_> = mistakes.iter().map(Mistake::to_string).collect();
        assert_eq!(shown, ["1:1: first", "2:2: second", "3:1: last"]);
    }
}
