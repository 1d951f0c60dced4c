//! What holds for every address: host, methods, headers, pages that do not exist.

use axum::http::{Method, StatusCode, header};

use super::Sample;

#[tokio::test]
async fn unknown_hosts_get_421() {
    let sample = Sample::alone();
    for host in ["evil.example:8080", "localhost:9763", "localhost", "a@localhost:8080"] {
        for path in ["/", "/sms", "/saml/metadata", "/sms/nexmo/json", "/nothing"] {
            let answer = sample.browser_at(host).get(path).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}{path}");
            assert!(answer.text.contains("http://localhost:8080"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn no_host_is_an_unknown_host() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let mut request = browser.request(Method::GET, "/", false);
    request.headers_mut().unwrap().remove(header::HOST);
    let answer = browser.send(request, "").await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let sample = Sample::alone();
    let browser = sample.browser();
    for path in ["/", "/sms", "/saml/metadata", "/assets/sample.css"] {
        let request = browser.request(Method::HEAD, path, false);
        let answer = browser.send(request, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.text, "", "{path}");
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            browser.get(path).await.header(header::CONTENT_TYPE)
        );
    }
}

#[tokio::test]
async fn head_starts_and_ends_nothing() {
    let sample = Sample::alone();
    let browser = sample.browser();
    for (path, allow) in [
        ("/saml/login", "GET"),
        ("/saml/finish?ticket=x", "GET"),
        ("/saml/acs", "GET, POST"),
        ("/saml/slo", "GET, POST"),
    ] {
        let request = browser.request(Method::HEAD, path, false);
        let answer = browser.send(request, "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header(header::ALLOW), allow, "{path}");
    }
}

#[tokio::test]
async fn unknown_pages_get_404_and_escape_what_was_asked() {
    let sample = Sample::alone();
    let answer = sample.browser().get("/nothing/a&b%3Cb%3E").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("Page not found"));
    assert!(answer.text.contains("/nothing/a&amp;b%3Cb%3E"), "{}", answer.text);
}

#[tokio::test]
async fn wrong_methods_get_405() {
    let sample = Sample::alone();
    let browser = sample.browser();
    for (method, path) in [
        (Method::POST, "/"),
        (Method::GET, "/saml/logout"),
        (Method::DELETE, "/saml/acs"),
        (Method::GET, "/sms/clickatell/rest/message"),
    ] {
        let request = browser.request(method, path, false);
        let answer = browser.send(request, "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(!answer.header(header::ALLOW).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let sample = Sample::alone();
    for path in ["/", "/sms", "/nothing", "/saml/metadata", "/assets/sample.css"] {
        let answer = sample.browser().get(path).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin");
        assert!(!answer.header(header::CACHE_CONTROL).is_empty());
    }
}

#[tokio::test]
async fn no_page_has_inline_style_or_script() {
    let sample = Sample::alone();
    for path in ["/", "/sms", "/nothing"] {
        let page = sample.browser().get(path).await.text;
        assert!(!page.contains("style="), "{path}");
        assert!(!page.contains("<style"), "{path}");
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script src=\"/assets/").count()
        );
    }
}
