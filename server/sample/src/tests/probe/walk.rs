//! The walk through all scenarios, the page, whose record it is, and the report.

use axum::http::{Method, StatusCode, header};
use saml::message::Message;

use super::super::Sample;
use super::super::fake_idp::is_signed_in;
use super::{Visit, Visitor, path_of};

const SIGN_INS: [&str; 13] = [
    "redirect-signed",
    "post-signed",
    "encrypted",
    "passive",
    "force-authn",
    "context-mfa",
    "context-unknown",
    "name-id-transient",
    "name-id-persistent",
    "name-id-email",
    "name-id-unknown",
    "acs-index",
    "relay-state",
];

#[tokio::test]
async fn it_goes_from_answer_to_answer_and_stops_before_the_logout() {
    let visitor = Visitor::new().await;
    let mut from = visitor.press("/probe/all", &[]).await;
    for (place, scenario) in SIGN_INS.into_iter().enumerate() {
        let between = visitor.browser.get(path_of(from.location())).await;
        assert!(between.text.contains("src=\"/assets/probe.js\""), "{}", between.text);
        assert!(between.text.contains(">Go on</button>"));
        assert!(
            between.text.contains(&format!("{} scenarios are left", 16 - place)),
            "{}",
            between.text
        );
        let visit = visitor.go_on_from(&between).await;
        from = visitor.answer(&visit, |_| {}).await;
        assert!(from.location().ends_with(scenario), "{scenario}: {}", from.location());
    }
    let page = visitor.browser.get(path_of(from.location())).await;
    assert_eq!(page.location(), "http://localhost:8080/probe#relay-state");
    let page = visitor.browser.get("/probe").await.text;
    assert!(page.contains("Everything but the logout has been asked"), "{page}");
    assert!(page.contains(">Go on with the logout</button>"));
    visitor.expect("logout-redirect", "Not run", "").await;

    let fields = [("scenario", "logout-redirect"), ("walk", "1")];
    let logout = Visit::read(&visitor.press("/probe/run", &fields).await);
    assert!(matches!(logout.inbound.message, Message::LogoutRequest(_)));
    visitor.wait();
    // It was not answered: the walk waits, and can be taken up with the next.
    let page = visitor.browser.get("/probe/next?after=relay-state").await;
    assert!(page.location().contains("/probe#"), "{}", page.location());
    let page = visitor.browser.get("/probe").await.text;
    assert!(page.contains("No answer has come to: Logout by Redirect"), "{page}");
    let fields = [("scenario", "passive-none"), ("walk", "1")];
    let passive = Visit::read(&visitor.press("/probe/run", &fields).await);
    let from = visitor.no_passive(&passive).await;
    let last = visitor.go_on(&from).await;
    assert!(!last.request().is_passive, "Logout by POST signs in first");
}

#[tokio::test]
async fn it_can_be_left() {
    let visitor = Visitor::new().await;
    visitor.press("/probe/all", &[]).await;
    assert!(
        visitor
            .browser
            .get("/probe")
            .await
            .text
            .contains("The walk is not at its end")
    );
    assert!(visitor.press("/probe/stop", &[]).await.location().ends_with("/probe"));
    let page = visitor.browser.get("/probe").await.text;
    assert!(!page.contains("The walk is not at its end"));
    // A refusal beside the walk leaves it as it is; another scenario alone ends it.
    visitor.press("/probe/all", &[]).await;
    visitor.run("stale").await;
    assert!(
        visitor
            .browser
            .get("/probe")
            .await
            .text
            .contains("The walk is not at its end")
    );
    let visit = visitor.run("post-signed").await;
    let answered = visitor.answer(&visit, |_| {}).await;
    let home = visitor.browser.get(path_of(answered.location())).await;
    assert_eq!(home.location(), "http://localhost:8080/probe#post-signed");
}

