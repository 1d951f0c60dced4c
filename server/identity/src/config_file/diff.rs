//! The difference between what is stored before and after, key by key. Numbers are masked; secrets are never in it.

use domain::{claim, phone};
use serde_json::{Map, Value};

use super::shape::{Field, Kind};
use super::write;

/// Longer texts are cut: certificates, messages.
const SHOWN: usize = 160;
pub(super) const DOTS: &str = "••••••••";

/// A thing as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub values: Map<String, Value>,
    /// Keys whose stored text holds more than is shown, with that text.
    pub hidden: Vec<(&'static str, String)>,
}

/// A line for each key that differs. A thing that was not there is shown with what it has.
pub(super) fn lines(fields: &[Field], before: Option<&State>, after: &State) -> Vec<String> {
    let nothing = Map::new();
    let mut lines = Vec::new();
    tables(
        fields,
        "",
        before.map(|before| &before.values),
        &after.values,
        &nothing,
        &mut lines,
    );
    for (key, text) in &after.hidden {
        let same = |before: &State| before.hidden.iter().any(|(known, old)| known == key && old == text);
        let shown = before.is_none_or(|before| before.values.get(*key) != after.values.get(*key));
        if !shown && before.is_some_and(|before| !same(before)) {
            lines.push(format!("{key}: {DOTS} → {DOTS}"));
        }
    }
    lines
}

fn tables(
    fields: &[Field],
    inside: &str,
    before: Option<&Map<String, Value>>,
    after: &Map<String, Value>,
    nothing: &Map<String, Value>,
    lines: &mut Vec<String>,
) {
    let old = before.unwrap_or(nothing);
    for field in fields {
        let (was, is) = (old.get(field.name), after.get(field.name));
        if was == is {
            continue;
        }
        let name = format!("{inside}{}", field.name);
        let table = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
        let is_new = before.is_none();
        match field.kind {
            Kind::Table(fields) => {
                let before = was.is_some().then(|| table(was));
                tables(fields, &format!("{name}."), before.as_ref(), &table(is), nothing, lines);
            }
            Kind::Words => words(&name, is_new, &table(was), &table(is), lines),
            Kind::Rows(fields) => rows(&name, is_new, fields, was, is, lines),
            _ => lines.extend(line(&name, is_new, &shown(&name, was), &shown(&name, is))),
        }
    }
}

fn words(inside: &str, is_new: bool, before: &Map<String, Value>, after: &Map<String, Value>, lines: &mut Vec<String>) {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    for key in after.keys().chain(gone) {
        let (was, is, name) = (before.get(key), after.get(key), format!("{inside}.{key}"));
        if was != is {
            lines.extend(line(&name, is_new, &shown(&name, was), &shown(&name, is)));
        }
    }
}

/// Row by row: the whole list would be too long to see what differs.
fn rows(
    inside: &str,
    is_new: bool,
    fields: &[Field],
    before: Option<&Value>,
    after: Option<&Value>,
    lines: &mut Vec<String>,
) {
    let all = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let (before, after) = (all(before), all(after));
    for n in 0..before.len().max(after.len()) {
        let (was, is) = (before.get(n), after.get(n));
        let shown = |row: Option<&Value>| row.map_or_else(|| "none".to_owned(), |row| write::inline(fields, row));
        if was != is {
            lines.extend(line(&format!("{inside}[{n}]"), is_new, &shown(was), &shown(is)));
        }
    }
}

/// Of a thing that was not there, what is empty is not worth a line.
fn line(name: &str, is_new: bool, was: &str, is: &str) -> Option<String> {
    if is_new {
        let empty = matches!(is, "\"\"" | "none" | "false" | "[]");
        return (!empty).then(|| format!("{name}: {}", cut(is)));
    }
    let (old, new) = (cut(was), cut(is));
    if old == new {
        // The difference is beyond what is shown.
        let same = was.chars().zip(is.chars()).take_while(|(was, is)| was == is).count();
        return Some(format!("{name}: {old} differs after {same} characters"));
    }
    Some(format!("{name}: {old} → {new}"))
}

fn shown(name: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if is_number(name) => format!("{:?}", phone::mask(text)),
        Some(Value::String(text)) => format!("{text:?}"),
        Some(other) => other.to_string(),
    }
}

fn is_number(name: &str) -> bool {
    let short = name.rsplit('.').next().unwrap_or(name);
    name == "test_number" || (name.starts_with("claims.") && numbers().any(|number| number == short))
}

fn numbers() -> impl Iterator<Item = &'static str> {
    crate::users::NUMBERS.into_iter().map(claim::short_name)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::shape::Section;
    use super::*;

    fn state(values: &Value) -> State {
        State {
            values: values.as_object().unwrap().clone(),
            hidden: Vec::new(),
        }
    }

    #[test]
    fn what_differs_is_shown_however_long_it_is() {
        let long = |end: &str| format!("{}{end}", "x".repeat(300));
        let before = json!({
            "description": long("a"),
            "claims": [{ "local": "a", "mandatory": false }, { "local": "b", "mandatory": false }],
            "saml": { "acs_urls": ["https://a"] },
        });
        let after = json!({
            "description": long("b"),
            "claims": [{ "local": "a", "mandatory": false }, { "local": "b", "mandatory": true }, { "local": "c" }],
            "saml": { "acs_urls": ["https://a", "https://b"] },
        });
        let fields = Section::ServiceProvider.fields();
        let lines = lines(fields, Some(&state(&before)), &state(&after));
        assert!(
            lines[0].starts_with("description: \"xxx") && lines[0].ends_with("differs after 301 characters"),
            "{lines:?}"
        );
        assert_eq!(
            lines[1..],
            [
                "claims[1]: { local = \"b\", mandatory = false } → { local = \"b\", mandatory = true }",
                "claims[2]: none → { local = \"c\" }",
                "saml.acs_urls: [\"https://a\"] → [\"https://a\",\"https://b\"]",
            ]
        );
        let new = super::lines(
            fields,
            None,
            &state(&json!({ "description": "", "claims": [{ "local": "a" }], "name": "N" })),
        );
        assert_eq!(new, ["name: \"N\"", "claims[0]: { local = \"a\" }"]);
    }
}
