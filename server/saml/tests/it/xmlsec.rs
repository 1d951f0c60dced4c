//! The same signatures and ciphertexts under xmlsec1, a program that shares no code with this product.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml::algorithm::{DataEncryption, DigestAlgorithm, KeyEncryption, SignatureAlgorithm};
use saml::keys::KeyPair;
use saml::response::{Encryption, ResponseSpec, build};
use saml::sp::Rejected;

use crate::issued;
use crate::support::{
    accept, accept_as, built, control, cut, ec_impostor_key, ec_key, expectation, idp_key, impostor_key, rsa_key,
    signed_twice, sp_key, spec, swap,
};

pub const RESPONSE: &str = "urn:oasis:names:tc:SAML:2.0:protocol:Response";
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";

/// A folder of this test's own, removed when it is done.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let path = std::env::temp_dir().join(format!(
            "saml-test-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(content.as_bytes())
            .unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed from a temporary folder is the system's to clean up.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs xmlsec1 and gives what it printed.
pub fn xmlsec1(arguments: &[&str], input: &Path) -> Result<String, String> {
    let output = Command::new("xmlsec1")
        .args(arguments)
        .arg(input)
        .output()
        .unwrap_or_else(|e| panic!("xmlsec1 is needed for this test (Debian: xmlsec1): {e}"));
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn private_pem(key: &KeyPair) -> String {
    let body = STANDARD.encode(key.pkcs8_der());
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

/// Verifies the signature over the element of this ID with the identity provider's certificate.
pub fn verify(xml: &str, id_attributes: &[&str], signature_of: &str) -> Result<String, String> {
    verify_with(idp_key(), xml, id_attributes, signature_of)
}

fn verify_with(key: &KeyPair, xml: &str, id_attributes: &[&str], signature_of: &str) -> Result<String, String> {
    let folder = Folder::new();
    let input = folder.write("message.xml", xml);
    let certificate = folder.write("certificate.pem", &key.certificate_pem());
    let xpath = format!("//*[@ID='{signature_of}']/*[local-name()='Signature']");
    let mut arguments = vec!["--verify"];
    for attribute in id_attributes {
        arguments.extend(["--id-attr:ID", attribute]);
    }
    arguments.extend([
        "--pubkey-cert-pem",
        certificate.to_str().unwrap(),
        "--node-xpath",
        &xpath,
    ]);
    xmlsec1(&arguments, &input)
}

/// Every type of message there is, with a key of each kind; spoiled in a place the signature covers, none verifies.
fn every_message_verifies(key: &KeyPair, other: &KeyPair) {
    for one in issued::signed(key) {
        let elements: Vec<_> = one.signatures.iter().map(|(element, _)| *element).collect();
        let spoiled = swap(&one.xml, one.spoil.0, one.spoil.1);
        assert!(!one.signatures.is_empty(), "{}", one.name);
        for (_, id) in &one.signatures {
            let verdict = verify_with(key, &one.xml, &elements, id);
            assert!(verdict.is_ok(), "{}, {id}: {verdict:?}", one.name);
            assert!(verify_with(key, &spoiled, &elements, id).is_err(), "{}, {id}", one.name);
        }
    }
    let one = issued::signed(key).swap_remove(0);
    let (element, id) = one.signatures[0];
    assert!(verify_with(other, &one.xml, &[element], id).is_err());
}

#[test]
pub fn every_message_signed_with_rsa_verifies() {
    every_message_verifies(rsa_key(), impostor_key());
}

#[test]
pub fn every_message_signed_with_ecdsa_verifies() {
    every_message_verifies(ec_key(), ec_impostor_key());
}

/// An unsigned response, changed, then signed as a whole by xmlsec1 with the identity provider's key.
pub fn resigned(unsigned: &str, change: impl FnOnce(String) -> String) -> String {
    resigned_with("", &change(unsigned.to_owned()))
}

/// The same with content for the canonicalization method and its transform.
fn resigned_with(prefixes: &str, changed: &str) -> String {
    let template = format!(
        concat!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{prefixes}",
            "</ds:CanonicalizationMethod>",
            "<ds:SignatureMethod Algorithm=\"{method}\"/>",
            "<ds:Reference URI=\"#_response-1\"><ds:Transforms>",
            "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{prefixes}</ds:Transform>",
            "</ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>",
            "<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>",
        ),
        prefixes = prefixes,
        method = idp_key().signature_algorithm().uri(),
    );
    let at = changed.find("<samlp:Status>").unwrap();
    let (before, after) = changed.split_at(at);
    let folder = Folder::new();
    let input = folder.write("template.xml", &format!("{before}{template}{after}"));
    let key = folder.write("key.pem", &private_pem(idp_key()));
    let signed = xmlsec1(
        &[
            "--sign",
            "--id-attr:ID",
            RESPONSE,
            "--privkey-pem",
            key.to_str().unwrap(),
        ],
        &input,
    )
    .unwrap();
    signed.trim_start_matches("<?xml version=\"1.0\"?>").trim().to_owned()
}

#[test]
pub fn the_assertions_signature_verifies() {
    let xml = built(&spec());
    control(&xml);
    verify(&xml, &[ASSERTION], "_assertion-1").unwrap();
    let changed = swap(&xml, "alice@", "mallory@");
    assert!(verify(&changed, &[ASSERTION], "_assertion-1").is_err());
}

#[test]
pub fn both_signatures_verify_with_every_algorithm() {
    for signature_algorithm in SignatureAlgorithm::RSA {
        for digest_algorithm in DigestAlgorithm::ALL {
            let key = idp_key().using(signature_algorithm, digest_algorithm);
            let xml = build(&signed_twice(), &key).unwrap();
            for id in ["_response-1", "_assertion-1"] {
                verify(&xml, &[RESPONSE, ASSERTION], id)
                    .unwrap_or_else(|e| panic!("{signature_algorithm:?} {digest_algorithm:?}: {e}"));
            }
        }
    }
}

#[test]
pub fn the_assertion_verifies_outside_its_response() {
    let xml = built(&spec());
    let alone = crate::support::assertion_of(&xml);
    verify(alone, &[ASSERTION], "_assertion-1").unwrap();
}

#[test]
pub fn a_response_that_xmlsec1_signed_is_accepted() {
    let unsigned = {
        let xml = built(&spec());
        xml.replace(crate::support::signature_of(&xml), "")
    };
    let xml = resigned(&unsigned, |xml| xml);
    control(&xml);
    let mut strict = expectation();
    strict.want_assertion_signed = true;
    assert_eq!(accept_as(&xml, &strict), Err(Rejected::AssertionNotSigned));
}

/// OpenSAML lists the prefixes that attribute values use only in their text.
#[test]
pub fn a_list_of_inclusive_prefixes_is_honoured() {
    let unsigned = {
        let xml = built(&spec());
        xml.replace(crate::support::signature_of(&xml), "")
    };
    let declared = swap(
        &unsigned,
        "<samlp:Response ",
        "<samlp:Response xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" ",
    );
    let list = "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\"/>";
    let xml = resigned_with(list, &declared);
    control(&xml);
    assert_eq!(
        accept(&xml.replace("PrefixList=\"xs\"", "PrefixList=\"\"")),
        Err(Rejected::Signature(saml::SignatureError::Invalid))
    );
}

fn encrypted(data: DataEncryption, key: KeyEncryption, sign_response: bool) -> String {
    built(&ResponseSpec {
        sign_response,
        encrypt: Some(Encryption {
            certificate: sp_key().certificate().clone(),
            data,
            key,
        }),
        ..spec()
    })
}

fn decrypt(xml: &str) -> Result<String, String> {
    let folder = Folder::new();
    let input = folder.write("message.xml", xml);
    let key = folder.write("key.pem", &private_pem(sp_key()));
    xmlsec1(&["--decrypt", "--privkey-pem", key.to_str().unwrap()], &input)
}

#[test]
pub fn xmlsec1_decrypts_and_then_verifies() {
    for data in DataEncryption::ALL.into_iter().chain(DataEncryption::WEAK) {
        let xml = encrypted(data, KeyEncryption::RsaOaepMgf1p, false);
        assert!(xml.contains(data.uri()) && !xml.contains("alice"));
        let plain = decrypt(&xml).unwrap();
        verify(&plain, &[ASSERTION], "_assertion-1").unwrap();
        assert!(plain.contains("alice@example.com"));
    }
}

/// The response's signature is over the ciphertext, so it is verified before anything is decrypted.
#[test]
pub fn a_signed_response_with_an_encrypted_assertion_verifies() {
    let xml = encrypted(DataEncryption::Aes256Gcm, KeyEncryption::RsaOaepMgf1p, true);
    verify(&xml, &[RESPONSE], "_response-1").unwrap();
    control(&xml);
}

#[test]
pub fn we_decrypt_what_we_encrypt() {
    for data in DataEncryption::ALL {
        for key in KeyEncryption::ALL {
            for sign_response in [true, false] {
                let xml = encrypted(data, key, sign_response);
                let accepted = accept(&xml).unwrap();
                assert_eq!(accepted.name_id.value, "alice@example.com");
                assert!(accepted.assertion_xml.starts_with("<saml:Assertion"));
                assert_eq!(accepted.xml, xml);
            }
        }
    }
}

/// CBC is written for those who read nothing else, in whole blocks, with a new key and a new IV each time.
#[test]
pub fn cbc_is_written_and_never_read() {
    let content = |xml: &str| {
        let value = xml.rsplit("<xenc:CipherValue>").next().unwrap();
        STANDARD.decode(value.split('<').next().unwrap()).unwrap()
    };
    for data in DataEncryption::WEAK {
        let once = encrypted(data, KeyEncryption::RsaOaepMgf1p, false);
        let again = encrypted(data, KeyEncryption::RsaOaepMgf1p, false);
        assert_eq!(content(&once).len() % 16, 0);
        assert_ne!(content(&once)[..16], content(&again)[..16]);
        assert!(decrypt(&once).unwrap().contains("alice@example.com"));
        assert_eq!(accept(&once), Err(Rejected::EncryptionAlgorithm));
    }
}

/// T29: weak algorithms are named, every other failure is told alike.
#[test]
pub fn t29_encryption_that_is_not_accepted() {
    let xml = encrypted(DataEncryption::Aes256Gcm, KeyEncryption::RsaOaepMgf1p, false);
    control(&xml);
    for (from, to) in [
        (
            KeyEncryption::RsaOaepMgf1p.uri(),
            "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
        ),
        (
            DataEncryption::Aes256Gcm.uri(),
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        ),
    ] {
        assert_eq!(accept(&swap(&xml, from, to)), Err(Rejected::EncryptionAlgorithm));
    }
    let values: Vec<_> = xml
        .match_indices("<xenc:CipherValue>")
        .map(|(at, tag)| at + tag.len())
        .collect();
    assert_eq!(values.len(), 2);
    for at in values {
        for offset in [0, 20, 60] {
            let mut broken = xml.clone().into_bytes();
            let byte = &mut broken[at + offset];
            *byte = if *byte == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).unwrap();
            assert_eq!(accept(&broken), Err(Rejected::Decryption));
        }
    }
    let empty = swap(
        &xml,
        cut(&xml, "<xenc:CipherValue>", "</xenc:CipherValue>"),
        "<xenc:CipherValue/>",
    );
    assert_eq!(accept(&empty), Err(Rejected::Decryption));
    let mut keyless = expectation();
    keyless.decryption_key = None;
    assert_eq!(accept_as(&xml, &keyless), Err(Rejected::Encrypted));
    keyless.decryption_key = Some(idp_key());
    assert_eq!(accept_as(&xml, &keyless), Err(Rejected::Decryption));
}

/// T17: encryption is no signature. Anybody can encrypt for the service provider.
#[test]
pub fn t17_an_encrypted_unsigned_assertion_is_rejected() {
    let forged = {
        let impostor = saml::response::build(
            &ResponseSpec {
                encrypt: Some(Encryption {
                    certificate: sp_key().certificate().clone(),
                    data: DataEncryption::default(),
                    key: KeyEncryption::default(),
                }),
                ..spec()
            },
            crate::support::impostor_key(),
        );
        impostor.unwrap()
    };
    assert_eq!(accept(&forged), Err(Rejected::Signature(saml::SignatureError::Invalid)));
}
