//! A LogoutRequest by SOAP: signed and verified, or refused; answered in an envelope, never with a page or a cookie.

use axum::http::{Method, header};
use chrono::{Duration, TimeZone, Utc};
use entity::saml_refusal;
use saml::identifier::{
    STATUS_PARTIAL_LOGOUT, STATUS_REQUEST_DENIED, STATUS_REQUESTER, STATUS_RESPONDER, STATUS_SUCCESS,
};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, build_request};
use saml::message::Status;
use saml::soap;
use saml::sp::build_authn_request;
use sea_orm::{EntityTrait, QueryOrder};

use super::soap::{World, back_channel, envelope, response};
use super::{is_signed_in, sign_in};
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, logout_status, logout_subject, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn signing(app: &TestApp, name: &str) -> FakeSp {
    app.sp(name, &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await
}

async fn send(server: &Browser, content_type: &str, body: String) -> Answer {
    let request = server
        .request(Method::POST, "/samlsso")
        .header(header::CONTENT_TYPE, content_type);
    server.send(request, body).await
}

async fn ask(server: &Browser, request: &LogoutRequestSpec, key: Option<&KeyPair>) -> Answer {
    let envelope = soap::wrap(&build_request(request, key).unwrap());
    send(server, "text/xml; charset=utf-8", envelope).await
}

/// The answer's status, once everything else about it has been checked.
#[track_caller]
fn status(sp: &FakeSp, request: &LogoutRequestSpec, answer: &Answer) -> Status {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/xml; charset=utf-8");
    assert!(answer.headers.get(header::SET_COOKIE).is_none() && answer.headers.get(header::LOCATION).is_none());
    let inbound = soap::decode(answer.body.as_bytes()).unwrap();
    inbound.verify(&sp.idp.certificates).unwrap();
    assert_eq!(inbound.message.issuer(), Some(sp.idp.entity_id.as_str()));
    let saml::message::Message::LogoutResponse(response) = &inbound.message else {
        panic!("no LogoutResponse: {inbound:?}");
    };
    assert_eq!(response.in_response_to.as_deref(), Some(request.id.as_str()));
    logout_status(&inbound).clone()
}

/// The newest refusal's check. Nothing is signed for whoever has not proven who it is: a fault names its number.
async fn not_proven(app: &TestApp, answer: &Answer) -> String {
    assert_eq!(answer.status, 500, "{}", answer.body);
    assert!(
        answer.body.contains("<faultcode>soap:Client</faultcode>"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("Signature"), "{}", answer.body);
    let row = newest(app).await;
    assert!(
        answer.body.contains(&row.case_number) && !answer.body.contains(&row.detail),
        "{}",
        answer.body
    );
    row.failed_check
}

/// The newest refusal's check: the answer names its number and nothing else of it.
async fn refused(app: &TestApp, sp: &FakeSp, request: &LogoutRequestSpec, answer: &Answer) -> String {
    let status = status(sp, request, answer);
    assert_eq!(
        (status.code.as_str(), status.sub_code.as_deref()),
        (STATUS_REQUESTER, Some(STATUS_REQUEST_DENIED))
    );
    let row = newest(app).await;
    let words = status.message.unwrap();
    assert!(
        words.contains(&row.case_number) && !words.contains(&row.detail),
        "{words}"
    );
    row.failed_check
}

async fn newest(app: &TestApp) -> saml_refusal::Model {
    // The clock stands still, so the newest is the one that was not there before: the caller asks once each.
    let rows = saml_refusal::Entity::find().order_by_desc(saml_refusal::Column::At);
    rows.one(&app.services.db).await.unwrap().unwrap()
}

async fn it_ends_what_it_names(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let (browser, other, server) = (app.browser(), app.browser(), app.browser());
    let accepted = sign_in(app, &browser, &wiki).await;
    sign_in(app, &other, &wiki).await;
    let request = wiki.logout_request(&accepted);
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(status(&wiki, &request, &answer).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &wiki).await);
    assert!(
        is_signed_in(app, &other, &wiki).await,
        "another SessionIndex is another session"
    );

    // Without a SessionIndex it is all of that person's.
    let mut request = wiki.logout_request(&accepted);
    request.session_indexes.clear();
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(status(&wiki, &request, &answer).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &other, &wiki).await);
}

