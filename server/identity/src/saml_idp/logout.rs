//! Single logout: our own session ends first, then every application that had part in it is told, one after another.
//!
//! A LogoutRequest that cannot be verified is honoured only from the browser whose own session it names; else somebody
//! is asked. Each visit is a top-level one: frames and third-party cookies are not counted on.

use chrono::Duration;
use entity::{logout, session_participant};
use saml::identifier::{LOGOUT_BY_USER, STATUS_PARTIAL_LOGOUT, STATUS_RESPONDER, STATUS_SUCCESS};
use saml::inbound::{Binding, Inbound};
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec};
use saml::message::{LogoutRequest, LogoutResponse, Message};
use saml::redirect::{self, Parameter};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::back_channel;
use super::logout_state::{self, Initiator, Participant, State, load, mine, save};
use super::receive::{Failed, default_acs, has_certificate};
use super::refusal::Check;
use super::{Outgoing, subject};
use crate::service_providers::{self, SamlServiceProvider};
use crate::sessions::{self, Kind, Live};
use crate::{Error, Result, Services, counters, keys, store, token};

/// More sessions than these one request does not end.
const MOST_INDEXES: usize = 50;
/// Longer than a request may be old or ahead, so that none is taken twice.
const REPLAY_MINUTES: i64 = 15;
/// How long a LogoutRequest of ours is valid.
const REQUEST_MINUTES: i64 = 5;

/// What a logout message led to.
#[derive(Debug)]
pub enum LogoutStep {
    /// A logout has begun; it goes on at its page, where this browser's cookies come along.
    Begun { id: String, browser_secret: String },
    /// An application has answered; the logout goes on at its page.
    GoOn { id: String },
}

/// What the logout's page does next.
#[derive(Debug)]
pub enum Asked {
    /// Whether to log out has to be asked.
    Confirm { application: String },
    /// An application is told, or the one that asked is answered.
    Outgoing(Outgoing),
    /// It is over: the applications that were told, and whether each has confirmed.
    Done(Vec<(String, bool)>),
}

/// Takes a LogoutRequest or LogoutResponse that has passed the checks of every message.
pub(super) async fn receive(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
) -> Result<Result<LogoutStep, Failed>> {
    match &inbound.message {
        Message::LogoutRequest(request) => asked_by(services, sp, inbound, request).await,
        Message::LogoutResponse(response) => answered_by(services, sp, inbound, response).await,
        Message::AuthnRequest(_) => Ok(Err(Failed(Check::Kind, "An AuthnRequest is no logout message.".into()))),
    }
}

async fn asked_by(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &LogoutRequest,
) -> Result<Result<LogoutStep, Failed>> {
    if !sp.saml.enable_single_logout.0 {
        return Ok(Err(Failed(
            Check::SingleLogout,
            "Enable Single Logout is not ticked for this service provider.".into(),
        )));
    }
    if request.not_on_or_after.is_some_and(|end| end <= services.clock.now()) {
        return Ok(Err(Failed(Check::IssueInstant, "NotOnOrAfter has passed.".into())));
    }
    if request.session_indexes.len() > MOST_INDEXES {
        let detail = format!("The LogoutRequest names more than {MOST_INDEXES} sessions.");
        return Ok(Err(Failed(Check::Decoding, detail)));
    }
    // A request that was taken before must not end the sessions begun since (SAML Core 1.3.4: an ID names one message).
    let name = format!("logout:{}", token::hash(&format!("{}/{}", sp.saml.issuer, request.id)));
    if !counters::take(
        &services.db,
        services.clock.now(),
        &name,
        1,
        Duration::minutes(REPLAY_MINUTES),
    )
    .await?
    {
        return Ok(Err(Failed(Check::Replay, "The LogoutRequest was taken before.".into())));
    }
    let mut state = State {
        initiator: Some(Initiator {
            service_provider_id: sp.id,
            name: sp.name.clone(),
            request_id: request.id.clone(),
            by_post: inbound.binding == Binding::Post,
            relay_state: inbound.relay_state.clone(),
            name_id: request.name_id.value.clone(),
            session_indexes: request.session_indexes.clone(),
        }),
        ended: false,
        answered: false,
        participants: Vec::new(),
    };
    // With a certificate registered, a signature was verified before the message came here.
    if inbound.is_signed() && has_certificate(sp) {
        for session_id in sessions_named(services, sp.id, request).await? {
            end_session(services, &mut state, &session_id).await?;
        }
        state.ended = true;
    }
    Ok(Ok(begun(services, &state).await?))
}

