//! Where the placeholders of a request stand: in which parameter, header or JSON member. A key that was typed for one of
//! them is for no other, and never beside what reaches the phone.

use std::borrow::Cow;
use std::ops::Range;

use crate::headers;
use crate::payload::{Syntax, json};
use crate::problem::{Field, Position, Problem, Report};
use crate::query;
use crate::redact;
use crate::settings::Settings;
use crate::token::{self, Slot};
use crate::url;

/// A placeholder and its place.
pub(crate) struct Placed {
    pub field: Field,
    /// The name of the place; where there are no names, the whole text.
    pub place: String,
    /// Whether the place has a name.
    named: bool,
    position: Position,
    pub slot: Slot,
}

/// A stretch of a text and its name.
type Named = (Range<usize>, String);

/// Every placeholder, in the order URL, headers, payload.
pub(crate) fn placed(settings: &Settings) -> Vec<Placed> {
    let (query, rest) = match url::parts(&settings.url).and_then(|parts| parts.query) {
        Some(query) => {
            let rest = settings.url[..query.start].to_owned();
            (pairs("url query", &settings.url, query), rest)
        }
        None => (Vec::new(), settings.url.clone()),
    };
    let mut found = in_text(Field::Url, &settings.url, &query, &format!("url {rest}"));
    let headers = &settings.headers;
    found.extend(in_text(Field::Headers, headers, &in_headers(headers), headers));
    let syntax = redact::syntax(settings);
    let (payload, values) = match syntax {
        Syntax::Json => {
            let text = json::readable(&settings.payload);
            let values = members(&text);
            (text, values)
        }
        Syntax::Form => {
            let text = &settings.payload;
            (Cow::Borrowed(text.as_str()), pairs("form", text, 0..text.len()))
        }
        Syntax::Xml | Syntax::Plain => (Cow::Borrowed(settings.payload.as_str()), Vec::new()),
    };
    found.extend(in_text(
        Field::Payload,
        &payload,
        &values,
        &format!("payload {payload}"),
    ));
    found
}

fn in_text(field: Field, text: &str, values: &[Named], whole: &str) -> Vec<Placed> {
    let slots = token::in_request(text).into_iter();
    slots
        .filter_map(|token| Some((token.range.start, token.slot?)))
        .map(|(at, slot)| {
            let name = values
                .iter()
                .find(|(range, _)| range.contains(&at))
                .map(|(_, name)| name);
            Placed {
                field,
                place: name.map_or_else(|| whole.to_owned(), Clone::clone),
                named: name.is_some(),
                position: Position::at(text, at),
                slot,
            }
        })
        .collect()
}

fn pairs(kind: &str, text: &str, part: Range<usize>) -> Vec<Named> {
    let pairs = query::pairs(text, part).into_iter();
    pairs
        .filter_map(|pair| {
            let name = format!("{kind} {}", pair.label(text));
            let tokens: Vec<_> = pair.name.iter().chain(pair.value.iter().flatten()).collect();
            let (first, last) = (tokens.first()?, tokens.last()?);
            Some((first.range.start..last.range.end, name))
        })
        .collect()
}

fn in_headers(text: &str) -> Vec<Named> {
    let spans = headers::spans(text).into_iter();
    spans
        .filter_map(|span| {
            let (name, _) = text[span.clone()].split_once(':')?;
            Some((span, format!("header {}", name.trim().to_ascii_lowercase())))
        })
        .collect()
}

/// An object or a list that is open.
struct Level {
    /// The member's name, or nothing in a list.
    name: Option<String>,
    index: usize,
}

/// The strings of a JSON text by their paths.
fn members(text: &str) -> Vec<Named> {
    let mut open: Vec<Level> = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    for string in json::strings(text) {
        for c in text[at..string.content.start].chars() {
            match c {
                '{' | '[' => open.push(Level {
                    name: (c == '{').then(String::new),
                    index: 0,
                }),
                '}' | ']' => drop(open.pop()),
                ',' => {
                    if let Some(level) = open.last_mut() {
                        level.index += 1;
                    }
                }
                _ => {}
            }
        }
        if string.is_name
            && let Some(name) = open.last_mut().and_then(|level| level.name.as_mut())
        {
            text[string.content.clone()].clone_into(name);
        }
        let steps = open.iter().map(|level| match &level.name {
            Some(name) => name.replace('~', "~0").replace('/', "~1"),
            None => level.index.to_string(),
        });
        let path = format!("json /{}", steps.collect::<Vec<_>>().join("/"));
        at = string.content.end;
        found.push((string.content, path));
    }
    found
}