/// Those that take SOAP are told at once. Whoever needs the browser is left, and the answer says so.
async fn the_others_are_told_as_far_as_that_goes(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let chat = back_channel(app, "Chat", "").await;
    let shop = app.sp("Shop", &[None], |_| ()).await;
    let now = chat.now();
    let (world, told) = World::new(app, move |asked| envelope(&response(asked, now), None));
    for with_shop in [false, true] {
        let browser = world.browser();
        let accepted = sign_in(app, &browser, &wiki).await;
        let at_chat = sign_in(app, &browser, &chat).await.session_index.unwrap();
        if with_shop {
            sign_in(app, &browser, &shop).await;
        }
        let request = wiki.logout_request(&accepted);
        let status = status(&wiki, &request, &ask(&world.browser(), &request, Some(sp_key())).await);
        let told = std::mem::take(&mut *told.told.lock().unwrap());
        assert_eq!(told.len(), 1);
        assert_eq!(logout_subject(&told[0]).1, [at_chat]);
        if with_shop {
            assert_eq!(
                (status.code.as_str(), status.sub_code.as_deref()),
                (STATUS_RESPONDER, Some(STATUS_PARTIAL_LOGOUT))
            );
        } else {
            assert_eq!(status.code, STATUS_SUCCESS);
        }
    }
}

async fn what_is_not_proven_is_refused(app: &TestApp) {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let stranger = KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap();
    let wiki = signing(app, "Wiki").await;
    let bare = app.sp("Bare", &[None], |_| ()).await;
    let (browser, other, server) = (app.browser(), app.browser(), app.browser());
    let accepted = sign_in(app, &browser, &wiki).await;
    let at_bare = sign_in(app, &other, &bare).await;
    for key in [None, Some(&stranger)] {
        let request = wiki.logout_request(&accepted);
        let answer = ask(&server, &request, key).await;
        assert_eq!(not_proven(app, &answer).await, "signature");
        app.seconds(1);
    }
    // Signed well, and tampered with on the way.
    let request = wiki.logout_request(&accepted);
    let signed = build_request(&request, Some(sp_key())).unwrap();
    let index = accepted.session_index.clone().unwrap();
    let bent = signed.replace(&index, "_another");
    assert_ne!(bent, signed);
    let answer = send(&server, "text/xml", soap::wrap(&bent)).await;
    assert_eq!(not_proven(app, &answer).await, "signature");
    app.seconds(1);
    // Nothing to verify it with: its own browser would be believed, a connection without one is not.
    for key in [None, Some(sp_key())] {
        let request = bare.logout_request(&at_bare);
        let answer = ask(&server, &request, key).await;
        assert_eq!(not_proven(app, &answer).await, "signature");
        app.seconds(1);
    }
    assert!(is_signed_in(app, &browser, &wiki).await && is_signed_in(app, &other, &bare).await);
    let request = wiki.logout_request(&accepted);
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(
        status(&wiki, &request, &answer).code,
        STATUS_SUCCESS,
        "the good one works"
    );
}

