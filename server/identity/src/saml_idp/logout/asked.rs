//! A service provider asks for a logout.
//!
//! A verified request ends the sessions it names at once, whichever browser brings it. Of any other nothing comes before
//! the browser is on a page of ours, with its cookies.

use saml::inbound::{Binding, Inbound};
use saml::message::LogoutRequest;

use super::LogoutStep;
use super::ending;
use super::state::{Initiator, State, id_for, insert, load};
use crate::saml_idp::receive::{Failed, has_certificate};
use crate::saml_idp::refusal::Check;
use crate::service_providers::SamlServiceProvider;
use crate::{Result, Services, store, token};

/// More sessions than these one request does not name.
const MOST_INDEXES: usize = 50;

pub(super) async fn by(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &LogoutRequest,
) -> Result<Result<LogoutStep, Failed>> {
    if let Some(failed) = objection(services, sp, request) {
        return Ok(Err(failed));
    }
    let browser_secret = token::secret()?;
    let begun = begin(services, sp, inbound, request, &browser_secret).await?;
    let id = request_id(sp, request);
    if begun {
        return Ok(Ok(LogoutStep::Begun { id, browser_secret }));
    }
    again(services, inbound, &id).await
}

/// What speaks against a LogoutRequest whoever sent it and however it came.
pub(super) fn objection(services: &Services, sp: &SamlServiceProvider, request: &LogoutRequest) -> Option<Failed> {
    if !sp.saml.enable_single_logout.0 {
        let detail = "Enable Single Logout is not ticked for this service provider.";
        return Some(Failed(Check::SingleLogout, detail.to_owned()));
    }
    let now = services.clock.now();
    if let Some(end) = request.not_on_or_after.filter(|end| *end <= now) {
        let detail = format!("NotOnOrAfter is {end}; here it is {now}.");
        return Some(Failed(Check::IssueInstant, detail));
    }
    if request.session_indexes.len() > MOST_INDEXES {
        let detail = format!("The LogoutRequest names more than {MOST_INDEXES} sessions.");
        return Some(Failed(Check::Decoding, detail));
    }
    None
}

/// The row's id: an ID names one message of its issuer (SAML Core 1.3.4), so none is taken twice.
pub(super) fn request_id(sp: &SamlServiceProvider, request: &LogoutRequest) -> String {
    id_for("request", &format!("{}/{}", sp.saml.issuer, request.id))
}

/// Keeps the logout and, if the request is verified, ends what it names, in one transaction. `false`: it was taken before.
pub(super) async fn begin(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &LogoutRequest,
    browser_secret: &str,
) -> Result<bool> {
    let mut state = State {
        initiator: Some(Initiator {
            service_provider_id: sp.id,
            name: sp.name.clone(),
            request_id: request.id.clone(),
            digest: token::hash(&inbound.xml),
            by_post: inbound.binding == Binding::Post,
            relay_state: inbound.relay_state.clone(),
            name_id: request.name_id.value.clone(),
            session_indexes: request.session_indexes.clone(),
        }),
        // Over SOAP the answer goes back on the connection.
        answered: inbound.binding == Binding::Soap,
        ..State::default()
    };
    let txn = store::begin(&services.db).await?;
    // With a certificate registered, a signature was verified before the message came here.
    if inbound.is_signed() && has_certificate(sp) {
        for session_id in ending::named(&txn, sp.id, request).await? {
            ending::end(&txn, &mut state, &session_id).await?;
        }
        state.ended = true;
    }
    let begun = insert(services, &txn, &request_id(sp, request), browser_secret, &state).await?;
    if begun {
        txn.commit().await?;
    } else {
        txn.rollback().await?;
    }
    Ok(begun)
}

/// The same ID a second time: the same bytes while unanswered lead back to their own logout, which only the browser that
/// began it can open; all else is a replay.
async fn again(services: &Services, inbound: &Inbound, id: &str) -> Result<Result<LogoutStep, Failed>> {
    let state = load(services, id).await?.map(|(_, state)| state);
    let is_same = |initiator: &Initiator| initiator.digest == token::hash(&inbound.xml);
    let detail = match state {
        Some(state) if !state.initiator.as_ref().is_some_and(is_same) => "The ID was used before by another message.",
        Some(state) if !state.answered => return Ok(Ok(LogoutStep::GoOn { id: id.to_owned() })),
        _ => "The LogoutRequest was answered before.",
    };
    Ok(Err(Failed(Check::Replay, detail.to_owned())))
}
