//! JSON payloads. Owns the straightening of typographic quotes and the rule that a placeholder stands inside a
//! string; refuses what is no JSON, with the position.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::escape::Place;
use crate::headers::trim;
use crate::problem::{Field, Position, Problem, Report};
use crate::redact::is_secret_name;
use crate::template::Piece;
use crate::token;

/// A string of a JSON text.
pub(crate) struct JsonString {
    /// Its content, without the quotes.
    pub content: Range<usize>,
    /// The name of the innermost member it belongs to; of a name, itself.
    pub key: String,
    /// Whether it is a member's name.
    pub is_name: bool,
}

/// Finds the strings of a text, which need not be JSON.
pub(crate) fn strings(text: &str) -> Vec<JsonString> {
    let mut found = Vec::new();
    let mut keys = vec![String::new()];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '{' => keys.push(String::new()),
            '}' if keys.len() > 1 => drop(keys.pop()),
            '"' => {
                let content = at + 1..string_end(text, at + 1);
                at = (content.end + 1).min(text.len());
                let is_name = text[at..].trim_start().starts_with(':');
                if is_name && let Some(key) = keys.last_mut() {
                    text[content.clone()].clone_into(key);
                }
                found.push(JsonString {
                    content,
                    key: keys.last().cloned().unwrap_or_default(),
                    is_name,
                });
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    found
}

fn string_end(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in text[from..].char_indices() {
        match c {
            '"' if !escaped => return from + at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The text with typographic quotes straightened, if that makes it JSON; it keeps the number of characters, so
/// positions stay true.
pub(crate) fn straight_quotes(text: &str) -> Cow<'_, str> {
    if !text.contains(is_typographic) || is_json(text) {
        return Cow::Borrowed(text);
    }
    let candidates = [straighten_structure(text), text.replace(is_typographic, "\"")];
    candidates
        .into_iter()
        .find(|candidate| is_json(candidate))
        .map_or(Cow::Borrowed(text), Cow::Owned)
}

/// As [`straight_quotes`], and for a text that is no JSON either way what it was probably meant to be: for saying
/// what is wrong, and for finding keys. It keeps the number of characters too.
pub(crate) fn readable(text: &str) -> Cow<'_, str> {
    match straight_quotes(text) {
        Cow::Borrowed(text) if text.contains(is_typographic) && !is_json(text) => {
            Cow::Owned(straighten_structure(text))
        }
        straight => straight,
    }
}

fn is_typographic(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '″' | '＂')
}

/// Straightens only the quotes that open and close strings: one inside a value stays as typed.
fn straighten_structure(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut opened_by = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let quote = c == '"' || is_typographic(c);
        let turn = match opened_by {
            None => quote,
            Some('"') => c == '"' && !escaped,
            Some(_) => quote && !escaped && ends_string(&text[at + c.len_utf8()..]),
        };
        escaped = c == '\\' && !escaped;
        if turn {
            opened_by = if opened_by.is_none() { Some(c) } else { None };
            out.push('"');
        } else {
            out.push(c);
        }
    }
    out
}

fn ends_string(rest: &str) -> bool {
    rest.trim_start()
        .chars()
        .next()
        .is_none_or(|next| matches!(next, ',' | ':' | ']' | '}'))
}

/// The payload's pieces.
pub(super) fn compile(payload: &str, report: &mut Report) -> Vec<Piece> {
    let text = readable(payload);
    if matches!(text, Cow::Owned(_)) && is_json(&text) {
        let note = "Typographic quotes were straightened: the payload is sent with plain \" quotes. Your text is kept as typed.";
        report.note(Field::Payload, note);
    }
    let strings = strings(&text);
    let mut loose = false;
    for slot in token::in_request(&text)
        .into_iter()
        .filter(|token| token.slot.is_some())
    {
        if strings.iter().any(|string| string.content.contains(&slot.range.start)) {
            continue;
        }
        loose = true;
        let message = format!(
            "{0} stands outside a JSON string, where it cannot be escaped. Put it in quotes: \"{0}\".",
            &text[slot.range.clone()]
        );
        report.problem_at(Field::Payload, &text, slot.range.start, message);
    }
    if !loose {
        check(&text, payload, report);
    }
    let spaces = spaces_around_slots(&text, &strings);
    if !spaces.is_empty() {
        report.note(
            Field::Payload,
            "Spaces around a placeholder in a value were dropped; they would have been sent.",
        );
    }
    let in_strings = keys(&text, &strings).map(|string| string.content.clone());
    let dotted: Vec<_> = in_strings
        .chain(bare_keys(&text, &strings).map(|(_, range)| range))
        .collect();
    Piece::of(&text, 0..text.len(), |_| Place::JsonString, &dotted, &spaces)
}

