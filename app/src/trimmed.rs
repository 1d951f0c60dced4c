//! White space around a value that was left out when the form was saved: said after it, not done in silence.
//!
//! The address of the next page names the fields; it can be forged, so only what is known here is said.

use serde::Serialize;

/// The fields that the rules trim, and what they are called.
const FIELDS: [(&str, &str); 13] = [
    ("name", "the name"),
    ("display_name", "Display Name"),
    ("description", "Description"),
    ("username", "Username"),
    ("issuer", "Issuer"),
    ("default_acs_url", "Default Assertion Consumer URL"),
    ("slo_response_url", "SLO Response URL"),
    ("slo_request_url", "SLO Request URL"),
    ("idp_entity_id_alias", "IdP Entity ID Alias"),
    ("uri", "Claim URI"),
    ("label", "Display Name"),
    ("attribute", "Mapped Attribute"),
    ("pattern", "Regular Expression"),
];

/// The address of the next page, with the fields in which white space was left out.
pub fn told(next: String, saved: &impl Serialize) -> String {
    let written = serde_qs::to_string(saved).unwrap_or_default();
    let trimmed: Vec<String> = url::form_urlencoded::parse(written.as_bytes())
        .filter(|(_, value)| !value.trim().is_empty() && value.trim() != value)
        .filter_map(|(path, _)| {
            // A page that is saved on its own keeps its form under this name.
            let inner = path.strip_prefix("input[").and_then(|path| path.strip_suffix(']'));
            let field = inner.unwrap_or(&path);
            fields(field).first().map(|(name, _)| (*name).to_owned())
        })
        .collect();
    if trimmed.is_empty() {
        return next;
    }
    let (address, fragment) = next
        .split_once('#')
        .map_or((next.as_str(), String::new()), |(address, fragment)| {
            (address, format!("#{fragment}"))
        });
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}trimmed={}{fragment}", trimmed.join("."))
}

/// The fields that an address names, of those that are known.
pub fn fields(named: &str) -> Vec<&'static (&'static str, &'static str)> {
    let known = |name: &str| FIELDS.iter().find(|(field, _)| *field == name);
    named.split('.').filter_map(known).collect()
}

/// What was done, and what was left out in doing it.
pub fn in_words(done: &str, fields: &[&(&str, &str)]) -> String {
    if fields.is_empty() {
        return done.to_owned();
    }
    let labels: Vec<_> = fields.iter().map(|(_, label)| *label).collect();
    format!("{done} White space around {} was left out.", labels.join(", "))
}

#[cfg(test)]
mod tests {
    use domain::input::claim::ClaimInput;

    use super::*;

    #[test]
    fn what_was_left_out_is_told_with_the_next_page() {
        let input = |label: &str, attribute: &str| ClaimInput {
            label: label.into(),
            attribute: attribute.into(),
            ..ClaimInput::default()
        };
        let next = || "/console/claims?notice=updated#x".to_owned();
        assert_eq!(told(next(), &input("a", "b")), next());
        assert_eq!(told(next(), &input("   ", "")), next());
        assert_eq!(
            told(next(), &input(" a", "b\t")),
            "/console/claims?notice=updated&trimmed=label.attribute#x"
        );
        assert_eq!(told("/x".into(), &input("a ", "b")), "/x?trimmed=label");
        assert_eq!(
            in_words("Updated.", &fields("label.attribute")),
            "Updated. White space around Display Name, Mapped Attribute was left out."
        );
        assert_eq!(in_words("Updated.", &fields("<script>.")), "Updated.");
    }

    #[derive(serde::Serialize)]
    struct Nested {
        input: ClaimInput,
    }

    #[test]
    fn a_form_within_a_form_is_looked_into() {
        let input = ClaimInput {
            label: "a ".into(),
            ..ClaimInput::default()
        };
        assert_eq!(told("/x".into(), &Nested { input }), "/x?trimmed=label");
        assert_eq!(told("/x".into(), &()), "/x");
    }
}
