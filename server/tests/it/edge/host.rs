//! One server, one name; and the addresses that are no pages.

use axum::http::{Method, Request, header};

use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn asked_under(app: &TestApp, host: &str, method: Method, path: &str, accept: &str) -> crate::browser::Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, accept)
        .header("sec-fetch-site", "same-origin");
    app.browser().send(request, "").await
}

async fn another_name_is_led_here_or_refused(app: &TestApp) {
    for host in [
        "127.0.0.1:9763",
        "localhost",
        "evil.example",
        "evil.example:9763",
        "localhost:9763.evil.example",
    ] {
        let page = asked_under(app, host, Method::GET, "/console?x=1", "text/html").await;
        assert_eq!(
            (page.status.as_u16(), page.location()),
            (308, "http://localhost:9763/console?x=1"),
            "{host}"
        );
        for (method, path, accept) in [
            (Method::GET, "/identity/metadata/saml2", "*/*"),
            (Method::POST, "/samlsso", "text/html"),
            (Method::POST, "/api/console/sign-in", "text/html"),
        ] {
            let answer = asked_under(app, host, method, path, accept).await;
            assert_eq!(answer.status, 421, "{host} {path}");
            assert!(!answer.body.contains("evil"), "{}", answer.body);
        }
        for path in ["/health/live", "/health/ready"] {
            assert_eq!(
                asked_under(app, host, Method::GET, path, "*/*").await.status,
                200,
                "{host} {path}"
            );
        }
    }
}

/// An address that is absolute in its own right leads nowhere else.
async fn the_redirect_stays_here(app: &TestApp) {
    for path in ["//evil.example/x", "/\\evil.example"] {
        let answer = asked_under(app, "other.example", Method::GET, path, "text/html").await;
        assert!(
            answer.location().starts_with("http://localhost:9763/"),
            "{}",
            answer.location()
        );
    }
}

async fn addresses_that_lead_nowhere(app: &TestApp) {
    let browser = app.browser();
    for path in [
        "/nowhere",
        "/console/nowhere",
        "/api/console/nowhere",
        "/login",
        "/pkg/x/y.js",
        "/samlsso/x",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let page = browser.get("/nowhere").await.page_with(404);
    assert_eq!(page.heading, "Not found");
    let program = Request::builder()
        .uri("/nowhere")
        .header(header::HOST, "localhost:9763");
    assert_eq!(
        browser.send(program, "").await.body,
        "There is no page at this address."
    );
}

async fn the_root_leads_to_the_console_and_that_to_its_sign_in(app: &TestApp) {
    let browser = app.browser();
    assert_eq!(browser.get("/").await.location(), "/console");
    let signed_out = browser.get("/console/users?q=a").await;
    assert_eq!(signed_out.location(), "/console/login?next=%2Fconsole%2Fusers%3Fq%3Da");
    let form = browser.open("/console/users?q=a").await.page_with(200).form("Sign In");
    let form = form
        .set("Username", "admin")
        .set("Password", identity::testing::ADMIN_PASSWORD);
    assert_eq!(browser.press(&form, "Sign In").await.path, "/console/users?q=a");
    assert_eq!(browser.open("/console").await.page_with(200).heading, "Home");
}

/// `next` is a page of the console or it is nothing.
async fn next_leads_nowhere_else(app: &TestApp) {
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/login/x",
        "javascript:alert(1)",
    ] {
        let browser = app.browser();
        let fields = [
            ("username", "admin"),
            ("password", identity::testing::ADMIN_PASSWORD),
            ("next", next),
        ];
        let form = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            browser.post("/api/console/sign-in", &form).await.location(),
            "/console",
            "{next}"
        );
    }
}

