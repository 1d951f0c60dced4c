//! Limits are rows: they hold over two nodes that share a store and nothing else, and over a restart.

use std::sync::Arc;

use axum::Router;
use identity::testing::{self, ADMIN_PASSWORD, RecordingTransport};
use server::AppState;

use crate::browser::Server;
use crate::fake_provider::{last_code, wrong_code};
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// Another process on the same store, begun at the same time.
async fn another_node(app: &TestApp) -> (Router, Arc<RecordingTransport>) {
    let (services, clock, sms, _) = testing::services_on(app.store.db.clone(), testing::settings()).await;
    clock.advance(identity::clock::Clock::now(&*app.clock) - identity::clock::Clock::now(&*clock));
    (server::router(AppState::new(services, Vec::new())), sms)
}

async fn p4_codes_an_hour_hold_over_nodes_and_a_restart(app: &TestApp) {
    let provider = app.provider(|input| input.codes_per_hour = "3".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    app.to_code_page(&app.browser(), &sp).await;
    app.to_code_page(&app.browser(), &sp).await;
    let (node, sms) = another_node(app).await;
    let (restarted, sms_later) = another_node(app).await;
    for (router, heading) in [
        (&node, "Check your phone"),
        (&node, "You are not signed in"),
        (&app.router, "You are not signed in"),
        (&restarted, "You are not signed in"),
    ] {
        let browser = app.browser();
        browser.route_to(Server::Router(router.clone()));
        let (_, page) = app.begin(&browser, &sp).await;
        let page = app
            .password(&browser, &page, "admin", ADMIN_PASSWORD)
            .await
            .page_with(200);
        assert_eq!(page.heading, heading, "{}", page.alert);
    }
    let sent = [&sms, &sms_later].map(|sms| sms.sent.lock().unwrap().len());
    assert_eq!((app.sent(), sent), (2, [1, 0]));
}

async fn p4_one_sign_in_has_its_attempts_and_waits_on_every_node(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let (node, sms) = another_node(app).await;
    let wrong = wrong_code(&app.sms);
    for _ in 0..3 {
        app.code(&browser, &page, &wrong).await;
    }
    browser.route_to(Server::Router(node));
    let early = app.resend(&browser, &page).await.page_with(200);
    assert_eq!(early.alert, "Nothing was sent: a new code can be sent in 30 seconds.");
    let shown = app.code(&browser, &page, &wrong).await.page_with(200);
    assert!(shown.text.contains("1 attempt left."), "{}", shown.text);
    let ended = app.code(&browser, &page, &wrong).await.page_with(200);
    assert_eq!(ended.heading, "You are not signed in");
    browser.route_to(Server::Router(app.router.clone()));
    let late = app.code(&browser, &page, &last_code(&app.sms)).await.page_with(200);
    assert_eq!(late.heading, "You are not signed in");
    assert!(sms.sent.lock().unwrap().is_empty());
}

/// The budget is the identity provider's, whichever node sends.
async fn p4_the_budget_is_one(app: &TestApp) {
    let provider = app.provider(|input| input.daily_budget = "1".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let (node, sms) = another_node(app).await;
    let other = app.browser();
    other.route_to(Server::Router(node.clone()));
    let (_, spent) = app.to_code_page(&other, &sp).await;
    assert!(spent.page().alert.starts_with("No more codes can be sent today."));
    assert!(sms.sent.lock().unwrap().is_empty());
    // A code that one node has sent is good on the other.
    browser.route_to(Server::Router(node));
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

on_both_stores!(
    p4_codes_an_hour_hold_over_nodes_and_a_restart,
    p4_one_sign_in_has_its_attempts_and_waits_on_every_node,
    p4_the_budget_is_one,
);
