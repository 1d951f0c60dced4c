//! Metadata there and back, as other products write it, and as attackers would.

use chrono::TimeDelta;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NAMEID_EMAIL, NAMEID_UNSPECIFIED};
use saml::inbound::XmlError;
use saml::metadata::{
    Endpoint, IdpSpec, MetadataError, RequestedAttribute, SpSpec, idp, parse_idp, parse_sp, parse_sp_entity, sp,
};

use crate::support::{ACS, IDP, SP, ec_key, idp_key, impostor_key, now, rsa_key, sp_key, swap};
use crate::xmlsec::verify;

pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor";

pub fn idp_spec() -> IdpSpec {
    IdpSpec {
        id: "_metadata-1".to_owned(),
        entity_id: IDP.to_owned(),
        sso_url: "https://idp.example.com/samlsso".to_owned(),
        slo_url: "https://idp.example.com/samlsso?x=1&y".to_owned(),
        certificates: vec![idp_key().certificate().clone(), impostor_key().certificate().clone()],
        name_id_formats: vec![NAMEID_UNSPECIFIED.to_owned(), NAMEID_EMAIL.to_owned()],
        want_authn_requests_signed: false,
        valid_until: Some(now() + TimeDelta::days(7)),
    }
}

pub fn sp_spec() -> SpSpec {
    SpSpec {
        id: "_metadata-2".to_owned(),
        entity_id: SP.to_owned(),
        service_name: "Travelocity & Co".to_owned(),
        acs: vec![
            Endpoint::indexed(BINDING_POST, "https://sp.example.com/other", 3, false),
            Endpoint::indexed(BINDING_POST, ACS, 1, true),
        ],
        slo: vec![Endpoint {
            response_location: Some("https://sp.example.com/slo/done".to_owned()),
            ..Endpoint::new(BINDING_REDIRECT, "https://sp.example.com/slo")
        }],
        signing_certificates: vec![sp_key().certificate().clone(), impostor_key().certificate().clone()],
        encryption_certificates: vec![sp_key().certificate().clone()],
        name_id_formats: vec![NAMEID_EMAIL.to_owned()],
        requested_attributes: vec![
            attribute("http://wso2.org/claims/mobile", true, 1),
            attribute("http://wso2.org/claims/emailaddress", false, 2),
        ],
        authn_requests_signed: true,
        want_assertions_signed: true,
        valid_until: None,
    }
}

fn attribute(name: &str, required: bool, service_index: u16) -> RequestedAttribute {
    RequestedAttribute {
        name: name.to_owned(),
        name_format: None,
        friendly_name: Some("A < B".to_owned()),
        required,
        service_index,
    }
}

#[test]
fn identity_provider() {
    let xml = idp(&idp_spec(), None).unwrap();
    let read = parse_idp(&xml).unwrap();
    let spec = idp_spec();
    assert_eq!(read.entity_id, IDP);
    assert_eq!(read.certificates, spec.certificates);
    assert_eq!(read.name_id_formats, spec.name_id_formats);
    assert_eq!(read.valid_until, spec.valid_until);
    for binding in [BINDING_REDIRECT, BINDING_POST] {
        assert_eq!(read.sso_location(binding), Some(spec.sso_url.as_str()));
    }
    for binding in [BINDING_REDIRECT, BINDING_POST, BINDING_SOAP] {
        assert_eq!(read.slo_location(binding), Some(spec.slo_url.as_str()));
    }
    assert_eq!(parse_sp(&xml), Err(MetadataError::NoRole("service provider")));
}

/// A key of each kind side by side, as while one takes over from the other.
#[test]
fn an_identity_provider_that_changes_to_elliptic_keys() {
    let mut spec = idp_spec();
    spec.certificates = vec![rsa_key().certificate().clone(), ec_key().certificate().clone()];
    for key in [rsa_key(), ec_key()] {
        let xml = idp(&spec, Some(key)).unwrap();
        assert_eq!(parse_idp(&xml).unwrap().certificates, spec.certificates);
        assert!(xml.contains(key.signature_algorithm().uri()));
    }
}

#[test]
fn service_provider() {
    let xml = sp(&sp_spec(), None).unwrap();
    let read = parse_sp(&xml).unwrap();
    let spec = sp_spec();
    assert_eq!(read.entity_id, SP);
    assert_eq!(read.acs, spec.acs);
    assert_eq!(read.default_acs().unwrap().location, ACS);
    assert_eq!(read.slo, spec.slo);
    assert_eq!(read.signing_certificates, spec.signing_certificates);
    assert_eq!(read.encryption_certificates, spec.encryption_certificates);
    assert_eq!(read.name_id_formats, spec.name_id_formats);
    assert_eq!(read.requested_attributes, spec.requested_attributes);
    assert!(read.authn_requests_signed && read.want_assertions_signed);
    assert_eq!(parse_idp(&xml), Err(MetadataError::NoRole("identity provider")));
}

