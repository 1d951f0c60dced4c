//! What an attacker does to text, signatures and keys: T9, T10 and T13.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use saml::keys::KeyPair;

use super::support::{BOTH, Kind, Target, accepted, at_the_end, cut, id_of, signature_of, stranger, swap};
use crate::fake_sp::sp_key;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Canonicalization drops comments, so a comment inside signed text leaves its signature good and splits the text.
async fn t09_text_cannot_be_split(app: &TestApp) {
    let target = Target::signed(app).await;
    let splitters = [
        ("<!---->", "comment"),
        ("<!--.evil.example-->", "comment"),
        ("<?x y?>", "processing instruction"),
        ("<![CDATA[]]>", "CDATA"),
        ("<![CDATA[x]]>", "CDATA"),
        ("<x/>", "may hold only text"),
        ("&x;", "not well-formed"),
        ("&#0;", "not well-formed"),
    ];
    for (kind, text) in [
        (Kind::SignIn, "wiki.example"),
        (Kind::Logout, "wiki.example"),
        (Kind::Logout, "admin"),
    ] {
        target.control(kind).await;
        for (splitter, words) in splitters {
            let split = format!("{}{splitter}{}</saml:", &text[..3], &text[3..]);
            let attack = |xml: &str| swap(xml, &format!("{text}</saml:"), &split);
            target.refused(kind, "decoding", words, attack).await;
        }
    }
    // An attribute's value holds no markup at all.
    for splitter in ["<!---->", "<![CDATA[]]>", "<?x?>"] {
        let attack = |xml: &str| swap(xml, "/saml/acs\"", &format!("/saml{splitter}/acs\""));
        let words = if splitter == "<?x?>" { "processing" } else { "" };
        target.refused(Kind::SignIn, "decoding", words, attack).await;
    }
}

/// The same characters written as references are the same text to the signature and to the reader.
async fn t09_character_references_are_the_text(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let xml = swap(&target.xml(kind), "wiki.example</", "&#119;iki&#x2e;example</");
        accepted(kind, &target.post(xml).await);
    }
}

async fn t10_missing_and_emptied_signatures(app: &TestApp) {
    let target = Target::signed(app).await;
    let open = Target::unsigned(app).await;
    for kind in BOTH {
        target.control(kind).await;
        // What the attacker wants said is fit to be said: where no signature is demanded, it is done.
        accepted(kind, &open.post(open.forged(kind, &open.xml(kind))).await);
        let without = |xml: &str| target.forged(kind, xml);
        target.refused(kind, "signature", "it is not signed", without).await;
        let unsigned = |xml: &str| swap(xml, signature_of(xml), "");
        target.refused(kind, "signature", "it is not signed", unsigned).await;
        for (start, end, instead, words) in [
            (
                "<ds:Signature ",
                "</ds:Signature>",
                "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>",
                "not formed",
            ),
            ("<ds:SignedInfo>", "</ds:SignedInfo>", "", "not formed"),
            ("<ds:SignedInfo>", "</ds:SignedInfo>", "<ds:SignedInfo/>", "not formed"),
            ("<ds:Reference", "</ds:Reference>", "", "not formed"),
            ("<ds:Transforms>", "</ds:Transforms>", "", "not formed"),
            ("<ds:Transforms>", "</ds:Transforms>", "<ds:Transforms/>", "not formed"),
            ("<ds:SignatureValue>", "</ds:SignatureValue>", "", "not formed"),
            (
                "<ds:SignatureValue>",
                "</ds:SignatureValue>",
                "<ds:SignatureValue/>",
                "does not match",
            ),
            (
                "<ds:SignatureValue>",
                "</ds:SignatureValue>",
                "<ds:SignatureValue>AAAA</ds:SignatureValue>",
                "does not match",
            ),
            ("<ds:DigestValue>", "</ds:DigestValue>", "", "not formed"),
            (
                "<ds:DigestValue>",
                "</ds:DigestValue>",
                "<ds:DigestValue/>",
                "does not match",
            ),
        ] {
            let attack = |xml: &str| swap(xml, cut(xml, start, end), instead);
            target.refused(kind, "signature", words, attack).await;
        }
    }
}

/// Algorithms that prove nothing, or nothing any more.
async fn t10_worthless_algorithms(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for weak in [
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "http://www.w3.org/2009/xmldsig11#dsa-sha256",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
            "none",
            "",
        ] {
            let attack = |xml: &str| swap(xml, RSA_SHA256, weak);
            target.refused(kind, "signature", "signature algorithm", attack).await;
        }
        for weak in [
            "http://www.w3.org/2000/09/xmldsig#sha1",
            "http://www.w3.org/2001/04/xmldsig-more#md5",
            "",
        ] {
            let attack = |xml: &str| swap(xml, "http://www.w3.org/2001/04/xmlenc#sha256", weak);
            target.refused(kind, "signature", "digest algorithm", attack).await;
        }
    }
}

