//! T27, LogoutResponses: unasked, another's, under another logout's RelayState, forged, given twice.

use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_RESPONDER, STATUS_SUCCESS};
use saml::inbound::Inbound;
use saml::logout::LogoutResponseSpec;

use super::{carried, log_out_here, page_of, posted_answer, sign_in, success};
use crate::browser::Browser;
use crate::fake_sp::{FakeSp, logout_status, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

/// Wiki has asked for a logout and Shop was told.
async fn asked(app: &TestApp, wiki: &FakeSp, shop: &FakeSp) -> (Browser, Inbound) {
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, wiki).await;
    sign_in(app, &browser, shop).await;
    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let asked = shop.receive_redirect(&answer);
    (browser, asked)
}

async fn still_waits(browser: &Browser, asked: &Inbound) {
    let page = browser.open(&page_of(asked)).await.page_with(200);
    assert!(page.text.contains("Shop asked, not answered yet"), "{}", page.text);
}

async fn two(app: &TestApp) -> (FakeSp, FakeSp) {
    (
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
    )
}

/// About no request, another's request, or under a RelayState that is none, made up, an address, or another logout's.
async fn unasked_and_out_of_place(app: &TestApp) {
    let (wiki, shop) = two(app).await;
    let (browser, ours) = asked(app, &wiki, &shop).await;
    let (other, theirs) = asked(app, &wiki, &shop).await;
    let good = success(&shop, &ours);
    let relay = ours.relay_state.as_deref();
    let about = |id: &str| LogoutResponseSpec {
        in_response_to: id.to_owned(),
        ..good.clone()
    };
    let from = |sp: &FakeSp| LogoutResponseSpec {
        issuer: sp.issuer.clone(),
        ..good.clone()
    };
    for (spec, relay_state) in [
        (about("_made-up"), relay),
        (about(theirs.message.id()), relay),
        (from(&wiki), relay),
        (good.clone(), None),
        (good.clone(), Some("made up")),
        (good.clone(), Some("https://evil.example/")),
        (good.clone(), theirs.relay_state.as_deref()),
    ] {
        let answer = browser.get(&carried(&spec, relay_state, None)).await;
        refused(app, &answer, "in_response_to").await;
        assert!(!answer.body.contains("evil.example"));
        let form = posted_answer(&spec, relay_state.unwrap_or_default());
        let answer = browser.post_from_elsewhere("/samlsso", &form).await;
        refused(app, &answer, "in_response_to").await;
    }
    let mut unknown = good.clone();
    unknown.issuer = "evil.example".into();
    refused(app, &browser.get(&carried(&unknown, relay, None)).await, "issuer").await;
    let mut elsewhere = carried(&good, relay, None);
    elsewhere = elsewhere.replace("/samlsso?", "/samlsso?x=1&");
    still_waits(&browser, &ours).await;
    still_waits(&other, &theirs).await;
    let answer = browser.open(&elsewhere).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
    still_waits(&other, &theirs).await;
}

/// Brought by another browser it counts, since it is the application's own, and shows that browser nothing.
async fn brought_by_another_browser(app: &TestApp) {
    let (wiki, shop) = two(app).await;
    let (browser, asked) = asked(app, &wiki, &shop).await;
    let stranger = app.browser().open(&shop.logout_answer(&asked)).await;
    let page = stranger.page_with(404);
    assert!(
        !page.text.contains("Shop") && !page.text.contains("Wiki"),
        "{}",
        page.text
    );
    let answer = browser.open(&page_of(&asked)).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

/// One answer to one request: another, however well formed, is a replay.
async fn given_twice(app: &TestApp) {
    let (wiki, shop) = two(app).await;
    let (browser, asked) = asked(app, &wiki, &shop).await;
    let relay = asked.relay_state.as_deref();
    let mut refusal = success(&shop, &asked);
    refusal.status.code = STATUS_RESPONDER.into();
    let answer = browser.open(&carried(&refusal, relay, None)).await;
    let status = logout_status(&wiki.receive_redirect(&answer)).clone();
    assert_eq!(status.sub_code.as_deref(), Some(STATUS_PARTIAL_LOGOUT));
    let forged = success(&shop, &asked);
    refused(app, &browser.get(&carried(&forged, relay, None)).await, "replay").await;
    let page = browser.open(&page_of(&asked)).await.page_with(200);
    assert!(page.text.contains("Shop refused to log you out"), "{}", page.text);
    // The very same once more changes nothing, and sends nothing.
    let page = browser.open(&carried(&refusal, relay, None)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out here");
}

/// A signature that is there is checked; the message has to be fresh and for this address.
async fn forged(app: &TestApp) {
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let shop = app
        .sp("Shop", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let (browser, asked) = asked(app, &wiki, &shop).await;
    let relay = asked.relay_state.as_deref();
    let good = success(&shop, &asked);
    let signed = carried(&good, relay, Some(sp_key()));
    let other = carried(&success(&shop, &asked), relay, None);
    let message = |path: &str| path.split('&').next().unwrap().to_owned();
    let swapped = signed.replace(&message(&signed), &message(&other));
    refused(app, &browser.get(&swapped).await, "signature").await;
    let mut old = good.clone();
    old.issue_instant -= chrono::Duration::minutes(6);
    refused(
        app,
        &browser.get(&carried(&old, relay, Some(sp_key()))).await,
        "issue_instant",
    )
    .await;
    still_waits(&browser, &asked).await;
    let answer = browser.open(&signed).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

/// To a logout that was begun here, where nobody is answered at the end.
async fn nowhere_to_go_afterwards(app: &TestApp) {
    let (_, shop) = two(app).await;
    let browser = app.browser();
    sign_in(app, &browser, &shop).await;
    let asked = shop.receive_redirect(&log_out_here(&browser).await);
    let page = browser.open(&shop.logout_answer(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
    assert!(page.links.is_empty() && page.forms.is_empty(), "{:?}", page.links);
}

on_both_stores!(
    unasked_and_out_of_place,
    brought_by_another_browser,
    given_twice,
    forged,
    nowhere_to_go_afterwards,
);
