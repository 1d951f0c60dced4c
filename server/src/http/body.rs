//! How much a request may hold. Three addresses take a file and nothing but the kind of form that carries one.

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use tower::{Layer, ServiceExt};
use tower_http::limit::RequestBodyLimitLayer;

use super::pages;
use crate::AppState;

/// The largest body any other form of ours needs.
pub const LARGEST: usize = 1024 * 1024;
/// Metadata of 10 MB with what stands around it.
const LARGEST_UPLOAD: usize = 11 * 1024 * 1024;
/// A list of users of 50 MB with what stands around it. What is a little larger is read, to be refused by the page.
const LARGEST_LIST: usize = 56 * 1024 * 1024;
/// The server function that takes a list of users.
const USERS: &str = "/api/console/users/import/upload";
const TOO_LARGE: &str = "What was sent holds more than the server takes. Shorten it and send it again.";
/// The server functions that take a file: the first ones metadata.
pub const UPLOADS: [&str; 3] = [
    "/api/console/service-providers/import",
    "/api/console/service-providers/compare-metadata",
    USERS,
];

/// The answer to any other kind of form there: the function's own reader takes it for granted that there is a boundary.
pub fn form_without_file(state: &AppState, request: &Request) -> Option<Response> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let fits = kind.is_some_and(|kind| multer::parse_boundary(kind).is_ok());
    if fits || request.method() != Method::POST || !UPLOADS.contains(&request.uri().path()) {
        return None;
    }
    let text = "This address takes a form with a file only.";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Some(pages::respond(state, request.headers(), status, "Not understood", text))
}

pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Any other kind of form is read whole on its way in, before anybody has asked who sends it.
    let kind = request.headers().get(header::CONTENT_TYPE);
    let has_file = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let (limit, text) = match request.uri().path() {
        USERS if has_file => (
            LARGEST_LIST,
            "The file is larger than 50 MB. Divide it, and import one part after the other.",
        ),
        path if has_file && UPLOADS.contains(&path) => (LARGEST_UPLOAD, TOO_LARGE),
        _ => (LARGEST, TOO_LARGE),
    };
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    if declared
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length > limit)
    {
        return pages::respond(
            &state,
            request.headers(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "Too large",
            text,
        );
    }
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let next = next.map_request(|request: http::Request<_>| request.map(Body::new));
    let limited = RequestBodyLimitLayer::new(limit).layer(next).oneshot(request).await;
    match limited {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}
