//! Signatures with EC keys: both bindings, the attacks once more, and keys of one kind under the other's algorithm.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml::SignatureError;
use saml::algorithm::SignatureAlgorithm::{EcdsaSha256, RsaSha256};
use saml::inbound::{decode_post, decode_redirect};
use saml::keys::{Certificate, KeyPair};
use saml::post::form_value;
use saml::redirect::{self, Parameter};
use saml::sp::build_authn_request;

use crate::specs::authn_spec;
use crate::support::{cut, ec_impostor_key, ec_key, rsa_key, swap, with_elliptic_keys};
use crate::{checks, tampering, wrapping, xmlsec};

#[test]
fn attacks_by_wrapping_an_ecdsa_signed_message() {
    for attack in [
        wrapping::t1_xsw1_signed_response_inside_the_signature,
        wrapping::t2_xsw2_signed_response_before_the_signature,
        wrapping::t3_xsw3_forged_assertion_before_the_signed_one,
        wrapping::t4_xsw4_forged_assertion_around_the_signed_one,
        wrapping::t5_xsw5_signature_on_the_forgery_original_at_the_end,
        wrapping::t6_xsw6_original_inside_the_forgerys_signature,
        wrapping::t7_xsw7_forged_assertion_in_extensions,
        wrapping::t8_xsw8_original_in_an_object,
        wrapping::t17_two_assertions_are_never_accepted,
        wrapping::t21_an_unsigned_assertion_does_not_enter_a_signed_response,
        wrapping::the_policy_decides_which_signatures_are_needed,
    ] {
        with_elliptic_keys(attack);
    }
}

#[test]
fn attacks_by_tampering_with_an_ecdsa_signed_message() {
    for attack in [
        tampering::t9_text_cannot_be_split as fn(),
        tampering::t10_missing_and_emptied_signatures,
        tampering::t10_algorithms_that_prove_nothing,
        tampering::t10_every_accepted_algorithm_round_trips,
        tampering::t10_signature_over_the_wrong_element,
        tampering::t11_entities_inclusion_and_transforms,
        tampering::t11_retrieval_methods_are_not_followed,
        tampering::t13_a_key_in_the_message_is_not_trusted,
        tampering::t13_any_registered_certificate_will_do_and_none_will_not,
        tampering::every_change_to_signed_text_is_noticed,
        tampering::t18_ambiguous_documents,
        tampering::t19_no_second_digest_value,
        tampering::t20_several_signed_infos_and_comments_in_digests,
        tampering::t22_relative_namespaces_and_attribute_pollution,
    ] {
        with_elliptic_keys(attack);
    }
}

#[test]
fn checks_and_encryption_of_an_ecdsa_signed_message() {
    for test in [
        checks::issuer as fn(),
        checks::recipient,
        checks::audience,
        checks::instants_of_the_conditions,
        xmlsec::t17_an_encrypted_unsigned_assertion_is_rejected,
        xmlsec::we_decrypt_what_we_encrypt,
    ] {
        with_elliptic_keys(test);
    }
}

/// What these certificates say to a request that was posted.
fn posted(xml: &str, keys: &[&KeyPair]) -> Result<(), SignatureError> {
    let form = [("SAMLRequest".to_owned(), form_value(xml))];
    decode_post(&form).unwrap().verify(&certificates(keys))
}

fn certificates(keys: &[&KeyPair]) -> Vec<Certificate> {
    keys.iter().map(|key| key.certificate().clone()).collect()
}

fn request(key: &KeyPair) -> String {
    build_authn_request(&authn_spec(), Some(key)).unwrap()
}

/// What this library and xmlsec1 sign: SignedInfo in its canonical form, which for ours takes little.
fn canonical_signed_info(xml: &str) -> String {
    let mut text = cut(xml, "<ds:SignedInfo>", "</ds:SignedInfo>").replacen(
        "<ds:SignedInfo>",
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">",
        1,
    );
    while let Some(end) = text.find("/>") {
        let start = text[..end].rfind('<').unwrap();
        let name = text[start + 1..end].split(' ').next().unwrap().to_owned();
        text.replace_range(end..end + 2, &format!("></{name}>"));
    }
    text
}

