//! Signatures that are built so that one part is verified and another is read: T19 to T22.

use super::support::{BOTH, Kind, Target, accepted, at_the_end, cut, id_of, swap};
use crate::browser::Answer;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// The digest comes from the reference in `SignedInfo` and from nowhere else (CVE-2024-45409).
async fn t19_no_second_digest_value(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let digest = |xml: &str| cut(xml, "<ds:DigestValue>", "</ds:DigestValue>").to_owned();
        let made_up = "<ds:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</ds:DigestValue>";
        let doubled = |xml: &str| swap(xml, &digest(xml), &format!("{made_up}{}", digest(xml)));
        target.refused(kind, "signature", "not formed", doubled).await;
        // Beside the signature, where an XPath of `//DigestValue` finds it first or last.
        let beside = |xml: &str| {
            let extensions = format!(
                "<samlp:Extensions xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}</samlp:Extensions>",
                digest(xml)
            );
            let forged = swap(&at_the_end(xml, &extensions), &digest(xml), made_up);
            match kind {
                Kind::SignIn => swap(&forged, &target.sp.acs, &target.other_acs),
                Kind::Logout => forged,
            }
        };
        target.refused(kind, "signature", "does not match", beside).await;
        // In the part of the signature that nothing covers.
        let in_key_info = |xml: &str| {
            let forged = swap(xml, &digest(xml), made_up);
            swap(&forged, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{}", digest(xml)))
        };
        target.refused(kind, "signature", "does not match", in_key_info).await;
    }
}

/// One `SignedInfo`, one reference, and no comment in a digest (CVE-2025-29774, CVE-2025-29775).
async fn t20_several_signed_infos_and_comments_in_digests(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let info = |xml: &str| cut(xml, "<ds:SignedInfo>", "</ds:SignedInfo>").to_owned();
        let made_up = |xml: &str| swap(&info(xml), id_of(xml), "_forgery");
        for before in [true, false] {
            let attack = |xml: &str| {
                let (first, second) = if before {
                    (made_up(xml), info(xml))
                } else {
                    (info(xml), made_up(xml))
                };
                swap(xml, &info(xml), &format!("{first}{second}"))
            };
            target.refused(kind, "signature", "not formed", attack).await;
        }
        let hidden = |xml: &str| {
            let key_info = format!("<ds:KeyInfo>{}", info(xml));
            swap(&swap(xml, &info(xml), ""), "<ds:KeyInfo>", &key_info)
        };
        target.refused(kind, "signature", "not formed", hidden).await;
        let two_references = |xml: &str| {
            let reference = cut(xml, "<ds:Reference", "</ds:Reference>");
            swap(xml, reference, &format!("{reference}{reference}"))
        };
        target.refused(kind, "signature", "not formed", two_references).await;
        for (splitter, words) in [
            ("<!--x-->", "comment"),
            ("<?x?>", "processing"),
            ("<![CDATA[]]>", "CDATA"),
        ] {
            for tag in ["<ds:DigestValue>", "<ds:SignatureValue>"] {
                let attack = |xml: &str| swap(xml, tag, &format!("{tag}{splitter}"));
                target.refused(kind, "decoding", words, attack).await;
            }
        }
        let element = |xml: &str| swap(xml, "<ds:DigestValue>", "<ds:DigestValue><x/>");
        target.refused(kind, "decoding", "only text", element).await;
    }
}

/// Something unsigned in a signed message (CVE-2025-47949): the only place for it that the signature does not cover is
/// the signature itself, and nobody reads a message there.
async fn t21_what_the_signature_does_not_cover_is_not_read(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let within = |xml: &str| {
            let forged = swap(&target.forged(kind, xml), id_of(xml), "_forgery");
            let parts = cut(&forged, "<saml:Issuer", "</saml:Issuer>").to_owned();
            swap(xml, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{parts}{forged}"))
        };
        let xml = target.xml(kind);
        let before = target.rows().await;
        let answer = target.post(within(&xml)).await;
        accepted(kind, &answer);
        let after = target.rows().await;
        assert!(!after.contains("_forgery"), "{after}");
        match kind {
            Kind::SignIn => assert_eq!(
                after.matches(&target.other_acs).count(),
                before.matches(&target.other_acs).count()
            ),
            Kind::Logout => assert_eq!(sessions(&after), sessions(&before), "the victim's session stays"),
        }
        for (beside, words) in [
            ("<ds:KeyInfo>", "holds other parts"),
            ("<ds:SignatureValue>", "holds other parts"),
        ] {
            let attack = |xml: &str| {
                let forged = swap(&target.forged(kind, xml), id_of(xml), "_forgery");
                swap(xml, beside, &format!("{forged}{beside}"))
            };
            target.refused(kind, "signature", words, attack).await;
        }
    }
}

/// The last two lines of what `rows` gives: sessions and their participants.
fn sessions(rows: &str) -> Vec<&str> {
    rows.lines().skip(3).collect()
}