/// Which sessions a verified request names.
async fn sessions_named(services: &Services, sp: i64, request: &LogoutRequest) -> Result<Vec<String>> {
    let mut select = session_participant::Entity::find()
        .filter(session_participant::Column::ServiceProviderId.eq(sp))
        .filter(session_participant::Column::NameId.eq(&request.name_id.value));
    if !request.session_indexes.is_empty() {
        select = select.filter(session_participant::Column::SessionIndex.is_in(&request.session_indexes));
    }
    Ok(select
        .all(&services.db)
        .await?
        .into_iter()
        .map(|row| row.session_id)
        .collect())
}

async fn answered_by(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    response: &LogoutResponse,
) -> Result<Result<LogoutStep, Failed>> {
    let failed = || {
        Failed(
            Check::InResponseTo,
            "InResponseTo and RelayState name no LogoutRequest sent to this service provider.".into(),
        )
    };
    let (Some(id), Some(in_response_to)) = (&inbound.relay_state, &response.in_response_to) else {
        return Ok(Err(failed()));
    };
    let Some((row, mut state)) = load(services, id).await? else {
        return Ok(Err(failed()));
    };
    let sent = |one: &&mut Participant| {
        one.service_provider_id == sp.id && !one.request_id.is_empty() && one.request_id == *in_response_to
    };
    let Some(participant) = state.participants.iter_mut().find(sent) else {
        return Ok(Err(failed()));
    };
    participant.confirmed = response.status.is_success();
    save(services, &row, &state).await?;
    Ok(Ok(LogoutStep::GoOn { id: id.clone() }))
}

/// Begins a logout that the user asked for here.
///
/// # Errors
/// `Internal` only.
pub async fn begin_at_home(services: &Services, session: Option<&str>) -> Result<LogoutStep> {
    let mut state = State {
        initiator: None,
        ended: true,
        answered: false,
        participants: Vec::new(),
    };
    if let Some(live) = live(services, session).await? {
        end_session(services, &mut state, &live.row.id).await?;
    }
    begun(services, &state).await
}

async fn begun(services: &Services, state: &State) -> Result<LogoutStep> {
    let (id, browser_secret) = logout_state::insert(services, state).await?;
    Ok(LogoutStep::Begun { id, browser_secret })
}

/// What the logout's page has to do now; may end the session, if it is the one that was named.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn go_on(services: &Services, id: &str, browser_secret: &str, session: Option<&str>) -> Result<Asked> {
    let (row, mut state) = mine(services, id, browser_secret).await?;
    if !state.ended {
        let initiator = state
            .initiator
            .clone()
            .ok_or_else(|| Error::internal("a logout without beginning"))?;
        match live(services, session).await? {
            Some(live) if names(services, &initiator, &live).await? => {
                end_session(services, &mut state, &live.row.id).await?
            }
            Some(_) => {
                return Ok(Asked::Confirm {
                    application: initiator.name,
                });
            }
            // Nobody is signed in here: that is what was asked for.
            None => {}
        }
        state.ended = true;
        save(services, &row, &state).await?;
        return Box::pin(go_on(services, id, browser_secret, None)).await;
    }
    next(services, &row, state).await
}

/// The logout's page as it stands, changing nothing.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn ask(services: &Services, id: &str, browser_secret: &str) -> Result<Asked> {
    let (_, state) = mine(services, id, browser_secret).await?;
    Ok(match &state.initiator {
        Some(initiator) if !state.ended => Asked::Confirm {
            application: initiator.name.clone(),
        },
        _ => Asked::Done(outcome(&state)),
    })
}