/// The checks are those of every message, and an ID is good for one.
async fn it_passes_the_checks_of_every_message(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let (browser, server) = (app.browser(), app.browser());
    let accepted = sign_in(app, &browser, &wiki).await;
    type Change = fn(&mut LogoutRequestSpec);
    let changes: [(&str, bool, Change); 5] = [
        ("destination", false, |request| {
            request.destination = "https://other.example/samlsso".into()
        }),
        ("issue_instant", false, |request| {
            request.issue_instant -= Duration::minutes(6)
        }),
        ("issue_instant", false, |request| {
            request.issue_instant += Duration::minutes(4)
        }),
        ("issue_instant", true, |request| {
            request.not_on_or_after = Some(request.issue_instant - Duration::seconds(1));
        }),
        ("issuer", false, |request| request.issuer = "nobody.example".into()),
    ];
    for (check, proven, change) in changes {
        let mut request = wiki.logout_request(&accepted);
        change(&mut request);
        let answer = ask(&server, &request, Some(sp_key())).await;
        let found = if proven {
            refused(app, &wiki, &request, &answer).await
        } else {
            not_proven(app, &answer).await
        };
        assert_eq!(found, check);
        app.seconds(1);
    }
    app.change_saml(&wiki, |saml| saml.enable_single_logout = false.into())
        .await;
    let request = wiki.logout_request(&accepted);
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(refused(app, &wiki, &request, &answer).await, "single_logout");
    app.change_saml(&wiki, |saml| saml.enable_single_logout = true.into())
        .await;
    assert!(is_signed_in(app, &browser, &wiki).await);

    app.seconds(1);
    let mut request = wiki.logout_request(&accepted);
    request.session_indexes.clear();
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(status(&wiki, &request, &answer).code, STATUS_SUCCESS);
    sign_in(app, &browser, &wiki).await;
    app.seconds(1);
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(refused(app, &wiki, &request, &answer).await, "replay");
    assert!(
        is_signed_in(app, &browser, &wiki).await,
        "a replay ends no session begun since"
    );
}

/// What is no message gets a fault with status 500, and no page.
async fn what_is_no_message_gets_a_fault(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &wiki).await;
    let server = app.browser();
    let good = build_request(&wiki.logout_request(&accepted), Some(sp_key())).unwrap();
    let authn = build_authn_request(&wiki.request(), Some(sp_key())).unwrap();
    for body in [
        String::new(),
        "nonsense".to_owned(),
        good.clone(),
        soap::wrap(""),
        soap::wrap(&format!("{good}{good}")),
        format!(
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}",
            soap::wrap(&good)
        ),
        soap::wrap(&authn),
        "\0".to_owned(),
    ] {
        let answer = send(&server, "text/xml", body.clone()).await;
        assert_eq!(answer.status, 500, "{body}: {}", answer.body);
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/xml; charset=utf-8");
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
        assert!(
            answer.body.contains("<faultcode>soap:Client</faultcode>") && answer.body.contains("Case number"),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains("<html") && !answer.body.contains("root:"));
        app.seconds(1);
    }
    assert!(is_signed_in(app, &browser, &wiki).await);
}

/// A form of another site can send `text/plain` that reads like XML: without the content type it is no SOAP.
async fn only_text_xml_is_soap(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let browser = app.browser();
    let accepted = sign_in(app, &browser, &wiki).await;
    let request = wiki.logout_request(&accepted);
    let envelope = soap::wrap(&build_request(&request, Some(sp_key())).unwrap());
    for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
        let answer = send(&app.browser(), content_type, envelope.clone()).await;
        assert_eq!(answer.status, 415, "{content_type}");
        assert!(is_signed_in(app, &browser, &wiki).await, "{content_type}");
    }
    let answer = send(&app.browser(), "application/x-www-form-urlencoded", envelope.clone()).await;
    crate::saml::refused(app, &answer, "decoding").await;
    assert!(is_signed_in(app, &browser, &wiki).await);
    let answer = send(&app.browser(), "TEXT/XML;charset=UTF-8", envelope).await;
    assert_eq!(status(&wiki, &request, &answer).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &wiki).await);
}

/// Another service provider's word about a session that is not its own ends nothing.
async fn another_ones_session_is_not_its_own(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let shop = signing(app, "Shop").await;
    let (browser, server) = (app.browser(), app.browser());
    let at_wiki = sign_in(app, &browser, &wiki).await;
    let request = shop.logout_request(&at_wiki);
    let answer = ask(&server, &request, Some(sp_key())).await;
    assert_eq!(
        status(&shop, &request, &answer).code,
        STATUS_SUCCESS,
        "there is none of its own"
    );
    assert!(is_signed_in(app, &browser, &wiki).await);
}

on_both_stores!(
    it_ends_what_it_names,
    the_others_are_told_as_far_as_that_goes,
    what_is_not_proven_is_refused,
    it_passes_the_checks_of_every_message,
    what_is_no_message_gets_a_fault,
    only_text_xml_is_soap,
    another_ones_session_is_not_its_own,
);
