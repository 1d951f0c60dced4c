//! HTTP-POST binding (saml-bindings 3.5): Base64 in a form field.

use super::{Binding, DecodeError, Inbound, base64, read, relay_state};
use crate::redirect::Parameter;
use crate::xml::MAX_MESSAGE;

/// Decodes the fields of a form that was posted.
///
/// # Errors
/// [`DecodeError`]; nothing is read from a message over 256 KiB.
pub fn decode_post(form: &[(String, String)]) -> Result<Inbound, DecodeError> {
    let request = field(form, "SAMLRequest")?;
    let response = field(form, "SAMLResponse")?;
    let relay = field(form, "RelayState")?;
    let (text, parameter) = match (request, response) {
        (Some(_), Some(_)) => return Err(DecodeError::Both),
        (Some(text), None) => (text, Parameter::Request),
        (None, Some(text)) => (text, Parameter::Response),
        (None, None) => return Err(DecodeError::Missing),
    };
    let xml = base64(text, MAX_MESSAGE)?;
    let relay = relay_state(relay.map(str::to_owned))?;
    read(xml, Some(parameter), relay, Binding::Post, None)
}

fn field<'a>(form: &'a [(String, String)], name: &'static str) -> Result<Option<&'a str>, DecodeError> {
    let mut found = form.iter().filter(|(key, _)| key == name);
    let first = found.next().map(|(_, value)| value.as_str());
    if found.next().is_some() {
        return Err(DecodeError::Duplicate(name));
    }
    Ok(first)
}

/// The XML as far as it can be decoded, for an administrator to look at when [`decode_post`] failed. Never to be acted
/// on.
pub fn peek_post(form: &[(String, String)]) -> Option<String> {
    let (_, text) = form
        .iter()
        .find(|(key, _)| key == "SAMLRequest" || key == "SAMLResponse")?;
    String::from_utf8(base64(text, MAX_MESSAGE).ok()?).ok()
}
