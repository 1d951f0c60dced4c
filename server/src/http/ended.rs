//! A form of the console that is posted after its session has run out: what was typed waits, and the browser is led to
//! the sign-in and from there back to the form. Refuses to do what the form asks for; a person presses the button again.

use app::console::sign_in::inside;
use app::context::{encode, page_alone};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method, StatusCode, header};
use identity::posted;
use url::Url;

use super::{body, pages};
use crate::AppState;

/// These have nothing that could wait.
const WITHOUT_FORM: [&str; 2] = ["/api/console/sign-in", "/api/console/sign-out"];

/// Leads to the sign-in, or gives the request back if there is nothing to keep or nobody to keep it for.
pub async fn lead_to_sign_in(state: &AppState, secret: &str, request: Request) -> Result<Response, Request> {
    let Some(page) = page_of(state, &request) else {
        return Err(request);
    };
    let (parts, sent) = request.into_parts();
    let Ok(sent) = to_bytes(sent, body::LARGEST).await else {
        let text = "This form holds more than the server takes. Shorten it and send it again.";
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(pages::respond(state, &parts.headers, status, "Too large", text));
    };
    let kept = match std::str::from_utf8(&sent) {
        Ok(text) => posted::keep(&state.services, secret, &page, text).await,
        Err(_) => Ok(None),
    };
    match kept {
        Ok(Some(id)) => {
            let joint = if page.contains('?') { '&' } else { '?' };
            let next = encode(&format!("{page}{joint}draft={id}"));
            Ok(Redirect::to(&format!("/console/login?next={next}")).into_response())
        }
        Ok(None) => Err(Request::from_parts(parts, Body::from(sent))),
        Err(error) => Ok(pages::failed(state, &parts.headers, &error)),
    }
}

/// The page of ours that a person's form stands on. `None` for anything else that is posted.
fn page_of(state: &AppState, request: &Request) -> Option<String> {
    let path = request.uri().path();
    let headers = request.headers();
    let is_form = request.method() == Method::POST
        && path.starts_with("/api/console/")
        && !WITHOUT_FORM.contains(&path)
        && pages::wants_html(headers)
        && text(headers, header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    if !is_form {
        return None;
    }
    let page = Url::parse(text(headers, header::REFERER)).ok()?;
    if page.origin() != state.services.settings.public_url.origin() {
        return None;
    }
    let address = match page.query() {
        Some(query) => format!("{}?{query}", page.path()),
        None => page.path().to_owned(),
    };
    (inside(&address) == address).then(|| page_alone(&address))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
