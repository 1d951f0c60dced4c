//! What an apply has changed, or would change, in words for a terminal.

use std::fmt;

/// The outcome of a run over a file without mistakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub(super) changes: Vec<Change>,
    /// What is worth knowing besides.
    pub(super) notes: Vec<String>,
    /// What is in the store and not in the file.
    pub(super) left: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The place in the file.
    pub at: usize,
    pub verb: Verb,
    /// `role "helpdesk"`.
    pub title: String,
    pub lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Added,
    Changed,
    Removed,
}

impl Report {
    /// Whether the store is as the file says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What changes, in the order of the file; what is worth knowing; and how much it is in all.
    #[must_use]
    pub fn count(&self) -> String {
        if self.is_empty() {
            return "Nothing to change.".to_owned();
        }
        let of = |verb| self.changes.iter().filter(|change| change.verb == verb).count();
        format!(
            "{} added, {} changed, {} removed.",
            of(Verb::Added),
            of(Verb::Changed),
            of(Verb::Removed)
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            let verb = match change.verb {
                Verb::Added => "added",
                Verb::Changed => "changed",
                Verb::Removed => "removed",
            };
            writeln!(f, "{}: {verb}", change.title)?;
            for line in &change.lines {
                writeln!(f, "    {line}")?;
            }
        }
        for note in &self.notes {
            writeln!(f, "Note: {note}")?;
        }
        if !self.left.is_empty() {
            writeln!(
                f,
                "Left alone, since the file does not name it: {}",
                self.left.join("; ")
            )?;
        }
        Ok(())
    }
}
