//! Three applications with three logout methods in one logout, begun in each of the ways there are.

use axum::http::{Method, header};
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_SUCCESS};
use saml::inbound::Inbound;
use saml::logout::build_request;

use super::soap::{World, back_channel, envelope, response};
use super::{log_out_here, posted_answer, sign_in, success};
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage, logout_status, logout_subject, post_request, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

struct Applications {
    /// Asks, where an application does.
    wiki: FakeSp,
    redirect: FakeSp,
    post: FakeSp,
}

impl Applications {
    async fn new(app: &TestApp) -> (Self, FakeSp) {
        let wiki = app
            .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
            .await;
        let redirect = app.sp("Shop", &[None], |_| ()).await;
        let post = app
            .sp("Mail", &[None], |saml| saml.logout_method = "front_channel_post".into())
            .await;
        (Self { wiki, redirect, post }, back_channel(app, "Chat", "").await)
    }

    /// The browser's way from the first message on: to Shop by Redirect, to Mail by POST; gives where Mail's answer leads.
    async fn rest(&self, browser: &Browser, first: &Answer) -> Answer {
        let asked = self.redirect.receive_redirect(first);
        let second = browser.open(&self.redirect.logout_answer(&asked)).await;
        let asked = self.post.receive_post(&PostPage::read(&second));
        let form = posted_answer(&success(&self.post, &asked), asked.relay_state.as_deref().unwrap());
        browser
            .follow(browser.post_from_elsewhere("/samlsso", &form).await)
            .await
    }
}

/// Signs in to all four, with the one that takes SOAP confirming.
async fn signed_in(
    app: &TestApp,
) -> (
    Applications,
    World,
    std::sync::Arc<super::soap::Applications>,
    Browser,
    saml::sp::Accepted,
) {
    let (applications, chat) = Applications::new(app).await;
    let now = chat.now();
    let (world, told) = World::new(app, move |asked| envelope(&response(asked, now), None));
    let browser = world.browser();
    let accepted = sign_in(app, &browser, &applications.wiki).await;
    for sp in [&applications.redirect, &applications.post, &chat] {
        sign_in(app, &browser, sp).await;
    }
    (applications, world, told, browser, accepted)
}

#[track_caller]
fn told_once(told: &super::soap::Applications) {
    let told = told.told.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(logout_subject(&told[0]).0.value, "admin");
}

async fn begun_by_redirect(app: &TestApp) {
    let (all, _world, told, browser, accepted) = signed_in(app).await;
    let request = all.wiki.logout_request(&accepted);
    let first = browser.open(&all.wiki.logout_redirect(&request, None)).await;
    let last = all.rest(&browser, &first).await;
    assert_eq!(logout_status(&all.wiki.receive_redirect(&last)).code, STATUS_SUCCESS);
    told_once(&told);
}

async fn begun_by_post(app: &TestApp) {
    let (all, _world, told, browser, accepted) = signed_in(app).await;
    let request = all.wiki.logout_request(&accepted);
    let first = post_request(&browser, &all.wiki.logout_post(&request, Some(sp_key()))).await;
    let last = all.rest(&browser, &first).await;
    let sent = PostPage::read(&last);
    assert_eq!(logout_status(&all.wiki.receive_post(&sent)).code, STATUS_SUCCESS);
    told_once(&told);
}

async fn begun_here(app: &TestApp) {
    let (all, _world, told, browser, _) = signed_in(app).await;
    let asked = all.wiki.receive_redirect(&log_out_here(&browser).await);
    let second = browser.open(&all.wiki.logout_answer(&asked)).await;
    let page = all.rest(&browser, &second).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
    for name in ["Wiki", "Shop", "Mail", "Chat"] {
        assert!(page.text.contains(&format!("{name} logged out")), "{}", page.text);
    }
    told_once(&told);
}

/// From the application's own server: no browser is there, so those that need one are left, and the answer says so.
async fn begun_by_soap(app: &TestApp) {
    let (all, world, told, browser, accepted) = signed_in(app).await;
    let envelope = saml::soap::wrap(&build_request(&all.wiki.logout_request(&accepted), Some(sp_key())).unwrap());
    let server = world.browser();
    let request = server
        .request(Method::POST, "/samlsso")
        .header(header::CONTENT_TYPE, "text/xml; charset=utf-8");
    let answer = server.send(request, envelope).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let response: Inbound = saml::soap::decode(answer.body.as_bytes()).unwrap();
    response.verify(&all.wiki.idp.certificates).unwrap();
    assert_eq!(
        logout_status(&response).sub_code.as_deref(),
        Some(STATUS_PARTIAL_LOGOUT)
    );
    told_once(&told);
    assert!(!super::is_signed_in(app, &browser, &all.wiki).await);
}

on_both_stores!(begun_by_redirect, begun_by_post, begun_here, begun_by_soap);
