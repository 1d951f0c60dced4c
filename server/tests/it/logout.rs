//! Single logout: who may end which session, who is told, and how the answers go back.

use identity::testing::ADMIN_PASSWORD;
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_SUCCESS};
use saml::sp::Accepted;

use crate::browser::Browser;
use crate::fake_sp::{FakeSp, PostPage, logout_status, logout_subject, post_request, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

/// Signs in, or is signed in already.
async fn sign_in(app: &TestApp, browser: &Browser, sp: &FakeSp) -> Accepted {
    let (request, mut answer) = app.begin(browser, sp).await;
    if answer.page().heading == "Sign in" {
        answer = app.password(browser, &answer, "admin", ADMIN_PASSWORD).await;
    }
    sp.accept(&PostPage::read(&answer), &request).unwrap()
}

async fn is_signed_in(app: &TestApp, browser: &Browser, sp: &FakeSp) -> bool {
    app.begin(browser, sp).await.1.page_with(200).heading != "Sign in"
}

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

async fn every_application_is_told(app: &TestApp) {
    let [wiki, shop, mail] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Mail", &[None], |saml| saml.logout_method = "front_channel_post".into())
            .await,
    ];
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await;
    let at_shop = sign_in(app, &browser, &shop).await;
    let at_mail = sign_in(app, &browser, &mail).await;

    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let asked = shop.receive_redirect(&answer);
    let (name_id, indexes) = logout_subject(&asked);
    assert_eq!(
        (name_id.value.as_str(), indexes),
        ("admin", &[at_shop.session_index.unwrap()][..])
    );
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    let asked = mail.receive_post(&PostPage::read(&answer));
    assert_eq!(logout_subject(&asked).1, &[at_mail.session_index.unwrap()][..]);
    let answer = browser.open(&mail.logout_answer(&asked)).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
    for sp in [&wiki, &shop, &mail] {
        assert!(!is_signed_in(app, &browser, sp).await);
    }
}

/// One that takes no logout messages cannot confirm: the one that asked is told the truth, and the session is over.
async fn a_part_is_not_the_whole(app: &TestApp) {
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let old = app
        .sp("Old", &[None], |saml| saml.enable_single_logout = false.into())
        .await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &old).await;
    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&accepted), None))
        .await;
    let message = wiki.receive_redirect(&answer);
    assert_eq!(logout_status(&message).sub_code.as_deref(), Some(STATUS_PARTIAL_LOGOUT));
    assert!(!is_signed_in(app, &browser, &wiki).await);
}

async fn at_home(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    assert_eq!(
        browser.open("/logout").await.page_with(200).heading,
        "You are logged out"
    );
    sign_in(app, &browser, &sp).await;
    let page = browser.open("/logout").await.page_with(200);
    assert!(page.text.contains("signed in as admin"), "{}", page.text);
    let answer = browser.press(&page.form("Log out"), "Log out").await;
    let asked = sp.receive_redirect(&answer);
    assert!(
        !is_signed_in(app, &browser, &sp).await,
        "our own session ends before anybody is told"
    );
    let page = browser.open(&sp.logout_answer(&asked)).await.page_with(200);
    assert!(page.text.contains("Wiki : logged out"), "{}", page.text);
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
    assert_eq!(thief.get(&format!("{path}/status")).await.status, 404);
    let id = path.trim_start_matches("/logout/").to_owned();
    assert_eq!(
        thief.post("/api/logout/confirm", &[("id".into(), id)]).await.status,
        404
    );
    assert!(is_signed_in(app, &browser, &sp).await);
}

on_both_stores!(
    from_the_browser_whose_session_it_names,
    what_names_another_session_is_asked,
    a_verified_request_ends_its_session_anywhere,
    a_bad_signature_is_refused,
    without_a_session_it_succeeds,
    every_application_is_told,
    a_part_is_not_the_whole,
    at_home,
    the_console_stays_open,
    anothers_logout_is_nobodys,
);
