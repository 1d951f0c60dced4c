//! T16: Recipient, Destination, InResponseTo, Audience, the times and the rest, each missing, empty, wrong, past and
//! future, in assertions that are genuinely signed. And replay, of the response and of the assertion.

use axum::http::StatusCode;
use saml::response;

use super::super::fake_idp::{ENTITY_ID, KEY, begin, is_signed_in};
use super::xmlsec::resigned;
use super::{Attack, cut};

const ACS: &str = "http://localhost:8080/saml/acs";

/// Changes the unsigned document, has it signed again, and expects this reason; what only signs it again is accepted.
async fn each(change: impl Fn(&Attack, &str) -> Vec<(String, String, &'static str)>) {
    let attack = Attack::begin().await;
    let bare = attack.good.replace(super::signature_of(&attack.good), "");
    let id = attack.spec.assertion_id.clone();
    for (from, to, reason) in change(&attack, &bare) {
        let xml = resigned(&attack.good, &id, |xml| {
            assert!(xml.contains(&from), "nothing to replace: {from} in {xml}");
            xml.replace(&from, &to)
        });
        attack.rejected(&xml, reason).await;
    }
    let control = resigned(&attack.good, &id, |xml| xml);
    assert_ne!(control, attack.good);
    attack.accepted(&control).await;
}

fn to(from: &str, to: &str, reason: &'static str) -> (String, String, &'static str) {
    (from.to_owned(), to.to_owned(), reason)
}

#[tokio::test]
async fn t16_destination_and_recipient() {
    each(|_, _| {
        let destination = format!(" Destination=\"{ACS}\"");
        let recipient = format!(" Recipient=\"{ACS}\"");
        let evil = "https://evil.example.com/";
        vec![
            to(&destination, "", "not meant for this address"),
            to(&destination, " Destination=\"\"", "not meant for this address"),
            to(
                &destination,
                &format!(" Destination=\"{evil}\""),
                "not meant for this address",
            ),
            to(
                &destination,
                &format!(" Destination=\"{ACS}/\""),
                "not meant for this address",
            ),
            to(&recipient, "", "its recipient is another address"),
            to(&recipient, " Recipient=\"\"", "its recipient is another address"),
            to(
                &recipient,
                &format!(" Recipient=\"{evil}\""),
                "its recipient is another address",
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn t16_in_response_to() {
    each(|attack, bare| {
        let id = &attack.sign_in.request.id;
        let attribute = format!(" InResponseTo=\"{id}\"");
        let data = cut(bare, "<saml:SubjectConfirmationData", "</saml:SubjectConfirmationData>");
        assert!(data.contains(&attribute));
        vec![
            to(data, &data.replace(&attribute, ""), "it answers another request"),
            to(
                data,
                &data.replace(&attribute, " InResponseTo=\"_other\""),
                "it answers another request",
            ),
            to(&attribute, "", "does not answer the request"),
            to(&attribute, " InResponseTo=\"\"", "The sign-in was rejected"),
            to(&attribute, " InResponseTo=\"_other\"", "does not answer the request"),
        ]
    })
    .await;
}

#[tokio::test]
async fn t16_audience_and_issuer() {
    each(|_, bare| {
        let restriction = cut(bare, "<saml:AudienceRestriction>", "</saml:AudienceRestriction>");
        let audience = "<saml:Audience>travelocity.com</saml:Audience>";
        let second = "<saml:AudienceRestriction><saml:Audience>other</saml:Audience></saml:AudienceRestriction>";
        let of_response = cut(bare, "<saml:Issuer", "<samlp:Status>");
        assert!(of_response.contains(ENTITY_ID));
        let of_assertion = format!("<saml:Issuer>{ENTITY_ID}</saml:Issuer><saml:Subject>");
        vec![
            to(restriction, "", "meant for somebody else"),
            to(audience, "<saml:Audience/>", "meant for somebody else"),
            to(
                audience,
                "<saml:Audience>travelocity.com.evil.example</saml:Audience>",
                "meant for somebody else",
            ),
            to(
                restriction,
                &format!("{restriction}{second}"),
                "meant for somebody else",
            ),
            to(of_response, "<samlp:Status>", "does not come from the expected"),
            to(
                of_response,
                "<saml:Issuer>http://evil.example</saml:Issuer><samlp:Status>",
                "does not come from the expected",
            ),
            to(
                &of_assertion,
                "<saml:Issuer>http://evil.example</saml:Issuer><saml:Subject>",
                "does not come from the expected",
            ),
            to(&of_assertion, "<saml:Subject>", "The sign-in was rejected"),
        ]
    })
    .await;
}

#[tokio::test]
async fn t16_times_of_conditions_and_confirmation() {
    each(|_, bare| {
        let conditions = cut(bare, "<saml:Conditions", ">");
        let whole = cut(bare, "<saml:Conditions", "</saml:Conditions>");
        let data = cut(bare, "<saml:SubjectConfirmationData", "</saml:SubjectConfirmationData>");
        let until = cut(data, " NotOnOrAfter=\"", "Z\"");
        let with = |times: &str| format!("<saml:Conditions{times}>");
        let past = " NotOnOrAfter=\"1970-01-01T00:00:00Z\"";
        let ahead = " NotBefore=\"2999-01-01T00:00:00Z\" NotOnOrAfter=\"2999-01-02T00:00:00Z\"";
        let before = " NotBefore=\"1970-01-01T00:00:00Z\"";
        vec![
            to(conditions, &with(""), "no conditions, or they do not end"),
            to(conditions, &with(before), "no conditions, or they do not end"),
            to(conditions, &with(past), "no longer valid"),
            to(conditions, &with(ahead), "not valid yet"),
            to(conditions, &with(" NotOnOrAfter=\"soon\""), "The sign-in was rejected"),
            to(whole, "", "no conditions, or they do not end"),
            to(
                "</saml:Conditions>",
                "<saml:Condition/></saml:Conditions>",
                "a condition that is not understood",
            ),
            to(data, &data.replace(until, ""), "its confirmation does not end"),
            to(data, &data.replace(until, past), "its confirmation has expired"),
            to(
                data,
                &data.replace(until, &format!("{before}{until}")),
                "has a NotBefore",
            ),
            to(data, "", "its bearer confirmation holds no data"),
        ]
    })
    .await;
}

#[tokio::test]
async fn t16_subject_statement_and_version() {
    each(|_, bare| {
        let confirmation = cut(bare, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>");
        let statement = cut(bare, "<saml:AuthnStatement", "</saml:AuthnStatement>");
        let name_id = cut(bare, "<saml:NameID", "</saml:NameID>");
        let version = cut(bare, "<saml:Assertion ", ">");
        vec![
            to("cm:bearer", "cm:sender-vouches", "no bearer confirmation"),
            to(confirmation, "", "no bearer confirmation"),
            to(name_id, "", "names nobody"),
            to(name_id, "<saml:NameID> </saml:NameID>", "names nobody"),
            to(name_id, "<saml:EncryptedID/>", "names nobody"),
            to(statement, "", "does not say that somebody was authenticated"),
            to(
                version,
                &version.replace("Version=\"2.0", "Version=\"1.1"),
                "The sign-in was rejected",
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn t16_replay_of_the_response_and_of_the_assertion() {
    let attack = Attack::begin().await;
    attack.control().await;
    let again = attack.sign_in.post(&attack.browser, &attack.good).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "{}", again.text);
    assert!(again.text.contains("a second time"), "{}", again.text);
    let thief = attack.sample.browser();
    let stolen = attack.sign_in.post(&thief, &attack.good).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
    assert!(!is_signed_in(&thief).await);
    // The assertion's ID again, in an answer to a request of the thief's own.
    let theirs = begin(&thief).await;
    let mut spec = theirs.response(attack.sample.clock.now());
    spec.assertion_id.clone_from(&attack.spec.assertion_id);
    let answer = theirs.post(&thief, &response::build(&spec, &KEY).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("was used before"), "{}", answer.text);
    assert!(!is_signed_in(&thief).await);
}

/// The victim's response, posted where the attacker's sign-in is under way, and the reverse.
#[tokio::test]
async fn t16_a_response_belongs_to_its_own_request() {
    let attack = Attack::begin().await;
    let theirs = attack.sample.browser();
    let other = begin(&theirs).await;
    let answer = other.post(&theirs, &attack.good).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    assert!(answer.text.contains("does not answer the request"), "{}", answer.text);
    assert!(!is_signed_in(&theirs).await);
    attack.control().await;
}