async fn a_body_without_end_is_refused(app: &TestApp) {
    let browser = app.browser();
    let field = vec![("SAMLRequest".to_owned(), "A".repeat(2 << 20))];
    assert_eq!(browser.post_from_elsewhere("/samlsso", &field).await.status, 413);
    let console = app.console().await;
    for path in [
        "/api/console/users/create",
        "/api/console/sign-in",
        "/api/login/password",
    ] {
        assert_eq!(console.post(path, &field).await.status, 413, "{path}");
        // One that does not say how long it is.
        let request = console
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(console.send(request, "a".repeat(2 << 20)).await.status, 413, "{path}");
    }
}

/// What takes files takes more, and nothing but forms with files; each in words.
async fn an_upload_has_its_own_limit(app: &TestApp) {
    let console = app.console().await;
    for path in server::http::body::UPLOADS {
        let field = vec![("metadata[xml]".to_owned(), "x".to_owned())];
        assert_eq!(console.post(path, &field).await.status, 415, "{path}");
        // Not read to its end either, to be refused then.
        let much = vec![("metadata[xml]".to_owned(), "x".repeat(2 << 20))];
        assert_eq!(console.post(path, &much).await.status, 413, "{path}");
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=x",
            "text/plain",
        ] {
            let status = console.post_as(path, kind, b"--x--\r\n".to_vec()).await.status;
            assert!(status == 415 || status == 400, "{path} {kind}: {status}");
        }
        assert_eq!(
            console
                .post_as(path, "multipart/form-data; boundary=x", b"nonsense".to_vec())
                .await
                .status,
            400
        );
        let (size, words) = if path.contains("/users/") {
            (57 << 20, "larger than 50 MB")
        } else {
            (12 << 20, "more than the server takes")
        };
        let declared = console
            .post_as(path, "multipart/form-data; boundary=x", vec![b'x'; size])
            .await;
        assert_eq!(declared.status, 413, "{path}");
        assert!(declared.body.contains(words), "{}", declared.body);
    }
}

/// PostgreSQL keeps no NUL: it must not come so far, wherever it is put.
async fn a_nul_is_refused_at_the_door(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    let redirect = sp.redirect(&sp.request(), Some("\0"));
    for path in [
        "/login/%00",
        "/logout/%00",
        "/samlsso?spEntityID=%00",
        "/samlsso/resume/%00",
        "/console/users?q=a%00",
        "/console/users?after=%00",
        "/console/users/%00/profile",
        "/console/identity-providers/new?draft=%00",
        redirect.as_str(),
    ] {
        assert_eq!(
            console.get(path).await.page_with(400).heading,
            "Not understood",
            "{path}"
        );
    }
    for path in [
        "/api/console/sign-in",
        "/api/console/service-providers/create",
        "/api/login/password",
    ] {
        let form = [
            ("input[name]", "a\0b"),
            ("username", "\0"),
            ("flow", "\0"),
            ("password", "\0"),
            ("next", ""),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(console.post(path, &form).await.status, 400, "{path}");
    }
    let posted = [("SAMLRequest".to_owned(), "\0".to_owned())];
    assert_eq!(console.post_from_elsewhere("/samlsso", &posted).await.status, 400);
}

async fn metadata_is_public_and_verifies(app: &TestApp) {
    let browser = app.browser();
    let answer = browser.get("/identity/metadata/saml2").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/samlmetadata+xml");
    let idp = saml::metadata::parse_idp(&answer.body).unwrap();
    assert_eq!(idp.entity_id, "http://localhost:9763/identity/metadata/saml2");
    for binding in [saml::identifier::BINDING_REDIRECT, saml::identifier::BINDING_POST] {
        assert_eq!(idp.sso_location(binding), Some("http://localhost:9763/samlsso"));
        assert_eq!(idp.slo_location(binding), Some("http://localhost:9763/samlsso"));
    }
}

on_both_stores!(
    another_name_is_led_here_or_refused,
    the_redirect_stays_here,
    addresses_that_lead_nowhere,
    the_root_leads_to_the_console_and_that_to_its_sign_in,
    next_leads_nowhere_else,
    a_body_without_end_is_refused,
    an_upload_has_its_own_limit,
    a_nul_is_refused_at_the_door,
    metadata_is_public_and_verifies,
);
