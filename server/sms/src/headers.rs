//! The grammar of *HTTP Headers*: the tutorial's one-line form and one header per line.
//!
//! In one line a comma separates only where a header name and `:` (not `://`) follow, so `Accept: application/json,
//! text/plain` stays whole; a text with line breaks is not split at commas at all. Refuses the headers that belong
//! to the connection, names that are no tokens, and anything but printable ASCII.

use std::ops::Range;

use crate::escape::{Place, is_printable_ascii};
use crate::problem::{Field, Position, Problem, Report};
use crate::redact;
use crate::settings::MAX_HEADERS;
use crate::template::Piece;
use crate::token;

/// Headers that the connection owns: setting them would let a template smuggle a second request.
const REFUSED: [&str; 4] = ["Host", "Content-Length", "Transfer-Encoding", "Connection"];

/// One header as typed, trimmed; its value may hold placeholders.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where the name begins in the text it was read from.
    pub position: Position,
}

/// Where a header stands in the text.
pub(crate) struct Span {
    pub name: Range<usize>,
    pub value: Range<usize>,
}

/// Reads the headers, in either form. What has a problem is left out of the headers.
#[must_use]
pub fn parse(text: &str) -> (Vec<Header>, Vec<Problem>) {
    let mut report = Report::default();
    let headers = checked(text, &mut report)
        .into_iter()
        .map(|span| Header {
            position: Position::at(text, span.name.start),
            name: text[span.name].to_owned(),
            value: text[span.value].to_owned(),
        })
        .collect();
    (headers, report.problems)
}

/// Writes the headers so that [`parse`] gives them back: one per line.
#[must_use]
pub fn to_lines(headers: &[Header]) -> String {
    let lines: Vec<String> = headers
        .iter()
        .map(|header| format!("{}: {}", header.name, header.value))
        .collect();
    let text = lines.join("\n");
    // A single line would be split again if its value holds ", Name:"; two line ends make it the other form.
    if lines.len() == 1 && spans(&text).len() > 1 {
        text + "\n\n"
    } else {
        text
    }
}

/// The headers as pieces, and the Content-Type if there is one.
pub(crate) fn compile(text: &str, report: &mut Report) -> Vec<(String, Vec<Piece>)> {
    let length = text.chars().count();
    if length > MAX_HEADERS {
        report.problem(
            Field::Headers,
            format!("The headers have {length} characters, and {MAX_HEADERS} are allowed. Shorten them."),
        );
        return Vec::new();
    }
    for at in token::malformed_secrets(text) {
        report.problem_at(Field::Headers, text, at, redact::MALFORMED_SLOT);
    }
    checked(text, report)
        .into_iter()
        .map(|span| {
            let dotted = redact::secret_in_header(&text[span.name.clone()], text, &span.value);
            let value = Piece::of(text, span.value, |_| Place::Header, dotted.as_slice(), &[]);
            (text[span.name].to_owned(), value)
        })
        .collect()
}

fn checked(text: &str, report: &mut Report) -> Vec<Span> {
    let mut kept: Vec<Span> = Vec::new();
    for line in spans(text) {
        let Some(colon) = text[line.clone()].find(':') else {
            let message = "This is no header: it has no colon. Write Name: value.";
            report.problem_at(Field::Headers, text, line.start, message);
            continue;
        };
        let name = trim(text, line.start..line.start + colon);
        let value = trim(text, line.start + colon + 1..line.end);
        if let Some((at, message)) = fault(text, &name, &value) {
            report.problem_at(Field::Headers, text, at, message);
            continue;
        }
        let is = |other: &str| text[name.clone()].eq_ignore_ascii_case(other);
        if is("Content-Type") && kept.iter().any(|span| is(&text[span.name.clone()])) {
            let message = "Content-Type is given twice. Keep the one that fits the payload.";
            report.problem_at(Field::Headers, text, name.start, message);
            continue;
        }
        kept.push(Span { name, value });
    }
    kept
}

fn fault(text: &str, name: &Range<usize>, value: &Range<usize>) -> Option<(usize, String)> {
    let (label, content) = (&text[name.clone()], &text[value.clone()]);
    if label.is_empty() {
        return Some((name.start, "The header's name is missing before the colon.".to_owned()));
    }
    if token::in_request(label).iter().any(|token| token.slot.is_some()) {
        return Some((
            name.start,
            "A placeholder cannot stand in a header's name. Put it in the value.".to_owned(),
        ));
    }
    if let Some((at, c)) = label.char_indices().find(|&(_, c)| !is_token_char(c)) {
        return Some((name.start + at, format!("A header's name cannot hold {}.", named(c))));
    }
    if let Some(refused) = REFUSED.iter().find(|refused| refused.eq_ignore_ascii_case(label)) {
        let message = format!("{refused} is set by the connection itself and cannot be set here. Delete this header.");
        return Some((name.start, message));
    }
    let (at, c) = content
        .char_indices()
        .find(|(_, c)| !is_printable_ascii(c.encode_utf8(&mut [0; 4])))?;
    let message = format!(
        "The header {label} holds {}; a header can hold printable ASCII characters only. Retype it.",
        named(c)
    );
    Some((value.start + at, message))
}

fn named(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '“' | '”' | '„' | '‘' | '’' => format!("the typographic quote {c}"),
        c if c.is_control() => "a control character".to_owned(),
        c => format!("the character {c}"),
    }
}

/// The stretches of the text that should each be one header, trimmed, empty ones left out.
pub(crate) fn spans(text: &str) -> Vec<Range<usize>> {
    // The line end that copying adds to a single line does not make it the other form.
    let body = text.strip_suffix('\n').unwrap_or(text);
    let body = body.strip_suffix('\r').unwrap_or(body);
    let starts: Vec<usize> = if body.contains(['\n', '\r']) {
        body.match_indices(['\n', '\r']).map(|(at, _)| at).collect()
    } else {
        body.match_indices(',')
            .map(|(at, _)| at)
            .filter(|at| header_follows(&body[at + 1..]))
            .collect()
    };
    let begins = std::iter::once(0).chain(starts.iter().map(|at| at + 1));
    let ends = starts.iter().copied().chain([body.len()]);
    begins
        .zip(ends)
        .map(|(begin, end)| trim(text, begin..end))
        .filter(|range| !range.is_empty())
        .collect()
}

/// A name begins with a letter here, so that `X-Hours: 8:00,17:00` stays whole.
fn header_follows(rest: &str) -> bool {
    let rest = rest.trim_start();
    let end = rest.find(|c| !is_token_char(c)).unwrap_or(rest.len());
    let after = rest[end..].trim_start();
    rest.starts_with(|c: char| c.is_ascii_alphabetic()) && after.starts_with(':') && !after.starts_with("://")
}

/// A character of a header's name (RFC 9110, 5.6.2).
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

pub(crate) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}
