//! T29 and the half of T17 that is encrypted: weak algorithms are refused, every other failure is told alike, and
//! encryption is no signature.

use saml::algorithm::{DataEncryption, KeyEncryption};
use saml::metadata::parse_sp;
use saml::response::{self, Encryption, ResponseSpec};

use super::super::Sample;
use super::super::fake_idp::{KEY, STRANGER};
use super::{Attack, cut, swap};

const FAILED: &str = "The assertion could not be decrypted";
const ALGORITHM: &str = "encrypted with an algorithm that is not accepted";

/// For the sample's key, which is one for all tests.
async fn for_the_sample() -> Encryption {
    let metadata = Sample::alone().browser().get("/saml/metadata").await.text;
    Encryption {
        certificate: parse_sp(&metadata).unwrap().encryption_certificates.remove(0),
        data: DataEncryption::default(),
        key: KeyEncryption::default(),
    }
}

async fn encrypted() -> Attack {
    let encryption = for_the_sample().await;
    let attack = Attack::begin_with(|spec| spec.encrypt = Some(encryption)).await;
    assert!(!attack.good.contains("alice"));
    attack
}

#[tokio::test]
async fn t29_weak_algorithms() {
    let attack = encrypted().await;
    let (key, data) = (KeyEncryption::default().uri(), DataEncryption::default().uri());
    let attacks = vec![
        (
            swap(&attack.good, key, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
            ALGORITHM,
        ),
        (
            swap(&attack.good, data, "http://www.w3.org/2001/04/xmlenc#aes256-cbc"),
            ALGORITHM,
        ),
        (
            swap(&attack.good, data, "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"),
            ALGORITHM,
        ),
    ];
    attack.each(attacks).await;
}

/// The page is the same to the letter, wherever the ciphertext or its key was broken.
#[tokio::test]
async fn t29_one_error_for_every_broken_ciphertext() {
    let attack = encrypted().await;
    let value = "<xenc:CipherValue>";
    let places: Vec<_> = attack
        .good
        .match_indices(value)
        .map(|(at, tag)| at + tag.len())
        .collect();
    assert_eq!(places.len(), 2);
    let mut broken: Vec<String> = Vec::new();
    for place in places {
        for offset in [0, 20, 60] {
            let mut bytes = attack.good.clone().into_bytes();
            let byte = &mut bytes[place + offset];
            *byte = if *byte == b'A' { b'B' } else { b'A' };
            broken.push(String::from_utf8(bytes).unwrap());
        }
    }
    let first = cut(&attack.good, value, "</xenc:CipherValue>");
    broken.push(swap(&attack.good, first, "<xenc:CipherValue/>"));
    let strangers = ResponseSpec {
        encrypt: Some(Encryption {
            certificate: STRANGER.certificate().clone(),
            data: DataEncryption::default(),
            key: KeyEncryption::default(),
        }),
        ..attack.spec.clone()
    };
    broken.push(response::build(&strangers, &KEY).unwrap());
    let mut pages = Vec::new();
    for xml in &broken {
        pages.push(attack.sign_in.post(&attack.browser, xml).await.text);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:?}");
    attack.each(broken.into_iter().map(|xml| (xml, FAILED)).collect()).await;
}

/// Anybody can encrypt for the sample: the signature inside is checked after decryption (CVE-2026-2092).
#[tokio::test]
async fn t17_an_encrypted_assertion_needs_its_signature() {
    let attack = encrypted().await;
    let strangers = response::build(&attack.spec, &STRANGER).unwrap();
    let mut two = attack.good.clone();
    let one = cut(&attack.good, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");
    let theirs = cut(&strangers, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");
    two = swap(&two, one, &format!("{theirs}{one}"));
    let attacks = vec![
        (strangers.clone(), "The signature was not accepted"),
        (two, "holds 2 assertions"),
    ];
    attack.each(attacks).await;
}
