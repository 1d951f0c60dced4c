//! What is not built: values XML cannot carry, IDs that are none, certificates that cannot be encrypted for.

use saml::BuildError;
use saml::SignatureError;
use saml::inbound::decode_redirect;
use saml::keys::Certificate;
use saml::message::Attribute;
use saml::redirect::{self, Parameter};
use saml::response::{Encryption, ResponseSpec, build};
use saml::sp::{Rejected, build_authn_request};

use crate::specs::authn_spec;
use crate::support::{accept, accept_as, built, ec_key, expectation, idp_key, now, signed_twice, spec};

/// A certificate on a curve that nothing is verified with.
fn p384() -> Certificate {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let params = rcgen::CertificateParams::new(vec!["x.example".to_owned()]).unwrap();
    Certificate::parse(params.self_signed(&key).unwrap().pem()).unwrap()
}

fn refused(change: impl FnOnce(&mut ResponseSpec)) -> BuildError {
    let mut spec = spec();
    change(&mut spec);
    build(&spec, idp_key()).unwrap_err()
}

#[test]
fn control_characters_are_named_and_not_replaced() {
    let field = |name: &str| BuildError::IllegalCharacter(name.to_owned());
    assert_eq!(refused(|s| s.name_id.value.push('\u{0}')), field("The NameID"));
    assert_eq!(refused(|s| s.issuer.push('\u{7}')), field("The issuer"));
    assert_eq!(refused(|s| s.destination.push('\u{fffe}')), field("The destination"));
    assert_eq!(refused(|s| s.audience[0].push('\u{1b}')), field("An audience"));
    assert_eq!(
        refused(|s| s.attributes[0].values[0].push('\u{8}')),
        field("The attribute \"http://wso2.org/claims/mobile\"")
    );
    let mut request = authn_spec();
    request.issuer.push('\u{1}');
    assert_eq!(build_authn_request(&request, None), Err(field("The issuer")));
}

#[test]
fn ids_have_to_be_ids() {
    for id in ["", "1abc", "a b", "a\"b", "a#b", "ä", &"a".repeat(300)] {
        assert_eq!(refused(|s| s.id = id.to_owned()), BuildError::InvalidId(id.to_owned()));
        assert_eq!(
            refused(|s| s.assertion_id = id.to_owned()),
            BuildError::InvalidId(id.to_owned())
        );
    }
}

#[test]
fn only_rsa_keys_are_encrypted_for() {
    for certificate in [ec_key().certificate().clone(), p384()] {
        let why = refused(|s| {
            s.encrypt = Some(Encryption {
                certificate: certificate.clone(),
                data: Default::default(),
                key: Default::default(),
            });
        });
        assert_eq!(why, BuildError::EncryptionCertificate);
        assert!(why.to_string().contains("takes an RSA key of 2048 to 8192 bits"));
    }
}

#[test]
fn other_curves_verify_nothing() {
    let certificates = [p384()];
    let mut expected = expectation();
    expected.idp_certificates = &certificates;
    assert_eq!(
        accept_as(&built(&signed_twice()), &expected),
        Err(Rejected::Signature(SignatureError::UnusableCertificate))
    );
    let xml = build_authn_request(&authn_spec(), None).unwrap();
    let url = redirect::url("https://x", Parameter::Request, &xml, None, Some(idp_key())).unwrap();
    let inbound = decode_redirect(url.split_once('?').unwrap().1).unwrap();
    assert_eq!(inbound.verify(&certificates), Err(SignatureError::UnusableCertificate));
}

#[test]
fn nothing_to_tell_no_attribute_statement() {
    let mut spec = spec();
    spec.attributes = vec![Attribute {
        name: "empty".to_owned(),
        ..Attribute::default()
    }];
    let xml = built(&spec);
    assert!(!xml.contains("AttributeStatement"));
    assert!(accept(&xml).unwrap().attributes.is_empty());
}

#[test]
fn a_session_end_is_carried() {
    let mut spec = spec();
    let end = now() + chrono::TimeDelta::hours(8);
    spec.session_not_on_or_after = Some(end);
    assert_eq!(accept(&built(&spec)).unwrap().session_not_on_or_after, Some(end));
}

/// The algorithm of the settings, read back from their stored URI.
#[test]
fn algorithms_by_uri() {
    use saml::algorithm::{DataEncryption, DigestAlgorithm, KeyEncryption, SignatureAlgorithm};
    for a in SignatureAlgorithm::ALL {
        assert_eq!(SignatureAlgorithm::from_uri(a.uri()), Some(a));
    }
    for a in DigestAlgorithm::ALL {
        assert_eq!(DigestAlgorithm::from_uri(a.uri()), Some(a));
    }
    for (list, weak) in [(DataEncryption::ALL, false), (DataEncryption::WEAK, true)] {
        for a in list {
            assert_eq!(DataEncryption::from_uri(a.uri()), Some(a));
            assert_eq!(a.is_weak(), weak);
        }
    }
    for a in KeyEncryption::ALL {
        assert_eq!(KeyEncryption::from_uri(a.uri()), Some(a));
    }
    assert_eq!(
        KeyEncryption::from_uri("http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
        None
    );
}
