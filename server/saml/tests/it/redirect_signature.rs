//! T25: the signature of the Redirect binding is over the octets that were received.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml::SignatureError;
use saml::inbound::{DecodeError, decode_redirect};
use saml::redirect::{self, Parameter};
use saml::sp::build_authn_request;

use crate::specs::authn_spec;
use crate::support::{idp_certificates, idp_key};

const SSO: &str = "https://idp.example.com/samlsso";

fn query(relay_state: Option<&str>) -> String {
    let xml = build_authn_request(&authn_spec(), None).unwrap();
    let url = redirect::url(SSO, Parameter::Request, &xml, relay_state, Some(idp_key())).unwrap();
    url.split_once('?').unwrap().1.to_owned()
}

fn verdict(query: &str) -> Result<(), SignatureError> {
    decode_redirect(query).unwrap().verify(idp_certificates())
}

fn parts(query: &str) -> Vec<&str> {
    query.split('&').collect()
}

/// Signs octets as another product might have written them.
fn sign(octets: &str) -> String {
    let key = RsaKeyPair::from_pkcs8(idp_key().pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        octets.as_bytes(),
        &mut signature,
    )
    .unwrap();
    STANDARD
        .encode(signature)
        .replace('+', "%2b")
        .replace('/', "%2f")
        .replace('=', "%3d")
}

#[test]
fn the_unmodified_query_verifies_with_and_without_relay_state() {
    assert_eq!(verdict(&query(None)), Ok(()));
    assert_eq!(verdict(&query(Some("state"))), Ok(()));
}

#[test]
fn the_order_in_the_address_does_not_matter_but_the_signed_order_does() {
    let query = query(Some("state"));
    let mut shuffled = parts(&query);
    shuffled.reverse();
    assert_eq!(verdict(&shuffled.join("&")), Ok(()));
    let [request, relay, algorithm, _] = parts(&query)[..] else {
        panic!("{query}")
    };
    let other_order = sign(&format!("{relay}&{request}&{algorithm}"));
    assert_eq!(
        verdict(&format!("{relay}&{request}&{algorithm}&Signature={other_order}")),
        Err(SignatureError::Invalid)
    );
}

#[test]
fn lower_case_percent_encoding_is_kept() {
    let query = query(Some("a/b"));
    let [request, relay, algorithm, _] = parts(&query)[..] else {
        panic!("{query}")
    };
    let lower = |text: &str| {
        let mut lowered = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            lowered.push_str(&rest[..at]);
            lowered.push_str(&rest[at..at + 3].to_lowercase());
            rest = &rest[at + 3..];
        }
        lowered + rest
    };
    let octets = format!("{}&{}&{}", lower(request), lower(relay), lower(algorithm));
    assert!(octets.contains("%2f"));
    let signature = sign(&octets);
    assert_eq!(verdict(&format!("{octets}&Signature={signature}")), Ok(()));
    // The same text encoded in upper case is not what was signed.
    assert_eq!(
        verdict(&format!("{request}&{relay}&{algorithm}&Signature={signature}")),
        Err(SignatureError::Invalid)
    );
}

#[test]
fn relay_state_is_part_of_what_is_signed() {
    let with = query(Some("state"));
    assert_eq!(
        verdict(&with.replace("RelayState=state", "RelayState=other")),
        Err(SignatureError::Invalid)
    );
    assert_eq!(
        verdict(&with.replace("&RelayState=state", "")),
        Err(SignatureError::Invalid)
    );
    assert_eq!(
        verdict(&format!("{}&RelayState=added", query(None))),
        Err(SignatureError::Invalid)
    );
    // An empty RelayState is signed where it is sent.
    let without = query(None);
    let [request, algorithm, _] = parts(&without)[..] else {
        panic!("{without}")
    };
    let octets = format!("{request}&RelayState=&{algorithm}");
    assert_eq!(verdict(&format!("{octets}&Signature={}", sign(&octets))), Ok(()));
}

