//! The assertion consumer service: a response becomes a ticket.
//!
//! Owns the checks that need a memory: the request was ours, it is answered once, the assertion is new. All other checks
//! are the protocol crate's. Refuses to sign anybody in here: the POST is cross-site, so this browser may be anybody's
//! until it comes back with its cookie.

use axum::response::{IntoResponse, Redirect, Response};
use saml::SignatureError;
use saml::metadata::IdpMetadata;
use saml::sp::{Accepted, Expectation, Rejected, accept_response};

use super::failure::Failure;
use super::{SKEW_SECONDS, TICKET, Ticket, probe};
use crate::site::Site;
use crate::state::App;
use crate::token;

pub(super) async fn accept(
    app: &App,
    site: &Site,
    form_value: &str,
    relay_state: Option<&str>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let relay_state = relay_state.ok_or(Failure::NotRequested)?;
    if let Some(response) = probe::response(app, site, form_value, relay_state).await {
        return Ok(response);
    }
    let pending = app.sp.pending.get(relay_state, now).ok_or(Failure::NotRequested)?;
    if pending.acs != site.acs() {
        return Err(Failure::OtherAddress(pending.acs));
    }
    let asked = Asked {
        acs: &pending.acs,
        request_id: &pending.request_id,
    };
    let accepted = verify(app, form_value, asked).await?;
    // Two posts of one response at the same time: one takes the request, the other finds none.
    app.sp.pending.take(relay_state, now).ok_or(Failure::NotRequested)?;
    let id = accepted.assertion_id.clone();
    if !app.sp.used.insert(id, (), accepted.not_on_or_after, now) {
        return Err(Failure::Replayed);
    }
    let secret = token::random()?;
    let ticket = Ticket {
        accepted,
        browser: pending.browser,
    };
    app.sp.tickets.insert(secret.clone(), ticket, now + TICKET, now);
    Ok(Redirect::to(&format!("/saml/finish?ticket={secret}")).into_response())
}

/// The request that a response has to answer, and where it has to arrive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) acs: &'a str,
    pub(super) request_id: &'a str,
}

/// Verifies with the keys that are known, and once more with newer ones if the signature does not match.
pub(super) async fn verify(app: &App, form_value: &str, asked: Asked<'_>) -> Result<Accepted, Failure> {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await?;
    let first = accept_response(form_value, &expectation(app, &idp, asked));
    if let Err(Rejected::Signature(SignatureError::Invalid)) = first
        && let Some(newer) = app.sp.idp.renewed(&idp, now).await
    {
        return Ok(accept_response(form_value, &expectation(app, &newer, asked))?);
    }
    Ok(first?)
}

pub(super) fn expectation<'a>(app: &'a App, idp: &'a IdpMetadata, asked: Asked<'a>) -> Expectation<'a> {
    Expectation {
        idp_entity_id: &idp.entity_id,
        idp_certificates: &idp.certificates,
        acs_url: asked.acs,
        sp_entity_id: &app.settings.issuer,
        in_response_to: Some(asked.request_id),
        now: app.clock.now(),
        skew_seconds: SKEW_SECONDS,
        decryption_key: app.sp.key.as_ref(),
        want_response_signed: false,
        want_assertion_signed: true,
    }
}
