//! What is refused is a page with a case number; nothing is sent to any address that the message names.

use chrono::Duration;
use entity::saml_refusal;
use sea_orm::EntityTrait;

use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage, posted};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// The refusal's page, and its row; gives the row's check.
#[track_caller]
fn case_number(answer: &Answer) -> String {
    let page = answer.page_with(400);
    assert_eq!(page.heading, "This sign-in cannot go on");
    assert!(
        page.forms.is_empty() && page.links.is_empty() && page.scripts == 0,
        "{}",
        answer.body
    );
    assert!(answer.headers.get("location").is_none() && answer.headers.get("set-cookie").is_none());
    let (_, after) = page.text.split_once("Case number ").expect(&page.text);
    let number: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    assert_eq!((number.len(), number.as_bytes()[5]), (11, b'-'), "{number}");
    number
}

/// Refused for this reason, and kept for the administrator under the number on the page.
pub async fn refused(app: &TestApp, answer: &Answer, check: &str) -> saml_refusal::Model {
    let number = case_number(answer);
    let row = saml_refusal::Entity::find_by_id(number)
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.failed_check, check, "{}", row.detail);
    row
}

async fn get(browser: &Browser, query: &str) -> Answer {
    browser.get(&format!("/samlsso?{query}")).await
}

async fn nothing_and_rubbish(app: &TestApp) {
    let browser = app.browser();
    let many = format!("SAMLRequest={}", "A".repeat(60_000));
    for query in [
        "",
        "SAMLRequest=",
        "SAMLRequest=%%%",
        "SAMLRequest=bm9wZQ%3D%3D",
        "RelayState=https://evil.example",
        many.as_str(),
    ] {
        let answer = get(&browser, query).await;
        refused(app, &answer, "decoding").await;
        assert!(!answer.body.contains("evil.example"));
    }
    for form in [
        Vec::new(),
        vec![("SAMLRequest".to_owned(), "nope".to_owned())],
        posted("<not-xml"),
        posted("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"),
        posted("<html><body>hello</body></html>"),
    ] {
        let answer = browser.post_from_elsewhere("/samlsso", &form).await;
        refused(app, &answer, "decoding").await;
        assert!(!answer.body.contains("root:"));
    }
}

async fn unknown_issuer(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let mut request = sp.request();
    request.issuer = "<script>alert(1)</script>".into();
    request.acs_url = Some("https://evil.example/acs".into());
    for answer in [
        browser.get(&sp.redirect(&request, Some("https://evil.example"))).await,
        browser.post_from_elsewhere("/samlsso", &sp.post(&request, None)).await,
    ] {
        let row = refused(app, &answer, "issuer").await;
        assert_eq!(
            (row.issuer.as_str(), row.service_provider_id),
            ("<script>alert(1)</script>", None)
        );
        assert!(
            row.message.contains("AuthnRequest"),
            "the administrator sees what came: {}",
            row.message
        );
        assert!(
            !answer.body.contains("evil") && !answer.body.contains("alert"),
            "{}",
            answer.body
        );
    }
}

async fn unregistered_acs(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    for acs in [
        "https://evil.example/acs".to_owned(),
        format!("{}/", sp.acs),
        format!("{}?x", sp.acs),
        sp.acs.to_uppercase(),
        sp.acs.replace("https", "http"),
        sp.acs.replace("wiki.example", "wiki.example.evil"),
    ] {
        let mut request = sp.request();
        request.acs_url = Some(acs);
        // A signature makes no address good.
        for key in [None, Some(crate::fake_sp::sp_key())] {
            request.id = identity::token::saml_id().unwrap();
            let answer = browser.get(&sp.redirect_signed(&request, None, key)).await;
            refused(app, &answer, "assertion_consumer_url").await;
        }
    }
    let mut request = sp.request();
    (request.acs_url, request.acs_index) = (None, Some(7));
    let answer = browser.get(&sp.redirect(&request, None)).await;
    refused(app, &answer, "assertion_consumer_url").await;
}

async fn another_binding_for_the_answer(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let mut request = sp.request();
    request.protocol_binding = Some("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact".into());
    let answer = app.browser().get(&sp.redirect(&request, None)).await;
    refused(app, &answer, "protocol_binding").await;
}

