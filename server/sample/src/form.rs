//! Fields of a query or of a form body.
//!
//! Owns the decoding (`application/x-www-form-urlencoded`, as the URL standard has it): what is not UTF-8 is shown as
//! replacement characters, so that a sender's wrong escaping is seen rather than refused. Of a repeated field the first
//! counts.

/// The value of the field `name`; an empty one counts as absent.
pub(crate) fn field(encoded: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(encoded)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}
