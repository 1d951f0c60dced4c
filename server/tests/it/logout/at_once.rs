//! The same logout from many sides at the same time, and a store that fails in the middle: everybody is told once, and
//! nobody is lost.

use std::sync::Arc;

use axum::http::Method;
use tokio::task::JoinSet;

use super::{is_signed_in, log_out_here, page_of, sessions, sign_in};
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, logout_status, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn get_at_once(browser: &Arc<Browser>, path: &str, times: usize) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for _ in 0..times {
        let (browser, path) = (browser.clone(), path.to_owned());
        tasks.spawn(async move { browser.get(&path).await });
    }
    tasks.join_all().await
}

/// The answers that carry a message to this application.
fn messages<'a>(answers: &'a [Answer], sp: &FakeSp) -> Vec<&'a Answer> {
    let carries = |answer: &&Answer| answer.status == 200 && answer.body.contains(&sp.acs);
    answers.iter().filter(carries).collect()
}

/// Of eight tabs one tells an application, and the others show how it stands.
async fn many_tabs_tell_each_once(app: &TestApp) {
    let [wiki, shop, mail] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Mail", &[None], |_| ()).await,
    ];
    let browser = Arc::new(app.browser());
    let at_wiki = sign_in(app, &browser, &wiki).await;
    for sp in [&shop, &mail] {
        sign_in(app, &browser, sp).await;
    }
    let begun = browser
        .get(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let path = begun.location().to_owned();
    // The session ends once, too.
    let opened = get_at_once(&browser, &path, 8).await;
    assert!(opened.iter().all(|answer| answer.status == 303), "{opened:?}");
    let next = format!("{path}/next");
    for sp in [&shop, &mail] {
        let answers = get_at_once(&browser, &next, 8).await;
        let sent = messages(&answers, sp);
        assert_eq!(sent.len(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 7);
        let asked = sp.receive_redirect(sent[0]);
        browser.get(&sp.logout_answer(&asked)).await;
    }
    let answers = get_at_once(&browser, &next, 8).await;
    let sent = messages(&answers, &wiki);
    assert_eq!(sent.len(), 1, "the one who asked is answered once");
    assert_eq!(
        logout_status(&wiki.receive_redirect(sent[0])).code,
        saml::identifier::STATUS_SUCCESS
    );
}

/// A double click on *Log out*: one logout, and each press leads to it with its cookie.
async fn a_double_click_is_one_logout(app: &TestApp) {
    let shop = app.sp("Shop", &[None], |_| ()).await;
    let browser = Arc::new(app.browser());
    sign_in(app, &browser, &shop).await;
    let session = browser.cookie("gatehouse_session").unwrap();
    let form = browser.open("/logout").await.page_with(200).form("Log out");
    let (action, pairs) = form.press("Log out");
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (action, pairs) = (action.clone(), pairs.clone());
        // Each as if no answer had come yet.
        let press = app.browser();
        press
            .cookies
            .lock()
            .unwrap()
            .insert("gatehouse_session".into(), session.clone());
        tasks.spawn(async move {
            let answer = press.post(&action, &pairs).await;
            (press, answer.location().to_owned())
        });
    }
    let presses = tasks.join_all().await;
    let path = presses[0].1.clone();
    assert!(path.starts_with("/logout/"), "{path}");
    let mut told = 0;
    for (press, location) in &presses {
        assert_eq!(*location, path);
        told += usize::from(press.open(location).await.body.contains(&shop.acs));
    }
    assert_eq!(told, 1);
}

/// Two applications ask at the same time to end one session: the third is told by one of the two logouts.
async fn two_logouts_of_one_session(app: &TestApp) {
    for _ in 0..4 {
        let signing = |saml: &mut domain::input::saml::SamlInput| saml.certificate = sp_key().certificate_pem();
        let [wiki, shop, mail] = [
            app.sp("Wiki", &[None], signing).await,
            app.sp("Shop", &[None], signing).await,
            app.sp("Mail", &[None], |_| ()).await,
        ];
        let browser = app.browser();
        let mut requests = Vec::new();
        for sp in [&wiki, &shop] {
            let accepted = sign_in(app, &browser, sp).await;
            requests.push(sp.logout_redirect(&sp.logout_request(&accepted), Some(sp_key())));
        }
        sign_in(app, &browser, &mail).await;
        let mut tasks = JoinSet::new();
        for request in requests {
            let tab = app.browser();
            tasks.spawn(async move { tab.open(&request).await });
        }
        let answers = tasks.join_all().await;
        let asks = answers.iter().filter(|answer| answer.body.contains("SAMLRequest="));
        assert_eq!(asks.count(), 1, "one tells the others");
        let answered = answers.iter().filter(|answer| answer.body.contains("SAMLResponse="));
        assert_eq!(answered.count(), 1, "the other finds nobody to tell, and is answered");
        for sp in [&wiki, &shop, &mail] {
            identity::service_providers::delete(&app.services, &app.actor(), sp.id)
                .await
                .unwrap();
        }
    }
}

