//! Outcomes in words.
//!
//! Owns the verdicts, and what silence means. Refuses texts without end and of several lines.

use super::scenario::{Group, Scenario, Step};

/// The longest text kept from outside, in characters.
const LONGEST: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    NotRun,
    UnderWay,
    Passed,
    Failed,
    NeedsYou,
}

impl Verdict {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::NotRun => "Not run",
            Self::UnderWay => "Under way",
            Self::Passed => "Passed",
            Self::Failed => "Failed",
            Self::NeedsYou => "Needs you",
        }
    }
}

/// Something that a response was checked for.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) value: String,
}

impl Check {
    pub(super) fn new(name: &'static str, value: impl AsRef<str>) -> Self {
        Self {
            name,
            value: clipped(value.as_ref()),
        }
    }
}

/// An outcome in words.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    pub(super) seen: String,
}

impl Outcome {
    pub(super) fn passed(seen: impl Into<String>) -> Self {
        Self::new(Verdict::Passed, seen)
    }

    pub(super) fn failed(seen: impl Into<String>) -> Self {
        Self::new(Verdict::Failed, seen)
    }

    pub(super) fn needs_you(seen: impl Into<String>) -> Self {
        Self::new(Verdict::NeedsYou, seen)
    }

    pub(super) fn new(verdict: Verdict, seen: impl Into<String>) -> Self {
        Self {
            verdict,
            seen: seen.into(),
        }
    }
}

/// What it means that nothing came back.
pub(super) fn silence(scenario: Scenario, step: Step) -> Outcome {
    match (scenario, step) {
        (Scenario::LogoutWrongName, Step::Ask) => Outcome::needs_you(
            "Nothing came back: the identity server asks whether to log out. Do not confirm that; Finish looks whether \
             your session is still there.",
        ),
        (Scenario::RedirectUnsigned | Scenario::PostUnsigned, _) => {
            Outcome::passed("Nothing came back: requests without a signature are refused.")
        }
        // A refusal is asked for passively, so a server that took the request would have answered at once.
        (scenario, Step::Ask) if scenario.group() == Group::Refusal => {
            Outcome::passed("Nothing came back, as it should. The identity server should show a case number.")
        }
        _ => Outcome::needs_you(
            "Nothing came back. If the identity server shows a sign-in page, finish there; if it shows a case number, \
             its administrator finds the reason under that number.",
        ),
    }
}

/// At most [`LONGEST`] characters, and on one line: a report is read line by line.
pub(super) fn clipped(text: &str) -> String {
    let flat = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(LONGEST).map(flat).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_short_and_one_line() {
        assert_eq!(clipped("a\nb\u{7}c\r\n"), "a b c  ");
        let long = clipped(&"ä".repeat(LONGEST + 1));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with('…'));
    }
}
