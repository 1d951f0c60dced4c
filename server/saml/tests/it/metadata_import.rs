//! What an administrator's import makes of a service provider's metadata: what is taken, what is left out and said, and
//! what stops it.

use chrono::TimeDelta;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT};
use saml::inbound::XmlError;
use saml::keys::KeyError;
use saml::metadata::{
    CertificateUse, Endpoint, EntitySummary, KeyDescriptor, MetadataError, Note, SpMetadata, entities, parse_sp, sp,
};

use crate::metadata::{idp_spec, sp_spec};
use crate::support::{SP, cut, ec_key, impostor_key, now, sp_key, swap};

const ARTIFACT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";

/// A service provider whose role and entity hold these elements.
fn file(role: &str, entity: &str) -> String {
    format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" entityID="{SP}"><SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{role}</SPSSODescriptor>{entity}</EntityDescriptor>"#
    )
}

fn acs(binding: &str, location: &str, index: u16) -> String {
    format!(r#"<AssertionConsumerService Binding="{binding}" Location="{location}" index="{index}"/>"#)
}

fn post_acs() -> String {
    acs(BINDING_POST, "https://sp.example.com/acs", 0)
}

fn key(usage: &str, certificate: &str, methods: &[&str]) -> String {
    let usage = if usage.is_empty() {
        String::new()
    } else {
        format!(" use=\"{usage}\"")
    };
    let methods: String = methods
        .iter()
        .map(|uri| format!("<EncryptionMethod Algorithm=\"{uri}\"/>"))
        .collect();
    format!(
        "<KeyDescriptor{usage}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{methods}</KeyDescriptor>"
    )
}

fn read(role: &str) -> SpMetadata {
    parse_sp(&file(&format!("{role}{}", post_acs()), "")).unwrap()
}

fn place(number: usize, usage: Option<&str>) -> KeyDescriptor {
    KeyDescriptor {
        number,
        usage: usage.map(str::to_owned),
    }
}

#[test]
fn algorithms_of_the_keys_that_may_encrypt() {
    let mine = sp_key().certificate_der_base64();
    let theirs = impostor_key().certificate_der_base64();
    let metadata = read(&format!(
        "{}{}{}",
        key("signing", &mine, &["urn:never"]),
        key("encryption", &mine, &["urn:b", " urn:a "]),
        key("", &theirs, &["urn:a", "urn:c"]),
    ));
    assert_eq!(metadata.encryption_methods, ["urn:b", "urn:a", "urn:c"]);
    assert_eq!(metadata.notes, []);
    assert!(read("").encryption_methods.is_empty());
}

#[test]
fn names_for_people_in_order_of_preference() {
    let mdui = r#"<Extensions><mdui:UIInfo><mdui:DisplayName xml:lang="de">Reisen</mdui:DisplayName>
<mdui:DisplayName xml:lang="en">Travel
 desk</mdui:DisplayName><mdui:Description xml:lang="en">Books &amp; pays</mdui:Description></mdui:UIInfo></Extensions>"#;
    let service = r#"<AttributeConsumingService index="0"><ServiceName xml:lang="en">Bookings</ServiceName>
<ServiceDescription xml:lang="fr">Tout</ServiceDescription><RequestedAttribute Name="mail"/></AttributeConsumingService>"#;
    let organization = r#"<Organization><OrganizationName xml:lang="en">x-corp</OrganizationName>
<OrganizationDisplayName xml:lang="en">X Corporation</OrganizationDisplayName>
<OrganizationURL xml:lang="en">https://x.example.com</OrganizationURL></Organization>"#;
    let names = |role: &str, entity: &str| {
        let text = file(role, entity);
        let metadata = parse_sp(&text).unwrap();
        assert_eq!(entities(&text).unwrap()[0].display_name, metadata.display_name);
        (metadata.display_name, metadata.description)
    };
    let some = |text: &str| Some(text.to_owned());
    let acs = post_acs();
    assert_eq!(
        names(&format!("{mdui}{acs}{service}"), organization),
        (some("Travel desk"), some("Books & pays"))
    );
    assert_eq!(
        names(&format!("{acs}{service}"), organization),
        (some("Bookings"), some("Tout"))
    );
    assert_eq!(names(&acs, organization), (some("X Corporation"), None));
    let short = organization.replace("DisplayName", "Unknown");
    assert_eq!(names(&acs, &short), (some("x-corp"), None));
    assert_eq!(names(&acs, ""), (None, None));
    let german = mdui.replace("xml:lang=\"en\"", "xml:lang=\"fr\"");
    assert_eq!(names(&format!("{german}{acs}"), "").0, some("Reisen"), "else the first");
}

#[test]
fn a_file_of_many_entities_offers_a_choice() {
    let provider = saml::metadata::idp(&idp_spec(), None).unwrap();
    let legacy = r#"<md:EntityDescriptor entityID="urn:old"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/></md:EntityDescriptor>"#;
    let nameless = "<md:EntityDescriptor/>";
    let consumer = sp(&sp_spec(), None).unwrap();
    let text = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{provider}{legacy}<md:EntitiesDescriptor>{nameless}{consumer}</md:EntitiesDescriptor></md:EntitiesDescriptor>"
    );
    let summary = |entity_id: &str, name: Option<&str>, is_service_provider| EntitySummary {
        entity_id: entity_id.to_owned(),
        display_name: name.map(str::to_owned),
        is_service_provider,
    };
    assert_eq!(
        entities(&text).unwrap(),
        [
            summary(crate::support::IDP, None, false),
            summary("urn:old", None, false),
            summary(SP, Some("Travelocity & Co"), true),
        ]
    );
    for one in entities(&text).unwrap() {
        let chosen = saml::metadata::parse_sp_entity(&text, &one.entity_id);
        assert_eq!(chosen.is_ok(), one.is_service_provider);
    }
    let padded = file(&post_acs(), "").replace("entityID=\"", "entityID=\" ");
    assert_eq!(entities(&padded).unwrap(), [summary(SP, None, true)]);
    assert!(saml::metadata::parse_sp_entity(&padded, SP).is_ok());
}

