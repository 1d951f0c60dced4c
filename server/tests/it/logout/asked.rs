//! A service provider asks: whose word ends which session.

use saml::identifier::STATUS_SUCCESS;

use super::{is_signed_in, sign_in};
use crate::fake_sp::{PostPage, logout_status, post_request, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

/// Unsigned, by either binding, from the browser whose session it names: answered by the binding it came by.
async fn from_the_browser_whose_session_it_names(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &sp).await;
    let request = sp.logout_request(&accepted);
    let first = browser.get(&sp.logout_redirect(&request, None)).await;
    assert!(
        first.location().starts_with("/logout/"),
        "a page of ours, where the Lax cookie comes along"
    );
    let answer = browser.follow(first).await;
    let message = sp.receive_redirect(&answer);
    assert_eq!(logout_status(&message).code, STATUS_SUCCESS);
    assert_eq!(message.relay_state.as_deref(), Some("after logout"));
    assert!(!is_signed_in(app, &browser, &sp).await);

    let accepted = sign_in(app, &browser, &sp).await;
    let answer = post_request(&browser, &sp.logout_post(&sp.logout_request(&accepted), None)).await;
    let sent = PostPage::read(&answer);
    assert_eq!(sent.field, "SAMLResponse");
    assert_eq!(logout_status(&sp.receive_post(&sent)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &sp).await);
}

/// NameID and SessionIndex have to be this browser's own; else somebody is asked, and nothing has happened yet.
async fn what_names_another_session_is_asked(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let (browser, other) = (app.browser(), app.browser());
    let own = sign_in(app, &browser, &sp).await;
    let others = sign_in(app, &other, &sp).await;
    let mut no_index = sp.logout_request(&own);
    no_index.session_indexes.clear();
    let mut no_name = sp.logout_request(&own);
    no_name.name_id.value = "jane".into();
    for request in [sp.logout_request(&others), no_index, no_name] {
        let page = browser.open(&sp.logout_redirect(&request, None)).await.page_with(200);
        assert_eq!(page.heading, "Log out?");
        assert!(page.text.contains("Wiki"), "{}", page.text);
        assert!(is_signed_in(app, &browser, &sp).await && is_signed_in(app, &other, &sp).await);
    }
    // *Log out* ends this browser's own session, and the application is answered.
    let mut request = sp.logout_request(&others);
    request.issue_instant = sp.now();
    let page = browser.open(&sp.logout_redirect(&request, None)).await.page();
    let answer = browser.press(&page.form("Log out"), "Log out").await;
    assert_eq!(logout_status(&sp.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &sp).await);
    assert!(
        is_signed_in(app, &other, &sp).await,
        "the session that was named is another browser's"
    );
}

async fn a_verified_request_ends_its_session_anywhere(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let (browser, elsewhere) = (app.browser(), app.browser());
    let accepted = sign_in(app, &browser, &sp).await;
    let request = sp.logout_request(&accepted);
    let answer = elsewhere.open(&sp.logout_redirect(&request, Some(sp_key()))).await;
    assert_eq!(logout_status(&sp.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &sp).await);

    let accepted = sign_in(app, &browser, &sp).await;
    let answer = post_request(
        &elsewhere,
        &sp.logout_post(&sp.logout_request(&accepted), Some(sp_key())),
    )
    .await;
    assert_eq!(
        logout_status(&sp.receive_post(&PostPage::read(&answer))).code,
        STATUS_SUCCESS
    );
    assert!(!is_signed_in(app, &browser, &sp).await);
}

async fn a_bad_signature_is_refused(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &sp).await;
    let path = sp.logout_redirect(&sp.logout_request(&accepted), Some(sp_key()));
    let bent = path.replace("after%20logout", "elsewhere");
    assert_ne!(bent, path);
    refused(app, &browser.get(&bent).await, "signature").await;
    assert!(is_signed_in(app, &browser, &sp).await);
}

/// Nobody is signed in here: that is what was asked for.
async fn without_a_session_it_succeeds(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &sp).await;
    let stranger = app.browser();
    let answer = stranger
        .open(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await;
    assert_eq!(logout_status(&sp.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(
        is_signed_in(app, &browser, &sp).await,
        "an unsigned word ends nobody else's session"
    );
}

async fn the_console_stays_open(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.console().await;
    let accepted = sign_in(app, &browser, &sp).await;
    browser
        .open(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await;
    assert!(!is_signed_in(app, &browser, &sp).await);
    assert_eq!(browser.open("/console/users").await.page_with(200).heading, "Users");
}

/// The cookie goes with its session; one that has begun since stays, however often the old logout is opened.
async fn the_cookie_goes_with_its_session(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let browser = app.browser();
    for key in [None, Some(sp_key())] {
        let accepted = sign_in(app, &browser, &sp).await;
        assert!(browser.cookie("gatehouse_session").is_some());
        let begun = browser
            .get(&sp.logout_redirect(&sp.logout_request(&accepted), key))
            .await;
        let page = begun.location().to_owned();
        browser.open(&page).await;
        assert_eq!(browser.cookie("gatehouse_session"), None);
        sign_in(app, &browser, &sp).await;
        let newer = browser.cookie("gatehouse_session").unwrap();
        assert_eq!(browser.open(&page).await.page_with(200).heading, "You are logged out");
        assert_eq!(browser.cookie("gatehouse_session"), Some(newer));
        assert!(is_signed_in(app, &browser, &sp).await);
    }
}

/// A logout's page is its browser's, as a sign-in's is.
async fn anothers_logout_is_nobodys(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let (browser, thief) = (app.browser(), app.browser());
    let accepted = sign_in(app, &browser, &sp).await;
    let path = browser
        .get(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await
        .location()
        .to_owned();
    assert_eq!(thief.get(&path).await.status, 404);
    assert_eq!(thief.get(&format!("{path}/next")).await.status, 404);
    let id = path.trim_start_matches("/logout/").to_owned();
    for action in ["confirm", "skip", "try-again"] {
        let form = [("id".into(), id.clone()), ("request".into(), "_any".into())];
        assert_eq!(
            thief.post(&format!("/api/logout/{action}"), &form).await.status,
            404,
            "{action}"
        );
    }
    assert!(is_signed_in(app, &browser, &sp).await);
}

on_both_stores!(
    from_the_browser_whose_session_it_names,
    what_names_another_session_is_asked,
    a_verified_request_ends_its_session_anywhere,
    a_bad_signature_is_refused,
    without_a_session_it_succeeds,
    the_console_stays_open,
    the_cookie_goes_with_its_session,
    anothers_logout_is_nobodys,
);
