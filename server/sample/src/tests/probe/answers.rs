//! What is made of each answer, and of none.

use axum::http::StatusCode;
use chrono::TimeDelta;
use saml::identifier::{
    CONTEXT_PASSWORD_PROTECTED_TRANSPORT, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED,
    STATUS_AUTHN_FAILED, STATUS_INVALID_NAMEID_POLICY, STATUS_NO_AUTHN_CONTEXT, STATUS_REQUESTER, STATUS_RESPONDER,
};
use saml::metadata::parse_sp;
use saml::response::{self, Encryption};

use super::super::fake_idp::{KEY, STRANGER, is_signed_in};
use super::{Visitor, path_of};

const REFUSALS: [&str; 4] = ["wrong-acs", "wrong-destination", "stale", "future"];

#[tokio::test]
async fn an_assertion_that_passes_is_shown_with_what_was_checked_and_signs_nobody_in() {
    let visitor = Visitor::new().await;
    visitor.expect("redirect-signed", "Not run", "").await;
    let visit = visitor.run("redirect-signed").await;
    let row = visitor.row("redirect-signed").await;
    assert!(row.contains("Under way") && row.contains("data-under-way"), "{row}");
    let answer = visitor.answer(&visit, |spec| spec.sign_response = true).await;
    assert_eq!(
        answer.location(),
        "http://localhost:8080/probe/next?after=redirect-signed"
    );
    let home = visitor.browser.get(path_of(answer.location())).await;
    assert_eq!(home.location(), "http://localhost:8080/probe#redirect-signed");
    for words in [
        "<dt>Response signed</dt><dd>yes, rsa-sha256 and sha256</dd>",
        "<dt>Assertion signed</dt><dd>yes, rsa-sha256 and sha256</dd>",
        "<dt>Assertion encrypted</dt><dd>no</dd>",
        "<dt>Audience</dt><dd>travelocity.com</dd>",
        "<dt>Destination and Recipient</dt><dd>http://localhost:8080/saml/acs</dd>",
        "<dt>AuthnContext</dt><dd>https://refeds.org/profile/mfa</dd>",
        "<dt>SessionIndex</dt><dd>given</dd>",
        "<dt>SessionNotOnOrAfter</dt><dd>not given</dd>",
        "<dt>Attributes</dt><dd>1: http://wso2.org/claims/mobile</dd>",
    ] {
        visitor.expect("redirect-signed", "Passed", words).await;
    }
    assert!(!is_signed_in(&visitor.browser).await);
    let visit = visitor.run("redirect-signed").await;
    visitor.answer(&visit, |_| {}).await;
    visitor
        .expect("redirect-signed", "Passed", "<dt>Response signed</dt><dd>no</dd>")
        .await;
}

#[tokio::test]
async fn an_answer_that_is_rejected_fails_for_its_reason_and_is_taken_once() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("redirect-signed").await;
    let forged = response::build(&visit.sign_in().response(visitor.sample.clock.now()), &STRANGER).unwrap();
    visitor.deliver(&visit, &forged).await;
    visitor
        .expect("redirect-signed", "Failed", "The signature was not accepted")
        .await;
    let late = visitor.answer(&visit, |_| {}).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST, "no such visit any more");
    visitor.expect("redirect-signed", "Failed", "").await;

    let visit = visitor.run("post-signed").await;
    visitor
        .answer(&visit, |spec| spec.audience = vec!["<b>other</b>".into()])
        .await;
    visitor.expect("post-signed", "Failed", "meant for somebody else").await;

    // An answer to a visit that a later run has replaced changes nothing.
    let (former, latter) = (visitor.run("encrypted").await, visitor.run("encrypted").await);
    visitor.answer(&former, |_| {}).await;
    visitor.expect("encrypted", "Under way", "").await;
    visitor.answer(&latter, |_| {}).await;
    visitor.expect("encrypted", "Needs you", "came unencrypted").await;
}

