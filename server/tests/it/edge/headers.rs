//! Headers and cookies: what each kind of page lets a browser do.

use axum::http::header;
use cookie::{Cookie, SameSite};
use identity::testing;

use crate::browser::Answer;
use crate::fake_sp::{PostPage, script_nonce};
use crate::harness::TestApp;
use crate::stores::{Kind, on_both_stores};

fn policy(answer: &Answer) -> &str {
    assert_eq!(
        answer.headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(),
        1,
        "{}",
        answer.path
    );
    answer.header(header::CONTENT_SECURITY_POLICY)
}

#[track_caller]
fn common(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), value, "{} {name}", answer.path);
    }
    let policy = policy(answer);
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("base-uri 'none'"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'),
        "{policy}"
    );
    let html = &answer.body;
    assert!(
        !html.contains(" style=") && !html.contains("<style"),
        "inline style: {html}"
    );
    for attribute in [" onclick=", " onsubmit=", " onload=", " oninput=", "javascript:"] {
        assert!(!html.contains(attribute), "{attribute} on {}", answer.path);
    }
}

async fn sign_in_pages_run_nothing(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, password) = app.begin(&browser, &sp).await;
    let (_, code) = app.to_code_page(&browser, &sp).await;
    for answer in [
        password,
        code,
        browser.open("/console/login").await,
        browser.open("/logout").await,
        browser.open("/login/x").await,
        browser.get("/samlsso").await,
        browser.get("/nowhere").await,
    ] {
        common(&answer);
        let policy = policy(&answer);
        assert!(
            policy.contains("script-src 'none'") || !policy.contains("script-src"),
            "{policy}"
        );
        assert_eq!(answer.page().scripts, 0, "{}", answer.path);
        for trace in ["<script", "leptos-island", "modulepreload", ".wasm"] {
            assert!(!answer.body.contains(trace), "{trace} on {}", answer.path);
        }
        assert!(
            answer.body.len() < 15_000,
            "{}: {} bytes",
            answer.path,
            answer.body.len()
        );
    }
}

async fn console_pages_run_our_scripts_only(app: &TestApp) {
    let console = app.console().await;
    for path in [
        "/console/users/new",
        "/console/identity-providers/new",
        "/console/service-providers/new",
    ] {
        let [first, second] = [console.open(path).await, console.open(path).await];
        common(&first);
        let policy = policy(&first);
        let (_, nonce) = policy.split_once("script-src 'self' 'nonce-").expect(policy);
        let nonce = nonce.split('\'').next().unwrap();
        assert!(
            policy.contains("connect-src 'self'") && policy.contains("form-action 'self'"),
            "{policy}"
        );
        assert!(
            nonce.len() >= 16 && !second.body.contains(nonce),
            "a nonce is good for one page"
        );
        let html = scraper::Html::parse_document(&first.body);
        for script in crate::page::all(html.root_element(), "script") {
            assert_eq!(script.attr("nonce"), Some(nonce), "{path}");
        }
    }
}

/// Nothing is loaded where no island stands.
async fn a_console_page_without_islands_loads_none(app: &TestApp) {
    let console = app.console().await;
    let answer = console.open("/console/confirm-password").await;
    let policy = policy(&answer);
    assert!(
        policy.contains("script-src 'none'") && policy.contains("connect-src 'none'"),
        "{policy}"
    );
    for trace in ["<script", "leptos-island", "modulepreload", ".wasm"] {
        assert!(!answer.body.contains(trace), "{trace}: {}", answer.body);
    }
    assert!(
        answer.body.contains("</head>") && answer.body.contains("gatehouse.css"),
        "{}",
        answer.body
    );
    assert_eq!(answer.page_with(200).heading, "Confirm your password");
}

async fn the_page_that_posts_itself_runs_one_script(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let answer = app
        .code(&browser, &page, &crate::fake_provider::last_code(&app.sms))
        .await;
    common(&answer);
    PostPage::read(&answer);
    let nonce = script_nonce(&answer.body);
    let expected = format!("default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'");
    assert_eq!(policy(&answer), expected);
}

