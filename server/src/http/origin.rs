//! Writes come from our own pages: the one defence against cross-site requests, before every route and server function.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, header};

use super::pages;
use crate::AppState;

/// Where service providers post to, from their own sites.
const EXEMPT: [&str; 1] = ["/samlsso"];

/// The answer to a write from elsewhere.
pub fn refusal(state: &AppState, request: &Request) -> Option<Response> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let own_origin = state.services.settings.public_url.origin().ascii_serialization();
    if reads || EXEMPT.contains(&request.uri().path()) || is_own(request.headers(), &own_origin) {
        return None;
    }
    tracing::warn!(path = request.uri().path(), "a write from another site was refused");
    Some(pages::respond(
        state,
        request.headers(),
        StatusCode::FORBIDDEN,
        "Not from here",
        "This form was sent from another site. Open the page here and send it again.",
    ))
}

/// `Sec-Fetch-Site: same-origin` (never `same-site`: another port is that), or without that header our own `Origin`.
fn is_own(headers: &HeaderMap, own_origin: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin == own_origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_write() {
        let headers = |pairs: &[(&'static str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
                .collect::<HeaderMap>()
        };
        let own = |pairs: &[(&'static str, &str)]| is_own(&headers(pairs), "http://localhost:9763");
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "http://localhost:9763")]));
        for wrong in [
            &[][..],
            &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:9763")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:8080")],
            &[("origin", "null")],
        ] {
            assert!(!own(wrong), "{wrong:?}");
        }
    }
}
