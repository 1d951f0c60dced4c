//! T27 from outside: other sites that send a browser here, addresses that lead away, applications that may no longer.

use axum::http::header;
use saml::identifier::STATUS_SUCCESS;

use super::attacks::{both, lured, signing};
use super::{is_signed_in, sign_in};
use crate::fake_sp::{PostPage, logout_status, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

/// Another site can send a browser here by GET with its Lax cookies, and can guess no SessionIndex: it gets a question,
/// which it cannot answer.
async fn by_another_site(app: &TestApp) {
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let own = sign_in(app, &browser, &wiki).await;
    let mut guess = wiki.logout_request(&own);
    guess.session_indexes = vec!["_0123456789012345678901234567890123456789".into()];
    let page = lured(&browser, &wiki, &guess, None).await.page_with(200);
    assert_eq!(page.heading, "Log out?");
    let (action, pairs) = page.form("Log out").press("Log out");
    assert_eq!(browser.post_from_elsewhere(&action, &pairs).await.status, 403);
    assert_eq!(browser.post_from_elsewhere("/api/logout", &[]).await.status, 403);
    for path in ["/logout", "/api/logout", "/api/logout/confirm"] {
        browser.open(path).await;
    }
    assert!(is_signed_in(app, &browser, &wiki).await);
    // The person can.
    let answer = browser.press(&page.form("Log out"), "Log out").await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &wiki).await);
}

/// No address in any message or query is gone to: answers go to the registered one, RelayState comes along as text.
async fn no_open_redirect(app: &TestApp) {
    const EVIL: &str = "https://evil.example/";
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let own = sign_in(app, &browser, &wiki).await;
    let mut form = wiki.logout_post(&wiki.logout_request(&own), None);
    form[1].1 = EVIL.to_owned();
    let answer = browser
        .follow(browser.post_from_elsewhere("/samlsso", &form).await)
        .await;
    let sent = PostPage::read(&answer);
    assert_eq!(
        (sent.action.as_str(), sent.relay_state.as_deref()),
        (wiki.acs.as_str(), Some(EVIL))
    );
    let id = browser
        .cookies
        .lock()
        .unwrap()
        .keys()
        .find_map(|name| name.strip_prefix("gatehouse_logout_").map(str::to_owned));
    let id = id.unwrap();
    for path in [
        format!("/logout?next={EVIL}&RelayState={EVIL}&post_logout_redirect_uri={EVIL}&returnTo={EVIL}"),
        format!("/logout/{id}?next={EVIL}&RelayState={EVIL}"),
        format!("/logout/{id}/next?next={EVIL}"),
        format!("/samlsso?slo=true&spEntityID=wiki.example&returnTo={EVIL}"),
    ] {
        let answer = browser.open(&path).await;
        assert!(
            !answer.status.is_redirection() && !answer.body.contains("evil"),
            "{path}: {answer:?}"
        );
        assert!(!answer.header(header::LOCATION).contains("evil"));
    }
}

/// A service provider that is deleted, or may log out no longer, ends nothing any more.
async fn no_longer_allowed(app: &TestApp) {
    let [wiki, shop] = [signing(app, "Wiki").await, signing(app, "Shop").await];
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await;
    let at_shop = sign_in(app, &browser, &shop).await;
    app.change_saml(&wiki, |saml| saml.enable_single_logout = false.into())
        .await;
    identity::service_providers::delete(&app.services, &app.actor(), shop.id)
        .await
        .unwrap();
    for key in [None, Some(sp_key())] {
        for answer in both(&browser, &wiki, |_| (), &at_wiki, key).await {
            refused(app, &answer, "single_logout").await;
        }
        for answer in both(&browser, &shop, |_| (), &at_shop, key).await {
            refused(app, &answer, "issuer").await;
        }
    }
    assert!(is_signed_in(app, &browser, &wiki).await);
    app.change_saml(&wiki, |saml| saml.enable_single_logout = true.into())
        .await;
    let answer = lured(&browser, &wiki, &wiki.logout_request(&at_wiki), Some(sp_key())).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

on_both_stores!(by_another_site, no_open_redirect, no_longer_allowed);
