//! Whom a logout tells, in which order, and what the one who asked hears of it.

use entity::logout;
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_RESPONDER, STATUS_SUCCESS};
use sea_orm::EntityTrait;

use super::{carried, is_signed_in, log_out_here, page_of, sign_in, success};
use crate::fake_sp::{PostPage, logout_status, logout_subject, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

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
    let answer = log_out_here(&browser).await;
    let asked = sp.receive_redirect(&answer);
    assert!(
        !is_signed_in(app, &browser, &sp).await,
        "our own session ends before anybody is told"
    );
    let page = browser.open(&sp.logout_answer(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
    assert!(page.text.contains("Wiki logged out"), "{}", page.text);
}

/// The page says for each how it went, and that it was not everywhere.
async fn a_refusal_is_shown_and_passed_on(app: &TestApp) {
    let [wiki, shop, old] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Old", &[None], |saml| saml.enable_single_logout = false.into())
            .await,
    ];
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &shop).await;
    sign_in(app, &browser, &old).await;
    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let asked = shop.receive_redirect(&answer);
    let mut refusal = success(&shop, &asked);
    refusal.status.code = STATUS_RESPONDER.into();
    let answer = browser
        .open(&carried(&refusal, asked.relay_state.as_deref(), None))
        .await;
    let status = logout_status(&wiki.receive_redirect(&answer)).clone();
    assert_eq!(
        (status.code.as_str(), status.sub_code.as_deref()),
        (STATUS_RESPONDER, Some(STATUS_PARTIAL_LOGOUT))
    );
    let page = browser.open(&page_of(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out here");
    for line in [
        "not every application has confirmed",
        "Wiki asked for this logout",
        "Shop refused to log you out",
        "Old not told, because it takes no logout",
    ] {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
    assert!(page.forms.is_empty(), "it is over");
}

/// What is configured when its turn comes counts: deleted, or Single Logout unticked, nothing is sent to it.
async fn gone_before_its_turn(app: &TestApp) {
    let [wiki, shop, mail] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Mail", &[None], |_| ()).await,
    ];
    let browser = app.browser();
    for sp in [&wiki, &shop, &mail] {
        sign_in(app, &browser, sp).await;
    }
    let asked = wiki.receive_redirect(&log_out_here(&browser).await);
    identity::service_providers::delete(&app.services, &app.actor(), shop.id)
        .await
        .unwrap();
    app.change_saml(&mail, |saml| saml.enable_single_logout = false.into())
        .await;
    let page = browser.open(&wiki.logout_answer(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out here");
    for line in [
        "Wiki logged out",
        "Shop not told, because it takes no logout",
        "Mail not told, because it takes no logout",
    ] {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
}

/// The one who asked is deleted before it is answered: the person sees the outcome instead.
async fn the_one_who_asked_is_gone(app: &TestApp) {
    let [wiki, shop] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
    ];
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &shop).await;
    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let asked = shop.receive_redirect(&answer);
    identity::service_providers::delete(&app.services, &app.actor(), wiki.id)
        .await
        .unwrap();
    let page = browser.open(&shop.logout_answer(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
}

/// Two sessions of one person, ended by one request: an application with part in both hears of both at once.
async fn several_sessions_are_one_message(app: &TestApp) {
    let wiki = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let shop = app.sp("Shop", &[None], |_| ()).await;
    let (browser, other) = (app.browser(), app.browser());
    let mut expected = Vec::new();
    let mut at_wiki = Vec::new();
    for browser in [&browser, &other] {
        at_wiki.push(sign_in(app, browser, &wiki).await);
        expected.extend(sign_in(app, browser, &shop).await.session_index);
    }
    let mut request = wiki.logout_request(&at_wiki[0]);
    request.session_indexes.clear();
    let answer = browser.open(&wiki.logout_redirect(&request, Some(sp_key()))).await;
    let asked = shop.receive_redirect(&answer);
    let mut told = logout_subject(&asked).1.to_vec();
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &wiki).await && !is_signed_in(app, &other, &wiki).await);
    assert_eq!(logout::Entity::find().all(&app.services.db).await.unwrap().len(), 1);
}

on_both_stores!(
    every_application_is_told,
    a_part_is_not_the_whole,
    at_home,
    a_refusal_is_shown_and_passed_on,
    gone_before_its_turn,
    the_one_who_asked_is_gone,
    several_sessions_are_one_message,
);
