//! Before and after, field by field, as an audit row keeps them. Whoever builds them dots keys and masks numbers first:
//! the rows are shown to all who may view the log, and stay when the thing is gone.

use domain::phone::{self, E164};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Characters that are kept of a value: certificates and payloads are longer, and the log is not where they are read.
const KEPT: usize = 2000;
/// Fields that are kept of one change: more than any form has.
const FIELDS: usize = 200;
const DOTS: &str = "••••••••";
const ANOTHER: &str = "another value";

/// A field by its label, with what it held before and what it holds now. Empty: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// What one action changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// A text, if it is another now.
    pub fn text(&mut self, field: impl Into<String>, before: &str, after: &str) {
        self.shown(field, [before, after], [before, after]);
    }

    /// A box that is ticked or not.
    pub fn tick(&mut self, field: impl Into<String>, before: bool, after: bool) {
        let words = |on: bool| if on { "yes" } else { "no" };
        self.text(field, words(before), words(after));
    }

    /// A list, a line an item.
    pub fn lines(&mut self, field: impl Into<String>, before: &[String], after: &[String]) {
        self.text(field, &before.join("\n"), &after.join("\n"));
    }

    /// A value that may be a number: then all but its last two digits are masked.
    pub fn personal(&mut self, field: impl Into<String>, is_number: bool, before: &str, after: &str) {
        let shown = |value: &str| {
            if is_number || E164::new(value).is_some() {
                phone::mask(value)
            } else {
                value.to_owned()
            }
        };
        self.shown(field, [before, after], [&shown(before), &shown(after)]);
    }

    /// A secret that has another value now; nothing of either is kept.
    pub fn secret(&mut self, field: impl Into<String>, is_new: bool) {
        let before = if is_new { "" } else { DOTS };
        self.shown(field, ["", "x"], [before, DOTS]);
    }

    /// A field whose values are shown otherwise than they are, dotted or masked. Where both look alike and are not, that
    /// is said.
    pub fn shown(&mut self, field: impl Into<String>, values: [&str; 2], shown: [&str; 2]) {
        if values[0] == values[1] || self.0.len() >= FIELDS {
            return;
        }
        let [before, mut after] = shown.map(cut);
        if before == after {
            after = format!("{after} ({ANOTHER})").trim_start().to_owned();
        }
        self.0.push(Change {
            field: field.into(),
            before,
            after,
        });
    }

    /// As the row keeps it; `None` where there is nothing.
    pub(super) fn into_json(self) -> Result<Option<String>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(&self.0).map(Some).map_err(Error::internal)
    }

    /// As the row keeps it. One that cannot be read, as of a later version, is none.
    pub(crate) fn of_json(stored: Option<&str>) -> Vec<Change> {
        let read = stored.and_then(|stored| serde_json::from_str(stored).ok());
        read.unwrap_or_default()
    }
}

/// Text that both databases take and a page can hold, with a note of what was left out.
fn cut(value: &str) -> String {
    let characters = value.chars().filter(|c| *c != '\0').count();
    let kept: String = value.chars().filter(|c| *c != '\0').take(KEPT).collect();
    if characters > KEPT {
        format!("{kept}… (cut: {characters} characters)")
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(change: impl FnOnce(&mut Changes)) -> Vec<(String, String, String)> {
        let mut changes = Changes::default();
        change(&mut changes);
        let stored = changes.into_json().unwrap();
        Changes::of_json(stored.as_deref())
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect()
    }

    fn one(field: &str, before: &str, after: &str) -> Vec<(String, String, String)> {
        vec![(field.to_owned(), before.to_owned(), after.to_owned())]
    }

    #[test]
    fn only_what_differs_is_kept() {
        assert_eq!(kept(|changes| changes.text("Name", "a", "a")), []);
        assert_eq!(kept(|changes| changes.text("Name", "a", "b")), one("Name", "a", "b"));
        assert_eq!(kept(|changes| changes.tick("On", false, true)), one("On", "no", "yes"));
        let (before, after) = (["a".to_owned()], ["a".to_owned(), "b".to_owned()]);
        assert_eq!(
            kept(|changes| changes.lines("URLs", &before, &after)),
            one("URLs", "a", "a\nb")
        );
        assert_eq!(Changes::default().into_json().unwrap(), None);
        assert_eq!(Changes::of_json(Some("{\"of\":\"another version\"}")), []);
    }

    #[test]
    fn numbers_are_masked_wherever_they_stand() {
        let masked = kept(|changes| changes.personal("Mobile", true, "", "+94771234567"));
        assert_eq!(masked[0].2, phone::mask("+94771234567"));
        assert!(!masked[0].2.contains("1234"), "{masked:?}");
        assert_eq!(
            kept(|changes| changes.personal("IM", false, "", "+94771234567")),
            vec![("IM".to_owned(), String::new(), phone::mask("+94771234567"))]
        );
        assert_eq!(
            kept(|changes| changes.personal("IM", false, "jane", "joan")),
            one("IM", "jane", "joan")
        );
    }

    #[test]
    fn what_looks_alike_and_differs_is_said_to() {
        let raw = ["Bearer one", "Bearer two"];
        let changes = kept(|changes| changes.shown("HTTP Headers", raw, ["Bearer ••", "Bearer ••"]));
        assert_eq!(changes, one("HTTP Headers", "Bearer ••", "Bearer •• (another value)"));
        assert_eq!(kept(|changes| changes.secret("Secret key", true))[0].1, "");
    }

    #[test]
    fn long_values_are_cut_with_a_note_and_nul_is_left_out() {
        let long = "ü".repeat(3000);
        let changes = kept(|changes| changes.text("HTTP Payload", "a\0b", &long));
        assert_eq!(changes[0].1, "ab");
        assert!(changes[0].2.ends_with("… (cut: 3000 characters)"), "{changes:?}");
        assert_eq!(changes[0].2.matches('ü').count(), KEPT);
        let two = [format!("{long}a"), format!("{long}b")];
        let changes = kept(|changes| changes.text("HTTP Payload", &two[0], &two[1]));
        assert!(changes[0].2.ends_with("(another value)"), "{changes:?}");
    }
}
