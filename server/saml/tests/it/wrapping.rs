//! Signature wrapping: T1 to T8 (XSW1 to XSW8 as SAML Raider numbers them), T17, T21.
//!
//! Each attack is tried with the signed element's ID kept on the forgery and with a new one.

use saml::SignatureError;
use saml::sp::Rejected;

use crate::support::{
    accept, accept_as, assertion_of, built, control, expectation, signature_of, signed_twice, spec, swap,
};

/// An unsigned copy that names somebody else.
fn forged(element: &str) -> String {
    swap(
        &element.replace(signature_of(element), ""),
        "alice@example.com",
        "victim@example.com",
    )
}

fn with_id(element: &str, old: &str, new: &str) -> String {
    swap(element, &format!("ID=\"{old}\""), &format!("ID=\"{new}\""))
}

/// Both variants must be refused before cryptography, and for their form.
fn refused(attack: impl Fn(&str) -> String, element: &str, id: &str) {
    for forgery in [forged(element), with_id(&forged(element), id, "_forgery")] {
        let xml = attack(&forgery);
        let rejected = accept(&xml).expect_err("a wrapped response is rejected");
        assert!(
            matches!(
                rejected,
                Rejected::Signature(SignatureError::Placement | SignatureError::Coverage)
                    | Rejected::Signature(SignatureError::Form(_))
                    | Rejected::Decode(saml::inbound::DecodeError::Xml(saml::inbound::XmlError::DuplicateId(_)))
                    | Rejected::AssertionCount(2)
            ),
            "{rejected:?}\n{xml}"
        );
    }
}

fn signed_response() -> String {
    // Only the response signed: the assertion's own signature taken off before.
    let xml = built(&signed_twice());
    control(&xml);
    xml
}

/// The forged response becomes the root; the signed one stands inside the signature, behind its parts.
#[test]
pub fn t1_xsw1_signed_response_inside_the_signature() {
    let original = signed_response();
    let signature = signature_of(&original).to_owned();
    refused(
        |forgery| {
            let bare = original.replace(&signature, "");
            let wrapping = swap(&signature, "</ds:Signature>", &format!("{bare}</ds:Signature>"));
            swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{wrapping}"))
        },
        &original,
        "_response-1",
    );
}

/// The signed response stands beside the signature, in front of it.
#[test]
pub fn t2_xsw2_signed_response_before_the_signature() {
    let original = signed_response();
    let signature = signature_of(&original).to_owned();
    refused(
        |forgery| {
            let bare = original.replace(&signature, "");
            swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{bare}{signature}"))
        },
        &original,
        "_response-1",
    );
}

#[test]
pub fn t3_xsw3_forged_assertion_before_the_signed_one() {
    let original = built(&spec());
    control(&original);
    refused(
        |forgery| swap(&original, "<saml:Assertion", &format!("{forgery}<saml:Assertion")),
        assertion_of(&original),
        "_assertion-1",
    );
}

#[test]
pub fn t4_xsw4_forged_assertion_around_the_signed_one() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    refused(
        |forgery| {
            let around = swap(forgery, "</saml:Assertion>", &format!("{signed}</saml:Assertion>"));
            swap(&original, &signed, &around)
        },
        &signed,
        "_assertion-1",
    );
}

/// The signature stays in the forged assertion; the original follows at the end.
#[test]
pub fn t5_xsw5_signature_on_the_forgery_original_at_the_end() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    let signature = signature_of(&signed).to_owned();
    refused(
        |forgery| {
            let keeping = swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{signature}"));
            let xml = swap(&original, &signed, &keeping);
            let bare = signed.replace(&signature, "");
            swap(&xml, "</samlp:Response>", &format!("{bare}</samlp:Response>"))
        },
        &signed,
        "_assertion-1",
    );
}