#[test]
fn duplicates_are_refused() {
    let query = query(Some("state"));
    for (part, name) in parts(&query)
        .into_iter()
        .zip(["SAMLRequest", "RelayState", "SigAlg", "Signature"])
    {
        assert_eq!(
            decode_redirect(&format!("{query}&{part}")),
            Err(DecodeError::Duplicate(name))
        );
    }
    assert_eq!(
        decode_redirect(&format!("{query}&SAMLResponse=x")),
        Err(DecodeError::Both)
    );
    assert_eq!(
        decode_redirect(&format!("{query}&%53AMLRequest=x")),
        Err(DecodeError::Encoding("SAMLRequest"))
    );
}

#[test]
fn extra_parameters_are_not_signed_and_not_read() {
    let query = query(Some("state"));
    assert_eq!(verdict(&format!("spEntityID=x&{query}&lang=de&&flag")), Ok(()));
}

#[test]
fn algorithm_swaps() {
    let query = query(None);
    let original = "rsa-sha256";
    for other in ["rsa-sha1", "hmac-sha256", "rsa-md5"] {
        let swapped = query.replace(original, other);
        let uri = format!("http://www.w3.org/2001/04/xmldsig-more#{other}");
        assert_eq!(verdict(&swapped), Err(SignatureError::Algorithm(uri)));
    }
    assert_eq!(
        verdict(&query.replace(original, "rsa-sha512")),
        Err(SignatureError::Invalid)
    );
    assert_eq!(
        verdict(&format!("{}&SigAlg=&Signature=AAAA", parts(&query)[0])),
        Err(SignatureError::Algorithm(String::new()))
    );
}

#[test]
fn half_a_signature_is_an_error_and_not_an_unsigned_message() {
    let query = query(None);
    let [request, algorithm, signature] = parts(&query)[..] else {
        panic!("{query}")
    };
    for half in [format!("{request}&{algorithm}"), format!("{request}&{signature}")] {
        assert_eq!(decode_redirect(&half), Err(DecodeError::IncompleteSignature));
    }
    assert_eq!(
        verdict(&format!("{request}&{algorithm}&Signature=")),
        Err(SignatureError::Invalid)
    );
    assert!(!decode_redirect(request).unwrap().is_signed());
}

#[test]
fn another_message_under_the_same_signature() {
    let query = query(None);
    let mut spec = authn_spec();
    spec.acs_url = Some("https://evil.example.com/".to_owned());
    let xml = build_authn_request(&spec, None).unwrap();
    let url = redirect::url(SSO, Parameter::Request, &xml, None, None).unwrap();
    let request = url.split_once('?').unwrap().1;
    let swapped = query.replace(parts(&query)[0], request);
    assert_eq!(verdict(&swapped), Err(SignatureError::Invalid));
}

#[test]
fn endpoints_keep_their_query_and_lose_their_fragment() {
    let xml = build_authn_request(&authn_spec(), None).unwrap();
    for (endpoint, start) in [
        ("https://x.example/slo", "https://x.example/slo?SAMLResponse="),
        ("https://x.example/slo?a=1", "https://x.example/slo?a=1&SAMLResponse="),
        ("https://x.example/slo?", "https://x.example/slo?SAMLResponse="),
        ("https://x.example/slo?a=1&", "https://x.example/slo?a=1&SAMLResponse="),
        ("https://x.example/slo#top", "https://x.example/slo?SAMLResponse="),
    ] {
        let url = redirect::url(endpoint, Parameter::Response, &xml, None, None).unwrap();
        assert!(url.starts_with(start), "{url}");
    }
}

#[test]
fn only_deflate_is_understood() {
    let query = query(None);
    let deflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
    assert!(decode_redirect(&format!("{query}&SAMLEncoding={deflate}")).is_ok());
    assert_eq!(
        decode_redirect(&format!("{query}&SAMLEncoding=urn:gzip")),
        Err(DecodeError::SamlEncoding)
    );
}
