//! Writes come from our own pages: every address that takes a POST is tried from elsewhere.

use axum::http::{Method, header};
use leptos::server_fn::axum::server_fn_paths;

use crate::browser::ORIGIN;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn no_write_from_elsewhere(app: &TestApp) {
    let console = app.console().await;
    let paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() > 30, "server functions are registered: {paths:?}");
    for path in paths {
        for from in [
            &[][..],
            &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
            &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:8080")],
            &[("origin", "http://localhost:9763.evil.example")],
            &[("origin", "null")],
            &[("referer", ORIGIN)],
        ] {
            let request = console
                .request(Method::POST, path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = from
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value));
            let answer = console.send(request, "").await;
            assert_eq!(answer.status, 403, "{path} {from:?}");
            assert!(answer.headers.get(header::SET_COOKIE).is_none());
        }
    }
}

/// A browser that does not send `Sec-Fetch-Site` is known by its `Origin`.
async fn an_old_browser_is_let_in(app: &TestApp) {
    let browser = app.browser();
    let request = browser
        .request(Method::POST, "/api/console/sign-in")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = browser.send(request, "username=admin&password=wrong&next=").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Service providers post from their own sites, to one address.
async fn only_samlsso_takes_posts_from_elsewhere(app: &TestApp) {
    let browser = app.browser();
    assert_eq!(browser.post_from_elsewhere("/samlsso", &[]).await.status, 400);
    for path in [
        "/samlsso/",
        "/samlsso/resume/x",
        "/logout",
        "/logout/x",
        "/console",
        "/login/x",
        "/",
    ] {
        assert_eq!(browser.post_from_elsewhere(path, &[]).await.status, 403, "{path}");
    }
}

/// No link does what a form does.
async fn no_write_by_get(app: &TestApp) {
    let console = app.console().await;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
        let answer = console.get(path).await;
        assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}: {}", answer.status);
    }
}

on_both_stores!(
    no_write_from_elsewhere,
    an_old_browser_is_let_in,
    only_samlsso_takes_posts_from_elsewhere,
    no_write_by_get,
);
