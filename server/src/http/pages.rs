//! Pages for what has no page of its own: errors, refusals, addresses that lead nowhere. One card, no script.

use std::any::Any;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::Error;
use identity::saml_idp::Refused;

use crate::AppState;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether a person with a browser is asking.
#[must_use]
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// A line of text.
#[must_use]
pub fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// A card for a person, a line for a program.
#[must_use]
pub fn respond(state: &AppState, headers: &HeaderMap, status: StatusCode, title: &str, text: &'static str) -> Response {
    if wants_html(headers) {
        card(state, status, title, text, None)
    } else {
        plain(status, text)
    }
}

/// A refused SAML message: what the person can do, and the number under which the administrator finds the rest.
#[must_use]
pub fn refused(state: &AppState, refused: &Refused) -> Response {
    card(
        state,
        StatusCode::BAD_REQUEST,
        "This sign-in cannot go on",
        refused.check.words(),
        Some(&refused.case_number),
    )
}

/// An error of the rules as a page; logged here, once.
#[must_use]
pub fn failed(state: &AppState, headers: &HeaderMap, error: &Error) -> Response {
    match error {
        Error::NotFound => respond(
            state,
            headers,
            StatusCode::NOT_FOUND,
            "Not found",
            "There is nothing here, or it belongs to another browser. Start again from the application.",
        ),
        Error::Busy { retry_after } => {
            let mut response = respond(
                state,
                headers,
                StatusCode::SERVICE_UNAVAILABLE,
                "Busy",
                "The server is busy. Try again in a moment.",
            );
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
            response
        }
        other => {
            tracing::error!(error = %app::context::chain(other), "a request failed");
            let text = "Something went wrong on the server. Try again in a moment; the server's log says what it was.";
            respond(
                state,
                headers,
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                text,
            )
        }
    }
}

/// Every address that leads nowhere.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    respond(
        &state,
        request.headers(),
        StatusCode::NOT_FOUND,
        "Not found",
        "There is no page at this address.",
    )
}

/// Gives a person a page where a server function only had a status to say. What a program asked for stays as it is.
pub async fn error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_form = request.uri().path().starts_with("/api/") && wants_html(request.headers());
    let response = next.run(request).await;
    if !is_form || !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let (title, text) = match response.status() {
        StatusCode::UNAUTHORIZED => (
            "Sign in first",
            "Your console session has ended. Sign in, go back and send the form again.",
        ),
        StatusCode::FORBIDDEN => (
            "Not allowed",
            "You do not have the permission for this. An administrator can give it to you.",
        ),
        StatusCode::NOT_FOUND => (
            "Not found",
            "There is no such thing any more. Somebody may have deleted it.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Busy",
            "The server is busy. Go back and send the form again in a moment.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "Too large",
            "This form holds more than the server takes. Shorten it and send it again.",
        ),
        _ => (
            "Something went wrong",
            "The form could not be taken. Go back and send it again; the server's log says what it was.",
        ),
    };
    let mut page = card(&state, response.status(), title, text, None);
    for name in [header::RETRY_AFTER, header::SET_COOKIE] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// A bug: said plainly, logged by the panic itself.
#[must_use]
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request panicked");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on the server.")
}

/// A page that leads on to another site by itself, without a script.
#[must_use]
pub fn go_on(state: &AppState, url: &str) -> Response {
    let url = escape(url);
    let head = format!("<meta http-equiv=\"refresh\" content=\"0;url={url}\">");
    let body = format!("<p><a href=\"{url}\">Continue</a></p>");
    document(state, StatusCode::OK, "One moment", &head, &body)
}

fn card(state: &AppState, status: StatusCode, title: &str, text: &str, case_number: Option<&str>) -> Response {
    let case = case_number.map_or_else(String::new, |number| {
        format!(
            "<p>Case number <strong>{}</strong>. Give it to the administrator, who finds the details under it.</p>",
            escape(number)
        )
    });
    document(state, status, title, "", &format!("<p>{}</p>{case}", escape(text)))
}

/// `head` and `body` are markup, `title` is text.
fn document(state: &AppState, status: StatusCode, title: &str, head: &str, body: &str) -> Response {
    let base = &state.assets.base;
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         {head}<title>{title} · Gatehouse</title><link rel=\"icon\" href=\"/{base}/icon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/{base}/sign-in.css\"></head>\
         <body><main class=\"door\"><p class=\"brand\"><img class=\"icon\" src=\"/{base}/icon.svg\" alt=\"\">Gatehouse</p>\
         <div class=\"door-card\"><h1>{title}</h1>{body}</div></main></body></html>",
        title = escape(title),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, html).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
