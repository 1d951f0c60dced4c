//! What a response was checked for, as a list to be shown.
//!
//! Owns telling which signatures and encryption an answer had: by asking the same checks again with more demanded. The
//! algorithms are read from the text that was verified. Refuses values of the person: names and counts only.

use chrono::{DateTime, Utc};
use saml::sp::{Accepted, Expectation, Rejected, accept_response};

use super::outcome::Check;
use crate::sp::acs::{self, Asked};
use crate::sp::failure::Failure;
use crate::state::App;

pub(super) async fn of(
    app: &App,
    form_value: &str,
    asked: Asked<'_>,
    answer: &Result<Accepted, Failure>,
) -> Vec<Check> {
    let now = app.clock.now();
    let Ok(idp) = app.sp.idp.metadata(now).await else {
        return Vec::new();
    };
    let expectation = acs::expectation(app, &idp, asked);
    let signed = is_signed(form_value, &expectation);
    match answer {
        Ok(accepted) => accepted_checks(accepted, signed, &expectation),
        // The status is the last thing that is read: all before it was right.
        Err(Failure::Denied(_)) => vec![
            Check::new("Response signed", if signed { "yes" } else { "no" }),
            Check::new("Issuer", &idp.entity_id),
            Check::new("Destination", asked.acs),
            Check::new("InResponseTo", "the request's ID"),
        ],
        Err(_) => Vec::new(),
    }
}

/// Whether the response itself has a signature: the others are demanded and were verified already.
fn is_signed(form_value: &str, expectation: &Expectation<'_>) -> bool {
    let demanding = Expectation {
        want_response_signed: true,
        ..expectation.clone()
    };
    accept_response(form_value, &demanding) != Err(Rejected::ResponseNotSigned)
}

fn accepted_checks(accepted: &Accepted, signed: bool, expectation: &Expectation<'_>) -> Vec<Check> {
    let inside = &accepted.assertion_xml;
    // What was encrypted is not in the response as it came.
    let encrypted = !accepted.xml.contains(inside.as_str());
    let outside = accepted.xml.replacen(inside.as_str(), "", 1);
    let response = if signed { signature(&outside) } else { "no".to_owned() };
    let encryption = if encrypted {
        format!("yes, {}", algorithms(&outside, "EncryptionMethod").join(" and "))
    } else {
        "no".to_owned()
    };
    let attributes: Vec<&str> = accepted.attributes.iter().map(|one| one.name.as_str()).collect();
    let names = match attributes.as_slice() {
        [] => "none".to_owned(),
        some => format!("{}: {}", some.len(), some.join(", ")),
    };
    let or = |text: &Option<String>, none: &str| text.as_deref().unwrap_or(none).to_owned();
    let index = if accepted.session_index.is_some() {
        "given"
    } else {
        "not given"
    };
    let end = accepted.session_not_on_or_after.map_or("not given".to_owned(), instant);
    vec![
        Check::new("Response signed", response),
        Check::new("Assertion signed", signature(inside)),
        Check::new("Assertion encrypted", encryption),
        Check::new("Issuer", &accepted.issuer),
        Check::new("Audience", expectation.sp_entity_id),
        Check::new("Destination and Recipient", expectation.acs_url),
        Check::new("InResponseTo", "the request's ID"),
        Check::new("Acceptable until", instant(accepted.not_on_or_after)),
        Check::new("NameID format", or(&accepted.name_id.format, "not given")),
        Check::new("AuthnInstant", instant(accepted.authn_instant)),
        Check::new("AuthnContext", or(&accepted.authn_context_class, "not given")),
        Check::new("SessionIndex", index),
        Check::new("SessionNotOnOrAfter", end),
        Check::new("Attributes", names),
    ]
}

fn signature(xml: &str) -> String {
    let mut all = algorithms(xml, "SignatureMethod");
    all.extend(algorithms(xml, "DigestMethod"));
    format!("yes, {}", all.join(" and "))
}

/// The last words of the algorithms that elements of this name have, each once. In verified XML without comments and
/// CDATA a `<` always begins a tag.
fn algorithms<'a>(xml: &'a str, element: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for tag in xml.split('<').skip(1).filter_map(|part| part.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/');
        if name.rsplit(':').next() != Some(element) {
            continue;
        }
        let uri = tag
            .split_once("Algorithm=")
            .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1))
            .unwrap_or_default();
        let short = uri.rsplit('#').next().unwrap_or(uri);
        if !short.is_empty() && !found.contains(&short) {
            found.push(short);
        }
    }
    found
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_read_from_tags_only() {
        let xml = concat!(
            "<a x=\"SignatureMethod Algorithm='urn#no'\"><ds:SignatureMethod Algorithm=\"urn:x#rsa-sha256\"/>",
            "text SignatureMethod Algorithm=\"urn#no\"<SignatureMethod Algorithm='urn:x#rsa-sha256'></SignatureMethod>",
            "<DigestMethod Algorithm=\"urn:x#sha256\"/></a>",
        );
        assert_eq!(algorithms(xml, "SignatureMethod"), ["rsa-sha256"]);
        assert_eq!(algorithms(xml, "DigestMethod"), ["sha256"]);
        assert!(algorithms(xml, "EncryptionMethod").is_empty());
        assert!(algorithms("<", "x").is_empty());
    }
}
