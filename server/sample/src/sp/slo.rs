//! Logout that begins elsewhere: the identity provider ends sessions here.
//!
//! Owns the checks of logout messages (saml-profiles 4.4.4) and the answer, by the binding the request came by. Refuses
//! unsigned ones: anybody could log anybody out with them.

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use saml::SignatureError;
use saml::identifier::STATUS_SUCCESS;
use saml::inbound::{Binding, Inbound};
use saml::logout::{LogoutResponseSpec, build_response};
use saml::message::{LogoutRequest, NameId, Status};
use saml::redirect::{self, Parameter};
use saml::soap;
use saml::sp::Accepted;

use super::failure::Failure;
use super::idp;
use crate::site::Site;
use crate::state::App;
use crate::{post_page, token};

/// By how much the two clocks may differ.
const SKEW: TimeDelta = TimeDelta::seconds(super::SKEW_SECONDS as i64);
/// How old a logout message may be. Its ID is remembered for as long.
const MAX_AGE: TimeDelta = TimeDelta::minutes(5);

/// Ends the sessions that the request names and answers it.
pub(super) async fn answer(
    app: &App,
    site: &Site,
    inbound: &Inbound,
    request: &LogoutRequest,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    verify(app, site, inbound).await?;
    if request.not_on_or_after.is_some_and(|end| now >= end + SKEW) {
        return Err(Failure::LogoutMessage("has expired"));
    }
    let remember = now + MAX_AGE + SKEW + SKEW;
    if !app.sp.used.insert(request.id.clone(), (), remember, now) {
        return Err(Failure::LogoutMessage("was used before"));
    }
    let ended = app.sp.sessions.remove_where(now, |session| is_named(session, request));
    tracing::info!(ended, "the identity provider ended sessions");
    respond(app, inbound, request).await
}

/// Checks that a logout message is the identity provider's, for this address, fresh and signed.
pub(super) async fn verify(app: &App, site: &Site, inbound: &Inbound) -> Result<(), Failure> {
    let now = app.clock.now();
    let known = app.sp.idp.metadata(now).await?;
    let entity_id = match inbound.verify(&known.certificates) {
        Ok(()) => known.entity_id.clone(),
        Err(SignatureError::Invalid) => {
            let newer = app.sp.idp.renewed(&known, now).await;
            let newer = newer.ok_or(SignatureError::Invalid)?;
            inbound.verify(&newer.certificates)?;
            newer.entity_id.clone()
        }
        Err(error) => return Err(error.into()),
    };
    let message = &inbound.message;
    if message.issuer() != Some(entity_id.as_str()) {
        return Err(Failure::LogoutMessage(
            "does not come from the expected identity provider",
        ));
    }
    let is_ours = match message.destination() {
        Some(address) => address == site.slo() || address == site.acs(),
        // Signed messages that a browser carries must say where they go (saml-bindings 3.4.5.2, 3.5.5.2): else they
        // could be passed on.
        None => inbound.binding == Binding::Soap,
    };
    if !is_ours {
        return Err(Failure::LogoutMessage("was not meant for this address"));
    }
    let age = now - message.issue_instant();
    if age > MAX_AGE + SKEW {
        return Err(Failure::LogoutMessage("is too old"));
    }
    if age < -SKEW {
        return Err(Failure::LogoutMessage("was issued in the future"));
    }
    Ok(())
}

fn is_named(session: &Accepted, request: &LogoutRequest) -> bool {
    let indexes = &request.session_indexes;
    let index = session.session_index.as_ref();
    is_same(&session.name_id, &request.name_id)
        && (indexes.is_empty() || index.is_some_and(|index| indexes.contains(index)))
}

/// Value and, where both sides give one, format. Qualifiers may be left out by the one who gave them (saml-core 8.3.7).
fn is_same(a: &NameId, b: &NameId) -> bool {
    let formats_differ = matches!((&a.format, &b.format), (Some(a), Some(b)) if a != b);
    a.value == b.value && !formats_differ
}

async fn respond(app: &App, inbound: &Inbound, request: &LogoutRequest) -> Result<Response, Failure> {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await?;
    let endpoint = idp::logout_endpoint(&idp, inbound.binding.uri())
        .map(|endpoint| endpoint.response_location.unwrap_or(endpoint.location));
    let destination = match (endpoint, inbound.binding) {
        (Some(destination), _) => destination,
        // The answer goes back on the connection; it has to name an address all the same.
        (None, Binding::Soap) => idp.entity_id.clone(),
        (None, _) => return Err(Failure::NoEndpoint("logout")),
    };
    let spec = LogoutResponseSpec {
        id: token::message_id()?,
        issuer: app.settings.issuer.clone(),
        destination: destination.clone(),
        in_response_to: request.id.clone(),
        // A session that had ended before is ended: the person is logged out, and that is what was asked.
        status: Status {
            code: STATUS_SUCCESS.to_owned(),
            sub_code: None,
            message: None,
        },
        issue_instant: now,
    };
    let key = app.sp.key.as_ref();
    let relay_state = inbound.relay_state.as_deref();
    match inbound.binding {
        Binding::Redirect => {
            let xml = build_response(&spec, None)?;
            let url = redirect::url(&destination, Parameter::Response, &xml, relay_state, key)?;
            Ok(Redirect::to(&url).into_response())
        }
        Binding::Post => {
            let xml = build_response(&spec, key)?;
            let page = post_page::respond(&destination, Parameter::Response, &xml, relay_state)?;
            Ok(page)
        }
        Binding::Soap => {
            let envelope = soap::wrap(&build_response(&spec, key)?);
            Ok(([(header::CONTENT_TYPE, soap::CONTENT_TYPE)], envelope).into_response())
        }
    }
}
