//! Learning the identity provider from its metadata: failures, key rollover, and how often it is asked.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta};
use saml::metadata;
use saml::response;

use super::Sample;
use super::fake_idp::{
    FakeIdp, KEY, NEXT_KEY, STRANGER, begin, is_signed_in, metadata as published, metadata_spec, sign_in,
};

#[tokio::test]
async fn without_an_identity_server_a_page_says_so() {
    let sample = Sample::alone();
    for path in ["/saml/login", "/saml/login?binding=post"] {
        let answer = sample.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.text.contains("The identity server is not available"));
        assert!(answer.text.contains("cannot be reached"), "{}", answer.text);
        assert!(answer.text.contains("http://127.0.0.1:9/metadata"));
    }
}

#[tokio::test]
async fn each_unusable_answer_is_named() {
    let mut lapsed = metadata_spec(&[&KEY]);
    lapsed.valid_until = Some(DateTime::UNIX_EPOCH);
    let script = published(&[&KEY]).replace("http://localhost:9763/samlsso", "javascript:alert(1)");
    let cases = [
        (StatusCode::INTERNAL_SERVER_ERROR, String::new(), "status 500"),
        (StatusCode::OK, "<html/>".into(), "cannot be read"),
        (StatusCode::OK, " ".repeat(600 * 1024), "larger than 512 KiB"),
        (StatusCode::OK, published(&[]), "no signing certificate"),
        (
            StatusCode::OK,
            metadata::idp(&lapsed, None).unwrap(),
            "valid only until",
        ),
        (StatusCode::OK, script, "names no sign-in address"),
    ];
    for (status, text, reason) in cases {
        let idp = FakeIdp::start().await;
        idp.publish(status, text);
        let sample = Sample::start(&idp.url);
        let answer = sample.browser().get("/saml/login").await;
        assert!(answer.status.is_server_error(), "{reason}");
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url.replace("/metadata", "/moved"));
    let answer = sample.browser().get("/saml/login").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("status 307"), "{}", answer.text);
    assert_eq!(idp.fetches(), 0);
}

#[tokio::test]
async fn it_is_asked_again_once_it_may_be_back() {
    let idp = FakeIdp::start().await;
    idp.publish(StatusCode::SERVICE_UNAVAILABLE, "");
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    for _ in 0..3 {
        let answer = browser.get("/saml/login").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(idp.fetches(), 1, "not with every click");
    idp.publish(StatusCode::OK, published(&[&KEY]));
    sample.clock.advance(TimeDelta::seconds(1));
    sign_in(&browser, sample.clock.now()).await;
    assert_eq!(idp.fetches(), 2);
}

#[tokio::test]
async fn old_metadata_is_renewed_and_serves_on_if_that_fails() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    begin(&browser).await;
    sample.clock.advance(TimeDelta::hours(1));
    begin(&browser).await;
    assert_eq!(idp.fetches(), 2);
    idp.publish(StatusCode::INTERNAL_SERVER_ERROR, "");
    sample.clock.advance(TimeDelta::hours(1));
    sign_in(&browser, sample.clock.now()).await;
    assert!(idp.fetches() > 2);
}

#[tokio::test]
async fn a_new_key_is_learnt_when_it_is_first_used() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    sign_in(&browser, sample.clock.now()).await;
    idp.publish(StatusCode::OK, published(&[&NEXT_KEY, &KEY]));
    let next = begin(&browser).await;
    let xml = response::build(&next.response(sample.clock.now()), &NEXT_KEY).unwrap();
    let answer = next.post(&browser, &xml).await;
    assert_eq!(browser.get(answer.location()).await.location(), "/");
    assert_eq!(idp.fetches(), 2);
}

#[tokio::test]
async fn a_retired_key_is_forgotten() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    begin(&browser).await;
    idp.publish(StatusCode::OK, published(&[&NEXT_KEY]));
    sample.clock.advance(TimeDelta::hours(1));
    let old = begin(&browser).await;
    let answer = old.answer(&browser, &old.response(sample.clock.now())).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn forged_signatures_cause_at_most_one_fetch_in_ten_seconds() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let sign_in = begin(&browser).await;
    let forged = response::build(&sign_in.response(sample.clock.now()), &STRANGER).unwrap();
    for _ in 0..3 {
        assert_eq!(sign_in.post(&browser, &forged).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(idp.fetches(), 2, "one for the request, one for all three");
    sample.clock.advance(TimeDelta::seconds(10));
    for _ in 0..3 {
        assert_eq!(sign_in.post(&browser, &forged).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(idp.fetches(), 3);
}