/// Reports what makes `text`, which was straightened from what was `typed`, no JSON.
fn check(text: &str, typed: &str, report: &mut Report) {
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else {
        return;
    };
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or_default();
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    // The parser counts bytes.
    let before = error.column().saturating_sub(1).min(line.len());
    let column = line.char_indices().take_while(|&(at, _)| at < before).count() + 1;
    let position = Position {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    };
    let hint = if typed.contains(is_typographic) {
        " It holds typographic quotes: type straight \" quotes."
    } else {
        ""
    };
    let message = format!("The payload is not valid JSON: {what}.{hint}");
    report.problems.push(Problem {
        field: Field::Payload,
        position: Some(position),
        message,
    });
}

/// The white space of strings that hold one placeholder and nothing else.
fn spaces_around_slots(text: &str, strings: &[JsonString]) -> Vec<Range<usize>> {
    let mut spaces = Vec::new();
    for string in strings.iter().filter(|string| !string.is_name) {
        let inner = trim(text, string.content.clone());
        let tokens = token::in_part(text, inner.clone());
        if tokens.len() == 1 && tokens[0].slot.is_some() {
            spaces.extend([string.content.start..inner.start, inner.end..string.content.end]);
        }
    }
    spaces.retain(|range| !range.is_empty());
    spaces
}

fn keys<'a>(text: &'a str, strings: &'a [JsonString]) -> impl Iterator<Item = &'a JsonString> {
    strings.iter().filter(|string| {
        let empty = text[string.content.clone()].trim().is_empty();
        !string.is_name && !empty && is_secret_name(&string.key)
    })
}

/// Keys that are numbers: without quotes around them.
fn bare_keys<'a>(text: &'a str, strings: &'a [JsonString]) -> impl Iterator<Item = (&'a str, Range<usize>)> {
    let names = strings
        .iter()
        .filter(|string| string.is_name && is_secret_name(&string.key));
    names.filter_map(|name| {
        let after = name.content.end + 1;
        let rest = text.get(after..)?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        let start = after + rest.len() - value.len();
        let length = value
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')))
            .unwrap_or(value.len());
        let is_word = matches!(&value[..length], "" | "null" | "true" | "false");
        (!is_word).then(|| (name.key.as_str(), start..start + length))
    })
}

/// A literal key: the member's name, where the value stands in the text as typed, and whether it stands there bare.
pub(crate) struct JsonSecret {
    pub name: String,
    pub range: Range<usize>,
    pub bare: bool,
}

/// The literal keys.
pub(crate) fn secrets(typed: &str) -> Vec<JsonSecret> {
    let text = readable(typed);
    let strings = strings(&text);
    let back = |at: usize| {
        let characters = text[..at].chars().count();
        typed.char_indices().nth(characters).map_or(typed.len(), |(at, _)| at)
    };
    let secret = |name: &str, range: Range<usize>, bare| JsonSecret {
        name: name.to_owned(),
        range: back(range.start)..back(range.end),
        bare,
    };
    let mut found: Vec<_> = keys(&text, &strings)
        .map(|string| secret(&string.key, string.content.clone(), false))
        .chain(bare_keys(&text, &strings).map(|(name, range)| secret(name, range, true)))
        .collect();
    found.sort_by_key(|secret| secret.range.start);
    found
}
