//! Applications with *Back-Channel*: told all at once, five seconds each, and believed only for their own answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use chrono::{DateTime, TimeZone, Utc};
use identity::settings::{Allowed, Outbound};
use identity::sms::{FailureKind, HttpTransport};
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_RESPONDER};
use saml::inbound::Inbound;
use saml::keys::KeyPair;
use saml::logout::LogoutResponseSpec;
use sea_orm::EntityTrait;
use tokio::net::TcpListener;

use super::soap::{Reply, World, back_channel, envelope, response};
use super::{log_out_here, sign_in};
use crate::fake_sp::{logout_status, logout_subject, sp_key};
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

fn host(asked: &Inbound) -> String {
    response(asked, DateTime::UNIX_EPOCH).issuer
}

#[track_caller]
fn says(page: &Page, lines: &[&str]) {
    for line in lines {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
}

async fn all_at_once_and_each_shown(app: &TestApp) {
    let names = ["Good", "Refusing", "Silent", "Still", "Away"];
    let mut applications = Vec::new();
    for name in names {
        applications.push(back_channel(app, name, "").await);
    }
    let now = app.clock.clone();
    let (world, told) = World::new(app, move |asked| {
        use identity::clock::Clock;
        let mut spec = response(asked, now.now());
        match host(asked).as_str() {
            "good.example" => envelope(&spec, None),
            "refusing.example" => {
                spec.status.code = STATUS_RESPONDER.into();
                envelope(&spec, None)
            }
            "away.example" => Reply::Fails(FailureKind::ConnectionRefused),
            _ => Reply::Never,
        }
    });
    let browser = world.browser();
    let mut indexes = Vec::new();
    for sp in &applications {
        indexes.push(sign_in(app, &browser, sp).await.session_index.unwrap());
    }
    let begun = Instant::now();
    let page = log_out_here(&browser).await.page_with(200);
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(8),
        "two that are silent take as long as one: {took:?}"
    );
    assert_eq!(page.heading, "You are logged out here");
    let lines = [
        "Good logged out",
        "Refusing refused to log you out",
        "Silent did not answer within 5 seconds",
        "Still did not answer within 5 seconds",
        "Away could not be reached",
    ];
    says(&page, &lines);
    // And the administrator finds it with each sign-in.
    let console = app.console().await;
    let rows = entity::sign_in::Entity::find().all(&app.services.db).await.unwrap();
    assert_eq!(rows.len(), names.len());
    for row in rows {
        let line = lines.iter().find(|line| line.starts_with(&row.application)).unwrap();
        let shown = console.open(&format!("/console/sign-ins/{}", row.id)).await;
        let words = &line[row.application.len() + 1..];
        says(
            &shown.page_with(200),
            &["Response sent", "Logout by the back channel", words],
        );
    }
    let told = told.told.lock().unwrap();
    assert_eq!(told.len(), names.len(), "each once");
    for asked in told.iter() {
        asked.verify(&applications[0].idp.certificates).unwrap();
        assert_eq!(logout_subject(asked).0.value, "admin");
        let at = applications.iter().position(|sp| sp.issuer == host(asked)).unwrap();
        assert_eq!(logout_subject(asked).1, [indexes[at].clone()]);
        assert_eq!(asked.message.destination(), Some(applications[at].acs.as_str()));
    }
}

#[derive(Clone, Copy)]
enum Signer {
    Itself,
    Stranger,
    Nobody,
}

