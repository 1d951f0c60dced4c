//! Puts the parts together: settings in, a template or problems out.

use crate::escape::is_printable_ascii;
use crate::headers;
use crate::judge::{self, ResponseCodes};
use crate::message::{self, rendered_message};
use crate::payload;
use crate::places;
use crate::problem::{Field, Note, Problem, Report};
use crate::settings::{MAX_RULE, Settings};
use crate::template::{Piece, Template};
use crate::token::Slot;
use crate::url;

/// What became of the settings.
#[derive(Clone)]
pub struct Compiled {
    /// What was straightened, dropped or added.
    pub notes: Vec<Note>,
    /// What prevents saving.
    pub problems: Vec<Problem>,
    /// The template; there exactly if there are no problems.
    pub template: Option<Template>,
}

/// Compiles the settings. The settings stay as typed: what is straightened is straightened in the template.
#[must_use]
pub fn compile(settings: &Settings) -> Compiled {
    let mut report = Report::default();
    let target = url::compile(&settings.url, &mut report);
    let mut headers = headers::compile(&settings.headers, &mut report);
    let content_type = content_type(&headers, &mut report);
    message::check(&settings.message, &mut report);
    message_in_headers(&headers, &settings.message, &mut report);
    check_answer(settings, &mut report);
    let body = if settings.method.has_body() {
        payload::compile(&settings.payload, content_type.as_deref(), &mut report)
    } else {
        if !settings.payload.trim().is_empty() {
            report.note(Field::Payload, "With GET the payload is not sent.");
        }
        None
    };
    places::check(settings, &mut report);
    if let Some(added) = body.as_ref().and_then(|body| body.added_type) {
        headers.push(("Content-Type".to_owned(), vec![Piece::text(added)]));
    }
    add_missing(&mut headers);
    let template = match target {
        Some(target) if report.problems.is_empty() => Some(Template {
            method: settings.method,
            scheme: target.scheme,
            host: target.host,
            port: target.port,
            target: target.pieces,
            headers,
            body: body.map(|body| body.pieces),
            message: settings.message.clone(),
        }),
        _ => None,
    };
    note_foreign(settings, &mut report);
    if let Some(template) = &template {
        note_missing(template, &mut report);
    }
    Compiled {
        notes: report.notes,
        problems: report.problems,
        template,
    }
}

/// Clients add these by themselves in ways of their own; stated here, the preview is what is sent.
fn add_missing(headers: &mut Vec<(String, Vec<Piece>)>) {
    for (name, value) in [("Accept", "*/*"), ("User-Agent", "Gatehouse")] {
        if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
            headers.push((name.to_owned(), vec![Piece::text(value)]));
        }
    }
}

/// The Content-Type decides how values are escaped, so it cannot hold one.
fn content_type(headers: &[(String, Vec<Piece>)], report: &mut Report) -> Option<String> {
    let (_, value) = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"))?;
    let mut text = String::new();
    for piece in value {
        match piece {
            Piece::Text { text: part, .. } => text.push_str(part),
            Piece::Slot { .. } => {
                let message =
                    "A placeholder cannot stand in Content-Type, which decides how values are escaped. Write it out.";
                report.problem(Field::Headers, message);
                return None;
            }
        }
    }
    Some(text)
}

fn message_in_headers(headers: &[(String, Vec<Piece>)], message: &str, report: &mut Report) {
    // Codes and minutes are ASCII, so the text around them decides.
    if is_printable_ascii(&rendered_message(message, "0", 0)) {
        return;
    }
    for (name, value) in headers {
        if value.iter().any(|piece| {
            matches!(
                piece,
                Piece::Slot {
                    slot: Slot::Message,
                    ..
                }
            )
        }) {
            let message = format!(
                "The header {name} holds &msg, and headers carry printable ASCII only, which the message is not. \
                 Put &msg in the payload, or write the message in plain letters on one line."
            );
            report.problem(Field::Headers, message);
        }
    }
}

fn check_answer(settings: &Settings, report: &mut Report) {
    if settings.response_code.chars().count() > MAX_RULE {
        report.problem(
            Field::ResponseCode,
            format!("The list is longer than {MAX_RULE} characters. Use ranges such as 2xx."),
        );
    } else if let Err(problem) = ResponseCodes::parse(&settings.response_code) {
        report.problems.push(problem);
    }
    if let Err(message) = judge::check_rule(&settings.body_rule) {
        report.problem(Field::BodyRule, message);
    }
}

/// The placeholders of other products, which a moved recipe may still hold.
const FOREIGN: [(&str, &str); 10] = [
    ("{{mobile}}", "&num"),
    ("{{body}}", "&msg"),
    ("{{message}}", "&msg"),
    ("{mobile}", "&num"),
    ("{phone}", "&num"),
    ("{number}", "&num"),
    ("{message}", "&msg"),
    ("{text}", "&msg"),
    ("{otp}", "&otp"),
    ("{code}", "&otp"),
];

fn note_foreign(settings: &Settings, report: &mut Report) {
    let fields = [
        (Field::Url, &settings.url),
        (Field::Headers, &settings.headers),
        (Field::Payload, &settings.payload),
    ];
    for (field, text) in fields {
        for (foreign, ours) in FOREIGN {
            let mut found = text.match_indices(foreign);
            if found.any(|(at, _)| !text[..at].ends_with(['{', '$'])) {
                report.note(
                    field,
                    format!("{foreign} is sent as it stands. For the value write {ours} in its place."),
                );
            }
        }
    }
}

/// Settings that cannot do their work, although they are well formed.
fn note_missing(template: &Template, report: &mut Report) {
    let has = |wanted: &[Slot]| {
        template
            .pieces()
            .any(|piece| matches!(piece, Piece::Slot { slot, .. } if wanted.contains(slot)))
    };
    if !has(&[Slot::Number]) {
        report.note(
            Field::Url,
            "The request has no &num: the provider does not learn which number to send to.",
        );
    }
    if !has(&[Slot::Message, Slot::Code]) {
        report.note(
            Field::Url,
            "The request has neither &msg nor &otp: the SMS cannot hold the code.",
        );
    }
}