#[tokio::test]
async fn an_encrypted_assertion_is_told() {
    let visitor = Visitor::new().await;
    let metadata = visitor.browser.get("/saml/metadata").await.text;
    let certificate = parse_sp(&metadata).unwrap().encryption_certificates.remove(0);
    let visit = visitor.run("encrypted").await;
    let encrypt = Encryption {
        certificate,
        data: Default::default(),
        key: Default::default(),
    };
    visitor.answer(&visit, |spec| spec.encrypt = Some(encrypt)).await;
    visitor
        .expect("encrypted", "Passed", "yes, aes256-gcm and rsa-oaep-mgf1p")
        .await;
}

#[tokio::test]
async fn refusals_are_silence_and_any_answer_fails() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    for scenario in REFUSALS {
        visitor.run(scenario).await;
    }
    visitor.wait();
    for scenario in REFUSALS {
        visitor
            .expect(scenario, "Passed", "Nothing came back, as it should")
            .await;
    }
    for scenario in REFUSALS {
        let visit = visitor.run(scenario).await;
        let acs = |spec: &mut response::ResponseSpec| spec.destination = "http://localhost:8080/saml/acs".into();
        visitor.answer(&visit, acs).await;
        visitor.expect(scenario, "Failed", "instead of being refused").await;
        let visit = visitor.run(scenario).await;
        visitor.no_passive(&visit).await;
        visitor.expect(scenario, "Failed", "instead of being refused").await;
    }
    let visit = visitor.run("wrong-acs").await;
    let form = [("SAMLResponse", "x"), ("RelayState", &visit.sign_in().relay_state)];
    visitor.browser.post_cross_site("/probe/unregistered", &form).await;
    visitor.expect("wrong-acs", "Failed", "registered nowhere").await;
    let again = visitor.browser.post_cross_site("/probe/unregistered", &form).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn signatures_may_be_demanded_or_not() {
    let visitor = Visitor::new().await;
    for scenario in ["redirect-unsigned", "post-unsigned"] {
        visitor.run(scenario).await;
        visitor.wait();
        visitor
            .expect(scenario, "Passed", "without a signature are refused")
            .await;
        let visit = visitor.run(scenario).await;
        visitor.no_passive(&visit).await;
        visitor.expect(scenario, "Passed", "signatures are not demanded").await;
    }
    visitor.run("bad-signature").await;
    visitor.wait();
    visitor.expect("bad-signature", "Passed", "as it should").await;
    let visit = visitor.run("bad-signature").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("bad-signature", "Needs you", "no certificate").await;
}

#[tokio::test]
async fn a_request_is_sent_twice_and_answered_once() {
    let visitor = Visitor::new().await;
    let first = visitor.run("replay").await;
    let answered = visitor.no_passive(&first).await;
    let second = visitor.go_on(&answered).await;
    assert!(first.url.is_some() && first.url == second.url, "the very same bytes");
    visitor.wait();
    visitor.expect("replay", "Passed", "as it should").await;
    visitor.answer(&second, |_| {}).await;
    visitor.expect("replay", "Failed", "answered a second time").await;

    visitor.run("replay").await;
    visitor.wait();
    visitor.expect("replay", "Needs you", "Nothing came back.").await;
}

#[tokio::test]
async fn the_relay_state_comes_back_exactly_or_fails() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("relay-state").await;
    let odd = visit.sign_in().relay_state;
    assert!(odd.contains("<b>&amp;'\"") && odd.ends_with("\u{1F600} "), "{odd}");
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("relay-state", "Passed", "exactly as it was sent").await;
    // Spaces trimmed, the odd half lost, cut off in the middle.
    for length in [odd.trim_end().len(), 43, 60] {
        let visit = visitor.run("relay-state").await;
        let mut sign_in = visit.sign_in();
        sign_in.relay_state.truncate(length);
        sign_in
            .answer(&visitor.browser, &sign_in.response(visitor.sample.clock.now()))
            .await;
        visitor.expect("relay-state", "Failed", "came back changed").await;
    }
}

#[tokio::test]
async fn being_asked_again_shows_in_the_instant() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    let before = visitor.sample.clock.now();
    visitor.sample.clock.advance(TimeDelta::seconds(20));
    let visit = visitor.run("force-authn").await;
    visitor.answer(&visit, |spec| spec.authn_instant = before).await;
    visitor.expect("force-authn", "Failed", "the earlier sign-in").await;
    let visit = visitor.run("force-authn").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("force-authn", "Passed", "asked again").await;
}

