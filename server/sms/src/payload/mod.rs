//! Compiles *HTTP Payload*. Owns the choice of syntax, from the Content-Type or else from the payload's first
//! character, and refuses payloads in which a value cannot be escaped.

pub(crate) mod json;
pub(crate) mod xml;
mod xml_regions;

use crate::escape::Place;
use crate::problem::{Field, Report};
use crate::query;
use crate::redact;
use crate::settings::MAX_PAYLOAD;
use crate::template::Piece;
use crate::token;

/// How the receiver reads the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    Form,
    Xml,
    Plain,
}

impl Syntax {
    /// The Content-Type that is sent where none was given.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml",
            Self::Plain => "text/plain; charset=utf-8",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "a form",
            Self::Xml => "XML",
            Self::Plain => "plain text",
        }
    }
}

/// The syntax of a payload.
pub(crate) fn syntax(payload: &str, content_type: Option<&str>) -> Syntax {
    let Some(content_type) = content_type else {
        return inferred(payload);
    };
    let media = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if media == "application/x-www-form-urlencoded" {
        Syntax::Form
    } else if media.contains("json") {
        Syntax::Json
    } else if media.contains("xml") || media == "text/html" {
        Syntax::Xml
    } else {
        Syntax::Plain
    }
}

fn inferred(payload: &str) -> Syntax {
    match payload
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .chars()
        .next()
    {
        Some('{' | '[') => Syntax::Json,
        Some('<') => Syntax::Xml,
        _ => Syntax::Form,
    }
}

/// A value as its receiver reads it, from the text typed in a payload of that syntax.
pub(crate) fn decoded(syntax: Syntax, typed: &str) -> String {
    match syntax {
        Syntax::Json => serde_json::from_str(&format!("\"{typed}\"")).unwrap_or_else(|_| typed.to_owned()),
        Syntax::Form => query::decoded(typed),
        Syntax::Xml if typed.starts_with("<![CDATA[") => {
            let content = &typed["<![CDATA[".len()..];
            content.strip_suffix("]]>").unwrap_or(content).to_owned()
        }
        Syntax::Xml => [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
            ("&amp;", "&"),
        ]
        .iter()
        .fold(typed.to_owned(), |text, (from, to)| text.replace(from, to)),
        Syntax::Plain => typed.to_owned(),
    }
}

/// A compiled payload.
pub(crate) struct Body {
    pub pieces: Vec<Piece>,
    /// The Content-Type to add.
    pub added_type: Option<&'static str>,
}

/// Compiles a payload that is going to be sent. Problems go to the report.
pub(crate) fn compile(payload: &str, content_type: Option<&str>, report: &mut Report) -> Option<Body> {
    let length = payload.chars().count();
    if length > MAX_PAYLOAD {
        let message = format!("The payload has {length} characters, and {MAX_PAYLOAD} are allowed. Shorten it.");
        report.problem(Field::Payload, message);
        return None;
    }
    if payload.trim().is_empty() {
        return None;
    }
    for at in token::malformed_secrets(payload) {
        report.problem_at(Field::Payload, payload, at, redact::MALFORMED_SLOT);
    }
    check_type(content_type, report);
    let syntax = syntax(payload, content_type);
    let likely = inferred(payload);
    let added_type = content_type.is_none().then(|| syntax.content_type());
    if let Some(added) = added_type {
        let note = format!(
            "No Content-Type is given: the payload is read as {} and {added} is sent.",
            syntax.name()
        );
        report.note(Field::Payload, note);
    } else if likely != Syntax::Form && likely != syntax {
        let note = format!(
            "The payload looks like {} but the Content-Type says {}. The Content-Type decides how values are escaped.",
            likely.name(),
            syntax.name()
        );
        report.note(Field::Payload, note);
    }
    let pieces = match syntax {
        Syntax::Json => json::compile(payload, report),
        Syntax::Form => query::compile(payload, 0..payload.len(), Field::Payload, report),
        Syntax::Xml => xml::compile(payload, report),
        Syntax::Plain => Piece::of(payload, 0..payload.len(), |_| Place::Plain, &[], &[]),
    };
    Some(Body { pieces, added_type })
}

fn check_type(content_type: Option<&str>, report: &mut Report) {
    let lower = content_type.unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("multipart/") {
        let message = "A multipart payload cannot be written as a template. Use the provider's JSON or form API.";
        report.problem(Field::Headers, message);
    }
    let charset = lower
        .split(';')
        .skip(1)
        .find_map(|parameter| parameter.trim().strip_prefix("charset="));
    if let Some(charset) = charset.map(|name| name.trim_matches('"'))
        && !matches!(charset, "utf-8" | "utf8" | "us-ascii")
    {
        let message =
            format!("The payload is sent as UTF-8, and the Content-Type says {charset}. Write charset=utf-8.");
        report.problem(Field::Headers, message);
    }
}