/// Reports a secret in a value that holds the message or the code too: it would be part of the SMS.
pub(crate) fn check(settings: &Settings, report: &mut Report) {
    let placed = placed(settings);
    let sent = |one: &&Placed| one.named && (one.field != Field::Payload || settings.method.has_body());
    for secret in placed.iter().filter(sent) {
        let Slot::Secret(name) = &secret.slot else { continue };
        let beside = |other: &Placed| {
            matches!(other.slot, Slot::Message | Slot::Code)
                && (other.field, &other.place) == (secret.field, &secret.place)
        };
        if placed.iter().any(beside) {
            let message = format!(
                "{{{{secret:{name}}}}} stands in one value with the message or the code, and would be part of the SMS. \
                 Put it where the provider reads its key."
            );
            report.problems.push(Problem {
                field: secret.field,
                position: Some(secret.position),
                message,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Method;

    fn settings(url: &str, headers: &str, payload: &str) -> Settings {
        Settings {
            url: url.into(),
            headers: headers.into(),
            payload: payload.into(),
            method: Method::Post,
            ..Settings::default()
        }
    }

    fn places(settings: &Settings) -> Vec<String> {
        let slots = crate::secret_slots(settings).into_iter();
        slots.flat_map(|slot| slot.places).collect()
    }

    #[test]
    fn a_place_has_the_name_of_what_holds_the_value() {
        let url = "https://sms.example/{{secret:a}}?to=&num&key={{secret:b}}";
        let found = places(&settings(
            url,
            "X-Key: {{secret:c}}, Accept: */*",
            "to=&num&pw={{secret:d}}",
        ));
        assert_eq!(
            found,
            [
                "url https://sms.example/{{secret:a}}?",
                "url query key",
                "header x-key",
                "form pw"
            ]
        );
        let json = r#"{"a":{"b":["&num",{"k":"{{secret:e}}"}],"c":"{{secret:f}}"},"d/e":["x","{{secret:g}}"]}"#;
        assert_eq!(
            places(&settings("", "", json)),
            ["json /a/b/1/k", "json /a/c", "json /d~1e/1"]
        );
        assert_eq!(
            places(&settings("", "", "{“to”:“&num”,“k”:“{{secret:e}}”}")),
            ["json /k"],
            "typographic quotes are read as they are sent"
        );
        assert_eq!(
            places(&settings("", "Content-Type: text/plain", "{{secret:h}} &num")),
            ["payload {{secret:h}} &num"]
        );
    }

    #[test]
    fn a_secret_beside_the_message_is_refused() {
        for (url, headers, payload) in [
            ("?to=&num&text={{secret:k}}%20&msg", "", ""),
            ("?to=&num&text=$ctx.otp&text={{secret:k}}", "", ""),
            ("?to=&num", "X-Text: &otp {{secret:k}}", ""),
            ("", "", "to=&num&text=&msg {{secret:k}}"),
            ("", "", r#"{"to":"&num","text":"$ctx.msg {{secret:k}}"}"#),
        ] {
            let settings = settings(&format!("https://sms.example/{url}"), headers, payload);
            let problems = crate::compile(&settings).problems;
            assert_eq!(problems.len(), 1, "{url} {headers} {payload}: {problems:?}");
            assert!(
                problems[0].message.starts_with("{{secret:k}} stands in one value"),
                "{problems:?}"
            );
        }
        let apart = r#"{"key":"{{secret:k}}","args":["{{secret:k}}","&num","&msg"]}"#;
        let problems = crate::compile(&settings("https://sms.example/", "", apart)).problems;
        assert_eq!(problems, []);
    }
}