#[test]
fn signed_metadata_verifies_with_xmlsec1() {
    let xml = idp(&idp_spec(), Some(idp_key())).unwrap();
    verify(&xml, &[ENTITY], "_metadata-1").unwrap();
    assert!(verify(&swap(&xml, "/samlsso\"", "/evil\""), &[ENTITY], "_metadata-1").is_err());
    assert_eq!(parse_idp(&xml), parse_idp(&idp(&idp_spec(), None).unwrap()));
    let xml = sp(&sp_spec(), Some(idp_key())).unwrap();
    verify(&xml, &[ENTITY], "_metadata-2").unwrap();
}

/// Comments, other prefixes, an organization, foreign roles and keys for any use, as tools write them.
#[test]
fn metadata_of_other_products() {
    let certificate = sp_key().certificate_der_base64();
    let (first, rest) = certificate.split_at(64);
    let xml = format!(
        r#"<?xml version="1.0"?>
<!-- generated -->
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=" https://sp.example.com ">
  <RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"
     xsi:type="fed:ApplicationServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706"/>
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/>
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol">
    <!-- one key for both -->
    <KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>
      {first}
      {rest}
    </X509Certificate></X509Data></KeyInfo></KeyDescriptor>
    <NameIDFormat>
      {NAMEID_EMAIL}
    </NameIDFormat>
    <AssertionConsumerService Binding="{BINDING_POST}" Location="https://sp.example.com/acs" index="0"/>
  </SPSSODescriptor>
  <Organization><OrganizationName>x</OrganizationName></Organization>
  <ContactPerson contactType="nonsense"/>
</EntityDescriptor>"#
    );
    let read = parse_sp(&xml).unwrap();
    assert_eq!(read.entity_id, "https://sp.example.com");
    let certificates = [sp_key().certificate().clone()];
    assert_eq!(read.signing_certificates, certificates);
    assert_eq!(read.encryption_certificates, certificates);
    assert_eq!(read.name_id_formats, [NAMEID_EMAIL]);
    assert_eq!(read.default_acs().unwrap().location, "https://sp.example.com/acs");
    assert!(!read.authn_requests_signed);
}

#[test]
fn aggregates_ask_which_entity() {
    let entities: String = ["https://a.example.com", "https://b.example.com"]
        .into_iter()
        .map(|id| {
            let mut spec = sp_spec();
            spec.entity_id = id.to_owned();
            sp(&spec, None).unwrap()
        })
        .collect();
    let until = "2026-01-20T00:00:00Z";
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" validUntil=\"{until}\"><md:EntitiesDescriptor>{entities}</md:EntitiesDescriptor></md:EntitiesDescriptor>"
    );
    let ids = vec!["https://a.example.com".to_owned(), "https://b.example.com".to_owned()];
    assert_eq!(parse_sp(&xml), Err(MetadataError::Several(ids)));
    let read = parse_sp_entity(&xml, "https://b.example.com").unwrap();
    assert_eq!(read.entity_id, "https://b.example.com");
    assert!(!read.is_expired(now()));
    assert!(read.is_expired(read.valid_until.unwrap()));
    assert_eq!(read.valid_until.unwrap().to_rfc3339(), "2026-01-20T00:00:00+00:00");
    assert_eq!(
        parse_sp_entity(&xml, "https://c.example.com"),
        Err(MetadataError::NoSuchEntity("https://c.example.com".to_owned()))
    );
}

#[test]
fn attacks_on_the_parser() {
    let xml = sp(&sp_spec(), None).unwrap();
    assert!(parse_sp(&xml).is_ok());
    for doctype in [
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x SYSTEM \"https://evil.example.com/x.dtd\">",
    ] {
        assert_eq!(
            parse_sp(&format!("{doctype}{xml}")),
            Err(MetadataError::Xml(XmlError::Doctype))
        );
    }
    let split = swap(&xml, "<md:NameIDFormat>urn", "<md:NameIDFormat><!-- x -->urn");
    assert_eq!(
        parse_sp(&split),
        Err(MetadataError::Xml(XmlError::MarkupInText("NameIDFormat".to_owned())))
    );
    let deep = swap(
        &xml,
        "<md:SPSSODescriptor",
        &format!("{}{}<md:SPSSODescriptor", "<a>".repeat(50), "</a>".repeat(50)),
    );
    assert_eq!(parse_sp(&deep), Err(MetadataError::Xml(XmlError::TooDeep)));
}