fn cookies(answer: &Answer) -> Vec<Cookie<'static>> {
    let values = answer.headers.get_all(header::SET_COOKIE).iter();
    values
        .map(|value| Cookie::parse(value.to_str().unwrap().to_owned()).unwrap())
        .collect()
}

/// Every cookie of a sign-in at the console and at an application.
async fn all_cookies(app: &TestApp) -> Vec<Cookie<'static>> {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let sign_in = |password: &str| {
        let fields = [("username", "admin"), ("password", password), ("next", "")];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let mut found = cookies(&browser.post("/api/console/sign-in", &sign_in("wrong")).await);
    found.extend(cookies(
        &browser
            .post("/api/console/sign-in", &sign_in(testing::ADMIN_PASSWORD))
            .await,
    ));
    let begun = browser.get(&sp.redirect(&sp.request(), None)).await;
    found.extend(cookies(&begun));
    let page = browser.follow(begun).await;
    let page = app.password(&browser, &page, "admin", testing::ADMIN_PASSWORD).await;
    let label = "Enter the code sent to your mobile phone";
    let code = crate::fake_provider::last_code(&app.sms);
    let (action, pairs) = page.page().form("Authenticate").set(label, &code).press("Authenticate");
    found.extend(cookies(&browser.post(&action, &pairs).await));
    found.extend(cookies(&browser.post("/api/logout", &[]).await));
    found
}

fn check(found: &[Cookie<'_>], prefix: &str, secure: bool) {
    for name in [
        "gatehouse_console",
        "gatehouse_outcome",
        "gatehouse_flow_",
        "gatehouse_session",
        "gatehouse_logout_",
    ] {
        let name = format!("{prefix}{name}");
        assert!(
            found.iter().any(|cookie| cookie.name().starts_with(&name)),
            "{name}: {found:?}"
        );
    }
    for cookie in found {
        assert!(cookie.name().starts_with(&format!("{prefix}gatehouse_")), "{cookie}");
        assert_eq!(cookie.http_only(), Some(true), "{cookie}");
        assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{cookie}");
        assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None), "{cookie}");
        assert_eq!(cookie.secure().unwrap_or(false), secure, "{cookie}");
    }
    let session = found
        .iter()
        .find(|cookie| cookie.name().ends_with("gatehouse_session"))
        .unwrap();
    assert_eq!(
        (session.max_age(), session.expires()),
        (None, None),
        "it ends with the browser: {session}"
    );
    assert!(session.value().len() >= 43, "256 bits");
}

async fn cookies_are_for_us_alone(app: &TestApp) {
    check(&all_cookies(app).await, "", false);
}

/// Under https cookies are `Secure` and `__Host-`, and browsers are told to stay with https.
#[tokio::test]
async fn cookies_over_https() {
    let settings = identity::Settings {
        public_url: "https://id.example.org".parse().unwrap(),
        ..testing::settings()
    };
    let app = TestApp::start_with(Kind::Sqlite, settings).await;
    check(&all_cookies(&app).await, "__Host-", true);
    let answer = app.browser().get("/console/login").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

/// A session that was planted before the sign-in is not the one after it.
async fn a_new_session_id_at_every_sign_in(app: &TestApp) {
    let browser = app.console().await;
    let first = browser.cookie("gatehouse_console").unwrap();
    let fields = [
        ("username", "admin"),
        ("password", testing::ADMIN_PASSWORD),
        ("next", ""),
    ];
    let form = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post("/api/console/sign-in", &form).await;
    let second = browser.cookie("gatehouse_console").unwrap();
    assert_ne!(first, second);
    let old = app.browser();
    old.cookies.lock().unwrap().insert("gatehouse_console".into(), first);
    assert!(
        old.get("/console/users").await.location().starts_with("/console/login"),
        "the old one has ended"
    );
}

on_both_stores!(
    sign_in_pages_run_nothing,
    console_pages_run_our_scripts_only,
    a_console_page_without_islands_loads_none,
    the_page_that_posts_itself_runs_one_script,
    cookies_are_for_us_alone,
    a_new_session_id_at_every_sign_in,
);
