//! What arrives at the assertion consumer service and at the logout service.
//!
//! Owns telling the messages apart. The assertion consumer service takes logout messages as well: an identity server that
//! knows no logout address sends them there. Bindings: HTTP-Redirect (logout only), HTTP-POST, SOAP (logout requests only).

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use saml::inbound::{self, DecodeError, Inbound};
use saml::message::Message;
use saml::soap;

use super::failure::Failure;
use super::{acs, logout, slo};
use crate::form;
use crate::site::Site;
use crate::state::App;

pub(super) async fn by_redirect(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    RawQuery(query): RawQuery,
) -> Response {
    let decoded = inbound::decode_redirect(&query.unwrap_or_default());
    let answer = match decoded {
        Ok(inbound) => logout_message(&app, &site, inbound).await,
        Err(error) => Err(error.into()),
    };
    answer.unwrap_or_else(|failure| failure.page(&app))
}

pub(super) async fn at_acs(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return Failure::Body(rejection).page(&app),
    };
    let answer = match posted(&headers, &body) {
        Ok(inbound) => logout_message(&app, &site, inbound).await,
        // What one reader would take for this message and another for that is neither's.
        Err(error) if is_ambiguous(&error) => Err(error),
        // Logout messages are read whole; a Response is not one of them and has its own way in, with its own errors.
        Err(error) => match form::field(&body, "SAMLResponse") {
            Some(response) => {
                let relay_state = form::field(&body, "RelayState");
                acs::accept(&app, &site, &response, relay_state.as_deref()).await
            }
            None => Err(error),
        },
    };
    answer.unwrap_or_else(|failure| failure.page(&app))
}

pub(super) async fn at_slo(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let inbound = body.map_err(Failure::Body).and_then(|body| posted(&headers, &body));
    let answer = match inbound {
        Ok(inbound) => logout_message(&app, &site, inbound).await,
        Err(failure) => Err(failure),
    };
    answer.unwrap_or_else(|failure| failure.page(&app))
}

fn is_ambiguous(error: &Failure) -> bool {
    matches!(
        error,
        Failure::ContentType
            | Failure::Decode(DecodeError::Duplicate(_) | DecodeError::Both | DecodeError::RelayStateTooLong)
    )
}

fn posted(headers: &HeaderMap, body: &[u8]) -> Result<Inbound, Failure> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    match content_type.as_deref() {
        Some("text/xml") => return Ok(soap::decode(body)?),
        Some("application/x-www-form-urlencoded") => {}
        _ => return Err(Failure::ContentType),
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    Ok(inbound::decode_post(&form)?)
}

async fn logout_message(app: &App, site: &Site, inbound: Inbound) -> Result<Response, Failure> {
    match &inbound.message {
        Message::LogoutRequest(request) => slo::answer(app, site, &inbound, request).await,
        Message::LogoutResponse(response) => logout::complete(app, site, &inbound, response).await,
        Message::AuthnRequest(_) => Err(Failure::LogoutMessage(
            "is an AuthnRequest, and this is no identity provider",
        )),
    }
}
