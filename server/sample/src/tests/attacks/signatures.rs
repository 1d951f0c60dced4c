//! Signatures that are missing, empty, weak, of something else or of somebody else: T10, T13, T19, T20.

use saml::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use saml::keys::KeyPair;
use saml::response;

use super::super::fake_idp::{KEY, STRANGER};
use super::{Attack, assertion_of, cut, signature_of, swap};

const REFUSED: &str = "The signature was not accepted";

#[tokio::test]
async fn t10_missing_and_emptied() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let value = cut(good, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let digest = cut(good, "<ds:DigestValue>", "</ds:DigestValue>");
    let reference = cut(good, "<ds:Reference", "</ds:Reference>");
    let signature = signature_of(good);
    let empty = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    let attacks = vec![
        (good.replace(signature, ""), "The assertion is not signed"),
        (swap(good, value, "<ds:SignatureValue/>"), REFUSED),
        (
            swap(good, value, "<ds:SignatureValue>AAAA</ds:SignatureValue>"),
            REFUSED,
        ),
        (swap(good, digest, "<ds:DigestValue/>"), REFUSED),
        (swap(good, reference, ""), REFUSED),
        (swap(good, signature, empty), REFUSED),
    ];
    attack.each(attacks).await;
}

/// The response's signature alone is not the assertion's: the sample demands both where it cannot have the one.
#[tokio::test]
async fn t10_only_the_response_signed() {
    let attack = Attack::on_both_signatures().await;
    let inner = signature_of(assertion_of(&attack.good));
    let outer = signature_of(&attack.good);
    assert_ne!(inner, outer);
    let attacks = vec![
        (swap(&attack.good, inner, ""), REFUSED),
        (
            attack.good.replace(inner, "").replace(outer, ""),
            "The assertion is not signed",
        ),
    ];
    attack.each(attacks).await;
}

#[tokio::test]
async fn t10_algorithms_that_prove_nothing() {
    let attack = Attack::begin().await;
    let method = SignatureAlgorithm::RsaSha256.uri();
    let mut attacks: Vec<_> = [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "none",
        "",
        "javascript:alert(1)&lt;img src=x>",
    ]
    .map(|weak| (swap(&attack.good, method, weak), REFUSED))
    .to_vec();
    attacks.pop();
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    attacks.push((swap(&attack.good, DigestAlgorithm::Sha256.uri(), sha1), REFUSED));
    attack.each(attacks).await;
}

/// A message quotes what it refuses: as text.
#[tokio::test]
async fn t10_an_algorithm_full_of_markup() {
    let attack = Attack::begin().await;
    let xml = swap(
        &attack.good,
        SignatureAlgorithm::RsaSha256.uri(),
        "&lt;img src=x onerror=alert(1)>&quot;&lt;script>",
    );
    attack.each(vec![(xml, REFUSED)]).await;
}

#[tokio::test]
async fn t10_signature_over_the_wrong_element() {
    let attack = Attack::on_both_signatures().await;
    let own = format!(" URI=\"#{}\"", attack.spec.id);
    let others = [
        format!(" URI=\"#{}\"", attack.spec.assertion_id),
        " URI=\"\"".to_owned(),
        " URI=\"#\"".to_owned(),
        " URI=\"#xpointer(/)\"".to_owned(),
        " URI=\"https://evil.example.com/\"".to_owned(),
        " URI=\"file:///etc/passwd\"".to_owned(),
        String::new(),
    ];
    let attacks = others
        .iter()
        .map(|other| (swap(&attack.good, &own, other), REFUSED))
        .collect();
    attack.each(attacks).await;
}

/// A certificate of the same name, and the genuine one pasted over a stranger's signature.
#[tokio::test]
async fn t13_a_key_in_the_message_is_not_trusted() {
    let attack = Attack::on_both_signatures().await;
    assert_eq!(STRANGER.certificate().subject, KEY.certificate().subject);
    let strangers = response::build(&attack.spec, &STRANGER).unwrap();
    let (theirs, mine) = (STRANGER.certificate_der_base64(), KEY.certificate_der_base64());
    assert!(strangers.contains(&theirs));
    let attacks = vec![(strangers.replace(&theirs, &mine), REFUSED), (strangers, REFUSED)];
    attack.each(attacks).await;
}

/// What stands in KeyInfo makes no difference either way.
#[tokio::test]
async fn t13_a_strangers_certificate_on_a_genuine_signature() {
    let attack = Attack::begin().await;
    let certificate = |key: &KeyPair| key.certificate_der_base64();
    let xml = swap(&attack.good, &certificate(&KEY), &certificate(&STRANGER));
    attack.accepted(&xml).await;
}

/// The digest comes from the reference in SignedInfo and from nowhere else (CVE-2024-45409).
#[tokio::test]
async fn t19_no_second_digest_value() {
    let attack = Attack::begin().await;
    let digest = cut(&attack.good, "<ds:DigestValue>", "</ds:DigestValue>");
    let elsewhere = format!(
        "<samlp:Extensions xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{digest}</samlp:Extensions><samlp:Status>"
    );
    let with_second = swap(&attack.good, "<samlp:Status>", &elsewhere);
    let attacks = vec![
        (swap(&with_second, "alice@", "mallory@"), REFUSED),
        (swap(&attack.good, digest, &format!("{digest}{digest}")), REFUSED),
    ];
    attack.each(attacks).await;
}

/// Several SignedInfo, and a comment in the digest (CVE-2025-29774, CVE-2025-29775).
#[tokio::test]
async fn t20_several_signed_infos_and_comments_in_digests() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let info = cut(good, "<ds:SignedInfo>", "</ds:SignedInfo>");
    let reference = cut(good, "<ds:Reference", "</ds:Reference>");
    let moved = swap(&swap(good, info, ""), "<ds:KeyInfo>", &format!("<ds:KeyInfo>{info}"));
    let attacks = vec![
        (swap(good, info, &format!("{info}{info}")), REFUSED),
        (swap(good, reference, &format!("{reference}{reference}")), REFUSED),
        (moved, REFUSED),
        (
            swap(good, "<ds:DigestValue>", "<ds:DigestValue><!--x-->"),
            "The sign-in was rejected",
        ),
    ];
    attack.each(attacks).await;
}
