//! Between the file's values and the forms': a form holds text alone, as browsers send it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::shape::{Field, Kind};
use crate::{Error, Result};

/// What a form holds under these keys, as the file says it.
pub(super) fn to_file(fields: &[Field], form: &impl Serialize) -> Result<Map<String, Value>> {
    let form = serde_json::to_value(form).map_err(Error::internal)?;
    Ok(values_of(fields, &form))
}

fn values_of(fields: &[Field], form: &Value) -> Map<String, Value> {
    let known = fields.iter().filter_map(|field| {
        let value = form.get(field.name)?;
        Some((field.name.to_owned(), value_of(field.kind, value)))
    });
    known.collect()
}

fn value_of(kind: Kind, value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    match kind {
        Kind::Flag => Value::Bool(text == "on"),
        Kind::NumberOrNone if text.is_empty() => Value::Null,
        Kind::Number | Kind::NumberOrNone => text.trim().parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        Kind::Rows(fields) => {
            let rows = value.as_array().into_iter().flatten();
            Value::Array(rows.map(|row| Value::Object(values_of(fields, row))).collect())
        }
        Kind::Table(fields) => Value::Object(values_of(fields, value)),
        Kind::Text | Kind::Choice(_) | Kind::Texts | Kind::Words | Kind::Values => value.clone(),
    }
}

/// The form with these values over what it held.
pub(super) fn to_form<T: Serialize + DeserializeOwned>(
    fields: &[Field],
    values: &Map<String, Value>,
    form: &T,
) -> Result<T> {
    let mut whole = serde_json::to_value(form).map_err(Error::internal)?;
    if let Some(whole) = whole.as_object_mut() {
        for field in fields {
            if let Some(value) = values.get(field.name).filter(|_| whole.contains_key(field.name)) {
                whole.insert(field.name.to_owned(), typed(value));
            }
        }
    }
    serde_json::from_value(whole).map_err(Error::internal)
}

/// As a browser would send it.
fn typed(value: &Value) -> Value {
    match value {
        Value::Null => Value::from(""),
        Value::Bool(on) => Value::from(if *on { "on" } else { "" }),
        Value::Number(number) => Value::from(number.to_string()),
        Value::String(_) => value.clone(),
        Value::Array(all) => all.iter().map(typed).collect(),
        Value::Object(all) => Value::Object(all.iter().map(|(key, value)| (key.clone(), typed(value))).collect()),
    }
}

/// What is stored, with what the file says over it. Tables are gone through key by key, lists are replaced.
pub(super) fn over(stored: &Map<String, Value>, file: &Map<String, Value>) -> Map<String, Value> {
    let mut all = stored.clone();
    for (key, value) in file {
        let value = match (all.get(key), value) {
            (Some(Value::Object(stored)), Value::Object(file)) => Value::Object(over(stored, file)),
            _ => value.clone(),
        };
        all.insert(key.clone(), value);
    }
    all
}

#[cfg(test)]
mod tests {
    use domain::input::identity_provider::IdentityProviderInput;
    use domain::input::saml::SamlInput;

    use super::super::shape::{SAML, Section};
    use super::*;

    #[test]
    fn a_form_survives_the_file() {
        let provider = IdentityProviderInput {
            sms_enabled: true.into(),
            http_headers: "A: 1\r\nB: 2".into(),
            code_length: "8".into(),
            ..Default::default()
        };
        let fields = Section::IdentityProvider.fields();
        let file = to_file(fields, &provider).unwrap();
        assert_eq!(file["code_length"], 8);
        assert_eq!(file["daily_budget"], Value::Null);
        let back = to_form(fields, &file, &IdentityProviderInput::default()).unwrap();
        assert_eq!(back, provider);
        let saml = SamlInput {
            acs_urls: vec!["https://a".into(), "https://b".into()],
            enable_single_logout: true.into(),
            ..Default::default()
        };
        let file = to_file(&SAML, &saml).unwrap();
        assert_eq!(to_form(&SAML, &file, &SamlInput::default()).unwrap(), saml);
    }

    /// A field that a form gets later has to be found in the file too, or `export` would lose it.
    #[test]
    fn every_field_of_the_forms_is_in_the_file_or_left_out_on_purpose() {
        let left_out = |form: &Value, fields: &[Field]| -> Vec<String> {
            let known = |name: &String| fields.iter().any(|field| field.name == name);
            form.as_object()
                .unwrap()
                .keys()
                .filter(|name| !known(name))
                .cloned()
                .collect()
        };
        let provider = serde_json::to_value(IdentityProviderInput::default()).unwrap();
        assert_eq!(
            left_out(&provider, Section::IdentityProvider.fields()),
            ["curl", "done", "held", "preset", "sms_default", "version"]
        );
        let saml = serde_json::to_value(SamlInput::default()).unwrap();
        assert_eq!(left_out(&saml, &SAML), ["press", "version"]);
        let page = serde_json::to_value(domain::input::service_provider::ServiceProviderInput::default()).unwrap();
        assert_eq!(
            left_out(&page, Section::ServiceProvider.fields()),
            [
                "local_authenticator",
                "press",
                "refused_case",
                "seen_authentication_type",
                "version"
            ]
        );
    }
}
