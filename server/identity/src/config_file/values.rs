//! Reads the values of one thing, by the kinds that its keys have. What does not fit is noted, and the rest goes on.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::At;
use super::shape::{Field, Kind, names};

/// Where each value stands, by its path: `sms_url`, `claims[2][local]`, `saml.issuer`.
#[derive(Debug, Default)]
pub(super) struct Places(pub BTreeMap<String, usize>);

/// What is wrong so far.
pub(super) struct Reader {
    pub mistakes: Vec<At>,
}

impl Reader {
    pub fn wrong(&mut self, span: Range<usize>, message: String) {
        self.mistakes.push(At(span.start, message));
    }

    /// The values of one table. `inside` is its own path, `whose` what it is called in words.
    pub fn table(
        &mut self,
        inside: &str,
        whose: &str,
        fields: &[Field],
        table: &DeTable<'_>,
        places: &mut Places,
    ) -> Map<String, Value> {
        let mut values = Map::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                let accepted = names(fields);
                self.wrong(
                    key.span(),
                    format!("{whose} has no key {name:?}; accepted are {accepted}"),
                );
                continue;
            };
            let path = match inside {
                "" => name.to_owned(),
                _ if inside.ends_with(']') => format!("{inside}[{name}]"),
                _ => format!("{inside}.{name}"),
            };
            places.0.insert(path.clone(), value.span().start);
            if let Some(value) = self.value(&path, field, value, places) {
                values.insert(name.to_owned(), value);
            }
        }
        values
    }

    fn value(&mut self, path: &str, field: &Field, value: &Spanned<DeValue<'_>>, places: &mut Places) -> Option<Value> {
        match (field.kind, value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(told)) => return Some(Value::Bool(*told)),
            (Kind::Number | Kind::NumberOrNone, DeValue::Integer(number)) => {
                if let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) {
                    return Some(number.into());
                }
            }
            (Kind::NumberOrNone, DeValue::String(text)) if text.is_empty() => return Some(Value::Null),
            (Kind::Text, DeValue::String(text)) => return self.text(value.span(), text),
            (Kind::Choice(choices), DeValue::String(text)) if choices().contains(&text.as_ref()) => {
                return Some(Value::String(text.to_string()));
            }
            (Kind::Choice(_), DeValue::String(text)) => {
                let accepted = field.kind.accepted();
                self.wrong(
                    value.span(),
                    format!("{} is {text:?}; accepted is {accepted}", field.name),
                );
                return None;
            }
            (Kind::Texts, DeValue::Array(texts)) => return self.texts(path, field, texts.iter(), places),
            (Kind::Rows(fields), DeValue::Array(rows)) => return self.rows(path, field, fields, rows.iter(), places),
            (Kind::Table(fields), DeValue::Table(table)) => {
                return Some(Value::Object(self.table(path, field.name, fields, table, places)));
            }
            (Kind::Words, DeValue::Table(table)) => return self.words(path, table, places),
            (Kind::Values, DeValue::Table(table)) => return self.values(path, table, places),
            _ => {}
        }
        let found = value.get_ref().type_str();
        self.wrong(
            value.span(),
            format!(
                "{} is {}; accepted is {}",
                field.name,
                article(found),
                field.kind.accepted()
            ),
        );
        None
    }

    fn text(&mut self, span: Range<usize>, text: &str) -> Option<Value> {
        if text.contains('\0') {
            self.wrong(span, "this text holds a NUL character, which no store keeps".to_owned());
            return None;
        }
        Some(Value::String(text.to_owned()))
    }

    fn texts<'a>(
        &mut self,
        path: &str,
        field: &Field,
        texts: impl Iterator<Item = &'a Spanned<DeValue<'a>>>,
        places: &mut Places,
    ) -> Option<Value> {
        let mut kept = Vec::new();
        for (n, text) in texts.enumerate() {
            places.0.insert(format!("{path}[{n}]"), text.span().start);
            match text.get_ref() {
                DeValue::String(text_value) => kept.extend(self.text(text.span(), text_value)),
                other => {
                    let found = article(other.type_str());
                    self.wrong(
                        text.span(),
                        format!("{} holds {found}; accepted is {}", field.name, field.kind.accepted()),
                    );
                }
            }
        }
        Some(Value::Array(kept))
    }

    fn rows<'a>(
        &mut self,
        path: &str,
        field: &Field,
        fields: &[Field],
        rows: impl Iterator<Item = &'a Spanned<DeValue<'a>>>,
        places: &mut Places,
    ) -> Option<Value> {
        let mut kept = Vec::new();
        for (n, row) in rows.enumerate() {
            let path = format!("{path}[{n}]");
            places.0.insert(path.clone(), row.span().start);
            match row.get_ref() {
                DeValue::Table(table) => kept.push(Value::Object(self.table(&path, field.name, fields, table, places))),
                other => {
                    let found = article(other.type_str());
                    self.wrong(
                        row.span(),
                        format!("{} holds {found}; accepted is {}", field.name, field.kind.accepted()),
                    );
                }
            }
        }
        Some(Value::Array(kept))
    }

    fn words(&mut self, path: &str, table: &DeTable<'_>, places: &mut Places) -> Option<Value> {
        let mut words = Map::new();
        for (key, value) in table {
            places
                .0
                .insert(format!("{path}[{}]", key.get_ref()), value.span().start);
            match value.get_ref() {
                DeValue::String(text) => {
                    if let Some(text) = self.text(value.span(), text) {
                        words.insert(key.get_ref().to_string(), text);
                    }
                }
                other => {
                    let found = article(other.type_str());
                    self.wrong(
                        value.span(),
                        format!("{} is {found}; accepted is a text in quotes", key.get_ref()),
                    );
                }
            }
        }
        Some(Value::Object(words))
    }

    fn values(&mut self, path: &str, table: &DeTable<'_>, places: &mut Places) -> Option<Value> {
        const SOURCES: [Field; 2] = [
            Field {
                name: "env",
                kind: Kind::Text,
            },
            Field {
                name: "file",
                kind: Kind::Text,
            },
        ];
        let mut values = Map::new();
        for (key, value) in table {
            let name = key.get_ref();
            let path = format!("{path}[{name}]");
            places.0.insert(path.clone(), value.span().start);
            match value.get_ref() {
                DeValue::Table(source) if source.len() == 1 => {
                    let source = self.table(&path, name, &SOURCES, source, places);
                    values.insert(name.to_string(), Value::Object(source));
                }
                // Not what it is: it may be the secret itself.
                _ => self.wrong(
                    value.span(),
                    format!("the secret {name} does not stand in the file; accepted is {{ env = \"VARIABLE\" }} or {{ file = \"PATH\" }}"),
                ),
            }
        }
        Some(Value::Object(values))
    }
}

fn article(found: &str) -> String {
    match found {
        "integer" | "array" => format!("an {found}"),
        "string" => "a text".to_owned(),
        _ => format!("a {found}"),
    }
}
