//! Pages on which nothing runs carry no script at all: Leptos ends every document with some of its own.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use super::pages;

const END: &[u8] = b"</html>";
/// More than any page of ours.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// Cuts a page off after its end, where its policy allows no script.
pub async fn cut(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !is_scriptless_page(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_PAGE).await else {
        return pages::plain(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be put together.");
    };
    let end = bytes
        .windows(END.len())
        .rposition(|window| window == END)
        .map_or(bytes.len(), |at| at + END.len());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes.slice(..end)))
}

fn is_scriptless_page(headers: &HeaderMap) -> bool {
    let holds = |name, text: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains(text))
    };
    holds(header::CONTENT_TYPE, "text/html") && holds(header::CONTENT_SECURITY_POLICY, "script-src 'none'")
}
