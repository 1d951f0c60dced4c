//! T16 on requests: each is taken once, and by nobody whom it was not meant for. Its times are in `times`.

use axum::http::header;
use saml::sp::build_authn_request;

use super::support::{BOTH, Kind, Target, accepted, id_of, swap};
use crate::fake_sp::{PostPage, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Once answered, a request is used up: by either binding, in the browser that was answered and in any other.
async fn t16_answered_requests(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    let mut request = target.request();
    request.is_passive = true;
    let by_post = build_authn_request(&request, Some(sp_key())).unwrap();
    let by_redirect = target.query_of(&build_authn_request(&request, None).unwrap(), None, Some(sp_key()));
    let browser = app.browser();
    PostPage::read(&browser.open(&format!("/samlsso?{by_redirect}")).await);
    for seconds in [0, 240] {
        app.seconds(seconds);
        let rows = target.rows().await;
        for answer in [
            target.get(&by_redirect).await,
            target.post(&by_post).await,
            browser.get(&format!("/samlsso?{by_redirect}")).await,
        ] {
            target
                .judge(Kind::SignIn, "replay", "", &rows, &answer, &by_redirect)
                .await;
        }
    }
    // Later it is too old as well, and never good again.
    app.seconds(120);
    let rows = target.rows().await;
    let answer = target.get(&by_redirect).await;
    target
        .judge(Kind::SignIn, "issue_instant", "", &rows, &answer, &by_redirect)
        .await;
}

/// While it waits, its ID belongs to its own bytes, and its sign-in to its own browser.
async fn t16_other_bytes_under_a_waiting_id(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    let xml = target.xml(Kind::SignIn);
    let first = target.post(&xml).await;
    accepted(Kind::SignIn, &first);
    for changed in [
        swap(&xml, " Version=", " ForceAuthn=\"true\" Version="),
        swap(&xml, "/saml/acs", "/second"),
        format!("{xml}\n"),
        format!("\u{feff}{xml}"),
    ] {
        let rows = target.rows().await;
        let answer = target.post(&changed).await;
        target
            .judge(Kind::SignIn, "replay", "another message", &rows, &answer, &changed)
            .await;
    }
    // The same bytes, by the other binding too, lead to the sign-in that was begun, and give nobody its cookie.
    for again in [
        target.post(&xml).await,
        target.get(&target.query_of(&xml, None, None)).await,
    ] {
        assert_eq!(again.location(), first.location());
        assert!(again.headers.get("set-cookie").is_none());
    }
}

/// Of two service providers each has its own IDs: nobody uses up another's.
async fn t16_ids_of_another(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    let other = app.sp("Other", &[None], |_| ()).await;
    let request = target.request();
    accepted(
        Kind::SignIn,
        &target
            .get(&target.query_of(&build_authn_request(&request, None).unwrap(), None, None))
            .await,
    );
    let mut same = other.request();
    same.id = request.id;
    accepted(Kind::SignIn, &app.browser().get(&other.redirect(&same, None)).await);
}

/// A LogoutRequest that was taken ends no session that began since.
async fn t16_logout_requests(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::Logout).await;
    let request = target.logout();
    let xml = saml::logout::build_request(&request, Some(sp_key())).unwrap();
    let bare = saml::logout::build_request(&request, None).unwrap();
    let query = target.query_of(&bare, Some("relay"), Some(sp_key()));
    let begun = target.post(&xml).await;
    accepted(Kind::Logout, &begun);
    for seconds in [0, 60, 239] {
        app.seconds(seconds);
        let rows = target.rows().await;
        // The same bytes, not answered yet, lead to the logout that they began, and hand out no cookie of it.
        let again = target.post(&xml).await;
        assert_eq!(again.location(), begun.location());
        assert!(!again.headers.contains_key(header::SET_COOKIE));
        assert_eq!(target.rows().await, rows);
        let answer = target.get(&query).await;
        target
            .judge(Kind::Logout, "replay", "used before", &rows, &answer, &xml)
            .await;
    }
    app.seconds(2);
    let rows = target.rows().await;
    let answer = target.post(&xml).await;
    target
        .judge(Kind::Logout, "issue_instant", "", &rows, &answer, &xml)
        .await;
}

async fn t16_destination(app: &TestApp) {
    let target = Target::signed(app).await;
    let open = Target::unsigned(app).await;
    let ours = " Destination=\"http://localhost:9763/samlsso\"";
    for kind in BOTH {
        target.control(kind).await;
        open.control(kind).await;
        for wrong in [
            "",
            "https://localhost:9763/samlsso",
            "http://localhost/samlsso",
            "http://localhost:9763/samlsso/",
            "http://localhost:9763/samlsso?x",
            "http://localhost:9763/samlsso#x",
            "http://localhost:9763/SAMLSSO",
            "http://LOCALHOST:9763/samlsso",
            "http://127.0.0.1:9763/samlsso",
            "http://localhost:9763",
            "http://x@localhost:9763/samlsso",
            "http://localhost:9763/samlss%6F",
            " http://localhost:9763/samlsso",
            "/samlsso",
            "https://other.example/samlsso",
        ] {
            let signed = |signed: bool| {
                let key = signed.then(sp_key);
                match kind {
                    Kind::SignIn => {
                        let mut request = target.request();
                        request.destination = wrong.to_owned();
                        build_authn_request(&request, key).unwrap()
                    }
                    Kind::Logout => {
                        let mut request = target.logout();
                        request.destination = wrong.to_owned();
                        saml::logout::build_request(&request, key).unwrap()
                    }
                }
            };
            target
                .refused(kind, "destination", "this server is", |_| signed(true))
                .await;
            let query = |_: &str| target.query_of(&signed(false), Some("relay"), Some(sp_key()));
            target.refused_query(kind, "destination", "this server is", query).await;
            let attack = |xml: &str| swap(xml, ours, &format!(" Destination=\"{wrong}\""));
            open.refused(kind, "destination", "this server is", attack).await;
        }
        // Signed messages have to name one (SAML Bindings 3.4.5.2 and 3.5.5.2), others need not.
        let none = |_: &str| {
            target.query_of(
                &swap(&target.xml_by(kind, None), ours, ""),
                Some("relay"),
                Some(sp_key()),
            )
        };
        target
            .refused_query(kind, "destination", "names no Destination", none)
            .await;
        accepted(kind, &open.post(swap(&open.xml(kind), ours, "")).await);
    }
}

/// A request is answered to whom it was kept for, even if the ID is one that somebody could have guessed.
async fn t16_ids_that_are_none(app: &TestApp) {
    let target = Target::unsigned(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let with = |xml: &str, id: &str| swap(xml, &format!(" ID=\"{}\"", id_of(xml)), &format!(" ID=\"{id}\""));
        target.refused(kind, "decoding", "ID", |xml| with(xml, "")).await;
        target
            .refused(kind, "decoding", "256", |xml| {
                with(xml, &format!("_{}", "x".repeat(256)))
            })
            .await;
        accepted(
            kind,
            &target
                .post(with(&target.xml(kind), &format!("_{}", "x".repeat(255))))
                .await,
        );
    }
}

on_both_stores!(
    t16_answered_requests,
    t16_other_bytes_under_a_waiting_id,
    t16_ids_of_another,
    t16_logout_requests,
    t16_destination,
    t16_ids_that_are_none,
);
