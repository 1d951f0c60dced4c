//! A browser: a cookie jar in front of the router, and answers read to the end.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use cookie::Cookie;
use tower::ServiceExt as _;

/// An answer, read to the end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header(header::LOCATION)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

pub(super) struct Browser {
    router: Router,
    host: &'static str,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    pub(super) fn new(router: Router, host: &'static str) -> Self {
        Self {
            router,
            host,
            cookies: RefCell::default(),
        }
    }

    /// Asks for a page, as a link or a redirect does.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, true), "").await
    }

    /// Posts a form of one of the sample's own pages.
    pub(super) async fn submit(&self, path: &str) -> Answer {
        let request = self
            .request(Method::POST, path, true)
            .header("sec-fetch-site", "same-origin");
        self.send(request, "").await
    }

    /// Posts a form of another site's page: Lax cookies stay at home.
    pub(super) async fn post_cross_site(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .request(Method::POST, path, false)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }

    pub(super) fn request(&self, method: Method, path: &str, with_cookies: bool) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host);
        let cookies = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        if with_cookies && !cookies.is_empty() {
            request.header(header::COOKIE, cookies)
        } else {
            request
        }
    }

    pub(super) async fn send(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
        let response = self.open(request, body).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Sends a request and leaves the answer's body unread.
    pub(super) async fn open(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Response<Body> {
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep_cookies(response.headers());
        response
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(super) fn forget_cookies(&self) {
        self.cookies.borrow_mut().clear();
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let cookie = Cookie::parse(value.to_str().unwrap().to_owned()).unwrap();
            assert_eq!(cookie.http_only(), Some(true), "{cookie}");
            assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax), "{cookie}");
            assert_eq!(cookie.path(), Some("/"), "{cookie}");
            let (name, value) = (cookie.name().to_owned(), cookie.value().to_owned());
            if cookie.max_age() == Some(cookie::time::Duration::ZERO) {
                self.cookies.borrow_mut().remove(&name);
            } else {
                self.cookies.borrow_mut().insert(name, value);
            }
        }
    }
}
