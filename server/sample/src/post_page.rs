//! The self-submitting form of the HTTP-POST binding, as an answer.
//!
//! Owns its headers: a policy of its own with a fresh nonce, since the form goes to another origin.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use saml::post::{self, Page};
use saml::redirect::Parameter;

use crate::token::{self, NoRandomness};

/// Sends `xml` through the browser to `action`.
pub(crate) fn respond(
    action: &str,
    parameter: Parameter,
    xml: &str,
    relay_state: Option<&str>,
) -> Result<Response, NoRandomness> {
    let nonce = token::random()?;
    let page = post::page(&Page {
        action,
        parameter,
        xml,
        relay_state,
        nonce: &nonce,
        app_name: "the identity server",
    });
    let policy = post::content_security_policy(&nonce);
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
}