/// The same LogoutRequest many times at once begins one logout.
async fn one_request_begins_one_logout(app: &TestApp) {
    let wiki = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &wiki).await;
    let path = wiki.logout_redirect(&wiki.logout_request(&accepted), Some(sp_key()));
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (tab, path) = (app.browser(), path.clone());
        tasks.spawn(async move { tab.get(&path).await });
    }
    let answers = tasks.join_all().await;
    let begun: Vec<_> = answers
        .iter()
        .filter(|answer| answer.headers.contains_key("set-cookie"))
        .collect();
    assert_eq!(begun.len(), 1);
    assert!(answers.iter().all(|answer| answer.location() == begun[0].location()));
}

/// The session and the list of whom to tell go together: if one cannot be written, neither is, and the next try tells
/// everybody.
async fn nobody_is_lost_with_the_session(app: &TestApp) {
    let wiki = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let shop = app.sp("Shop", &[None], |_| ()).await;
    let browser = app.browser();

    // Begun here.
    sign_in(app, &browser, &shop).await;
    let form = browser.open("/logout").await.page_with(200).form("Log out");
    app.store.refuse("INSERT", "logout").await;
    let (action, pairs) = form.press("Log out");
    let session = browser.cookie("gatehouse_session").unwrap();
    assert_eq!(browser.post(&action, &pairs).await.status, 500);
    app.store.take_again("logout").await;
    assert_eq!(
        (sessions(app).await, browser.cookie("gatehouse_session")),
        (1, Some(session))
    );
    let asked = shop.receive_redirect(&log_out_here(&browser).await);
    browser.open(&shop.logout_answer(&asked)).await;

    // Asked for, verified.
    let at_wiki = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &shop).await;
    let request = wiki.logout_redirect(&wiki.logout_request(&at_wiki), Some(sp_key()));
    app.store.refuse("INSERT", "logout").await;
    assert_eq!(browser.get(&request).await.status, 500);
    app.store.take_again("logout").await;
    assert!(is_signed_in(app, &browser, &wiki).await);
    let asked = shop.receive_redirect(&browser.open(&request).await);
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    wiki.receive_redirect(&answer);

    // Asked for, unverified: the session ends at the logout's page.
    let at_wiki = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &shop).await;
    let request = wiki.logout_redirect(&wiki.logout_request(&at_wiki), None);
    let path = browser.get(&request).await.location().to_owned();
    app.store.refuse("UPDATE", "logout").await;
    assert_eq!(browser.open(&path).await.status, 500);
    app.store.take_again("logout").await;
    assert_eq!(sessions(app).await, 1);
    let asked = shop.receive_redirect(&browser.open(&path).await);
    assert_eq!(page_of(&asked), path);
    assert_eq!(sessions(app).await, 0);
}

/// That it was sent is written before it is sent: what cannot be noted is not said. Nor is what asks for the head alone.
async fn nothing_is_sent_that_is_not_noted(app: &TestApp) {
    let shop = app.sp("Shop", &[None], |_| ()).await;
    let browser = app.browser();
    sign_in(app, &browser, &shop).await;
    let form = browser.open("/logout").await.page_with(200).form("Log out");
    let (action, pairs) = form.press("Log out");
    let path = browser.post(&action, &pairs).await.location().to_owned();
    app.store.refuse("UPDATE", "logout").await;
    assert_eq!(browser.open(&path).await.status, 500);
    app.store.take_again("logout").await;
    let head = browser.request(Method::HEAD, &format!("{path}/next"));
    assert_eq!(browser.send(head, "").await.location(), path);
    shop.receive_redirect(&browser.open(&path).await);
    assert_eq!(browser.open(&path).await.page_with(200).heading, "Logging out");
}

on_both_stores!(
    at_once: many_tabs_tell_each_once,
    a_double_click_is_one_logout,
    two_logouts_of_one_session,
    one_request_begins_one_logout,
    nobody_is_lost_with_the_session,
    nothing_is_sent_that_is_not_noted,
);
