//! What begins at the identity server by WSO2's own links: sign-on and logout for a named service provider, each off
//! unless its box is ticked.

use identity::testing::ADMIN_PASSWORD;
use saml::sp::{Accepted, Expectation, accept_response};

use super::{is_signed_in, sign_in};
use crate::browser::Answer;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

fn link(sp: &FakeSp, more: &str) -> String {
    format!("/samlsso?spEntityID={}{more}", sp.issuer)
}

/// Checks an answer to no request.
#[track_caller]
fn accept(sp: &FakeSp, answer: &Answer) -> (PostPage, Accepted) {
    let sent = PostPage::read(answer);
    let expectation = Expectation {
        idp_entity_id: &sp.idp.entity_id,
        idp_certificates: &sp.idp.certificates,
        acs_url: &sent.action,
        sp_entity_id: &sp.issuer,
        in_response_to: None,
        now: sp.now(),
        skew_seconds: 0,
        decryption_key: None,
        want_response_signed: true,
        want_assertion_signed: true,
    };
    assert!(!sent.xml().contains("InResponseTo"), "{}", sent.xml());
    let accepted = accept_response(&sent.value, &expectation).unwrap();
    (sent, accepted)
}

async fn with_box(app: &TestApp) -> FakeSp {
    app.sp("Wiki", &[None], |saml| {
        saml.enable_idp_initiated_sso = true.into();
        saml.acs_urls.push("https://wiki.example/second".into());
    })
    .await
}

async fn sign_on(app: &TestApp) {
    let sp = with_box(app).await;
    let browser = app.browser();
    let page = browser.open(&link(&sp, "&RelayState=where%20%26%20how")).await;
    let first = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let (sent, accepted) = accept(&sp, &first);
    assert_eq!(
        (sent.action.as_str(), sent.relay_state.as_deref()),
        (sp.acs.as_str(), Some("where & how"))
    );
    assert_eq!(accepted.name_id.value, "admin");
    // Signed in already: answered at once, without RelayState, at the address that was asked for.
    let answer = browser
        .open(&link(&sp, "&acs=https%3A%2F%2Fwiki.example%2Fsecond"))
        .await;
    let (sent, again) = accept(&sp, &answer);
    assert_eq!(
        (sent.action.as_str(), sent.relay_state),
        ("https://wiki.example/second", None)
    );
    assert_eq!(again.session_index, accepted.session_index);
    assert_ne!(again.assertion_id, accepted.assertion_id);
    // The address that gave the first answer gives no other.
    let resumed = browser.get(&first.path).await;
    refused(app, &resumed, "replay").await;
}

async fn sign_on_refused(app: &TestApp) {
    let sp = with_box(app).await;
    let off = app.sp("Off", &[None], |_| ()).await;
    let browser = app.browser();
    sign_in(app, &browser, &off).await;
    let evil = "&acs=https%3A%2F%2Fevil.example%2Facs";
    for (path, check) in [
        (link(&off, ""), "idp_initiated"),
        (link(&off, "&RelayState=x"), "idp_initiated"),
        (link(&sp, evil), "assertion_consumer_url"),
        (
            link(&sp, "&acs=https%3A%2F%2Fwiki.example%2Fsecond%2F"),
            "assertion_consumer_url",
        ),
        (link(&sp, "&acs="), "assertion_consumer_url"),
        (link(&sp, &format!("&RelayState={}", "a".repeat(1025))), "decoding"),
        ("/samlsso?spEntityID=nobody.example".to_owned(), "issuer"),
        ("/samlsso?spEntityID=WIKI.example".to_owned(), "issuer"),
        ("/samlsso?spEntityID=".to_owned(), "issuer"),
    ] {
        let answer = browser.get(&path).await;
        refused(app, &answer, check).await;
        assert!(!answer.body.contains("evil"), "{path}");
    }
    let answer = browser
        .open(&link(&sp, &format!("&RelayState={}", "a".repeat(1024))))
        .await;
    let (sent, _) = accept(&sp, &answer);
    assert_eq!(sent.relay_state.map(|text| text.len()), Some(1024));
}

/// A link that carries a message as well is that message's, and its checks are that message's.
async fn a_message_beside_it_counts(app: &TestApp) {
    let sp = with_box(app).await;
    let answer = app.browser().get(&link(&sp, "&SAMLRequest=rubbish")).await;
    refused(app, &answer, "decoding").await;
}

/// The link ends nothing by itself: it leads to the question.
async fn logout(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.enable_idp_initiated_slo = true.into())
        .await;
    let off = app.sp("Off", &[None], |_| ()).await;
    let browser = app.browser();
    sign_in(app, &browser, &sp).await;
    for (path, check) in [
        (link(&off, "&slo=true"), "single_logout"),
        ("/samlsso?slo=true&spEntityID=nobody.example".to_owned(), "issuer"),
    ] {
        refused(app, &browser.get(&path).await, check).await;
    }
    let answer = browser
        .get(&link(&sp, "&slo=true&returnTo=https%3A%2F%2Fevil.example%2F"))
        .await;
    assert_eq!(answer.location(), "/logout");
    let page = browser.open("/logout").await.page_with(200);
    assert_eq!(page.heading, "Log out?");
    assert!(is_signed_in(app, &browser, &sp).await);
    let answer = browser.press(&page.form("Log out"), "Log out").await;
    let asked = sp.receive_redirect(&answer);
    let page = browser.open(&sp.logout_answer(&asked)).await.page_with(200);
    assert!(page.text.contains("Wiki logged out"), "{}", page.text);
    assert!(!is_signed_in(app, &browser, &sp).await);
    // Nobody is signed in: the same link says so.
    let page = browser.open(&link(&sp, "&slo=true")).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
}

on_both_stores!(sign_on, sign_on_refused, a_message_beside_it_counts, logout);