/// A message signed in its XML and in its query: the query's signature counts, whatever stands in the XML.
async fn t21_two_signatures_are_not_one_good_one(app: &TestApp) {
    let target = Target::signed(app).await;
    let stranger = super::support::stranger();
    for kind in BOTH {
        target.control(kind).await;
        let attack = |_: &str| target.query_of(&target.xml(kind), Some("relay"), Some(&stranger));
        target.refused_query(kind, "signature", "does not match", attack).await;
        // Its own signature in the XML, none in the query: the message is proven, the RelayState never is.
        let answer: Answer = target
            .get(&target.query_of(&target.xml(kind), Some("relay"), None))
            .await;
        accepted(kind, &answer);
        // Spoiled in the XML, none in the query.
        let attack = |_: &str| {
            let xml = target.xml(kind);
            let value = cut(&xml, "<ds:DigestValue>", "</ds:DigestValue>");
            target.query_of(&swap(&xml, value, "<ds:DigestValue/>"), Some("relay"), None)
        };
        target.refused_query(kind, "signature", "does not match", attack).await;
    }
}

/// Namespaces and attributes that libraries read in different ways (CVE-2025-66567, CVE-2025-66568).
async fn t22_namespace_confusion_and_attribute_pollution(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        // A relative namespace has no canonical form; some then sign nothing, and the digest of nothing is known.
        for namespace in ["relative", "../x", "1:2", "/path", "?x", "#x"] {
            let attack = |xml: &str| swap(xml, " ID=\"", &format!(" xmlns:r=\"{namespace}\" ID=\""));
            target.refused(kind, "decoding", "not an absolute URI", attack).await;
            let attack = |xml: &str| {
                at_the_end(
                    xml,
                    &format!("<samlp:Extensions><r:x xmlns:r=\"{namespace}\"/></samlp:Extensions>"),
                )
            };
            target.refused(kind, "decoding", "not an absolute URI", attack).await;
        }
        let void = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let attack = |xml: &str| {
            let digest = cut(xml, "<ds:DigestValue>", "</ds:DigestValue>");
            let forged = swap(xml, digest, &format!("<ds:DigestValue>{void}</ds:DigestValue>"));
            swap(&forged, " ID=\"", " xmlns:r=\"1\" ID=\"")
        };
        target.refused(kind, "decoding", "not an absolute URI", attack).await;
        // The digest of nothing alone is no better.
        let attack = |xml: &str| {
            let digest = cut(xml, "<ds:DigestValue>", "</ds:DigestValue>");
            swap(xml, digest, &format!("<ds:DigestValue>{void}</ds:DigestValue>"))
        };
        target.refused(kind, "signature", "does not match", attack).await;
        for attribute in [
            "samlp:ID=\"_x\"",
            "saml:Destination=\"x\"",
            "samlp:Version=\"1.1\"",
            "xml:id=\"_x\"",
        ] {
            let attack = |xml: &str| swap(xml, " Version=\"", &format!(" {attribute} Version=\""));
            target
                .refused(kind, "decoding", "could be read as SAML's own", attack)
                .await;
        }
        // Two IDs by two names, of which the signature means one and the reader the other.
        let attack = |xml: &str| swap(xml, " ID=\"", &format!(" Id=\"{}\" ID=\"", id_of(xml)));
        target.refused(kind, "decoding", "twice", attack).await;
        let attack = |xml: &str| swap(xml, " ID=\"", " Id=\"_forgery\" ID=\"");
        target.refused(kind, "signature", "does not match", attack).await;
    }
}

/// A namespace bound anew: elements of SAML's name that are not SAML's, and a signature that is none.
async fn t22_foreign_elements_are_not_samls(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let root = |xml: &str| {
            swap(
                xml,
                "urn:oasis:names:tc:SAML:2.0:protocol\"",
                "urn:oasis:names:tc:SAML:1.0:protocol\"",
            )
        };
        target.refused(kind, "decoding", "another namespace", root).await;
        // The Signature is not one, so the message is unsigned.
        let attack = |xml: &str| {
            swap(
                xml,
                "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"",
                "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig\"",
            )
        };
        target.refused(kind, "signature", "it is not signed", attack).await;
    }
    // An Issuer of another namespace is no Issuer.
    let attack = |xml: &str| {
        swap(
            xml,
            "urn:oasis:names:tc:SAML:2.0:assertion\"",
            "urn:oasis:names:tc:SAML:1.0:assertion\"",
        )
    };
    target.refused(Kind::SignIn, "signature", "", attack).await;
}

on_both_stores!(
    t19_no_second_digest_value,
    t20_several_signed_infos_and_comments_in_digests,
    t21_what_the_signature_does_not_cover_is_not_read,
    t21_two_signatures_are_not_one_good_one,
    t22_namespace_confusion_and_attribute_pollution,
    t22_foreign_elements_are_not_samls,
);