#[tokio::test]
async fn contexts_and_formats_have_to_be_those_that_were_asked_for() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("context-mfa").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("context-mfa", "Passed", "exactly this class").await;
    let visit = visitor.run("context-mfa").await;
    let other = CONTEXT_PASSWORD_PROTECTED_TRANSPORT;
    visitor
        .answer(&visit, |spec| spec.authn_context_class = other.into())
        .await;
    visitor.expect("context-mfa", "Failed", other).await;
    let visit = visitor.run("context-mfa").await;
    visitor.deny(&visit, STATUS_RESPONDER, STATUS_NO_AUTHN_CONTEXT).await;
    visitor.expect("context-mfa", "Needs you", "fewer factors").await;

    for (scenario, status, sub_status) in [
        ("context-unknown", STATUS_RESPONDER, STATUS_NO_AUTHN_CONTEXT),
        ("name-id-unknown", STATUS_REQUESTER, STATUS_INVALID_NAMEID_POLICY),
    ] {
        let visit = visitor.run(scenario).await;
        visitor.deny(&visit, status, sub_status).await;
        visitor.expect(scenario, "Passed", "The status").await;
        let visit = visitor.run(scenario).await;
        visitor.answer(&visit, |_| {}).await;
        visitor.expect(scenario, "Failed", "An assertion came instead").await;
        let visit = visitor.run(scenario).await;
        visitor.deny(&visit, status, STATUS_AUTHN_FAILED).await;
        visitor.expect(scenario, "Failed", "AuthnFailed").await;
    }
    for (scenario, format) in [
        ("name-id-transient", NAMEID_TRANSIENT),
        ("name-id-persistent", NAMEID_PERSISTENT),
        ("name-id-email", NAMEID_EMAIL),
    ] {
        let visit = visitor.run(scenario).await;
        visitor
            .answer(&visit, |spec| {
                spec.name_id.format = Some(format.into());
                spec.name_id.value = "admin@example.com".into();
            })
            .await;
        visitor.expect(scenario, "Passed", "of this format").await;
        let visit = visitor.run(scenario).await;
        visitor
            .answer(&visit, |spec| spec.name_id.format = Some(NAMEID_UNSPECIFIED.into()))
            .await;
        visitor.expect(scenario, "Failed", NAMEID_UNSPECIFIED).await;
    }
    let visit = visitor.run("name-id-email").await;
    visitor
        .answer(&visit, |spec| spec.name_id.format = Some(NAMEID_EMAIL.into()))
        .await;
    visitor.expect("name-id-email", "Failed", "no e-mail address").await;
    let visit = visitor.run("name-id-email").await;
    visitor.deny(&visit, STATUS_RESPONDER, STATUS_AUTHN_FAILED).await;
    visitor.expect("name-id-email", "Needs you", "no e-mail address").await;
}

#[tokio::test]
async fn the_index_leads_to_the_first_address_of_the_metadata() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("acs-index").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("acs-index", "Passed", "passes every check").await;
    let visit = visitor.run("acs-index").await;
    let mut spec = visit.sign_in().response(visitor.sample.clock.now());
    spec.destination = "http://127.0.0.1:8080/saml/acs".into();
    let elsewhere = visitor.sample.browser_at("127.0.0.1:8080");
    let answer = visit
        .sign_in()
        .post(&elsewhere, &response::build(&spec, &KEY).unwrap())
        .await;
    assert_eq!(answer.location(), "http://localhost:8080/probe/next?after=acs-index");
    visitor
        .expect("acs-index", "Failed", "http://127.0.0.1:8080/saml/acs")
        .await;
}

#[tokio::test]
async fn passive_requests_depend_on_the_session() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    let visit = visitor.run("passive").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("passive", "Passed", "no page was shown").await;
    let visit = visitor.run("passive").await;
    visitor.no_passive(&visit).await;
    visitor.expect("passive", "Failed", "NoPassive came").await;
    let visit = visitor.run("passive-none").await;
    visitor.no_passive(&visit).await;
    visitor.expect("passive-none", "Passed", "NoPassive").await;
    let visit = visitor.run("passive-none").await;
    visitor.answer(&visit, |_| {}).await;
    visitor.expect("passive-none", "Needs you", "Log out first").await;
}
