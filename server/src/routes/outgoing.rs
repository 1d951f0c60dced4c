//! A SAML message on its way out, as an answer to the browser.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::saml_idp::{Outgoing, Rendered};

use crate::AppState;
use crate::http::pages;

pub fn respond(state: &AppState, headers: &HeaderMap, outgoing: Outgoing) -> Response {
    match outgoing.render() {
        Ok(Rendered::Redirect(url)) => match HeaderValue::from_str(&url) {
            Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
            Err(error) => pages::failed(state, headers, &identity::Error::internal(error)),
        },
        rendered => page(state, headers, rendered),
    }
}

/// As [`respond`], but a redirect is a page of ours that goes on by itself: after a form of ours a browser applies the
/// form's `form-action` to every redirect that follows, and would stop before the application.
pub fn respond_with_page(state: &AppState, headers: &HeaderMap, outgoing: Outgoing) -> Response {
    page(state, headers, outgoing.render())
}

fn page(state: &AppState, headers: &HeaderMap, rendered: identity::Result<Rendered>) -> Response {
    match rendered {
        Ok(Rendered::Page {
            html,
            content_security_policy,
        }) => {
            let mut response = Html(html).into_response();
            if let Ok(policy) = HeaderValue::from_str(&content_security_policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
        Ok(Rendered::Redirect(url)) => pages::go_on(state, &url),
        Err(error) => pages::failed(state, headers, &error),
    }
}