/// The message with its signature made anew over whatever its SignedInfo says now.
fn signed_anew(xml: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let value = STANDARD.encode(sign(canonical_signed_info(xml).as_bytes()));
    let old = cut(xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    swap(xml, old, &format!("<ds:SignatureValue>{value}</ds:SignatureValue>"))
}

fn rsa_signature(data: &[u8]) -> Vec<u8> {
    let key = RsaKeyPair::from_pkcs8(rsa_key().pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
        .unwrap();
    signature
}

fn ec_signature(algorithm: &'static EcdsaSigningAlgorithm, data: &[u8]) -> Vec<u8> {
    let key = EcdsaKeyPair::from_pkcs8(algorithm, ec_key().pkcs8_der()).unwrap();
    key.sign(&SystemRandom::new(), data).unwrap().as_ref().to_vec()
}

#[test]
fn a_posted_message_verifies_with_the_key_that_signed_it() {
    let xml = request(ec_key());
    assert!(xml.contains(EcdsaSha256.uri()));
    let value = cut(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let value = value.trim_start_matches("<ds:SignatureValue>").split('<').next();
    assert_eq!(STANDARD.decode(value.unwrap()).unwrap().len(), 64, "r and s, no DER");
    for good in [&[ec_key()][..], &[rsa_key(), ec_key()], &[ec_key(), rsa_key()]] {
        assert_eq!(posted(&xml, good), Ok(()));
    }
    // T13: a certificate of the same names and kind is another's all the same.
    for bad in [&[rsa_key()][..], &[ec_impostor_key()], &[ec_impostor_key(), rsa_key()]] {
        assert_eq!(posted(&xml, bad), Err(SignatureError::Invalid));
    }
    assert_eq!(posted(&request(rsa_key()), &[ec_key(), rsa_key()]), Ok(()));
    let changed = swap(&xml, crate::support::SP, "evil.example.com");
    assert_eq!(posted(&changed, &[ec_key()]), Err(SignatureError::Invalid));
}

/// T10: the algorithm a message names and the kind of the key that verifies it have to agree. The signatures are good
/// ones; only a verifier that goes by the key alone would take them.
#[test]
fn t10_a_key_under_the_other_kinds_algorithm() {
    let (rsa, ec) = (request(rsa_key()), request(ec_key()));
    let fixed = |data: &[u8]| ec_signature(&ECDSA_P256_SHA256_FIXED_SIGNING, data);
    assert_eq!(posted(&signed_anew(&rsa, rsa_signature), &[rsa_key()]), Ok(()));
    assert_eq!(posted(&signed_anew(&ec, fixed), &[ec_key()]), Ok(()));

    let both = [rsa_key(), ec_key()];
    let rsa_as_ec = swap(&rsa, RsaSha256.uri(), EcdsaSha256.uri());
    let ec_as_rsa = swap(&ec, EcdsaSha256.uri(), RsaSha256.uri());
    for swapped in [
        rsa_as_ec.clone(),
        ec_as_rsa.clone(),
        signed_anew(&rsa_as_ec, rsa_signature),
        signed_anew(&ec_as_rsa, fixed),
    ] {
        for certificates in [&both[..1], &both[1..], &both[..]] {
            assert_eq!(posted(&swapped, certificates), Err(SignatureError::Invalid));
        }
    }
}

#[test]
fn t10_ecdsa_has_one_form_only() {
    let xml = request(ec_key());
    let der = signed_anew(&xml, |data| ec_signature(&ECDSA_P256_SHA256_ASN1_SIGNING, data));
    assert_eq!(posted(&der, &[ec_key()]), Err(SignatureError::Invalid));
    for forged in [vec![0; 64], vec![0xff; 64], vec![0; 32], Vec::new()] {
        let xml = signed_anew(&xml, |_| forged);
        assert_eq!(posted(&xml, &[ec_key()]), Err(SignatureError::Invalid));
    }
}

/// The address of a signed redirect, as its query.
fn query(key: &KeyPair) -> String {
    let xml = build_authn_request(&authn_spec(), None).unwrap();
    let url = redirect::url(
        "https://idp.example.com/",
        Parameter::Request,
        &xml,
        Some("state"),
        Some(key),
    )
    .unwrap();
    url.split_once('?').unwrap().1.to_owned()
}

fn redirected(query: &str, keys: &[&KeyPair]) -> Result<(), SignatureError> {
    decode_redirect(query).unwrap().verify(&certificates(keys))
}

/// The query signed anew, under whatever algorithm it names now.
fn query_signed_anew(query: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let (octets, _) = query.split_once("&Signature=").unwrap();
    let signature = STANDARD.encode(sign(octets.as_bytes()));
    let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{octets}&Signature={signature}")
}

#[test]
fn a_redirect_verifies_with_the_key_that_signed_it() {
    let query = query(ec_key());
    assert!(query.contains("ecdsa-sha256"));
    for good in [&[ec_key()][..], &[rsa_key(), ec_key()], &[ec_key(), rsa_key()]] {
        assert_eq!(redirected(&query, good), Ok(()));
    }
    for bad in [&[rsa_key()][..], &[ec_impostor_key()]] {
        assert_eq!(redirected(&query, bad), Err(SignatureError::Invalid));
    }
    let changed = query.replace("RelayState=state", "RelayState=other");
    assert_eq!(redirected(&changed, &[ec_key()]), Err(SignatureError::Invalid));
    let der = query_signed_anew(&query, |data| ec_signature(&ECDSA_P256_SHA256_ASN1_SIGNING, data));
    assert_eq!(redirected(&der, &[ec_key()]), Err(SignatureError::Invalid));
}

#[test]
fn t10_a_redirect_under_the_other_kinds_algorithm() {
    let fixed = |data: &[u8]| ec_signature(&ECDSA_P256_SHA256_FIXED_SIGNING, data);
    let (rsa, ec) = (query(rsa_key()), query(ec_key()));
    assert_eq!(
        redirected(&query_signed_anew(&rsa, rsa_signature), &[rsa_key()]),
        Ok(())
    );
    assert_eq!(redirected(&query_signed_anew(&ec, fixed), &[ec_key()]), Ok(()));
    let both = [rsa_key(), ec_key()];
    let rsa_as_ec = swap(&rsa, "rsa-sha256", "ecdsa-sha256");
    let ec_as_rsa = swap(&ec, "ecdsa-sha256", "rsa-sha256");
    for swapped in [
        rsa_as_ec.clone(),
        ec_as_rsa.clone(),
        query_signed_anew(&rsa_as_ec, rsa_signature),
        query_signed_anew(&ec_as_rsa, fixed),
    ] {
        for certificates in [&both[..1], &both[1..], &both[..]] {
            assert_eq!(redirected(&swapped, certificates), Err(SignatureError::Invalid));
        }
    }
}
