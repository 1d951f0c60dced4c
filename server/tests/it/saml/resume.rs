//! The way back: only this browser's finished flow for this very request is answered, with everything as it is now.

use chrono::Duration;
use entity::session;
use identity::testing::ADMIN_PASSWORD;
use saml::sp::AuthnRequestSpec;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::answers::row_of;
use super::refusals::refused;
use crate::browser::{Answer, Browser};
use crate::fake_provider::last_code;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Signs in as far as the redirect to the way back, without going there: its path.
async fn almost_back(app: &TestApp, browser: &Browser, sp: &FakeSp) -> (String, String) {
    let (request, page) = app.begin(browser, sp).await;
    let form = page
        .page()
        .form("Sign In")
        .set("Username", "admin")
        .set("Password", ADMIN_PASSWORD);
    let (action, pairs) = form.press("Sign In");
    let path = browser.post(&action, &pairs).await.location().to_owned();
    assert!(path.starts_with("/samlsso/resume/"), "{path}");
    (request, path)
}

async fn resume(browser: &Browser, path: &str) -> Answer {
    browser.get(path).await
}

async fn another_browser_is_not_answered(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let (browser, thief) = (app.browser(), app.browser());
    let (request, path) = almost_back(app, &browser, &sp).await;
    assert_eq!(resume(&thief, &path).await.status, 404);
    // Signed in itself, it still has not this flow.
    almost_back(app, &thief, &sp).await;
    assert_eq!(resume(&thief, &path).await.status, 404);
    // The session's cookie alone, stolen, does not do either.
    let session = browser.cookie("gatehouse_session").unwrap();
    thief
        .cookies
        .lock()
        .unwrap()
        .insert("gatehouse_session".into(), session);
    assert_eq!(resume(&thief, &path).await.status, 404);
    sp.accept(&PostPage::read(&resume(&browser, &path).await), &request)
        .unwrap();
}

/// The finished flow of one request opens no other (T28): neither of the same application nor of another.
async fn a_flow_answers_its_own_request_only(app: &TestApp) {
    let weak = app.sp("Weak", &[None], |_| ()).await;
    let strong = app.two_steps().await;
    let browser = app.browser();
    let (_, weak_path) = almost_back(app, &browser, &weak).await;
    let request = strong.request();
    let page = browser.open(&strong.redirect(&request, None)).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let strong_path = format!("/samlsso/resume/{}", row_of(app, &request.id).await.id);
    assert_ne!(strong_path, weak_path);
    // Its own flow is not done: back to where it stands, without an answer.
    let answer = resume(&browser, &strong_path).await;
    assert_eq!(answer.location(), page.path);
    // With the cookie of the finished flow under the name of the other one it is nobody's.
    let finished = {
        let jar = browser.cookies.lock().unwrap();
        let strong_flow = page.path.trim_start_matches("/login/");
        let other = jar
            .iter()
            .find(|(name, _)| name.starts_with("gatehouse_flow_") && !name.ends_with(strong_flow));
        (format!("gatehouse_flow_{strong_flow}"), other.unwrap().1.clone())
    };
    browser.cookies.lock().unwrap().insert(finished.0, finished.1);
    assert_eq!(resume(&browser, &strong_path).await.status, 404);
}

async fn the_session_has_to_be_alive_and_the_same_users(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    // Logged out in between.
    let browser = app.browser();
    let (_, path) = almost_back(app, &browser, &sp).await;
    let session = browser.cookies.lock().unwrap().remove("gatehouse_session").unwrap();
    refused(app, &resume(&browser, &path).await, "session").await;
    // Somebody else signed in in between.
    let other = app.browser();
    let (_, page) = app.begin(&other, &sp).await;
    app.password(&other, &page, "jane", "another long password").await;
    let janes = other.cookie("gatehouse_session").unwrap();
    browser
        .cookies
        .lock()
        .unwrap()
        .insert("gatehouse_session".into(), janes);
    refused(app, &resume(&browser, &path).await, "session").await;
    // Too late.
    browser
        .cookies
        .lock()
        .unwrap()
        .insert("gatehouse_session".into(), session);
    app.seconds(16 * 60);
    refused(app, &resume(&browser, &path).await, "session").await;
}

/// The steps, the address and the application count as they are when the answer leaves.
async fn what_changed_meanwhile_counts(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let provider = app.provider(|_| ()).await;
    let browser = app.browser();
    let (_, path) = almost_back(app, &browser, &sp).await;
    app.set_steps(sp.id, &[None, Some(provider)]).await;
    refused(app, &resume(&browser, &path).await, "steps").await;

    app.set_steps(sp.id, &[None]).await;
    let browser = app.browser();
    let (_, path) = almost_back(app, &browser, &sp).await;
    app.change_saml(&sp, |saml| saml.acs_urls = vec!["https://elsewhere.example/acs".into()])
        .await;
    refused(app, &resume(&browser, &path).await, "assertion_consumer_url").await;

    identity::service_providers::delete(&app.services, &app.actor(), sp.id)
        .await
        .unwrap();
    assert_eq!(resume(&browser, &path).await.status, 404);
}

async fn answered_once(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    let path = answer.path.clone();
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    refused(app, &resume(&browser, &path).await, "replay").await;
    assert_eq!(app.outcomes().await.len(), 1);
}

async fn made_up_requests_are_nobodys(app: &TestApp) {
    for id in ["x", "..", "a%2Fb"] {
        assert_eq!(
            resume(&app.browser(), &format!("/samlsso/resume/{id}")).await.status,
            404,
            "{id}"
        );
    }
}

/// A session's idle time-out is put off by what it answers alone: neither by a message that is refused nor by one for which
/// sessions count for nothing.
async fn a_session_is_used_by_what_it_answers(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let seen = async || {
        let session = session::Entity::find().filter(session::Column::Kind.eq("sign_in"));
        session.one(&app.services.db).await.unwrap().unwrap().last_seen_at
    };
    let begun = seen().await;
    app.seconds(120);
    let stale = AuthnRequestSpec {
        issue_instant: sp.now() - Duration::minutes(10),
        ..sp.request()
    };
    refused(app, &browser.open(&sp.redirect(&stale, None)).await, "issue_instant").await;
    let forced = AuthnRequestSpec {
        force_authn: true,
        ..sp.request()
    };
    browser.open(&sp.redirect(&forced, None)).await.page_with(200);
    assert_eq!(seen().await, begun);
    let request = sp.request();
    let answer = browser.open(&sp.redirect(&request, None)).await;
    sp.accept(&PostPage::read(&answer), &request.id).unwrap();
    assert_eq!(seen().await, begun + Duration::seconds(120));
}

on_both_stores!(
    another_browser_is_not_answered,
    a_flow_answers_its_own_request_only,
    the_session_has_to_be_alive_and_the_same_users,
    what_changed_meanwhile_counts,
    answered_once,
    made_up_requests_are_nobodys,
    a_session_is_used_by_what_it_answers,
);
