//! One server, one name: requests under another `Host` are led to the public address or refused.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use super::pages;
use crate::AppState;

/// The answer to a request that was sent to another name.
pub fn refusal(state: &AppState, request: &Request) -> Option<Response> {
    let settings = &state.services.settings;
    if request.uri().path().starts_with("/health/") || host_of(request).is_some_and(|host| is_ours(host, settings)) {
        return None;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && pages::wants_html(request.headers()) {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        if let Ok(location) = HeaderValue::from_str(&settings.at(target)) {
            return Some((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response());
        }
    }
    Some(pages::plain(
        StatusCode::MISDIRECTED_REQUEST,
        "This server answers under another name only.",
    ))
}

/// From `Host`, or from the target itself where that is absolute.
fn host_of(request: &Request) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
    }
}

fn is_ours(host: &str, settings: &identity::Settings) -> bool {
    let url = &settings.public_url;
    let Some(name) = url.host_str() else { return false };
    let given = url.port_or_known_default();
    let (host_name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (name, port.parse().ok()),
        _ => (host, if settings.is_https() { Some(443) } else { Some(80) }),
    };
    host_name.eq_ignore_ascii_case(name) && port == given
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_the_public_address_is_ours() {
        let settings = |url: &str| identity::Settings {
            public_url: url.parse().unwrap(),
            ..identity::testing::settings()
        };
        let http = settings("http://localhost:9763");
        assert!(is_ours("localhost:9763", &http));
        assert!(is_ours("LOCALHOST:9763", &http));
        for other in [
            "localhost",
            "localhost:80",
            "127.0.0.1:9763",
            "localhost:9763.evil.example",
            "evil.example:9763",
            "",
        ] {
            assert!(!is_ours(other, &http), "{other}");
        }
        let https = settings("https://id.example.org");
        assert!(is_ours("id.example.org", &https));
        assert!(is_ours("id.example.org:443", &https));
        assert!(!is_ours("id.example.org:80", &https));
        assert!(is_ours("[::1]:9763", &settings("http://[::1]:9763")));
    }
}
