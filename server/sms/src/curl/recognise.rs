//! Finds the number and the message of a vendor's example and puts placeholders there, by the name of the
//! parameter and the look of its value. What is not recognised stays as it is and is said.

use std::ops::Range;

use crate::headers::trim;
use crate::payload::json;
use crate::problem::{Field, Report};
use crate::query;
use crate::settings::{NumberFormat, Settings};
use crate::token::{self, Slot};

const NUMBER_NAMES: [&str; 26] = [
    "to",
    "tos",
    "dst",
    "dest",
    "destination",
    "destinations",
    "destinationaddress",
    "destinationnumber",
    "mobile",
    "mobiles",
    "mobilenumber",
    "mobileno",
    "msisdn",
    "msisdns",
    "number",
    "numbers",
    "phone",
    "phones",
    "phonenumber",
    "phonenumbers",
    "receiver",
    "recipient",
    "recipients",
    "recipientnumber",
    "tonumber",
    "gsm",
];
const MESSAGE_NAMES: [&str; 14] = [
    "text",
    "message",
    "messagetext",
    "messagebody",
    "messagecontent",
    "msg",
    "body",
    "content",
    "sms",
    "smstext",
    "smsmessage",
    "txt",
    "smsbody",
    "textmessage",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Message,
}

/// A value to replace, in the text of one field.
struct Found {
    range: Range<usize>,
    kind: Kind,
    new: String,
}

/// Replaces what is recognised in the URL's query and the payload, and says what was and what was not.
pub(super) fn placeholders(settings: &mut Settings, report: &mut Report) {
    let mut format = None;
    let url = crate::url::parts(&settings.url).and_then(|parts| parts.query);
    let in_url = url
        .map(|query| in_pairs(&settings.url, query, &mut format))
        .unwrap_or_default();
    let json = settings.payload.trim_start().starts_with(['{', '[']);
    let in_payload = if json {
        in_json(&settings.payload, &mut format)
    } else if settings.payload.trim_start().starts_with('<') {
        Vec::new()
    } else {
        in_pairs(&settings.payload, 0..settings.payload.len(), &mut format)
    };
    for (kind, placeholder, what) in [
        (Kind::Number, "&num", "number"),
        (Kind::Message, "&msg", "message text"),
    ] {
        let count = in_url
            .iter()
            .chain(&in_payload)
            .filter(|found| found.kind == kind)
            .count();
        let field = if in_url.iter().any(|found| found.kind == kind) {
            Field::Url
        } else {
            Field::Payload
        };
        match count {
            0 if has(settings, placeholder) => {}
            0 => report.note(
                field,
                format!("No {what} was recognised. Put {placeholder} where it belongs."),
            ),
            1 => report.note(field, format!("The example's {what} was replaced by {placeholder}.")),
            _ => report.note(
                field,
                format!("{placeholder} stands in {count} places now. Keep one recipient and one text."),
            ),
        }
    }
    apply(&mut settings.url, in_url);
    apply(&mut settings.payload, in_payload);
    settings.number_format = format.unwrap_or_default();
}

fn has(settings: &Settings, placeholder: &str) -> bool {
    let wanted = token::in_request(placeholder).into_iter().find_map(|token| token.slot);
    [&settings.url, &settings.headers, &settings.payload]
        .into_iter()
        .any(|text| {
            token::in_request(text)
                .into_iter()
                .any(|token| token.slot.is_some() && token.slot == wanted)
        })
}