/// Forged, unsigned where a certificate is known, about something else, or no answer at all: nothing is confirmed.
async fn only_its_own_answer_confirms(app: &TestApp) {
    let stranger = Arc::new({
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap()
    });
    let sp = back_channel(app, "Wiki", &sp_key().certificate_pem()).await;
    let now = sp.now();
    type Change = fn(&mut LogoutResponseSpec);
    let tricks: [(&str, Change, Signer); 6] = [
        ("logged out", |_| (), Signer::Itself),
        ("cannot be trusted", |_| (), Signer::Nobody),
        ("cannot be trusted", |_| (), Signer::Stranger),
        (
            "cannot be trusted",
            |spec| spec.in_response_to = "_another".into(),
            Signer::Itself,
        ),
        (
            "cannot be trusted",
            |spec| spec.issuer = "evil.example".into(),
            Signer::Itself,
        ),
        (
            "refused to log you out",
            |spec| spec.status.code = STATUS_RESPONDER.into(),
            Signer::Itself,
        ),
    ];
    for (expected, change, signer) in tricks {
        let stranger = stranger.clone();
        let (world, _) = World::new(app, move |asked| {
            let mut spec = response(asked, now);
            change(&mut spec);
            let key = match signer {
                Signer::Itself => Some(sp_key()),
                Signer::Stranger => Some(&*stranger),
                Signer::Nobody => None,
            };
            envelope(&spec, key)
        });
        let browser = world.browser();
        sign_in(app, &browser, &sp).await;
        let page = log_out_here(&browser).await.page_with(200);
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
    }
    for (status, body) in [(500, ""), (302, ""), (200, "<html></html>"), (200, ""), (404, "no")] {
        let (world, _) = World::new(app, move |_| Reply::Status(status, body));
        let browser = world.browser();
        sign_in(app, &browser, &sp).await;
        let page = log_out_here(&browser).await.page_with(200);
        assert!(
            page.text.contains("cannot be trusted"),
            "{status} {body}: {}",
            page.text
        );
    }
    let (world, _) = World::new(app, |asked| Reply::Envelope(saml::soap::wrap(&asked.xml)));
    let browser = world.browser();
    sign_in(app, &browser, &sp).await;
    let page = log_out_here(&browser).await.page_with(200);
    assert!(
        page.text.contains("cannot be trusted"),
        "its own request sent back: {}",
        page.text
    );
}

/// The one who asked hears of it.
async fn what_was_not_confirmed_is_partial(app: &TestApp) {
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let chat = back_channel(app, "Chat", "").await;
    let (world, _) = World::new(app, |_| Reply::Fails(FailureKind::NameNotFound));
    let browser = world.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &chat).await;
    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    let status = logout_status(&wiki.receive_redirect(&answer)).clone();
    assert_eq!(status.sub_code.as_deref(), Some(STATUS_PARTIAL_LOGOUT));
}

/// Over a real connection, and only to addresses that are permitted.
async fn private_addresses_are_refused(app: &TestApp) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}/slo");
    let now = identity::clock::Clock::now(&*app.clock);
    let hits = Arc::new(std::sync::Mutex::new(0));
    let seen = hits.clone();
    let slo = move |body: Bytes| {
        *seen.lock().unwrap() += 1;
        async move {
            let asked = saml::soap::decode(&body).unwrap();
            let mut spec = response(&asked, now);
            spec.issuer = "chat.example".into();
            let Reply::Envelope(envelope) = envelope(&spec, None) else {
                unreachable!()
            };
            ([(header::CONTENT_TYPE, "text/xml")], envelope).into_response()
        }
    };
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().route("/slo", post(slo))).await });
    let sp = back_channel(app, "Chat", "").await;
    app.change_saml(&sp, |saml| saml.slo_request_url = address.clone())
        .await;
    let allowed = Outbound {
        allow: vec![Allowed::HostPort("127.0.0.1".into(), port)],
        proxy: None,
    };
    for (outbound, expected, count) in [
        (allowed, "Chat logged out", 1),
        (Outbound::default(), "Chat could not be reached", 1),
    ] {
        let world = World::over(app, Arc::new(HttpTransport::new(&outbound).unwrap()));
        let browser = world.browser();
        sign_in(app, &browser, &sp).await;
        let page = log_out_here(&browser).await.page_with(200);
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
        assert_eq!(*hits.lock().unwrap(), count, "{expected}");
    }
    server.abort();
}

/// A second tab while the five seconds run tells nobody again; *Skip* there stands unless a confirmation comes.
async fn a_second_tab_meanwhile(app: &TestApp) {
    let sp = back_channel(app, "Chat", "").await;
    let (world, told) = World::new(app, |_| Reply::Never);
    let browser = Arc::new(world.browser());
    sign_in(app, &browser, &sp).await;
    let form = browser.open("/logout").await.page_with(200).form("Log out");
    let (action, pairs) = form.press("Log out");
    let path = browser.post(&action, &pairs).await.location().to_owned();
    let first = {
        let (browser, path) = (browser.clone(), path.clone());
        tokio::spawn(async move { browser.open(&path).await })
    };
    while told.told.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let page = browser.open(&path).await.page_with(200);
    says(&page, &["Chat asked, not answered yet"]);
    let page = browser.press(&page.form("Skip"), "Skip").await.page_with(200);
    says(&page, &["Chat skipped"]);
    says(&first.await.unwrap().page_with(200), &["Chat skipped"]);
    assert_eq!(told.told.lock().unwrap().len(), 1);
}

on_both_stores!(
    all_at_once_and_each_shown,
    only_its_own_answer_confirms,
    what_was_not_confirmed_is_partial,
    private_addresses_are_refused,
    a_second_tab_meanwhile,
);