/// Somebody has said yes: ends this browser's session.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn confirm(services: &Services, id: &str, browser_secret: &str, session: Option<&str>) -> Result<()> {
    let (row, mut state) = mine(services, id, browser_secret).await?;
    if let Some(live) = live(services, session).await? {
        end_session(services, &mut state, &live.row.id).await?;
    }
    state.ended = true;
    save(services, &row, &state).await
}

/// Tells the next application, or answers the one that asked.
async fn next(services: &Services, row: &logout::Model, mut state: State) -> Result<Asked> {
    if back_channel::tell(services, &mut state.participants).await? {
        save(services, row, &state).await?;
    }
    while let Some(position) = state.participants.iter().position(|one| one.request_id.is_empty()) {
        let participant = &mut state.participants[position];
        participant.request_id = token::saml_id()?;
        let outgoing = logout_request(services, participant, &row.id).await?;
        save(services, row, &state).await?;
        if let Some(outgoing) = outgoing {
            return Ok(Asked::Outgoing(outgoing));
        }
    }
    if state.answered {
        return Ok(Asked::Done(outcome(&state)));
    }
    state.answered = true;
    save(services, row, &state).await?;
    if let Some(initiator) = &state.initiator
        && let Some(outgoing) =
            logout_response(services, initiator, state.participants.iter().all(|one| one.confirmed)).await?
    {
        return Ok(Asked::Outgoing(outgoing));
    }
    Ok(Asked::Done(outcome(&state)))
}

fn outcome(state: &State) -> Vec<(String, bool)> {
    state
        .participants
        .iter()
        .map(|one| (one.name.clone(), one.confirmed))
        .collect()
}

/// Our LogoutRequest to a participant and where it goes; `None` if it takes none.
pub(super) async fn request_to(
    services: &Services,
    participant: &Participant,
) -> Result<Option<(SamlServiceProvider, LogoutRequestSpec)>> {
    let Some(sp) = service_providers::saml_by_id(&services.db, participant.service_provider_id).await? else {
        return Ok(None);
    };
    let asked = Some(&sp.saml.slo_request_url)
        .filter(|url| !url.is_empty())
        .cloned()
        .or_else(|| default_acs(&sp));
    let Some(url) = asked.filter(|_| sp.saml.enable_single_logout.0) else {
        return Ok(None);
    };
    let now = services.clock.now();
    let spec = LogoutRequestSpec {
        id: participant.request_id.clone(),
        issuer: subject::issuer(services, &sp),
        destination: url,
        name_id: subject::named(services, &sp, &participant.name_id, &participant.name_id_format),
        session_indexes: vec![participant.session_index.clone()],
        not_on_or_after: Some(now + Duration::minutes(REQUEST_MINUTES)),
        reason: Some(LOGOUT_BY_USER.to_owned()),
        issue_instant: now,
    };
    Ok(Some((sp, spec)))
}

/// A participant is told through the browser.
async fn logout_request(services: &Services, participant: &Participant, relay_state: &str) -> Result<Option<Outgoing>> {
    let Some((sp, spec)) = request_to(services, participant).await? else {
        return Ok(None);
    };
    let by_post = sp.saml.logout_method == "front_channel_post";
    let build = |key: Option<&saml::keys::KeyPair>| saml::logout::build_request(&spec, key).map_err(Error::internal);
    let message = Sending {
        url: spec.destination.clone(),
        parameter: Parameter::Request,
        relay_state: Some(relay_state.to_owned()),
        application: &sp.name,
    };
    message.outgoing(services, by_post, build).await.map(Some)
}

