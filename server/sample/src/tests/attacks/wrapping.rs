//! Signature wrapping: T1 to T8 (XSW1 to XSW8 as SAML Raider numbers them), T17, T21. Each with the signed element's ID
//! kept on the forgery and with a new one.

use super::{Attack, assertion_of, forged, signature_of, swap};

const REFUSED: &str = "The sign-in was rejected";

/// Which element is wrapped.
enum Signed {
    Response,
    Assertion,
}

async fn wrapped(signed: Signed, wrap: impl Fn(&Parts<'_>, &str) -> String) {
    let attack = match signed {
        Signed::Response => Attack::on_both_signatures().await,
        Signed::Assertion => Attack::begin().await,
    };
    let good = attack.good.clone();
    let (element, id) = match signed {
        Signed::Response => (good.as_str(), attack.spec.id.clone()),
        Signed::Assertion => (assertion_of(&good), attack.spec.assertion_id.clone()),
    };
    let signature = signature_of(element);
    let parts = Parts {
        good: &good,
        element,
        signature,
        bare: element.replace(signature, ""),
    };
    let attacks = [None, Some((id.as_str(), "_forgery"))]
        .map(|new_id| (wrap(&parts, &forged(element, new_id)), REFUSED))
        .to_vec();
    attack.each(attacks).await;
}

/// The pieces of a good response.
struct Parts<'a> {
    good: &'a str,
    element: &'a str,
    signature: &'a str,
    /// The element without its signature.
    bare: String,
}

impl Parts<'_> {
    /// The signature with something more at its end.
    fn holding(&self, more: &str) -> String {
        swap(self.signature, "</ds:Signature>", &format!("{more}</ds:Signature>"))
    }

    /// The forgery with these elements behind its issuer, in the place of the signed element.
    fn in_place(&self, forgery: &str, behind_issuer: &str) -> String {
        let keeping = swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{behind_issuer}"));
        swap(self.good, self.element, &keeping)
    }
}

#[tokio::test]
async fn t1_xsw1_signed_response_inside_the_signature() {
    wrapped(Signed::Response, |parts, forgery| {
        parts.in_place(forgery, &parts.holding(&parts.bare))
    })
    .await;
}

#[tokio::test]
async fn t2_xsw2_signed_response_before_the_signature() {
    wrapped(Signed::Response, |parts, forgery| {
        parts.in_place(forgery, &format!("{}{}", parts.bare, parts.signature))
    })
    .await;
}

#[tokio::test]
async fn t3_xsw3_forged_assertion_before_the_signed_one() {
    wrapped(Signed::Assertion, |parts, forgery| {
        swap(parts.good, parts.element, &format!("{forgery}{}", parts.element))
    })
    .await;
}

#[tokio::test]
async fn t4_xsw4_forged_assertion_around_the_signed_one() {
    wrapped(Signed::Assertion, |parts, forgery| {
        let around = swap(
            forgery,
            "</saml:Assertion>",
            &format!("{}</saml:Assertion>", parts.element),
        );
        swap(parts.good, parts.element, &around)
    })
    .await;
}

#[tokio::test]
async fn t5_xsw5_signature_on_the_forgery_original_at_the_end() {
    wrapped(Signed::Assertion, |parts, forgery| {
        let xml = parts.in_place(forgery, parts.signature);
        swap(&xml, "</samlp:Response>", &format!("{}</samlp:Response>", parts.bare))
    })
    .await;
}

#[tokio::test]
async fn t6_xsw6_original_inside_the_forgerys_signature() {
    wrapped(Signed::Assertion, |parts, forgery| {
        parts.in_place(forgery, &parts.holding(&parts.bare))
    })
    .await;
}

#[tokio::test]
async fn t7_xsw7_signed_assertion_hidden_in_extensions() {
    wrapped(Signed::Assertion, |parts, forgery| {
        let hidden = format!("<samlp:Extensions>{}</samlp:Extensions>{forgery}", parts.element);
        swap(parts.good, parts.element, &hidden)
    })
    .await;
}

/// The reverse changes nothing: what stands in Extensions is never read.
#[tokio::test]
async fn t7_xsw7_forged_assertion_in_extensions_is_not_read() {
    let attack = Attack::begin().await;
    let id = attack.spec.assertion_id.as_str();
    let forgery = forged(assertion_of(&attack.good), Some((id, "_forgery")));
    let hidden = format!("<samlp:Extensions>{forgery}</samlp:Extensions><samlp:Status>");
    let xml = swap(&attack.good, "<samlp:Status>", &hidden);
    attack.accepted(&xml).await;
    let page = attack.browser.get("/").await.text;
    assert!(page.contains("You are logged in as alice@example.com"), "{page}");
}

#[tokio::test]
async fn t8_xsw8_original_in_an_object() {
    wrapped(Signed::Assertion, |parts, forgery| {
        let object = format!("<ds:Object>{}</ds:Object>", parts.bare);
        parts.in_place(forgery, &parts.holding(&object))
    })
    .await;
}

#[tokio::test]
async fn t17_two_assertions_plain_or_encrypted() {
    let attack = Attack::begin().await;
    let signed = assertion_of(&attack.good);
    let id = attack.spec.assertion_id.as_str();
    let forgery = forged(signed, Some((id, "_forgery")));
    let with = |content: &str| swap(&attack.good, signed, content);
    let attacks = vec![
        (with(&format!("{forgery}{signed}")), "holds 2 assertions"),
        (with(&format!("{signed}{forgery}")), "holds 2 assertions"),
        (
            with(&format!("<saml:EncryptedAssertion/>{signed}")),
            "holds 2 assertions",
        ),
        (
            with(&format!("{signed}<saml:EncryptedAssertion/>")),
            "holds 2 assertions",
        ),
        (with(""), "holds 0 assertions"),
        (with("<saml:EncryptedAssertion/>"), "could not be decrypted"),
    ];
    attack.each(attacks).await;
}

#[tokio::test]
async fn t21_an_unsigned_assertion_in_a_signed_response() {
    let attack = Attack::on_both_signatures().await;
    let signed = assertion_of(&attack.good);
    let id = attack.spec.assertion_id.as_str();
    let attacks = vec![
        (
            swap(&attack.good, signed, &forged(signed, None)),
            "The signature was not accepted",
        ),
        (
            swap(&attack.good, signed, &forged(signed, Some((id, "_forgery")))),
            "The signature was not accepted",
        ),
    ];
    attack.each(attacks).await;
}