async fn wrong_destination(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for destination in [
        "https://other.example/samlsso",
        "http://localhost:9763/samlsso/",
        "http://localhost:9763/",
    ] {
        let mut request = sp.request();
        request.destination = destination.into();
        let path = sp.redirect(&request, None);
        refused(app, &app.browser().get(&path).await, "destination").await;
    }
}

async fn too_old_and_too_far_ahead(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for (seconds, fits) in [(-301, false), (-299, true), (179, true), (181, false)] {
        let mut request = sp.request();
        request.issue_instant += Duration::seconds(seconds);
        let answer = app.browser().get(&sp.redirect(&request, None)).await;
        if fits {
            assert!(answer.location().starts_with("/login/"), "{seconds}");
        } else {
            refused(app, &answer, "issue_instant").await;
        }
    }
}

/// The same ID, but other bytes: somebody has made a second message out of the first.
async fn replay_with_other_bytes(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let mut request = sp.request();
    let first = browser.open(&sp.redirect(&request, None)).await;
    request.force_authn = true;
    let answer = browser.get(&sp.redirect(&request, None)).await;
    refused(app, &answer, "replay").await;
    assert_eq!(
        browser.open(&first.path).await.page_with(200).heading,
        "Sign in",
        "the first goes on"
    );
}

/// The same bytes, while unanswered, lead back to their own sign-in, and another browser has no part in it.
async fn the_same_request_again(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let request = sp.request();
    let path = sp.redirect(&request, Some("relay"));
    let page = browser.open(&path).await;
    assert_eq!(browser.open(&path).await.path, page.path);
    assert_eq!(
        app.browser().open(&path).await.page_with(404).heading,
        "This sign-in is not yours"
    );

    let page = app
        .password(&browser, &page, "admin", identity::testing::ADMIN_PASSWORD)
        .await;
    assert_eq!(browser.open(&path).await.page_with(200).heading, "Check your phone");
    assert_eq!(app.sent(), 1);
    let answer = app
        .code(&browser, &page, &crate::fake_provider::last_code(&app.sms))
        .await;
    sp.accept(&PostPage::read(&answer), &request.id).unwrap();
    // Answered: now it is a replay, in any browser and however late.
    for seconds in [0, 240] {
        app.seconds(seconds);
        refused(app, &browser.get(&path).await, "replay").await;
        refused(app, &app.browser().get(&path).await, "replay").await;
    }
}

/// A logout message that nobody can have meant.
async fn logout_messages_out_of_place(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.enable_single_logout = false.into())
        .await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let answer = app
        .password(&browser, &page, "admin", identity::testing::ADMIN_PASSWORD)
        .await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    let logout = sp.logout_request(&accepted);
    refused(
        app,
        &browser.get(&sp.logout_redirect(&logout, None)).await,
        "single_logout",
    )
    .await;

    app.change_saml(&sp, |saml| saml.enable_single_logout = true.into())
        .await;
    let mut expired = sp.logout_request(&accepted);
    expired.not_on_or_after = Some(sp.now() - Duration::seconds(1));
    refused(
        app,
        &browser.get(&sp.logout_redirect(&expired, None)).await,
        "issue_instant",
    )
    .await;

    let unasked = made_up_logout_answer(&sp);
    refused(app, &browser.get(&unasked).await, "in_response_to").await;
    let (_, page) = app.begin(&browser, &sp).await;
    PostPage::read(&page);
}

fn made_up_logout_answer(sp: &FakeSp) -> String {
    let mut request = asked(sp);
    request.relay_state = Some("made up".into());
    sp.logout_answer(&request)
}

/// Some LogoutRequest, as it would be read.
fn asked(sp: &FakeSp) -> saml::inbound::Inbound {
    let mut spec = saml::logout::LogoutRequestSpec {
        id: "_made-up".into(),
        issuer: sp.idp.entity_id.clone(),
        destination: sp.acs.clone(),
        name_id: saml::message::NameId::default(),
        session_indexes: Vec::new(),
        not_on_or_after: None,
        reason: None,
        issue_instant: sp.now(),
    };
    spec.name_id.value = "admin".into();
    let xml = saml::logout::build_request(&spec, None).unwrap();
    saml::inbound::decode_post(&posted(&xml)).unwrap()
}

on_both_stores!(
    nothing_and_rubbish,
    unknown_issuer,
    unregistered_acs,
    another_binding_for_the_answer,
    wrong_destination,
    too_old_and_too_far_ahead,
    replay_with_other_bytes,
    the_same_request_again,
    logout_messages_out_of_place,
);
