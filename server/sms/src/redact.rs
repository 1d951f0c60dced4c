//! Keys typed straight into a field: finds them, dots them, moves them into secret slots.
//!
//! It errs on the side of dots, and works on text that does not compile: whoever may only view, the audit log and
//! the export see unfinished settings too. A key in a URL's path cannot be told from the path; slots are for that.

use std::ops::Range;

use crate::headers;
use crate::payload::{self, Syntax, json, xml};
use crate::preview::DOTS;
use crate::problem::Field;
use crate::query;
use crate::settings::Settings;
use crate::token::{self, Token};
use crate::url;

pub(crate) const MALFORMED_SLOT: &str =
    "This is no secret slot. Write {{secret:name}} with a name of letters, digits, _, - and .";

/// A key typed straight into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiteralSecret {
    /// The field it stands in.
    pub field: Field,
    /// The name of the header, parameter or member that holds it.
    pub name: String,
    /// The bytes of the field's text.
    pub range: Range<usize>,
    /// Whether it is a number in JSON, in the place of which a slot needs quotes.
    pub bare: bool,
}

/// A key that was moved out of a field.
#[derive(Clone, PartialEq, Eq)]
pub struct SlottedSecret {
    /// The name of the slot that now stands in its place.
    pub name: String,
    /// The key.
    pub value: String,
}

/// Whether values of this name are keys: `Authorization`, `*key*`, `*secret*`, `*token*`, passwords.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "key",
        "secret",
        "token",
        "passw",
        "passphrase",
        "pwd",
        "authorization",
        "credential",
        "signature",
    ];
    const WHOLE: [&str; 5] = ["pass", "auth", "x-auth", "cookie", "sig"];
    let name = name.trim().to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part)) || WHOLE.contains(&name.as_str())
}

/// The key in a header's value, without the scheme word of an `Authorization`.
pub(crate) fn secret_in_header(name: &str, text: &str, value: &Range<usize>) -> Option<Range<usize>> {
    if !is_secret_name(name) {
        return None;
    }
    let content = &text[value.clone()];
    let scheme = match content.split_once(' ') {
        Some((first, _)) if is_scheme(first) => first.len() + 1,
        _ => 0,
    };
    Some(value.start + scheme..value.end).filter(|range| !range.is_empty())
}

/// A first word that is known to name how the rest is to be read; any other could be part of the key.
fn is_scheme(word: &str) -> bool {
    const SCHEMES: [&str; 13] = [
        "accesskey",
        "api-key",
        "apikey",
        "app",
        "basic",
        "bearer",
        "digest",
        "hmac",
        "key",
        "negotiate",
        "oauth",
        "token",
        "aws4-hmac-sha256",
    ];
    SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
}

/// The keys typed straight into the fields, in the order URL, headers, payload.
#[must_use]
pub fn literal_secrets(settings: &Settings) -> Vec<LiteralSecret> {
    let mut found = in_url(&settings.url);
    for line in headers::spans(&settings.headers) {
        let text = &settings.headers;
        let Some(colon) = text[line.clone()].find(':') else {
            continue;
        };
        let name = text[line.start..line.start + colon].trim();
        let value = headers::trim(text, line.start + colon + 1..line.end);
        if let Some(range) = secret_in_header(name, text, &value) {
            found.extend(text_only(text, range).map(|range| literal(Field::Headers, name, range)));
        }
    }
    found.extend(in_payload(settings));
    found
}

fn literal(field: Field, name: &str, range: Range<usize>) -> LiteralSecret {
    LiteralSecret {
        field,
        name: name.to_owned(),
        range,
        bare: false,
    }
}

fn in_url(text: &str) -> Vec<LiteralSecret> {
    let Some(parts) = url::parts(text) else {
        // What has lost its scheme may hold parameters all the same.
        let query = text.find('?').map_or(0, |at| at + 1);
        return in_pairs(text, query..text.len(), Field::Url);
    };
    let mut found = Vec::new();
    if let Some(at) = text[parts.authority.clone()].rfind('@') {
        let user = parts.authority.start..parts.authority.start + at;
        // The colon of a slot separates nothing.
        let mut typed = token::in_part(text, user.clone())
            .into_iter()
            .filter(|token| token.slot.is_none());
        let colon = typed.find_map(|token| Some(token.range.start + text[token.range.clone()].find(':')?));
        let password = colon.map_or(user.start, |colon| colon + 1)..user.end;
        found.extend(text_only(text, password).map(|range| literal(Field::Url, "password", range)));
    }
    if let Some(query) = parts.query {
        found.extend(in_pairs(text, query, Field::Url));
    }
    found
}

fn in_pairs(text: &str, part: Range<usize>, field: Field) -> Vec<LiteralSecret> {
    let pairs = query::pairs(text, part);
    let keys = pairs.iter().filter(|pair| is_secret_name(pair.label(text)));
    keys.flat_map(|pair| {
        pair.value
            .iter()
            .flatten()
            .filter_map(move |token| Some((pair, plain(text, token)?)))
    })
    .map(|(pair, range)| literal(field, pair.label(text), range))
    .collect()
}

