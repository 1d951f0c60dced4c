//! Metadata of a service provider that has everything, and short ways to take it.

use std::sync::OnceLock;

use chrono::{TimeZone, Utc};
use domain::input::metadata::MetadataInput;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NAMEID_EMAIL};
use saml::keys::{Certificate, KeyPair};
use saml::metadata::{Endpoint, RequestedAttribute, SpSpec};

use super::super::import::{self, Outcome};
use super::*;

pub const ARTIFACT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
pub const ENTITY: &str = "https://shop.example.org/metadata";
/// Where the address of the tests leads.
pub const URL: &str = "https://shop.example.org/saml/metadata?tenant=1";

/// Certificates that differ, valid for this year and the next three.
pub fn certificate(n: usize) -> Certificate {
    static ALL: OnceLock<Vec<Certificate>> = OnceLock::new();
    let at = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let make = |n| {
        let key = KeyPair::generate_rsa(2048, &format!("shop {n}"), at(2026), at(2029)).unwrap();
        key.certificate().clone()
    };
    ALL.get_or_init(|| (0..3).map(make).collect())[n].clone()
}

pub fn asks(name: &str, called: Option<&str>, required: bool) -> RequestedAttribute {
    RequestedAttribute {
        name: name.into(),
        name_format: Some("urn:oasis:names:tc:SAML:2.0:attrname-format:uri".into()),
        friendly_name: called.map(str::to_owned),
        required,
        service_index: 1,
    }
}

pub fn spec() -> SpSpec {
    SpSpec {
        id: "_metadata".into(),
        entity_id: ENTITY.into(),
        service_name: "The Shop".into(),
        acs: vec![
            Endpoint::indexed(BINDING_POST, "https://shop.example.org/acs/2", 2, true),
            Endpoint::indexed(ARTIFACT, "https://shop.example.org/artifact", 3, false),
            Endpoint::indexed(BINDING_POST, "https://shop.example.org/acs/1", 1, false),
        ],
        slo: vec![
            Endpoint::new(BINDING_SOAP, "https://shop.example.org/slo/soap"),
            Endpoint::new(BINDING_POST, "https://shop.example.org/slo"),
            Endpoint {
                response_location: Some("https://shop.example.org/slo/done".into()),
                ..Endpoint::new(BINDING_REDIRECT, "https://shop.example.org/slo")
            },
        ],
        signing_certificates: vec![certificate(0), certificate(1)],
        encryption_certificates: vec![certificate(2)],
        name_id_formats: vec!["urn:example:format".into(), NAMEID_EMAIL.into()],
        requested_attributes: vec![
            asks("urn:oid:0.9.2342.19200300.100.1.3", Some("mail"), true),
            asks(claim::MOBILE, None, false),
            asks("urn:oid:1.2.3.4", Some("shoeSize"), true),
        ],
        authn_requests_signed: true,
        want_assertions_signed: true,
        valid_until: Some(Utc.with_ymd_and_hms(2027, 1, 31, 0, 0, 0).unwrap()),
    }
}

pub fn xml_of(change: impl FnOnce(&mut SpSpec)) -> String {
    let mut spec = spec();
    change(&mut spec);
    saml::metadata::sp(&spec, None).unwrap()
}

/// As [`xml_of`], with these algorithms to encrypt by.
pub fn xml_with_methods(methods: &[&str], change: impl FnOnce(&mut SpSpec)) -> String {
    let xml = xml_of(change);
    let methods: String = methods
        .iter()
        .map(|uri| format!("<md:EncryptionMethod Algorithm=\"{uri}\"/>"))
        .collect();
    let end = "</md:KeyDescriptor>";
    let at = xml.rfind(end).unwrap();
    format!("{}{methods}{}", &xml[..at], &xml[at..])
}

pub fn pasted(xml: &str) -> MetadataInput {
    MetadataInput {
        xml: xml.into(),
        ..MetadataInput::default()
    }
}

pub fn named(name: &str) -> ServiceProviderInput {
    ServiceProviderInput {
        name: name.into(),
        ..ServiceProviderInput::default()
    }
}

pub async fn take(services: &Services, actor: &Actor, xml: &str) -> Result<Outcome> {
    import::import(services, actor, &ServiceProviderInput::default(), &pasted(xml)).await
}

/// Registers it and gives its id.
pub async fn registered(services: &Services, actor: &Actor, xml: &str) -> i64 {
    match take(services, actor, xml).await.unwrap() {
        Outcome::Registered(id) => id,
        other => panic!("{other:?}"),
    }
}
