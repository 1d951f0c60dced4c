//! Signature wrapping, T1 to T8: the layouts that are known as XSW1 to XSW8, carried over from responses to requests.
//!
//! A response has two places for a signature, a request one, its root. So here the forged request is the document's
//! root in every layout, as it has to be to be read at all, and the layouts differ in where the signed original and its
//! signature stand in it. Each is tried with the original's ID on the forgery and with a new one, on both messages.

use super::support::{BOTH, Target, at_the_end, id_of, signature_of, swap};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// The three parts of a wrapped message.
struct Parts<'x> {
    /// Unsigned, and says what the attacker wants.
    forged: &'x str,
    /// The service provider's message without its signature.
    bare: &'x str,
    /// The same with it.
    original: &'x str,
    signature: &'x str,
}

const DUPLICATE: &str = "twice";
const PARTS: &str = "holds other parts";
const PLACE: &str = "stands where SAML has none";
const COVER: &str = "does not cover the element";

/// Both messages, each with both IDs. With the original's ID there are two of it if the original is a part of the
/// document; with a new one the signature is what gives the forgery away.
async fn wrapped(app: &TestApp, words: &str, layout: impl Fn(&Parts<'_>) -> String) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for (new_id, check, words) in [(false, "decoding", DUPLICATE), (true, "signature", words)] {
            let attack = |original: &str| {
                let signature = signature_of(original);
                let bare = swap(original, signature, "");
                let mut forged = target.forged(kind, original);
                if new_id {
                    forged = swap(&forged, id_of(original), "_forgery");
                }
                layout(&Parts {
                    forged: &forged,
                    bare: &bare,
                    original,
                    signature,
                })
            };
            target.refused(kind, check, words, attack).await;
        }
    }
}

/// Puts something behind the forgery's Issuer, where a signature belongs.
fn after_issuer(xml: &str, piece: &str) -> String {
    swap(xml, "</saml:Issuer>", &format!("</saml:Issuer>{piece}"))
}

/// Puts something behind the start tag.
fn at_the_start(xml: &str, piece: &str) -> String {
    let at = xml.find('>').unwrap() + 1;
    format!("{}{piece}{}", &xml[..at], &xml[at..])
}

/// The original stands inside the forgery's signature, behind its parts.
async fn t01_xsw1_original_inside_the_signature(app: &TestApp) {
    wrapped(app, PARTS, |parts| {
        let bare = parts.bare;
        let around = swap(parts.signature, "</ds:Signature>", &format!("{bare}</ds:Signature>"));
        after_issuer(parts.forged, &around)
    })
    .await;
}

/// The original stands beside the signature, in front of it.
async fn t02_xsw2_original_before_the_signature(app: &TestApp) {
    wrapped(app, PLACE, |parts| {
        after_issuer(parts.forged, &format!("{}{}", parts.bare, parts.signature))
    })
    .await;
}

/// The original, its signature in it, is the forgery's first child: whoever takes the first signature finds a good one.
async fn t03_xsw3_original_first_in_the_forgery(app: &TestApp) {
    wrapped(app, PLACE, |parts| at_the_start(parts.forged, parts.original)).await;
}

/// The same as the last child.
async fn t04_xsw4_original_last_in_the_forgery(app: &TestApp) {
    wrapped(app, PLACE, |parts| at_the_end(parts.forged, parts.original)).await;
}

/// The signature stands in the forgery, where it belongs, and what it signs at the end.
async fn t05_xsw5_signature_on_the_forgery_original_at_the_end(app: &TestApp) {
    wrapped(app, COVER, |parts| {
        at_the_end(&after_issuer(parts.forged, parts.signature), parts.bare)
    })
    .await;
}

/// The original stands in the signature's KeyInfo, which may hold anything and which nobody reads.
async fn t06_xsw6_original_in_the_key_info(app: &TestApp) {
    wrapped(app, COVER, |parts| {
        let bare = parts.bare;
        let around = swap(parts.signature, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{bare}"));
        after_issuer(parts.forged, &around)
    })
    .await;
}

/// The original stands in `Extensions`, which may hold anything too, and the signature with it or on the forgery.
async fn t07_xsw7_original_in_extensions(app: &TestApp) {
    let extensions = |content: &str| format!("<samlp:Extensions>{content}</samlp:Extensions>");
    wrapped(app, PLACE, |parts| {
        after_issuer(parts.forged, &extensions(parts.original))
    })
    .await;
}

async fn t07_xsw7_original_in_extensions_signature_on_the_forgery(app: &TestApp) {
    wrapped(app, COVER, |parts| {
        let extensions = format!("<samlp:Extensions>{}</samlp:Extensions>", parts.bare);
        after_issuer(parts.forged, &format!("{}{extensions}", parts.signature))
    })
    .await;
}

/// The original stands in an `Object` of the signature.
async fn t08_xsw8_original_in_an_object(app: &TestApp) {
    wrapped(app, PARTS, |parts| {
        let object = format!("<ds:Object>{}</ds:Object></ds:Signature>", parts.bare);
        after_issuer(parts.forged, &swap(parts.signature, "</ds:Signature>", &object))
    })
    .await;
}

/// The other way round: the original is the root and the forgery hangs in it. Nobody reads a message inside a message,
/// and the signature notices that something was added.
async fn t08_forgery_inside_the_original(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for place in ["<samlp:Extensions>", ""] {
            let attack = |original: &str| {
                let forged = swap(&target.forged(kind, original), id_of(original), "_forgery");
                let end = place.replace('<', "</");
                at_the_end(original, &format!("{place}{forged}{end}"))
            };
            target.refused(kind, "signature", "does not match", attack).await;
        }
    }
}

/// A good message and a forged one in one envelope, or one behind the other, are not two messages.
async fn t08_two_messages_in_one_document(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let pair = |original: &str| {
            let forged = swap(&target.forged(kind, original), id_of(original), "_forgery");
            format!("{original}{forged}")
        };
        target.refused(kind, "decoding", "not well-formed", pair).await;
        let envelope = |original: &str| format!("<x xmlns=\"urn:x\">{}</x>", pair(original));
        target.refused(kind, "decoding", "another namespace", envelope).await;
        let soap = |original: &str| {
            let (start, end) = (
                "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>",
                "</s:Body></s:Envelope>",
            );
            format!("{start}{original}{end}")
        };
        target.refused(kind, "decoding", "another namespace", soap).await;
    }
}

on_both_stores!(
    t01_xsw1_original_inside_the_signature,
    t02_xsw2_original_before_the_signature,
    t03_xsw3_original_first_in_the_forgery,
    t04_xsw4_original_last_in_the_forgery,
    t05_xsw5_signature_on_the_forgery_original_at_the_end,
    t06_xsw6_original_in_the_key_info,
    t07_xsw7_original_in_extensions,
    t07_xsw7_original_in_extensions_signature_on_the_forgery,
    t08_xsw8_original_in_an_object,
    t08_forgery_inside_the_original,
    t08_two_messages_in_one_document,
);