#[test]
fn lifetimes_are_kept_and_not_judged() {
    let mut spec = sp_spec();
    spec.valid_until = Some(now() - TimeDelta::days(1));
    let xml = sp(&spec, None).unwrap();
    let expired = parse_sp(&xml).unwrap();
    assert!(expired.is_expired(now()));
    assert!(!expired.is_expired(now() - TimeDelta::days(2)));
    assert_eq!(expired.cache_duration, None);
    let wish = |text: &str| {
        let xml = swap(
            &xml,
            "<md:SPSSODescriptor",
            &format!("<md:SPSSODescriptor cacheDuration=\"{text}\""),
        );
        let xml = swap(
            &xml,
            "<md:EntityDescriptor",
            "<md:EntityDescriptor cacheDuration=\"P1D\"",
        );
        parse_sp(&xml).unwrap().cache_duration
    };
    assert_eq!(wish("PT6H"), Some(TimeDelta::hours(6)));
    assert_eq!(wish("P2D"), Some(TimeDelta::days(1)), "the shortest counts");
    assert_eq!(
        wish("daily"),
        Some(TimeDelta::days(1)),
        "what cannot be read is no wish"
    );
    assert!(!parse_sp(&sp(&sp_spec(), None).unwrap()).unwrap().is_expired(now()));
}

#[test]
fn other_bindings_are_reported_and_post_is_needed() {
    let services = [
        acs(ARTIFACT, "https://sp.example.com/artifact", 0).replace("/>", " isDefault=\"true\"/>"),
        acs(BINDING_POST, "https://sp.example.com/acs", 1),
        acs(BINDING_POST, "https://sp.example.com/acs2", 2),
    ];
    let resolution = r#"<ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://sp.example.com/ars" index="0"/>"#;
    let metadata = parse_sp(&file(&format!("{resolution}{}", services.concat()), "")).unwrap();
    let artifact = Endpoint::indexed(ARTIFACT, "https://sp.example.com/artifact", 0, true);
    assert_eq!(metadata.acs.len(), 3);
    assert_eq!(metadata.acs[0], artifact);
    assert_eq!(metadata.post_acs().count(), 2);
    assert_eq!(metadata.default_acs().unwrap().location, "https://sp.example.com/acs");
    assert_eq!(
        metadata.notes,
        [Note::UnsupportedAcs(artifact), Note::ArtifactResolution]
    );
    let redirect = acs(BINDING_REDIRECT, "https://sp.example.com/r", 3);
    let error = parse_sp(&file(&format!("{}{redirect}", services[0]), "")).unwrap_err();
    let bindings = vec![ARTIFACT.to_owned(), BINDING_REDIRECT.to_owned()];
    assert_eq!(error, MetadataError::NoPostAcs(bindings));
    assert!(error.to_string().contains("HTTP-POST") && error.to_string().contains(ARTIFACT));
    assert_eq!(parse_sp(&file("", "")), Err(MetadataError::NoAcs));
}

/// SAML V2.0 Holder-of-Key Web Browser SSO Profile: its endpoints have an attribute of another namespace.
#[test]
fn an_endpoint_of_holder_of_key_is_reported_like_any_other() {
    const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:profiles:holder-of-key:SSO:browser";
    let endpoint = acs(HOLDER_OF_KEY, "https://sp.example.com/hok", 1).replace(
        "/>",
        &format!(" xmlns:hoksso=\"{HOLDER_OF_KEY}\" hoksso:ProtocolBinding=\"{BINDING_POST}\"/>"),
    );
    let metadata = read(&endpoint);
    assert_eq!(metadata.default_acs().unwrap().location, "https://sp.example.com/acs");
    let expected = Endpoint::indexed(HOLDER_OF_KEY, "https://sp.example.com/hok", 1, false);
    assert_eq!(metadata.notes, [Note::UnsupportedAcs(expected)]);
}

