//! Every response that must not sign anybody in: a page with the reason, a status over 400, and no session.

use axum::http::StatusCode;
use chrono::TimeDelta;
use saml::identifier::{STATUS_AUTHN_FAILED, STATUS_RESPONDER};
use saml::response::{self, ResponseSpec, StatusSpec};

use super::Sample;
use super::browser::{Answer, Browser};
use super::fake_idp::{ENTITY_ID, FakeIdp, STRANGER, SignIn, begin, build, is_signed_in, unique};

/// A sign-in under way.
struct Case {
    _idp: FakeIdp,
    sample: Sample,
    browser: Browser,
    sign_in: SignIn,
    good: ResponseSpec,
}

impl Case {
    async fn begin() -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let browser = sample.browser();
        let sign_in = begin(&browser).await;
        let good = sign_in.response(sample.clock.now());
        Self {
            _idp: idp,
            sample,
            browser,
            sign_in,
            good,
        }
    }

    async fn expect_rejected(&self, xml: &str, reason: &str) {
        let answer = self.sign_in.post(&self.browser, xml).await;
        self.expect(&answer, StatusCode::FORBIDDEN, reason).await;
    }

    async fn expect(&self, answer: &Answer, status: StatusCode, reason: &str) {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
        assert!(!is_signed_in(&self.browser).await);
    }
}

type Spoil = fn(&mut ResponseSpec);

