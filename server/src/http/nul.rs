//! No NUL comes in, neither in an address nor in a form: no browser lets one be typed, and PostgreSQL keeps none in a
//! text. Whoever sends one all the same is told so, instead of meeting an error of the store.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{StatusCode, header};

use super::pages;
use crate::AppState;

const FORM: &[u8] = b"application/x-www-form-urlencoded";

pub async fn refuse(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, mut body) = request.into_parts();
    let respond = |status, title, text| pages::respond(&state, &parts.headers, status, title, text);
    let mut found = parts
        .uri
        .path_and_query()
        .is_some_and(|target| target.as_str().contains("%00"));
    let kind = parts.headers.get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(FORM)) {
        // The layer around this one ends a body that is too large.
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            let text = "This form holds more than the server takes. Shorten it and send it again.";
            return respond(StatusCode::PAYLOAD_TOO_LARGE, "Too large", text);
        };
        found |= bytes.contains(&0) || bytes.windows(3).any(|window| window == b"%00");
        body = Body::from(bytes);
    }
    if found {
        let text = "What was sent holds a NUL, a character that no text can have.";
        return respond(StatusCode::BAD_REQUEST, "Not understood", text);
    }
    next.run(Request::from_parts(parts, body)).await
}
