//! Judges the provider's answer: the status against *HTTP Response Code*, then the body against its rule.
//!
//! It says which rule decided, in words fit for the delivery log: an answer may repeat the number and the message,
//! so it quotes only values too short to be either.

use std::borrow::Cow;

use regex_lite::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{Field, Position, Problem};
use crate::settings::{BodyRule, Comparison, MAX_RULE};

/// The statuses of an empty *HTTP Response Code*, as in WSO2.
const DEFAULT_CODES: [u16; 3] = [200, 201, 202];
/// A compiled expression may take this much memory, which bounds the time of a match as well.
const MAX_REGEX_BYTES: usize = 256 * 1024;

/// The statuses that mean success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseCodes {
    /// First and last of each range.
    ranges: Vec<(u16, u16)>,
    /// As it was written, tidied.
    text: String,
}

impl Default for ResponseCodes {
    fn default() -> Self {
        Self {
            ranges: DEFAULT_CODES.map(|code| (code, code)).to_vec(),
            text: "200, 201, 202".to_owned(),
        }
    }
}

impl ResponseCodes {
    /// Reads a list such as `200,202`, `2xx` or `200-204`; empty is the default.
    ///
    /// # Errors
    /// A [`Problem`] with the position of the entry that is none of these.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut codes = Self {
            ranges: Vec::new(),
            text: String::new(),
        };
        let mut at = 0;
        for entry in text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()) {
            let start = at;
            at += entry.len() + 1;
            if entry.is_empty() {
                continue;
            }
            let Some(range) = range(entry) else {
                return Err(Problem {
                    field: Field::ResponseCode,
                    position: Some(Position::at(text, start)),
                    message: format!(
                        "{entry} is no HTTP status. Write codes from 100 to 599, ranges such as 200-204, or 2xx, with commas between."
                    ),
                });
            };
            codes.ranges.push(range);
            if !codes.text.is_empty() {
                codes.text.push_str(", ");
            }
            codes.text.push_str(entry);
        }
        Ok(if codes.ranges.is_empty() {
            Self::default()
        } else {
            codes
        })
    }

    /// Whether the status means success.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        self.ranges
            .iter()
            .any(|&(first, last)| (first..=last).contains(&status))
    }
}

fn range(entry: &str) -> Option<(u16, u16)> {
    let code = |text: &str| {
        let three = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|code| three && (100..=599).contains(code))
    };
    if let Some(class) = entry.to_ascii_lowercase().strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| class_is_known(*class))?;
        return Some((class * 100, class * 100 + 99));
    }
    match entry.split_once(['-', '–']) {
        Some((first, last)) => Some((code(first)?, code(last)?)).filter(|(first, last)| first <= last),
        None => code(entry).map(|code: u16| (code, code)),
    }
}

fn class_is_known(class: u16) -> bool {
    (1..=5).contains(&class)
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whether the provider took the SMS.
    pub accepted: bool,
    /// The rule that decided, in words.
    pub rule: String,
}

/// Judges an answer. The body rule is asked only if the status is a success.
#[must_use]
pub fn judge(status_rule: &ResponseCodes, body_rule: &BodyRule, status: u16, body: &str) -> Decision {
    let list = &status_rule.text;
    if !status_rule.contains(status) {
        return Decision {
            accepted: false,
            rule: format!("HTTP {status} is not one of {list}."),
        };
    }
    let (accepted, rule) = match body_rule {
        BodyRule::None => (true, format!("HTTP {status} is one of {list}.")),
        BodyRule::Pointer { pointer, op, value } => by_pointer(pointer, *op, value, body),
        BodyRule::Contains { text } => by_text(text, body, true),
        BodyRule::NotContains { text } => by_text(text, body, false),
        BodyRule::Matches { regex } => match compiled(regex) {
            Ok(expression) if expression.is_match(body) => (true, format!("The answer matches {}.", short(regex))),
            Ok(_) => (false, format!("The answer does not match {}.", short(regex))),
            Err(message) => (false, message),
        },
    };
    Decision { accepted, rule }
}