/// Our LogoutResponse to the application that asked, by the binding its request came by.
async fn logout_response(services: &Services, initiator: &Initiator, all: bool) -> Result<Option<Outgoing>> {
    let Some(sp) = service_providers::saml_by_id(&services.db, initiator.service_provider_id).await? else {
        return Ok(None);
    };
    let Some(url) = Some(&sp.saml.slo_response_url)
        .filter(|url| !url.is_empty())
        .cloned()
        .or_else(|| default_acs(&sp))
    else {
        return Ok(None);
    };
    let status = if all {
        saml::message::Status {
            code: STATUS_SUCCESS.to_owned(),
            ..Default::default()
        }
    } else {
        saml::message::Status {
            code: STATUS_RESPONDER.to_owned(),
            sub_code: Some(STATUS_PARTIAL_LOGOUT.to_owned()),
            message: None,
        }
    };
    let spec = LogoutResponseSpec {
        id: token::saml_id()?,
        issuer: subject::issuer(services, &sp),
        destination: url.clone(),
        in_response_to: initiator.request_id.clone(),
        status,
        issue_instant: services.clock.now(),
    };
    let build = |key: Option<&saml::keys::KeyPair>| saml::logout::build_response(&spec, key).map_err(Error::internal);
    let message = Sending {
        url,
        parameter: Parameter::Response,
        relay_state: initiator.relay_state.clone(),
        application: &sp.name,
    };
    message.outgoing(services, initiator.by_post, build).await.map(Some)
}

/// A logout message and where it goes.
struct Sending<'a> {
    url: String,
    parameter: Parameter,
    relay_state: Option<String>,
    application: &'a str,
}

impl Sending<'_> {
    /// By POST the XML is signed, by Redirect the query (SAML Bindings 3.4.4.1).
    async fn outgoing(
        self,
        services: &Services,
        by_post: bool,
        build: impl FnOnce(Option<&saml::keys::KeyPair>) -> Result<String>,
    ) -> Result<Outgoing> {
        let key = keys::active(services).await?;
        if by_post {
            let xml = build(Some(&key))?;
            let application = self.application.to_owned();
            return Ok(Outgoing::Post {
                action: self.url,
                parameter: self.parameter,
                xml,
                relay_state: self.relay_state,
                application,
            });
        }
        let xml = build(None)?;
        let url = redirect::url(&self.url, self.parameter, &xml, self.relay_state.as_deref(), Some(&key))
            .map_err(Error::internal)?;
        Ok(Outgoing::Redirect(url))
    }
}

/// Whether an unverified request names this very session: NameID and SessionIndex both equal.
async fn names(services: &Services, initiator: &Initiator, live: &Live) -> Result<bool> {
    let row = session_participant::Entity::find()
        .filter(session_participant::Column::SessionId.eq(&live.row.id))
        .filter(session_participant::Column::ServiceProviderId.eq(initiator.service_provider_id))
        .one(&services.db)
        .await?;
    Ok(row
        .is_some_and(|row| row.name_id == initiator.name_id && initiator.session_indexes.contains(&row.session_index)))
}

/// Ends a session and notes whom to tell: everybody who had part in it but the one who asked.
async fn end_session(services: &Services, state: &mut State, session_id: &str) -> Result<()> {
    let txn = store::begin(&services.db).await?;
    let rows = session_participant::Entity::find()
        .filter(session_participant::Column::SessionId.eq(session_id))
        .all(&txn)
        .await?;
    sessions::end(&txn, session_id).await?;
    txn.commit().await?;
    let asked_by = state.initiator.as_ref().map(|initiator| initiator.service_provider_id);
    for row in rows.into_iter().filter(|row| Some(row.service_provider_id) != asked_by) {
        let Some(sp) = service_providers::saml_by_id(&services.db, row.service_provider_id).await? else {
            continue;
        };
        state.participants.push(Participant {
            service_provider_id: row.service_provider_id,
            name: sp.name,
            name_id: row.name_id,
            name_id_format: row.name_id_format,
            session_index: row.session_index,
            request_id: String::new(),
            confirmed: false,
        });
    }
    Ok(())
}

async fn live(services: &Services, session: Option<&str>) -> Result<Option<Live>> {
    match session {
        Some(secret) => sessions::find(services, Kind::SignIn, secret).await,
        None => Ok(None),
    }
}