#[test]
pub fn t6_xsw6_original_inside_the_forgerys_signature() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    let signature = signature_of(&signed).to_owned();
    refused(
        |forgery| {
            let bare = signed.replace(&signature, "");
            let wrapping = swap(&signature, "</ds:Signature>", &format!("{bare}</ds:Signature>"));
            let keeping = swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{wrapping}"));
            swap(&original, &signed, &keeping)
        },
        &signed,
        "_assertion-1",
    );
}

#[test]
pub fn t7_xsw7_forged_assertion_in_extensions() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    // The other way round as well: the signed one hidden in Extensions, the forgery in its place.
    refused(
        |forgery| {
            let hidden = format!("<samlp:Extensions>{signed}</samlp:Extensions>{forgery}");
            swap(&original, &signed, &hidden)
        },
        &signed,
        "_assertion-1",
    );
    let hidden = format!(
        "<samlp:Extensions>{}</samlp:Extensions><samlp:Status>",
        with_id(&forged(&signed), "_assertion-1", "_forgery")
    );
    let harmless = swap(&original, "<samlp:Status>", &hidden);
    assert_eq!(
        accept(&harmless).unwrap().name_id.value,
        "alice@example.com",
        "what stands in Extensions is never read"
    );
}

#[test]
pub fn t8_xsw8_original_in_an_object() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    let signature = signature_of(&signed).to_owned();
    refused(
        |forgery| {
            let bare = signed.replace(&signature, "");
            let object = format!("<ds:Object>{bare}</ds:Object></ds:Signature>");
            let wrapping = swap(&signature, "</ds:Signature>", &object);
            let keeping = swap(forgery, "</saml:Issuer>", &format!("</saml:Issuer>{wrapping}"));
            swap(&original, &signed, &keeping)
        },
        &signed,
        "_assertion-1",
    );
}

#[test]
pub fn t17_two_assertions_are_never_accepted() {
    let original = built(&spec());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    let forgery = with_id(&forged(&signed), "_assertion-1", "_forgery");
    for pair in [format!("{forgery}{signed}"), format!("{signed}{forgery}")] {
        let xml = swap(&original, &signed, &pair);
        assert_eq!(accept(&xml), Err(Rejected::AssertionCount(2)));
    }
    let encrypted = "<saml:EncryptedAssertion/>";
    let xml = swap(&original, &signed, &format!("{encrypted}{signed}"));
    assert_eq!(accept(&xml), Err(Rejected::AssertionCount(2)));
    let xml = swap(&original, &signed, "");
    assert_eq!(accept(&xml), Err(Rejected::AssertionCount(0)));
}

#[test]
pub fn t21_an_unsigned_assertion_does_not_enter_a_signed_response() {
    let original = built(&signed_twice());
    control(&original);
    let signed = assertion_of(&original).to_owned();
    let xml = swap(&original, &signed, &forged(&signed));
    assert_eq!(accept(&xml), Err(Rejected::Signature(SignatureError::Invalid)));
}

#[test]
pub fn the_policy_decides_which_signatures_are_needed() {
    let assertion_only = built(&spec());
    let both = built(&signed_twice());
    let mut strict = expectation();
    strict.want_response_signed = true;
    strict.want_assertion_signed = true;
    assert!(accept_as(&both, &strict).is_ok());
    assert_eq!(accept_as(&assertion_only, &strict), Err(Rejected::ResponseNotSigned));
    // The assertion's signature is covered by the response's: taking it off breaks that one.
    let stripped = both.replacen(signature_of(assertion_of(&both)), "", 1);
    assert_eq!(
        accept_as(&stripped, &strict),
        Err(Rejected::Signature(SignatureError::Invalid))
    );
    let unsigned = assertion_only.replace(signature_of(&assertion_only), "");
    assert_eq!(accept(&unsigned), Err(Rejected::Signature(SignatureError::NotSigned)));
    strict.want_response_signed = false;
    assert_eq!(accept_as(&unsigned, &strict), Err(Rejected::AssertionNotSigned));
}