#[tokio::test]
async fn each_check_of_the_response_and_the_assertion() {
    let case = Case::begin().await;
    let cases: [(Spoil, &str); 9] = [
        (
            |s| s.audience = vec!["another.example".into()],
            "meant for somebody else",
        ),
        (
            |s| s.destination = "http://localhost:8080/saml/slo".into(),
            "not meant for this address",
        ),
        (
            |s| s.in_response_to = Some("_another".into()),
            "does not answer the request",
        ),
        (|s| s.in_response_to = None, "does not answer the request"),
        (
            |s| s.issuer = "http://another.example".into(),
            "does not come from the expected",
        ),
        (|s| s.issue_instant += TimeDelta::seconds(120), "issued in the future"),
        (|s| s.issue_instant -= TimeDelta::seconds(361), "expired"),
        (|s| s.name_id.value = " ".into(), "names nobody"),
        (
            |s| s.session_not_on_or_after = Some(s.issue_instant - TimeDelta::seconds(61)),
            "session at the identity provider has ended",
        ),
    ];
    for (spoil, reason) in cases {
        let mut spec = case.good.clone();
        spoil(&mut spec);
        case.expect_rejected(&build(&spec), reason).await;
    }
    let answer = case.sign_in.answer(&case.browser, &case.good).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "what was rejected used nothing up"
    );
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    for seconds in [50, -(300 + 50)] {
        let case = Case::begin().await;
        let mut spec = case.good.clone();
        spec.issue_instant += TimeDelta::seconds(seconds);
        let answer = case.sign_in.answer(&case.browser, &spec).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{seconds}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_strangers_signature() {
    let case = Case::begin().await;
    let xml = response::build(&case.good, &STRANGER).unwrap();
    case.expect_rejected(&xml, "The signature was not accepted").await;
}

#[tokio::test]
async fn changed_after_signing() {
    let case = Case::begin().await;
    let xml = build(&case.good).replace(">admin<", ">root<");
    assert!(xml.contains(">root<"));
    case.expect_rejected(&xml, "The signature was not accepted").await;
}

#[tokio::test]
async fn without_a_signature() {
    let case = Case::begin().await;
    let signed = build(&case.good);
    let start = signed.find("<ds:Signature ").unwrap();
    let end = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let xml = format!("{}{}", &signed[..start], &signed[end..]);
    case.expect_rejected(&xml, "The assertion is not signed").await;
}

#[tokio::test]
async fn a_failure_status_is_told_in_the_servers_words() {
    let case = Case::begin().await;
    let spec = StatusSpec {
        id: unique("status"),
        issuer: ENTITY_ID.into(),
        destination: case.good.destination.clone(),
        in_response_to: case.good.in_response_to.clone(),
        status: STATUS_RESPONDER.into(),
        sub_status: Some(STATUS_AUTHN_FAILED.into()),
        message: Some("five <wrong> codes".into()),
        issue_instant: case.sample.clock.now(),
    };
    let xml = response::build_status(&spec, None).unwrap();
    case.expect_rejected(&xml, "Responder, AuthnFailed").await;
    case.expect_rejected(&xml, "five &lt;wrong&gt; codes").await;
}

#[tokio::test]
async fn garbage() {
    let case = Case::begin().await;
    for value in ["!", "AAAA", "PGE+"] {
        let relay_state = case.sign_in.relay_state.as_str();
        let form = [("SAMLResponse", value), ("RelayState", relay_state)];
        let answer = case.browser.post_cross_site("/saml/acs", &form).await;
        case.expect(&answer, StatusCode::FORBIDDEN, "The sign-in was rejected")
            .await;
    }
    let answer = case.browser.post_cross_site("/saml/acs", &[]).await;
    case.expect(
        &answer,
        StatusCode::BAD_REQUEST,
        "neither a SAMLRequest nor a SAMLResponse",
    )
    .await;
    let answer = case.browser.get("/saml/acs").await;
    case.expect(
        &answer,
        StatusCode::BAD_REQUEST,
        "neither a SAMLRequest nor a SAMLResponse",
    )
    .await;
    let long = "A".repeat(70 * 1024);
    let answer = case
        .browser
        .post_cross_site("/saml/acs", &[("SAMLResponse", &long)])
        .await;
    case.expect(&answer, StatusCode::PAYLOAD_TOO_LARGE, "The message was rejected")
        .await;
    let form = [("SAMLRequest", long.as_str())];
    let answer = case.browser.post_cross_site("/saml/slo", &form).await;
    case.expect(&answer, StatusCode::PAYLOAD_TOO_LARGE, "The message was not taken")
        .await;
}

#[tokio::test]
async fn unasked() {
    let case = Case::begin().await;
    let mut spec = case.good.clone();
    spec.in_response_to = None;
    let value = saml::post::form_value(&build(&spec));
    let response = ("SAMLResponse", value.as_str());
    for form in [vec![response], vec![response, ("RelayState", "unknown")]] {
        let answer = case.browser.post_cross_site("/saml/acs", &form).await;
        case.expect(&answer, StatusCode::BAD_REQUEST, "It came unasked").await;
    }
}

#[tokio::test]
async fn a_request_lives_ten_minutes() {
    let case = Case::begin().await;
    case.sample.clock.advance(TimeDelta::minutes(10));
    let fresh = case.sign_in.response(case.sample.clock.now());
    let answer = case.sign_in.answer(&case.browser, &fresh).await;
    case.expect(&answer, StatusCode::BAD_REQUEST, "10 minutes").await;
}

#[tokio::test]
async fn posted_to_another_address_than_the_sign_in_began_at() {
    let case = Case::begin().await;
    let elsewhere = case.sample.browser_at("127.0.0.1:8080");
    let answer = case.sign_in.answer(&elsewhere, &case.good).await;
    let reason = "The sign-in began at http://localhost:8080/saml/acs";
    case.expect(&answer, StatusCode::FORBIDDEN, reason).await;
}

#[tokio::test]
async fn the_same_response_again() {
    let case = Case::begin().await;
    let xml = build(&case.good);
    let first = case.sign_in.post(&case.browser, &xml).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let again = case.sign_in.post(&case.browser, &xml).await;
    case.expect(&again, StatusCode::BAD_REQUEST, "a second time").await;
}

#[tokio::test]
async fn the_same_assertion_for_another_request() {
    let case = Case::begin().await;
    let first = case.sign_in.answer(&case.browser, &case.good).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = begin(&case.browser).await;
    let mut spec = second.response(case.sample.clock.now());
    spec.assertion_id.clone_from(&case.good.assertion_id);
    let answer = second.answer(&case.browser, &spec).await;
    case.expect(&answer, StatusCode::FORBIDDEN, "The assertion was used before")
        .await;
}

#[tokio::test]
async fn somebody_elses_sign_in_is_not_put_into_this_browser() {
    let case = Case::begin().await;
    // The attacker began, and has the victim's browser post the answer.
    let victim = case.sample.browser();
    let posted = case.sign_in.answer(&victim, &case.good).await;
    let finish = posted.location().to_owned();
    let answer = victim.get(&finish).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("not begun in this browser"), "{}", answer.text);
    assert!(!is_signed_in(&victim).await);
    // Nor does the address work for anybody afterwards.
    let answer = case.browser.get(&finish).await;
    case.expect(&answer, StatusCode::BAD_REQUEST, "completes one sign-in")
        .await;
}

#[tokio::test]
async fn nor_into_a_browser_with_a_sign_in_of_its_own() {
    let case = Case::begin().await;
    let victim = case.sample.browser();
    begin(&victim).await;
    let posted = case.sign_in.answer(&victim, &case.good).await;
    let answer = victim.get(posted.location()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!is_signed_in(&victim).await);
}

#[tokio::test]
async fn a_ticket_lives_two_minutes_and_works_once() {
    let case = Case::begin().await;
    let posted = case.sign_in.answer(&case.browser, &case.good).await;
    case.sample.clock.advance(TimeDelta::minutes(2));
    let answer = case.browser.get(posted.location()).await;
    case.expect(&answer, StatusCode::BAD_REQUEST, "longer than 2 minutes")
        .await;

    let second = begin(&case.browser).await;
    let spec = second.response(case.sample.clock.now());
    let posted = second.answer(&case.browser, &spec).await;
    assert_eq!(case.browser.get(posted.location()).await.location(), "/");
    case.browser.forget_cookies();
    for path in [posted.location(), "/saml/finish", "/saml/finish?ticket=x"] {
        let answer = case.browser.get(path).await;
        case.expect(&answer, StatusCode::BAD_REQUEST, "completes one sign-in")
            .await;
    }
}
