//! Writes things as TOML, every key of theirs, in the order of the shape.

use std::io;

use serde_json::{Map, Value};

use super::shape::{Field, Kind, Section};

/// One thing, with `[[section]]` in front.
pub(super) fn item(out: &mut dyn io::Write, section: Section, values: &Map<String, Value>) -> io::Result<()> {
    writeln!(out, "\n[[{}]]", section.name())?;
    table(out, section.name(), section.fields(), values)
}

fn table(out: &mut dyn io::Write, path: &str, fields: &[Field], values: &Map<String, Value>) -> io::Result<()> {
    for field in fields {
        match (field.kind, values.get(field.name)) {
            (Kind::Table(_) | Kind::Words | Kind::Values, _) | (_, None) => {}
            (Kind::Rows(fields), Some(Value::Array(rows))) => list(out, field.name, fields, rows)?,
            (_, Some(value)) => writeln!(out, "{} = {}", field.name, one(value))?,
        }
    }
    // A table's own keys have to stand before the tables in it.
    for field in fields {
        let Some(inner) = values.get(field.name).and_then(Value::as_object) else {
            continue;
        };
        match field.kind {
            Kind::Table(fields) => {
                writeln!(out, "\n[{path}.{}]", field.name)?;
                table(out, &format!("{path}.{}", field.name), fields, inner)?;
            }
            Kind::Words if !inner.is_empty() => {
                writeln!(out, "\n[{path}.{}]", field.name)?;
                for (key, value) in inner {
                    writeln!(out, "{} = {}", name(key), one(value))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn list(out: &mut dyn io::Write, key: &str, fields: &[Field], rows: &[Value]) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "{key} = []");
    }
    writeln!(out, "{key} = [")?;
    for row in rows {
        writeln!(out, "  {},", inline(fields, row))?;
    }
    writeln!(out, "]")
}

/// A table in one line; in it, tables in one line.
pub(super) fn inline(fields: &[Field], row: &Value) -> String {
    let parts = fields.iter().filter_map(|field| {
        let value = row.get(field.name)?;
        let shown = match (field.kind, value) {
            (Kind::Rows(fields), Value::Array(rows)) => {
                let rows: Vec<_> = rows.iter().map(|row| inline(fields, row)).collect();
                format!("[{}]", rows.join(", "))
            }
            _ => one_line(value),
        };
        Some(format!("{} = {shown}", field.name))
    });
    format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
}

fn one(value: &Value) -> String {
    match value {
        // PEM and templates are read line by line.
        Value::String(text) if text.contains('\n') && !text.contains('\r') => {
            toml::Value::from(text.as_str()).to_string()
        }
        _ => one_line(value),
    }
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Null => "\"\"".to_owned(),
        Value::Array(all) => format!("[{}]", all.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A basic string (TOML 1.0 section String): JSON's escapes are all known to it, and DEL is the one character that JSON
/// leaves as it is and TOML does not.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A key, in quotes where it holds more than TOML takes bare.
fn name(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { key.to_owned() } else { quoted(key) }
}
