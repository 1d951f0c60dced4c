//! The grammar that a URL's query and a form payload share: `name=value` pairs between `&`, placeholders excepted.

use std::ops::Range;

use crate::escape::{Place, push_percent};
use crate::problem::{Field, Report};
use crate::redact::is_secret_name;
use crate::template::Piece;
use crate::token::{self, Token};

/// One pair; its tokens' ranges count from the beginning of the whole text.
#[derive(Default)]
pub(crate) struct Pair {
    pub name: Vec<Token>,
    pub value: Option<Vec<Token>>,
}

impl Pair {
    /// The name as typed.
    pub fn label<'a>(&self, text: &'a str) -> &'a str {
        match (self.name.first(), self.name.last()) {
            (Some(first), Some(last)) => text[first.range.start..last.range.end].trim(),
            _ => "",
        }
    }

    fn push(&mut self, token: Token) {
        if !token.range.is_empty() {
            self.value.as_mut().unwrap_or(&mut self.name).push(token);
        }
    }
}

/// Cuts a part of `text` into pairs. A placeholder's own `&` separates nothing.
pub(crate) fn pairs(text: &str, part: Range<usize>) -> Vec<Pair> {
    let mut pairs = vec![];
    let mut pair = Pair::default();
    for token in token::in_part(text, part) {
        if token.slot.is_some() {
            pair.push(token);
            continue;
        }
        let mut from = token.range.start;
        for (at, c) in text[token.range.clone()]
            .char_indices()
            .map(|(at, c)| (token.range.start + at, c))
        {
            let separates = c == '&' || (c == '=' && pair.value.is_none());
            if !separates {
                continue;
            }
            pair.push(Token {
                range: from..at,
                slot: None,
            });
            from = at + 1;
            if c == '=' {
                pair.value = Some(Vec::new());
            } else {
                pairs.push(std::mem::take(&mut pair));
            }
        }
        pair.push(Token {
            range: from..token.range.end,
            slot: None,
        });
    }
    pairs.push(pair);
    pairs
}

/// Compiles a query or a form payload: spaces around placeholders are dropped with a note, literals are spelled as
/// every client sends them, keys typed straight in are marked.
pub(crate) fn compile(text: &str, part: Range<usize>, field: Field, report: &mut Report) -> Vec<Piece> {
    if text[part.clone()].contains("&amp;") {
        report.note(
            field,
            "This holds &amp;, as texts copied from a page's source do. Write & where parameters are separated.",
        );
    }
    let mut pieces = Vec::new();
    for (index, mut pair) in pairs(text, part).into_iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::text("&"));
        }
        let secret = is_secret_name(pair.label(text));
        trim_outside(text, &mut pair);
        if let Some(value) = &mut pair.value
            && drop_spaces(text, value)
        {
            report.note(
                field,
                "Spaces around a placeholder in a value were dropped; they would have been sent.",
            );
        }
        for token in &pair.name {
            push(&mut pieces, text, token, false);
        }
        let Some(value) = &pair.value else { continue };
        pieces.push(Piece::text("="));
        note_plus(text, value, field, report);
        for token in value {
            push(&mut pieces, text, token, secret);
        }
    }
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: &str, token: &Token, secret: bool) {
    pieces.push(match &token.slot {
        Some(slot) => Piece::Slot {
            slot: slot.clone(),
            place: Place::FormField,
        },
        None => Piece::Text {
            text: literal(&text[token.range.clone()]),
            dotted: secret,
        },
    });
}

/// White space before a pair's name and line ends after its value lay the text out; they are no part of it.
fn trim_outside(text: &str, pair: &mut Pair) {
    if let Some(first) = pair.name.first_mut().filter(|token| token.slot.is_none()) {
        let part = &text[first.range.clone()];
        first.range.start += part.len() - part.trim_start().len();
    }
    let tail = pair.value.as_mut().unwrap_or(&mut pair.name);
    if let Some(last) = tail.last_mut().filter(|token| token.slot.is_none()) {
        let part = &text[last.range.clone()];
        last.range.end -= part.len() - part.trim_end_matches(['\r', '\n']).len();
    }
}

/// Drops the white space between a value's edge and a placeholder; spaces among words stay.
fn drop_spaces(text: &str, value: &mut Vec<Token>) -> bool {
    let blank = |token: &Token| token.slot.is_none() && text[token.range.clone()].trim().is_empty();
    let before = value.len();
    if value.len() > 1 && value.first().is_some_and(blank) {
        value.remove(0);
    }
    if value.len() > 1 && value.last().is_some_and(blank) {
        value.pop();
    }
    value.len() < before
}

/// A typed `+` is a space to whoever reads a form, which the administrator of a sender's number rarely means.
fn note_plus(text: &str, value: &[Token], field: Field, report: &mut Report) {
    let Some(first) = value.first().filter(|token| token.slot.is_none()) else {
        return;
    };
    let digits = text[first.range.clone()].strip_prefix('+').unwrap_or_default();
    if digits.starts_with(|c: char| c.is_ascii_digit()) {
        report.note(
            field,
            "A + typed in a value means a space to the receiver. Write %2B to send a plus sign.",
        );
    }
}

/// The spelling of typed text: what is percent-encoded stays so, what clients would encode is encoded.
pub(crate) fn literal(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let escape = byte == b'%'
            && bytes
                .get(at + 1..at + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if escape || byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:@/?[]|".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_percent(&mut out, byte);
        }
    }
    out
}

/// Undoes percent-encoding, and `+` for a space; what is not UTF-8 stays as typed.
pub(crate) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|_| byte == b'%')
        {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