/// An HMAC whose secret is what everybody knows: the service provider's public key, in each form it is met in.
async fn t10_hmac_with_the_public_key(app: &TestApp) {
    const HMAC_SHA256: &str = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23hmac-sha256";
    let target = Target::signed(app).await;
    let pem = sp_key().certificate_pem();
    let pair = RsaKeyPair::from_pkcs8(sp_key().pkcs8_der()).unwrap();
    let public = pair.public_key();
    let secrets: [&[u8]; 4] = [sp_key().certificate().der(), pem.as_bytes(), public.as_ref(), b""];
    for kind in BOTH {
        target.control(kind).await;
        for secret in secrets {
            let attack = |query: &str| {
                let message = query.split('&').next().unwrap();
                let signed = format!("{message}&RelayState=relay&SigAlg={HMAC_SHA256}");
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
                format!("{signed}&Signature={}", super::redirect::encoded(tag.as_ref()))
            };
            target.refused_query(kind, "signature", "hmac-sha256", attack).await;
        }
    }
}

/// A signature that is good, of the right key, over something else than the message.
async fn t10_signature_over_the_wrong_element(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for uri in [
            " URI=\"\"",
            " URI=\"#\"",
            " URI=\"#_another\"",
            " URI=\"#xpointer(/)\"",
            " URI=\"#xpointer(id('_x'))\"",
            " URI=\"cid:message\"",
            "",
        ] {
            let attack = |xml: &str| swap(xml, &format!(" URI=\"#{}\"", id_of(xml)), uri);
            target.refused(kind, "signature", "does not cover", attack).await;
        }
        // Of another of its messages: it names that one's ID, and the forgery takes the ID over.
        let other = target.xml(kind);
        let attack = |xml: &str| {
            let forged = swap(&target.forged(kind, xml), id_of(xml), id_of(&other));
            swap(
                &forged,
                "</saml:Issuer>",
                &format!("</saml:Issuer>{}", signature_of(&other)),
            )
        };
        target.refused(kind, "signature", "does not match", attack).await;
        // Over a part that the attacker may as well leave as it is, while the message around it changes.
        let attack = |xml: &str| {
            let part = format!(
                "<samlp:Extensions><x xmlns=\"urn:x\" ID=\"{}\"/></samlp:Extensions>",
                id_of(xml)
            );
            at_the_end(
                &swap(xml, &format!(" ID=\"{}\"", id_of(xml)), " ID=\"_forgery\""),
                &part,
            )
        };
        target.refused(kind, "signature", "does not cover", attack).await;
    }
}

/// Whatever is changed in the signed text is noticed.
async fn t10_changed_text(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    target.control(Kind::Logout).await;
    for (kind, from, to) in [
        (
            Kind::SignIn,
            "https://wiki.example/saml/acs",
            "https://evil.example/acs",
        ),
        (Kind::SignIn, "/saml/acs", "/second"),
        (Kind::SignIn, "Version=\"2.0\"", "Version=\"2.0\" ForceAuthn=\"false\""),
        (Kind::SignIn, "Version=\"2.0\"", "Version=\"2.0\" IsPassive=\"true\""),
        (Kind::Logout, ">admin<", ">jane<"),
        (Kind::Logout, ">_nobody<", ">_somebody<"),
        (Kind::Logout, "<samlp:SessionIndex>_nobody</samlp:SessionIndex>", ""),
    ] {
        target
            .refused(kind, "signature", "does not match", |xml| swap(xml, from, to))
            .await;
    }
}

/// The key is the registered one, whatever the message says about keys.
async fn t13_a_key_in_the_message_is_not_trusted(app: &TestApp) {
    let target = Target::signed(app).await;
    let stranger = stranger();
    let theirs = stranger.certificate_der_base64();
    let ours = sp_key().certificate_der_base64();
    for kind in BOTH {
        target.control(kind).await;
        let signed_by = |key: &KeyPair| target.xml_by(kind, Some(key));
        // With a certificate of the same names in it, with the service provider's own pasted over, and with none.
        target
            .refused(kind, "signature", "does not match", |_| signed_by(&stranger))
            .await;
        target
            .refused(kind, "signature", "does not match", |_| {
                swap(&signed_by(&stranger), &theirs, &ours)
            })
            .await;
        target
            .refused(kind, "signature", "does not match", |_| {
                let xml = signed_by(&stranger);
                swap(&xml, cut(&xml, "<ds:KeyInfo>", "</ds:KeyInfo>"), "")
            })
            .await;
        let both = format!("{ours}</ds:X509Certificate><ds:X509Certificate>{theirs}");
        target
            .refused(kind, "signature", "does not match", |_| {
                swap(&signed_by(&stranger), &theirs, &both)
            })
            .await;
        let query = |_: &str| target.query_of(&target.xml_by(kind, None), Some("relay"), Some(&stranger));
        target.refused_query(kind, "signature", "does not match", query).await;
        // The other way round it does no harm: the signature is the service provider's.
        accepted(kind, &target.post(swap(&target.xml(kind), &ours, &theirs)).await);
    }
}

on_both_stores!(
    t09_text_cannot_be_split,
    t09_character_references_are_the_text,
    t10_missing_and_emptied_signatures,
    t10_worthless_algorithms,
    t10_hmac_with_the_public_key,
    t10_signature_over_the_wrong_element,
    t10_changed_text,
    t13_a_key_in_the_message_is_not_trusted,
);