fn in_payload(settings: &Settings) -> Vec<LiteralSecret> {
    let text = &settings.payload;
    let named = |found: Vec<(String, Range<usize>)>| {
        found
            .into_iter()
            .flat_map(|(name, range)| text_only(text, range).map(move |range| (name.clone(), range)))
            .map(|(name, range)| literal(Field::Payload, &name, range))
            .collect()
    };
    match syntax(settings) {
        Syntax::Json => json::secrets(text)
            .into_iter()
            .flat_map(|secret| {
                let parts: Vec<_> = text_only(text, secret.range).collect();
                parts.into_iter().map(move |range| LiteralSecret {
                    bare: secret.bare,
                    ..literal(Field::Payload, &secret.name, range)
                })
            })
            .collect(),
        Syntax::Form => in_pairs(text, 0..text.len(), Field::Payload),
        Syntax::Xml => named(xml::secrets(text)),
        Syntax::Plain => Vec::new(),
    }
}

/// The stretches of `part` between its placeholders that are more than white space.
fn text_only(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    token::in_part(text, part)
        .into_iter()
        .filter_map(move |token| plain(text, &token))
}

fn plain(text: &str, token: &Token) -> Option<Range<usize>> {
    let range = headers::trim(text, token.range.clone());
    (token.slot.is_none() && !range.is_empty()).then_some(range)
}

/// The settings with every literal key dotted, for whoever may only view and for the audit log.
#[must_use]
pub fn redact(settings: &Settings) -> Settings {
    replace(settings, |_, _| DOTS.to_owned())
}

/// Moves every literal key into a secret slot, named after what held it: for the export and for the form's offer.
/// Equal keys share a slot; names already in use are left alone.
#[must_use]
pub fn move_to_slots(settings: &Settings) -> (Settings, Vec<SlottedSecret>) {
    let mut slots: Vec<SlottedSecret> = Vec::new();
    let used: Vec<String> = [&settings.url, &settings.headers, &settings.payload]
        .into_iter()
        .flat_map(|text| token::in_request(text))
        .filter_map(|token| match token.slot {
            Some(token::Slot::Secret(name)) => Some(name),
            _ => None,
        })
        .collect();
    let syntax = syntax(settings);
    let slotted = replace(settings, |secret, typed| {
        // A slot escapes its value itself, so what was typed escaped is kept plain.
        let value = match secret.field {
            Field::Url => query::decoded(typed),
            Field::Payload => payload::decoded(syntax, typed),
            _ => typed.to_owned(),
        };
        let name = match slots.iter().find(|slot| slot.value == value) {
            Some(slot) => slot.name.clone(),
            None => {
                let name = free_name(&secret.name, &used, &slots);
                slots.push(SlottedSecret {
                    name: name.clone(),
                    value,
                });
                name
            }
        };
        let quote = if secret.bare { "\"" } else { "" };
        format!("{quote}{{{{secret:{name}}}}}{quote}")
    });
    (slotted, slots)
}

pub(crate) fn syntax(settings: &Settings) -> Syntax {
    let (headers, _) = headers::parse(&settings.headers);
    let content_type = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-type"));
    payload::syntax(&settings.payload, content_type.map(|header| header.value.as_str()))
}

fn free_name(source: &str, used: &[String], slots: &[SlottedSecret]) -> String {
    let base: String = source
        .chars()
        .take(48)
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let base = if base.is_empty() { "secret".to_owned() } else { base };
    let taken = |name: &String| used.contains(name) || slots.iter().any(|slot| slot.name == *name);
    if !taken(&base) {
        return base;
    }
    // As many candidates as names are taken, and one more: one of them is free.
    let candidates = (2..=used.len() + slots.len() + 2).map(|n| format!("{base}_{n}"));
    candidates.into_iter().find(|name| !taken(name)).unwrap_or(base)
}

/// Replaces each literal key; later ranges of a field are replaced first, so that earlier ones stay true.
fn replace(settings: &Settings, mut with: impl FnMut(&LiteralSecret, &str) -> String) -> Settings {
    let mut out = settings.clone();
    let found = literal_secrets(settings);
    let new: Vec<String> = found
        .iter()
        .map(|secret| with(secret, &field_text(settings, secret.field)[secret.range.clone()]))
        .collect();
    for (secret, text) in found.iter().zip(new).rev() {
        let field = match secret.field {
            Field::Headers => &mut out.headers,
            Field::Payload => &mut out.payload,
            _ => &mut out.url,
        };
        field.replace_range(secret.range.clone(), &text);
    }
    out
}

fn field_text(settings: &Settings, field: Field) -> &str {
    match field {
        Field::Headers => &settings.headers,
        Field::Payload => &settings.payload,
        _ => &settings.url,
    }
}
