//! Every type of message and metadata this crate issues, in the variations it can have: what the schema and the foreign
//! verifier are tried on.

use chrono::TimeDelta;
use saml::algorithm::{DataEncryption, KeyEncryption};
use saml::identifier::{STATUS_NO_PASSIVE, STATUS_RESPONDER};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, build_request, build_response};
use saml::message::NameId;
use saml::metadata::{self, IdpSpec, SpSpec};
use saml::response::{Encryption, ResponseSpec, StatusSpec, build, build_status};
use saml::soap;
use saml::sp::{AuthnRequestSpec, build_authn_request};

use crate::metadata::{idp_spec, sp_spec};
use crate::specs::{authn_spec, logout_request_spec, logout_response_spec};
use crate::support::{ACS, IDP, REQUEST, ec_key, now, rsa_key, signed_twice, sp_key, spec};

pub const RESPONSE: (&str, &str) = ("urn:oasis:names:tc:SAML:2.0:protocol:Response", "_response-1");
pub const ASSERTION: (&str, &str) = ("urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "_assertion-1");

/// A document of ours.
pub struct Issued {
    pub name: String,
    pub xml: String,
    /// Each signature's element, as xmlsec1 names it, and its ID.
    pub signatures: Vec<(&'static str, &'static str)>,
    /// A text that all its signatures cover, and what to put in its place.
    pub spoil: (&'static str, &'static str),
}

fn issued(
    name: &str,
    xml: String,
    signatures: &[(&'static str, &'static str)],
    spoil: (&'static str, &'static str),
) -> Issued {
    Issued {
        name: name.to_owned(),
        xml,
        signatures: signatures.to_vec(),
        spoil,
    }
}

/// Everything that can be issued with a key, signed with this one.
pub fn signed(key: &KeyPair) -> Vec<Issued> {
    let mut all = responses(key);
    all.extend(others(Some(key)));
    all
}

/// Everything that can be issued without a key.
pub fn unsigned() -> Vec<Issued> {
    let mut all = others(None);
    for one in &mut all {
        one.signatures.clear();
    }
    all
}

fn responses(key: &KeyPair) -> Vec<Issued> {
    let alice = ("alice@", "mallory@");
    let full = ResponseSpec {
        session_not_on_or_after: Some(now() + TimeDelta::hours(8)),
        recipients: vec!["https://other.example.com/acs".to_owned()],
        audience: vec!["one".to_owned(), "two".to_owned()],
        name_id: NameId {
            name_qualifier: Some(IDP.to_owned()),
            sp_name_qualifier: Some("sp".to_owned()),
            ..spec().name_id
        },
        ..signed_twice()
    };
    let bare = ResponseSpec {
        attributes: Vec::new(),
        in_response_to: None,
        name_id: NameId {
            format: None,
            ..spec().name_id
        },
        ..spec()
    };
    let mut all = vec![
        issued(
            "Response, assertion signed",
            build(&spec(), key).unwrap(),
            &[ASSERTION],
            alice,
        ),
        issued(
            "Response, both signed",
            build(&full, key).unwrap(),
            &[RESPONSE, ASSERTION],
            alice,
        ),
        issued(
            "Response, nothing optional",
            build(&bare, key).unwrap(),
            &[ASSERTION],
            alice,
        ),
    ];
    for data in DataEncryption::ALL.into_iter().chain(DataEncryption::WEAK) {
        for transport in KeyEncryption::ALL {
            let spec = ResponseSpec {
                encrypt: Some(Encryption {
                    certificate: sp_key().certificate().clone(),
                    data,
                    key: transport,
                }),
                ..signed_twice()
            };
            all.push(issued(
                &format!("Response, {data:?} and {transport:?}"),
                build(&spec, key).unwrap(),
                &[RESPONSE],
                ("xmlenc#Element\"", "xmlenc#Content\""),
            ));
        }
    }
    all
}

fn others(key: Option<&KeyPair>) -> Vec<Issued> {
    let mut all = requests(key);
    all.extend(logout(key));
    all.extend(descriptions(key));
    let status = StatusSpec {
        id: "_response-1".to_owned(),
        issuer: IDP.to_owned(),
        destination: ACS.to_owned(),
        in_response_to: Some(REQUEST.to_owned()),
        status: STATUS_RESPONDER.to_owned(),
        sub_status: Some(STATUS_NO_PASSIVE.to_owned()),
        message: Some("A page would be needed & shown".to_owned()),
        issue_instant: now(),
    };
    let short = StatusSpec {
        in_response_to: None,
        sub_status: None,
        message: None,
        ..status.clone()
    };
    for (name, spec) in [("status Response", status), ("status Response, code only", short)] {
        let xml = build_status(&spec, key).unwrap();
        all.push(issued(name, xml, &[RESPONSE], ("status:Responder", "status:Success")));
    }
    all
}

fn requests(key: Option<&KeyPair>) -> Vec<Issued> {
    let request = [("urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest", "_request-1")];
    let bare = AuthnRequestSpec {
        acs_url: None,
        attribute_consuming_service_index: None,
        protocol_binding: None,
        force_authn: false,
        is_passive: false,
        name_id_policy: None,
        requested_authn_context: None,
        ..authn_spec()
    };
    let by_index = AuthnRequestSpec {
        acs_index: Some(3),
        ..bare.clone()
    };
    [
        ("AuthnRequest", authn_spec()),
        ("AuthnRequest, nothing optional", bare),
        ("AuthnRequest, by index", by_index),
    ]
    .into_iter()
    .map(|(name, spec)| {
        let xml = build_authn_request(&spec, key).unwrap();
        issued(name, xml, &request, ("travelocity.com", "travelocity.org"))
    })
    .collect()
}

fn logout(key: Option<&KeyPair>) -> Vec<Issued> {
    let request = [("urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest", "_logout-1")];
    let response = [("urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse", "_logout-2")];
    let bare = LogoutRequestSpec {
        session_indexes: Vec::new(),
        not_on_or_after: None,
        reason: None,
        name_id: NameId {
            value: "alice & bob".to_owned(),
            ..NameId::default()
        },
        ..logout_request_spec()
    };
    let spoil = ("travelocity.com", "travelocity.org");
    let full = build_request(&logout_request_spec(), key).unwrap();
    let answer = build_response(&logout_response_spec(), key).unwrap();
    vec![
        issued("LogoutRequest in SOAP", soap::wrap(&full), &request, spoil),
        issued("LogoutResponse in SOAP", soap::wrap(&answer), &response, spoil),
        issued("LogoutRequest", full, &request, spoil),
        issued(
            "LogoutRequest, nothing optional",
            build_request(&bare, key).unwrap(),
            &request,
            spoil,
        ),
        issued("LogoutResponse", answer, &response, spoil),
    ]
}

fn descriptions(key: Option<&KeyPair>) -> Vec<Issued> {
    const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor";
    let (rsa, ec) = (rsa_key().certificate().clone(), ec_key().certificate().clone());
    let sp = sp_spec();
    let bare = SpSpec {
        slo: Vec::new(),
        signing_certificates: Vec::new(),
        encryption_certificates: Vec::new(),
        name_id_formats: Vec::new(),
        requested_attributes: Vec::new(),
        ..sp.clone()
    };
    let mut all: Vec<_> = [
        ("one key", vec![rsa.clone()]),
        ("two keys", idp_spec().certificates),
        ("an RSA and an EC key", vec![rsa, ec.clone()]),
        ("an EC key", vec![ec.clone()]),
    ]
    .into_iter()
    .map(|(name, certificates)| {
        let spec = IdpSpec {
            certificates,
            ..idp_spec()
        };
        let xml = metadata::idp(&spec, key).unwrap();
        let name = format!("IdP metadata, {name}");
        issued(&name, xml, &[(ENTITY, "_metadata-1")], ("/samlsso", "/evil"))
    })
    .collect();
    let elliptic = SpSpec {
        signing_certificates: vec![ec],
        ..sp.clone()
    };
    for (name, spec) in [("full", sp), ("EC signing key", elliptic), ("nothing optional", bare)] {
        let xml = metadata::sp(&spec, key).unwrap();
        let name = format!("SP metadata, {name}");
        all.push(issued(
            &name,
            xml,
            &[(ENTITY, "_metadata-2")],
            ("/saml/acs", "/evil/acs"),
        ));
    }
    all
}