#[tokio::test]
async fn only_our_own_pages_begin_anything() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    for path in ["/probe/run", "/probe/all", "/probe/stop"] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "null"),
        ] {
            let request = visitor.browser.request(Method::POST, path, true).header(name, value);
            let answer = visitor.browser.send(request, "scenario=logout-redirect").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        let answer = visitor.browser.get(path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    visitor.expect("logout-redirect", "Not run", "").await;
    let nonsense = visitor.press("/probe/run", &[("scenario", "nothing")]).await;
    assert_eq!(nonsense.location(), "http://localhost:8080/probe");
    // A step that is not due is not made: the scenario begins anew.
    let fields = [("scenario", "logout-redirect"), ("step", "check")];
    let visit = Visit::read(&visitor.press("/probe/run", &fields).await);
    assert!(matches!(visit.inbound.message, Message::LogoutRequest(_)));
}

#[tokio::test]
async fn a_record_is_its_browsers() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("redirect-signed").await;
    let other = visitor.sample.browser();
    // The answer arrives without cookies, or in another browser: it is noted where the visit began, and nowhere else.
    let spec = visit.sign_in().response(visitor.sample.clock.now());
    let answer = visit.sign_in().answer(&other, &spec).await;
    let page = other.get(path_of(answer.location())).await;
    assert_eq!(page.location(), "http://localhost:8080/probe");
    let page = other.get("/probe").await.text;
    assert!(!page.contains("tag good"), "{page}");
    assert!(!is_signed_in(&other).await);
    visitor.expect("redirect-signed", "Passed", "").await;
    visitor.browser.forget_cookies();
    visitor.expect("redirect-signed", "Not run", "").await;
}

#[tokio::test]
async fn records_are_forgotten() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    visitor.sample.clock.advance(chrono::TimeDelta::hours(2));
    visitor.expect("redirect-signed", "Not run", "").await;
}

#[tokio::test]
async fn the_page_lists_what_is_asked_and_stands_alone() {
    let visitor = Visitor::new().await;
    let home = visitor.browser.get("/").await.text;
    assert!(home.contains("<a href=\"/probe\">Check this setup</a>"), "{home}");
    let page = visitor.browser.get("/probe").await.text;
    for words in [
        ">Run all</button>",
        "Download report",
        "These end your session at the identity server",
        "<code>travelocity.com</code>",
        "<code>http://localhost:9763/identity/metadata/saml2</code>",
        "aria-label=\"Run: Redirect, signed\"",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert_eq!(page.matches("<tr id=").count(), 25);
    assert!(!page.contains("style=") && !page.contains("<iframe"));
    let apart = super::row_in(&page, "stale");
    assert!(apart.contains("target=\"_blank\" rel=\"noopener\""), "{apart}");
    assert!(!super::row_in(&page, "passive").contains("_blank"));

    let alone = Sample::alone().browser().get("/probe").await;
    assert_eq!(alone.status, StatusCode::OK);
    assert!(alone.text.contains("metadata cannot be had"), "{}", alone.text);
}

#[tokio::test]
async fn what_was_seen_is_escaped_and_short() {
    let visitor = Visitor::new().await;
    let visit = visitor.run("redirect-signed").await;
    visitor
        .answer(&visit, |spec| {
            spec.attributes[0].name = format!("<img src=x>\n{}", "y".repeat(5_000));
            spec.authn_context_class = "<script>alert(1)</script>".into();
        })
        .await;
    let row = visitor.row("redirect-signed").await;
    assert!(
        row.contains("&lt;img src=x&gt;") && row.contains("&lt;script&gt;"),
        "{row}"
    );
    assert!(!row.contains("<img") && !row.contains("<script"), "{row}");
    assert!(row.len() < 6_000, "{}", row.len());
    let report = visitor.browser.get("/probe/report").await.text;
    let line = report.lines().find(|line| line.contains("Attributes")).unwrap();
    assert!(
        line.contains("<img src=x>") && line.len() < 400,
        "one line, and a short one: {line}"
    );
}

#[tokio::test]
async fn the_report_is_text_without_secrets() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    visitor.run("stale").await;
    visitor.wait();
    let report = visitor.browser.get("/probe/report").await;
    assert_eq!(report.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(report.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    for words in [
        "Service provider:   travelocity.com",
        "Identity provider:  http://localhost:9763/identity/metadata/saml2",
        "2 passed 0 failed 0 needs you 23 not run",
        "[Passed] Redirect, signed",
        "[Passed] An old request",
        "[Not run] Logout by POST",
        "Assertion signed: yes, rsa-sha256 and sha256",
    ] {
        assert!(report.text.contains(words), "{words} in {}", report.text);
    }
    let cookie = visitor.browser.cookie("sample_probe").unwrap();
    for secret in ["admin", "+94771234567", "session-1", "<saml", "SAMLRequest", &cookie] {
        assert!(!report.text.contains(secret), "{secret} in {}", report.text);
    }
}
