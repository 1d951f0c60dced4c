//! A SAML message on its way out, as an answer to the browser.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::saml_idp::{Outgoing, Rendered};

use crate::AppState;
use crate::http::pages;

pub fn respond(state: &AppState, headers: &HeaderMap, outgoing: Outgoing) -> Response {
    match outgoing.render() {
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
        Ok(Rendered::Redirect(url)) => match HeaderValue::from_str(&url) {
            Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
            Err(error) => pages::failed(state, headers, &identity::Error::internal(error)),
        },
        Err(error) => pages::failed(state, headers, &error),
    }
}
