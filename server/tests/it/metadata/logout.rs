//! Metadata that has an address of its own for each binding of single logout, as many products write it.

use identity::testing::ADMIN_PASSWORD;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, STATUS_SUCCESS};
use saml::metadata::{Endpoint, SpSpec};

use super::{import_pasted, own_page, unknown, xml};
use crate::browser::Browser;
use crate::fake_sp::{FakeSp, PostPage, logout_status, post_request, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

fn several(spec: &mut SpSpec) {
    let at = |path: &str| format!("https://wiki.example{path}");
    spec.slo = vec![
        Endpoint::new(BINDING_SOAP, &at("/slo/soap")),
        Endpoint::new(BINDING_REDIRECT, &at("/slo/redirect")),
        Endpoint {
            response_location: Some(at("/slo/posted-answer")),
            ..Endpoint::new(BINDING_POST, &at("/slo/post"))
        },
    ];
}

/// Signs in and asks for the logout by both bindings; expects the answers at these addresses.
async fn expect_answers_at(app: &TestApp, sp: &mut FakeSp, by_redirect: &str, by_post: &str) {
    let acs = sp.acs.clone();
    for (posts, address) in [(false, by_redirect), (true, by_post)] {
        let browser = app.browser();
        let request = sp.request();
        let page = browser.open(&sp.redirect_signed(&request, None, Some(sp_key()))).await;
        let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        let accepted = sp.accept(&PostPage::read(&answer), &request.id).unwrap();
        let request = sp.logout_request(&accepted);
        sp.acs = address.to_owned();
        let message = if posts {
            let answer = post_request(&browser, &sp.logout_post(&request, Some(sp_key()))).await;
            sp.receive_post(&PostPage::read(&answer))
        } else {
            let answer = browser.open(&sp.logout_redirect(&request, Some(sp_key()))).await;
            sp.receive_redirect(&answer)
        };
        assert_eq!(logout_status(&message).code, STATUS_SUCCESS);
        sp.acs.clone_from(&acs);
    }
}

async fn type_response_url(console: &Browser, page: &str, url: &str) {
    let saml = console.open(&format!("{page}/saml")).await.page_with(200);
    let form = saml.form("Update").set("SLO Response URL", url);
    console.press(&form, "Update").await.page_with(200);
}

async fn each_answer_goes_where_its_binding_is_taken(app: &TestApp) {
    let mut sp = unknown(app).await;
    let console = app.console().await;
    let page = own_page(&import_pasted(&console, &xml(&sp, several)).await);
    let (redirect, post) = (
        "https://wiki.example/slo/redirect",
        "https://wiki.example/slo/posted-answer",
    );
    expect_answers_at(app, &mut sp, redirect, post).await;
    // What an administrator types is meant for both, until it is taken back.
    let typed = "https://wiki.example/typed";
    type_response_url(&console, &page, typed).await;
    expect_answers_at(app, &mut sp, typed, typed).await;
    type_response_url(&console, &page, redirect).await;
    expect_answers_at(app, &mut sp, redirect, post).await;
}

/// One that was imported when it had one address is told of the others by a comparison.
async fn what_came_later_is_a_difference(app: &TestApp) {
    let mut sp = unknown(app).await;
    let console = app.console().await;
    let one = xml(&sp, |spec| {
        spec.slo = vec![Endpoint::new(BINDING_REDIRECT, "https://wiki.example/slo/redirect")]
    });
    let page = own_page(&import_pasted(&console, &one).await);
    let at = "https://wiki.example/slo/redirect";
    expect_answers_at(app, &mut sp, at, at).await;
    let link = console
        .open(&page)
        .await
        .page_with(200)
        .link("Update from metadata")
        .to_owned();
    let form = console.open(&link).await.page_with(200).form("Compare");
    let compared = console
        .press(&form.set("Metadata XML", &xml(&sp, several)), "Compare")
        .await
        .page_with(200);
    assert!(
        compared
            .text
            .contains("Front-Channel HTTP POST: https://wiki.example/slo/posted-answer"),
        "{}",
        compared.text
    );
    let form = compared.form("Apply");
    assert!(form.is_ticked("SLO Response URL by binding"));
    console.press(&form, "Apply").await.page_with(200);
    expect_answers_at(app, &mut sp, at, "https://wiki.example/slo/posted-answer").await;
}

on_both_stores!(
    each_answer_goes_where_its_binding_is_taken,
    what_came_later_is_a_difference,
);
