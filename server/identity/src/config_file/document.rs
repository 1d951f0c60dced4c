//! Reads the text: every thing it names, as values of the kinds that its keys have, with the place of each. All that does
//! not fit is found at once.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::At;
use super::shape::{DELETE, Field, Kind, Section};
use super::values::{Places, Reader};

/// One thing of the file.
#[derive(Debug)]
pub(super) struct Item {
    pub section: Section,
    pub name: String,
    /// What the file says about it.
    pub values: Map<String, Value>,
    pub delete: bool,
    places: Places,
}

impl Item {
    /// Where something about the thing belongs: at the value that the path names, or the nearest around it.
    pub fn at(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(place) = self.places.0.get(path) {
                return *place;
            }
            match path.rfind(['[', '.']) {
                Some(end) => path = &path[..end],
                None => return self.places.0.get("").copied().unwrap_or_default(),
            }
        }
    }

    /// A mistake about the thing, at what the path names.
    pub fn mistake(&self, path: &str, message: &str) -> At {
        At(self.at(path), format!("{}: {message}", self.title()))
    }

    /// How the thing is called in words to a person.
    pub fn title(&self) -> String {
        format!("{} {:?}", self.section.name(), self.name)
    }

    /// A text that the file holds.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key).and_then(Value::as_str)
    }
}

/// Everything in the file, in the order in which it is applied.
///
/// # Errors
/// All that is wrong.
pub(super) fn read(text: &str) -> Result<Vec<Item>, Vec<At>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        mistakes: errors
            .into_iter()
            .map(|error| {
                let at = error.span().map_or(0, |span| span.start);
                At(at, format!("this is no TOML: {}", error.message().replace('\n', " ")))
            })
            .collect(),
    };
    // What follows a syntax error is often no more than its consequence.
    if !reader.mistakes.is_empty() {
        return Err(reader.mistakes);
    }
    let mut items = Vec::new();
    for (key, value) in document.get_ref() {
        match Section::ALL.iter().find(|section| section.name() == key.get_ref()) {
            Some(section) => reader.section(*section, value, &mut items),
            None => {
                let accepted: Vec<_> = Section::ALL.map(|section| format!("[[{}]]", section.name())).into();
                reader.wrong(
                    key.span(),
                    format!(
                        "there is no section {:?}; accepted are {}",
                        key.get_ref(),
                        accepted.join(", ")
                    ),
                );
            }
        }
    }
    items.sort_by_key(|item| (item.section, item.at("")));
    reader.twice(&items);
    if reader.mistakes.is_empty() {
        Ok(items)
    } else {
        Err(reader.mistakes)
    }
}

impl Reader {
    fn section(&mut self, section: Section, value: &Spanned<DeValue<'_>>, items: &mut Vec<Item>) {
        let name = section.name();
        let DeValue::Array(rows) = value.get_ref() else {
            return self.wrong(
                value.span(),
                format!("{name} is a list: write [[{name}]] in front of each"),
            );
        };
        for row in rows.iter() {
            match row.get_ref() {
                DeValue::Table(table) => items.extend(self.item(section, row.span(), table)),
                _ => self.wrong(
                    row.span(),
                    format!("each {name} is a table: write [[{name}]] in front of it"),
                ),
            }
        }
    }

    fn item(&mut self, section: Section, span: Range<usize>, table: &DeTable<'_>) -> Option<Item> {
        let mut places = Places::default();
        places.0.insert(String::new(), span.start);
        let mut delete = false;
        let mut fields = section.fields().to_vec();
        if section != Section::SigningKey {
            fields.push(Field {
                name: DELETE,
                kind: Kind::Flag,
            });
        }
        let before = self.mistakes.len();
        let mut values = self.table("", section.name(), &fields, table, &mut places);
        if let Some(Value::Bool(told)) = values.remove(DELETE) {
            delete = told;
        }
        let key = section.key();
        let name = match values.get(key) {
            Some(Value::String(name)) if !name.trim().is_empty() => name.trim().to_owned(),
            // Said already, where it is not a text.
            _ if self.mistakes.len() > before && table.keys().any(|known| known.get_ref() == key) => return None,
            _ => {
                self.wrong(
                    span,
                    format!("{} needs the key {key}, which says which one is meant", section.name()),
                );
                return None;
            }
        };
        values.insert(key.to_owned(), Value::String(name.clone()));
        if delete && values.len() > 1 {
            let message = format!(
                "{} {name:?} is to be deleted: nothing but {key} may stand beside {DELETE}",
                section.name()
            );
            self.wrong(span, message);
        }
        Some(Item {
            section,
            name,
            values,
            delete,
            places,
        })
    }

    /// Two things of one name would undo each other at every apply.
    fn twice(&mut self, items: &[Item]) {
        let mut seen = HashSet::new();
        for item in items {
            if !seen.insert((item.section, item.section.same(&item.name))) {
                self.mistakes
                    .push(item.mistake(item.section.key(), "it is in the file twice; remove one of them"));
            }
        }
    }
}
