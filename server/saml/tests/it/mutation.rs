//! Damage without a plan: whatever one changes, nothing panics, and what is accepted still says what was signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml::inbound::{decode_post, decode_redirect};
use saml::metadata::parse_sp;
use saml::redirect::{self, Parameter};
use saml::response::{Encryption, ResponseSpec};
use saml::sp::{Accepted, accept_response, build_authn_request};

use crate::specs::authn_spec;
use crate::support::{accept, built, expectation, idp_certificates, idp_key, signed_twice, sp_key, spec};

/// The text changed at one place, for places all over it: another bit, a byte gone, a byte doubled.
fn damaged(text: &str, step: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..text.len()).step_by(step).flat_map(move |at| {
        let bytes = text.as_bytes();
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1 << (at % 7);
        let mut shorter = bytes.to_vec();
        shorter.remove(at);
        let mut longer = bytes.to_vec();
        longer.insert(at, bytes[at]);
        [flipped, shorter, longer]
    })
}

/// What a service provider acts on.
fn said(accepted: Accepted) -> Accepted {
    Accepted {
        xml: String::new(),
        assertion_xml: String::new(),
        ..accepted
    }
}

fn only_what_was_signed(xml: &str, step: usize) {
    let original = said(accept(xml).unwrap());
    let mut rejected = 0;
    for bytes in damaged(xml, step) {
        match accept_response(&STANDARD.encode(&bytes), &expectation()) {
            Err(_) => rejected += 1,
            Ok(accepted) => assert_eq!(said(accepted), original, "{}", String::from_utf8_lossy(&bytes)),
        }
    }
    assert!(rejected > 0);
}

#[test]
fn signed_responses() {
    only_what_was_signed(&built(&spec()), 11);
    only_what_was_signed(&built(&signed_twice()), 23);
}

#[test]
fn encrypted_responses() {
    let encrypted = ResponseSpec {
        encrypt: Some(Encryption {
            certificate: sp_key().certificate().clone(),
            data: Default::default(),
            key: Default::default(),
        }),
        ..spec()
    };
    only_what_was_signed(&built(&encrypted), 31);
}

#[test]
fn signed_requests() {
    let xml = build_authn_request(&authn_spec(), Some(idp_key())).unwrap();
    let read = |bytes: &[u8]| {
        let inbound = decode_post(&[("SAMLRequest".to_owned(), STANDARD.encode(bytes))]).ok()?;
        inbound.verify(idp_certificates()).ok()?;
        Some(inbound.message)
    };
    let original = read(xml.as_bytes()).unwrap();
    for bytes in damaged(&xml, 7) {
        if let Some(message) = read(&bytes) {
            assert_eq!(message, original, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn signed_queries() {
    let xml = build_authn_request(&authn_spec(), None).unwrap();
    let url = redirect::url("https://x", Parameter::Request, &xml, Some("state"), Some(idp_key())).unwrap();
    let query = url.split_once('?').unwrap().1;
    let read = |query: &str| {
        let inbound = decode_redirect(query).ok()?;
        inbound.verify(idp_certificates()).ok()?;
        Some((inbound.message, inbound.relay_state))
    };
    let original = read(query).unwrap();
    for bytes in damaged(query, 3) {
        let changed = String::from_utf8_lossy(&bytes);
        if let Some(read) = read(&changed) {
            assert_eq!(read, original, "{changed}");
        }
    }
}

#[test]
fn metadata_never_panics() {
    let spec = saml::metadata::SpSpec {
        id: "_1".to_owned(),
        entity_id: "sp".to_owned(),
        service_name: "sp".to_owned(),
        acs: vec![saml::metadata::Endpoint::new(
            saml::identifier::BINDING_POST,
            "https://sp/acs",
        )],
        slo: Vec::new(),
        signing_certificates: vec![sp_key().certificate().clone()],
        encryption_certificates: Vec::new(),
        name_id_formats: Vec::new(),
        requested_attributes: Vec::new(),
        authn_requests_signed: false,
        want_assertions_signed: false,
        valid_until: None,
    };
    let xml = saml::metadata::sp(&spec, None).unwrap();
    let original = parse_sp(&xml).unwrap();
    let different = damaged(&xml, 3)
        .filter(|bytes| parse_sp(&String::from_utf8_lossy(bytes)).as_ref() != Ok(&original))
        .count();
    assert!(different > 100);
}
