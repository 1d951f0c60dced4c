//! Two parties, their keys, and a response that is good until a test spoils it.

use std::cell::Cell;
use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{ATTRNAME_URI, CONTEXT_PASSWORD_PROTECTED_TRANSPORT, NAMEID_UNSPECIFIED};
use saml::keys::{Certificate, KeyPair};
use saml::message::{Attribute, NameId};
use saml::response::{ResponseSpec, build};
use saml::sp::{Accepted, Expectation, Rejected, accept_response};

pub const IDP: &str = "https://idp.example.com/identity/metadata/saml2";
pub const SP: &str = "travelocity.com";
pub const ACS: &str = "https://sp.example.com/saml/acs?tenant=1&x=2";
pub const REQUEST: &str = "_request-1";

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_478_400, 0).unwrap()
}

fn generate(name: &str) -> KeyPair {
    let year = TimeDelta::days(365);
    KeyPair::generate_rsa(2048, name, now() - year, now() + year).unwrap()
}

thread_local! {
    static ELLIPTIC: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test with an identity provider whose key is EC P-256.
pub fn with_elliptic_keys(test: fn()) {
    ELLIPTIC.set(true);
    test();
    ELLIPTIC.set(false);
}

fn generate_ec(name: &str) -> KeyPair {
    let year = TimeDelta::days(365);
    KeyPair::generate_ec(name, now() - year, now() + year).unwrap()
}

pub fn rsa_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| generate("idp.example.com"))
}

pub fn ec_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| generate_ec("idp.example.com"))
}

pub fn idp_key() -> &'static KeyPair {
    if ELLIPTIC.get() { ec_key() } else { rsa_key() }
}

/// Another key of the same kind in a certificate with the very same names (T13).
pub fn impostor_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    if ELLIPTIC.get() {
        ec_impostor_key()
    } else {
        KEY.get_or_init(|| generate("idp.example.com"))
    }
}

pub fn ec_impostor_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| generate_ec("idp.example.com"))
}

pub fn sp_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| generate("sp.example.com"))
}

pub fn idp_certificates() -> &'static [Certificate] {
    std::slice::from_ref(idp_key().certificate())
}

pub fn spec() -> ResponseSpec {
    ResponseSpec {
        id: "_response-1".to_owned(),
        assertion_id: "_assertion-1".to_owned(),
        issuer: IDP.to_owned(),
        destination: ACS.to_owned(),
        in_response_to: Some(REQUEST.to_owned()),
        audience: vec![SP.to_owned()],
        recipients: Vec::new(),
        name_id: NameId {
            value: "alice@example.com".to_owned(),
            format: Some(NAMEID_UNSPECIFIED.to_owned()),
            ..NameId::default()
        },
        session_index: "_session-1".to_owned(),
        authn_instant: now(),
        session_not_on_or_after: None,
        authn_context_class: CONTEXT_PASSWORD_PROTECTED_TRANSPORT.to_owned(),
        attributes: vec![
            Attribute {
                name: "http://wso2.org/claims/mobile".to_owned(),
                name_format: Some(ATTRNAME_URI.to_owned()),
                friendly_name: Some("Mobile".to_owned()),
                values: vec!["+4917012345678".to_owned()],
            },
            Attribute {
                name: "http://wso2.org/claims/organization".to_owned(),
                name_format: Some(ATTRNAME_URI.to_owned()),
                friendly_name: None,
                values: vec!["Möller & Söhne <\"'>\r\n\tGmbH 😀".to_owned(), "  ".to_owned()],
            },
        ],
        issue_instant: now(),
        lifetime_seconds: 300,
        sign_response: false,
        encrypt: None,
    }
}

pub fn signed_twice() -> ResponseSpec {
    ResponseSpec {
        sign_response: true,
        ..spec()
    }
}

pub fn built(spec: &ResponseSpec) -> String {
    build(spec, idp_key()).unwrap()
}

pub fn expectation() -> Expectation<'static> {
    Expectation {
        idp_entity_id: IDP,
        idp_certificates: idp_certificates(),
        acs_url: ACS,
        sp_entity_id: SP,
        in_response_to: Some(REQUEST),
        now: now() + TimeDelta::seconds(5),
        skew_seconds: 60,
        decryption_key: Some(sp_key()),
        want_response_signed: false,
        want_assertion_signed: false,
    }
}

pub fn accept(xml: &str) -> Result<Accepted, Rejected> {
    accept_as(xml, &expectation())
}

pub fn accept_as(xml: &str, expectation: &Expectation<'_>) -> Result<Accepted, Rejected> {
    accept_response(&saml::post::form_value(xml), expectation)
}

/// Accepts the original, so that what is rejected afterwards is rejected for the change alone.
pub fn control(xml: &str) {
    let accepted = accept(xml).expect("the unmodified response is accepted");
    assert_eq!(accepted.name_id.value, "alice@example.com");
}

/// The text from the first `start` to the first `end` after it, both included.
pub fn cut<'a>(xml: &'a str, start: &str, end: &str) -> &'a str {
    let from = xml.find(start).unwrap_or_else(|| panic!("no {start}"));
    let to = xml[from..].find(end).unwrap_or_else(|| panic!("no {end}"));
    &xml[from..from + to + end.len()]
}

pub fn assertion_of(xml: &str) -> &str {
    cut(xml, "<saml:Assertion", "</saml:Assertion>")
}

pub fn signature_of(xml: &str) -> &str {
    cut(xml, "<ds:Signature ", "</ds:Signature>")
}

/// Replaces and insists that there was something to replace.
pub fn swap(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "nothing to replace: {from}");
    xml.replacen(from, to, 1)
}