fn apply(text: &mut String, mut found: Vec<Found>) {
    found.sort_by_key(|found| found.range.start);
    for found in found.into_iter().rev() {
        text.replace_range(found.range, &found.new);
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if NUMBER_NAMES.contains(&name.as_str()) {
        Some(Kind::Number)
    } else if MESSAGE_NAMES.contains(&name.as_str()) {
        Some(Kind::Message)
    } else {
        None
    }
}

fn in_pairs(text: &str, part: Range<usize>, format: &mut Option<NumberFormat>) -> Vec<Found> {
    let mut found = Vec::new();
    for pair in query::pairs(text, part) {
        let (Some(kind), Some(value)) = (kind_of(&query::decoded(pair.label(text))), &pair.value) else {
            continue;
        };
        let (Some(first), Some(last)) = (value.first(), value.last()) else {
            continue;
        };
        let range = first.range.start..last.range.end;
        // A + typed raw into a query is a space to the receiver, and a number's plus to the vendor's author.
        let typed = &text[range.clone()];
        let value = if typed.starts_with('+') {
            typed.to_owned()
        } else {
            query::decoded(typed)
        };
        found.extend(replacement(kind, &value, format).map(|new| Found { range, kind, new }));
    }
    found
}

fn in_json(text: &str, format: &mut Option<NumberFormat>) -> Vec<Found> {
    let mut found = Vec::new();
    for string in json::strings(text) {
        let Some(kind) = kind_of(&string.key) else { continue };
        if !string.is_name {
            let new = replacement(kind, &text[string.content.clone()], format);
            found.extend(new.map(|new| Found {
                range: string.content.clone(),
                kind,
                new,
            }));
        } else if kind == Kind::Number {
            found.extend(bare_number(text, string.content.end + 1, format));
        }
    }
    found
}

/// A number without quotes after a member's name: a placeholder needs the quotes.
fn bare_number(text: &str, after_name: usize, format: &mut Option<NumberFormat>) -> Option<Found> {
    let rest = text.get(after_name..)?;
    let start = after_name + rest.find(|c: char| c != ':' && !c.is_whitespace())?;
    let length = text[start..]
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len() - start);
    let range = trim(text, start..start + length);
    let new = replacement(Kind::Number, &text[range.clone()], format)?;
    Some(Found {
        range,
        kind: Kind::Number,
        new: format!("\"{new}\""),
    })
}

/// What to put in place of an example's value. A slot was a variable of the shell and stands for an example too.
fn replacement(kind: Kind, value: &str, format: &mut Option<NumberFormat>) -> Option<String> {
    let value = value.trim();
    let done = |token: &token::Token| matches!(token.slot, Some(Slot::Number | Slot::Message | Slot::Code));
    if value.is_empty() || token::in_request(value).iter().any(done) {
        return None;
    }
    if kind == Kind::Message {
        return Some("&msg".to_owned());
    }
    let (found, new) = number(value)?;
    *format = Some(found);
    Some(new.to_owned())
}

/// Reads an example's number: digits with the usual separators, or a stand-in such as `<RECIPIENT>`.
fn number(value: &str) -> Option<(NumberFormat, &'static str)> {
    let separators_only = value.chars().all(|c| c.is_ascii_digit() || "+ -().xX*".contains(c));
    let masked = value
        .chars()
        .filter(|c| c.is_ascii_digit() || "xX*".contains(*c))
        .count();
    if separators_only && (7..=15).contains(&masked) {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        return Some(if value.starts_with('+') {
            (NumberFormat::E164, "&num")
        } else if digits.starts_with("00") {
            (NumberFormat::WithoutPlus, "00&num")
        } else if digits.starts_with('0') {
            (NumberFormat::National, "&num")
        } else {
            (NumberFormat::WithoutPlus, "&num")
        });
    }
    match value.strip_prefix('+') {
        Some(rest) => stands_in(rest).then_some((NumberFormat::WithoutPlus, "+&num")),
        None => stands_in(value).then_some((NumberFormat::E164, "&num")),
    }
}

/// Whether documents write this where a number belongs.
fn stands_in(value: &str) -> bool {
    const BEGINNINGS: [&str; 6] = ["$", "YOUR", "TO_", "RECIPIENT", "PHONE", "DESTINATION"];
    let upper = value.to_ascii_uppercase();
    let enclosed = [("<", ">"), ("{", "}"), ("[", "]")];
    enclosed
        .iter()
        .any(|(open, close)| value.starts_with(open) && value.ends_with(close))
        || BEGINNINGS.iter().any(|beginning| upper.starts_with(beginning))
}
