//! What is written in canonical form to begin with is signed as a foreign verifier reads it, whatever texts it holds.

use saml::message::{Attribute, NameId};
use saml::metadata::idp;
use saml::response::ResponseSpec;

use crate::metadata::{ENTITY, idp_spec};
use crate::support::{assertion_of, built, idp_key, signed_twice};
use crate::xmlsec::{ASSERTION, RESPONSE, verify};

/// Characters that are written otherwise in an attribute than in an element, and words that look like XML of ours.
#[test]
fn every_text_is_signed_as_it_is_sent() {
    let any = |field: &str| {
        format!("{field} <>&\"'\t\r\n\u{85}\u{1f600} xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"></saml:Issuer>")
    };
    let spec = ResponseSpec {
        issuer: any("issuer"),
        destination: any("destination"),
        in_response_to: Some(any("request")),
        audience: vec![any("audience"), any("another")],
        recipients: vec![any("recipient")],
        name_id: NameId {
            value: any("name"),
            format: Some(any("format")),
            name_qualifier: Some(any("qualifier")),
            sp_name_qualifier: Some(any("sp qualifier")),
        },
        session_index: any("session"),
        authn_context_class: any("class"),
        attributes: vec![Attribute {
            name: any("attribute"),
            name_format: Some(any("name format")),
            friendly_name: Some(any("friendly")),
            values: vec![any("value"), String::new()],
        }],
        ..signed_twice()
    };
    let xml = built(&spec);
    for id in ["_response-1", "_assertion-1"] {
        verify(&xml, &[RESPONSE, ASSERTION], id).unwrap();
    }
    verify(assertion_of(&xml), &[ASSERTION], "_assertion-1").unwrap();
}

/// A `>` is escaped in what is sent and not in what is signed: the signature stands at the same place in both.
#[test]
fn signed_metadata_of_an_entity_with_any_name_verifies() {
    let mut spec = idp_spec();
    spec.entity_id = "https://id.example.org/a>b/\"c\"/'d'&e".into();
    let xml = idp(&spec, Some(idp_key())).unwrap();
    verify(&xml, &[ENTITY], "_metadata-1").unwrap();
}