fn by_text(text: &str, body: &str, wanted: bool) -> (bool, String) {
    let found = body.contains(text);
    let verb = if found { "contains" } else { "does not contain" };
    (found == wanted, format!("The answer {verb} “{}”.", short(text)))
}

/// A rule's text, cut for the log.
fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn by_pointer(pointer: &str, op: Comparison, wanted: &str, body: &str) -> (bool, String) {
    let Ok(json) = serde_json::from_str::<Value>(body.trim_start_matches('\u{feff}')) else {
        return (false, format!("The answer is not JSON, so {pointer} cannot be read."));
    };
    let place = if pointer.is_empty() { "the answer" } else { pointer };
    let Some(found) = json.pointer(pointer) else {
        return (
            op == Comparison::NotEquals,
            format!("The answer holds nothing at {place}."),
        );
    };
    let text = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let equal = text == wanted || same_number(found, wanted);
    let wanted = short(wanted);
    let rule = match (equal, quotable(&text)) {
        (true, _) => format!("The value at {place} is “{wanted}”."),
        (false, true) => format!("The value at {place} is “{text}”, not “{wanted}”."),
        (false, false) => format!("The value at {place} is not “{wanted}”."),
    };
    (equal == (op == Comparison::Equals), rule)
}

/// `0` and `0.0` are one number; the string `"00"` is compared as text.
fn same_number(found: &Value, wanted: &str) -> bool {
    let wanted: Option<f64> = wanted.trim().parse().ok();
    // Equality is meant: both sides are numbers as written, not results of arithmetic.
    found.is_number() && wanted.is_some() && found.as_f64() == wanted
}

/// Too short, and with too few digits, to be a number, a code or a message.
fn quotable(text: &str) -> bool {
    text.chars().count() <= 24 && text.chars().filter(char::is_ascii_digit).count() <= 3
}

fn compiled(regex: &str) -> Result<Regex, String> {
    RegexBuilder::new(regex)
        .size_limit(MAX_REGEX_BYTES)
        .build()
        .map_err(|error| format!("This is no regular expression: {error}."))
}

/// Checks a body rule; the error is in words.
pub(crate) fn check_rule(rule: &BodyRule) -> Result<(), String> {
    let texts: &[&String] = match rule {
        BodyRule::None => &[],
        BodyRule::Pointer { pointer, value, .. } => &[pointer, value],
        BodyRule::Contains { text } | BodyRule::NotContains { text } => &[text],
        BodyRule::Matches { regex } => &[regex],
    };
    if texts.iter().any(|text| text.chars().count() > MAX_RULE) {
        return Err(format!(
            "A text of the rule is longer than {MAX_RULE} characters. Shorten it."
        ));
    }
    match rule {
        BodyRule::Pointer { pointer, .. } => check_pointer(pointer),
        BodyRule::Contains { text } | BodyRule::NotContains { text } if text.is_empty() => {
            Err("The text to look for is empty. Enter it, or choose no rule.".to_owned())
        }
        BodyRule::Matches { regex } if regex.is_empty() => {
            Err("The regular expression is empty and would match anything. Enter it, or choose no rule.".to_owned())
        }
        BodyRule::Matches { regex } => compiled(regex).map(drop),
        _ => Ok(()),
    }
}

fn check_pointer(pointer: &str) -> Result<(), String> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        let likely = pointer
            .trim_start_matches("$.")
            .replace(['.', '['], "/")
            .replace(']', "");
        return Err(format!("A JSON pointer begins with a slash. Write /{likely}."));
    }
    let escapes_are_known = pointer.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if escapes_are_known {
        Ok(())
    } else {
        Err("In a JSON pointer ~ is written ~0 and / in a name is written ~1.".to_owned())
    }
}