#[test]
fn certificates_are_taken_once_and_only_if_they_serve() {
    let certificate = sp_key().certificate();
    let (mine, elliptic) = (sp_key().certificate_der_base64(), ec_key().certificate_der_base64());
    let metadata = read(&format!(
        "{}{}{}{}",
        key("signing", &mine, &[]),
        key("encryption", &mine, &[]),
        key("", &mine, &[]),
        key("", &elliptic, &[]),
    ));
    assert_eq!(
        metadata.signing_certificates,
        [certificate.clone(), ec_key().certificate().clone()]
    );
    assert_eq!(metadata.encryption_certificates, std::slice::from_ref(certificate));
    let left_out = Note::UnusableCertificate {
        place: place(4, None),
        subject: ec_key().certificate().subject.clone(),
        key: "EC P-256".to_owned(),
        usage: CertificateUse::Encryption,
    };
    assert_eq!(
        metadata.notes,
        [
            Note::DuplicateCertificate {
                place: place(3, None),
                subject: certificate.subject.clone(),
            },
            left_out,
        ],
        "one certificate for signing and again for encryption is usual and not worth a word"
    );
    let named = "<KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo></KeyDescriptor>";
    let metadata = read(named);
    assert_eq!(metadata.notes, [Note::NoCertificate(place(1, Some("signing")))]);
    let words: Vec<_> = metadata.notes.iter().map(Note::to_string).collect();
    assert_eq!(
        words,
        ["KeyDescriptor number 1 (use=\"signing\") is left out: it holds no certificate."]
    );
}

#[test]
fn weak_certificates_are_left_out_of_both_uses() {
    let p384 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let params = rcgen::CertificateParams::new(vec!["x.example".to_owned()]).unwrap();
    let pem = params.self_signed(&p384).unwrap().pem();
    let certificate = saml::keys::Certificate::parse(&pem).unwrap();
    let text = cut(&pem, "-----\n", "\n-----END")
        .replace("-----", "")
        .replace("END", "");
    let metadata = read(&key("", &text, &[]));
    assert!(metadata.signing_certificates.is_empty() && metadata.encryption_certificates.is_empty());
    let words: Vec<_> = metadata.notes.iter().map(Note::to_string).collect();
    assert_eq!(words.len(), 2);
    for (word, why) in words.iter().zip(["are verified with", "are encrypted for"]) {
        assert!(
            word.contains(&certificate.subject) && word.contains("EC P-384") && word.contains(why),
            "{word}"
        );
    }
}

#[test]
fn all_sets_of_requested_attributes_stay() {
    let metadata = parse_sp(&sp(&sp_spec(), None).unwrap()).unwrap();
    let sets: Vec<_> = metadata.requested_attributes.iter().map(|a| a.service_index).collect();
    assert_eq!(sets, [1, 2]);
}

#[test]
fn mistakes_are_named() {
    let xml = sp(&sp_spec(), None).unwrap();
    for empty in ["", " \n ", "\u{feff}"] {
        assert_eq!(parse_sp(empty), Err(MetadataError::Empty));
    }
    for page in ["<html/>", "<!DOCTYPE html><html><body/></html>", "\n<HTML lang=\"en\">"] {
        assert_eq!(parse_sp(page), Err(MetadataError::WebPage));
    }
    let response = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    let error = parse_sp(response).unwrap_err();
    assert_eq!(error, MetadataError::NotMetadata("\"Response\"".to_owned()));
    assert!(
        error
            .to_string()
            .contains("an EntityDescriptor or EntitiesDescriptor is expected")
    );
    assert!(matches!(
        parse_sp("not xml"),
        Err(MetadataError::Xml(XmlError::NotWellFormed(_)))
    ));
    assert!(matches!(
        parse_sp(&swap(&xml, " entityID=\"travelocity.com\"", "")),
        Err(MetadataError::Invalid(_))
    ));
    assert!(matches!(
        parse_sp(&swap(&xml, " Location=\"https://sp.example.com/other\"", "")),
        Err(MetadataError::Invalid(_))
    ));
}

#[test]
fn a_broken_certificate_says_where_it_stands() {
    let xml = sp(&sp_spec(), None).unwrap();
    // The third key is the one for encryption; it repeats the first one's certificate.
    let certificate = sp_key().certificate_der_base64();
    let at = xml.rfind(&certificate).unwrap();
    let mut broken = xml;
    broken.replace_range(at..at + certificate.len(), "AAAA");
    let error = parse_sp(&broken).unwrap_err();
    assert_eq!(
        error,
        MetadataError::Certificate {
            place: place(3, Some("encryption")),
            error: KeyError::Malformed,
        }
    );
    assert_eq!(
        error.to_string(),
        "The certificate in KeyDescriptor number 3 (use=\"encryption\") cannot be read: The certificate is not a valid X.509 certificate"
    );
}
