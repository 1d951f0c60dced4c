//! A request comes in: find its service provider, check it, keep it, begin its sign-in.
//!
//! Looks for no session: a cross-site POST carries no Lax cookie. The page that follows does.

use chrono::Duration;
use domain::flow::Authenticator;
use entity::saml_request;
use saml::inbound::{self, DecodeError, Inbound};
use saml::keys::Certificate;
use saml::message::{AuthnRequest, Message};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::authn_context::{self, Wanted};
use super::refusal::{Check, Refused, Refusing, refuse, refuse_undecodable};
use super::{Outgoing, respond};
use crate::login::{self, Begin, Continuation};
use crate::service_providers::{self, SamlServiceProvider, Step};
use crate::{Error, Result, Services, token};

/// How old a request may be, and how far ahead its sender's clock.
const OLDEST_MINUTES: i64 = 5;
const AHEAD_MINUTES: i64 = 3;
/// A request waits as long as the way back to its service provider stays open; its row guards against replay far beyond the age above.
const KEPT_MINUTES: i64 = 65;
/// Longer ids and addresses than these belong to no product.
const LONGEST_ID: usize = 256;

/// What became of a message.
#[derive(Debug)]
pub enum Received {
    /// A sign-in has begun: its page, and the secret for this browser's cookie of it.
    SignIn {
        flow_id: String,
        browser_secret: String,
    },
    /// The same request again: its own sign-in goes on, in the browser that has its cookie.
    Again {
        flow_id: String,
    },
    /// The service provider is answered at once.
    Answer(Outgoing),
    /// A LogoutRequest or LogoutResponse, which goes on by itself.
    Logout(super::LogoutStep),
    Refused(Refused),
}

/// What is kept of an AuthnRequest until it is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub attributes_asked: bool,
    pub name_id_format: Option<String>,
    pub subject: Option<String>,
    pub context: Option<Wanted>,
    /// There was no request: the answer names none.
    pub unsolicited: bool,
}

/// Why a request was refused, before it is given a number.
pub(super) struct Failed(pub Check, pub String);

/// Takes the query of a GET request, without its `?` and exactly as it came: a signature may be over it.
///
/// # Errors
/// `Internal` only; everything that is wrong with the message is `Refused`.
pub async fn receive_redirect(services: &Services, raw_query: &str) -> Result<Received> {
    match inbound::decode_redirect(raw_query) {
        Ok(message) => receive(services, message).await,
        Err(why) => undecodable(services, &why, inbound::peek_redirect(raw_query)).await,
    }
}

/// Takes the fields of a POSTed form.
///
/// # Errors
/// As [`receive_redirect`].
pub async fn receive_post(services: &Services, form: &[(String, String)]) -> Result<Received> {
    match inbound::decode_post(form) {
        Ok(message) => receive(services, message).await,
        Err(why) => undecodable(services, &why, inbound::peek_post(form)).await,
    }
}

async fn undecodable(services: &Services, why: &DecodeError, seen: Option<String>) -> Result<Received> {
    Ok(Received::Refused(refuse_undecodable(services, why, seen).await?))
}

async fn receive(services: &Services, inbound: Inbound) -> Result<Received> {
    let issuer = inbound.message.issuer().unwrap_or_default().to_owned();
    let Some(sp) = service_providers::by_issuer(&services.db, &issuer).await? else {
        let detail = format!("No service provider is registered with the Issuer \u{201c}{issuer}\u{201d}.");
        return refused(services, &inbound, None, Failed(Check::Issuer, detail)).await;
    };
    if let Err(failed) = check_message(services, &sp, &inbound) {
        return refused(services, &inbound, Some(sp.id), failed).await;
    }
    match &inbound.message {
        Message::AuthnRequest(request) => sign_in(services, &sp, &inbound, request).await,
        Message::LogoutRequest(_) | Message::LogoutResponse(_) => {
            match super::logout::receive(services, &sp, &inbound).await? {
                Ok(step) => Ok(Received::Logout(step)),
                Err(failed) => refused(services, &inbound, Some(sp.id), failed).await,
            }
        }
    }
}

async fn refused(services: &Services, inbound: &Inbound, sp: Option<i64>, failed: Failed) -> Result<Received> {
    let issuer = inbound.message.issuer().unwrap_or_default();
    let refusing = Refusing {
        check: failed.0,
        issuer,
        detail: failed.1,
        message: &inbound.xml,
        service_provider_id: sp,
    };
    Ok(Received::Refused(refuse(services, refusing).await?))
}

/// What every message has to pass: signature, destination, age.
fn check_message(services: &Services, sp: &SamlServiceProvider, inbound: &Inbound) -> Result<(), Failed> {
    if inbound.is_signed() && has_certificate(sp) {
        inbound
            .verify(&certificates(sp))
            .map_err(|error| Failed(Check::Signature, error.to_string()))?;
    } else if sp.saml.enable_signature_validation.0 && !matches!(inbound.message, Message::LogoutResponse(_)) {
        let why = if inbound.is_signed() {
            "no certificate is registered to verify it with"
        } else {
            "it is not signed"
        };
        return Err(Failed(
            Check::Signature,
            format!("The service provider's requests have to be signed, and {why}."),
        ));
    }
    let ours = services.settings.samlsso_url();
    if inbound.is_signed() && inbound.message.destination().is_none() {
        let detail = "The message is signed and names no Destination (SAML Bindings 3.4.5.2, 3.5.5.2).";
        return Err(Failed(Check::Destination, detail.to_owned()));
    }
    if inbound
        .relay_state
        .as_deref()
        .is_some_and(|relay_state| relay_state.contains('\0'))
    {
        return Err(Failed(Check::Decoding, "RelayState holds a NUL character.".to_owned()));
    }
    if let Some(destination) = inbound.message.destination().filter(|destination| *destination != ours) {
        return Err(Failed(
            Check::Destination,
            format!("Destination is \u{201c}{destination}\u{201d}; this server is \u{201c}{ours}\u{201d}."),
        ));
    }
    let now = services.clock.now();
    let issued = inbound.message.issue_instant();
    if issued < now - Duration::minutes(OLDEST_MINUTES) || issued > now + Duration::minutes(AHEAD_MINUTES) {
        let detail = format!(
            "IssueInstant is {issued}; here it is {now}. At most {OLDEST_MINUTES} minutes old or {AHEAD_MINUTES} ahead."
        );
        return Err(Failed(Check::IssueInstant, detail));
    }
    if inbound.message.id().chars().count() > LONGEST_ID {
        return Err(Failed(
            Check::Decoding,
            format!("The ID is longer than {LONGEST_ID} characters."),
        ));
    }
    Ok(())
}

/// Whether something is registered to verify a service provider's messages with.
pub(super) fn has_certificate(sp: &SamlServiceProvider) -> bool {
    !sp.saml.certificate.trim().is_empty()
}

/// The certificates a service provider's messages are verified with. Should one of them not parse after all, there is
/// none, and whoever asks for a verification is refused.
pub(super) fn certificates(sp: &SamlServiceProvider) -> Vec<Certificate> {
    service_providers::certificates(&sp.saml.certificate).unwrap_or_default()
}

async fn sign_in(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &AuthnRequest,
) -> Result<Received> {
    let acs_url = match acs_url(sp, request) {
        Ok(url) => url,
        Err(failed) => return refused(services, inbound, Some(sp.id), failed).await,
    };
    let steps = service_providers::steps(&services.db, sp.id).await?;
    let wanted = request.requested_authn_context.as_ref().map(Wanted::from);
    let kept = Kept::new(request, wanted.clone());
    let (id, digest) = (token::id()?, token::hash(&inbound.xml));
    let relay_state = inbound.relay_state.as_deref();
    if !keep(services, sp, &id, &request.id, &digest, &kept, &acs_url, relay_state).await? {
        return again(services, sp, inbound, request).await;
    }
    if !can_satisfy(&steps, wanted.as_ref()) {
        let outgoing = respond::status(services, sp, &id, respond::Status::NoAuthnContext).await?;
        return Ok(Received::Answer(outgoing));
    }
    if let Some(format) = super::subject::unsupported_format(request.name_id_policy.as_ref()) {
        tracing::info!(format, "a NameIDPolicy that cannot be honoured");
        let outgoing = respond::status(services, sp, &id, respond::Status::InvalidNameIdPolicy).await?;
        return Ok(Received::Answer(outgoing));
    }
    start(services, sp, &id, request.force_authn, request.is_passive).await
}

/// Begins the sign-in of a kept request.
pub(super) async fn start(
    services: &Services,
    sp: &SamlServiceProvider,
    id: &str,
    force: bool,
    passive: bool,
) -> Result<Received> {
    let steps = service_providers::steps(&services.db, sp.id).await?;
    let begin = Begin {
        continuation: Continuation::Saml { request: id.to_owned() },
        service_provider_id: Some(sp.id),
        application: sp.name.clone(),
        steps: steps.into_iter().map(|step| step.authenticators).collect(),
        force,
        passive,
    };
    let begun = login::begin(services, begin).await?;
    saml_request::Entity::update_many()
        .col_expr(saml_request::Column::FlowId, Expr::value(Some(begun.flow_id.clone())))
        .filter(saml_request::Column::Id.eq(id))
        .exec(&services.db)
        .await?;
    Ok(Received::SignIn {
        flow_id: begun.flow_id,
        browser_secret: begun.browser_secret,
    })
}

/// The registered address the answer goes to, compared exactly, signed request or not.
fn acs_url(sp: &SamlServiceProvider, request: &AuthnRequest) -> Result<String, Failed> {
    const POST: &str = saml::identifier::BINDING_POST;
    if let Some(binding) = request.protocol_binding.as_deref().filter(|binding| *binding != POST) {
        return Err(Failed(
            Check::ProtocolBinding,
            format!("ProtocolBinding is \u{201c}{binding}\u{201d}; answers are sent by {POST} only."),
        ));
    }
    let registered = &sp.saml.acs_urls;
    if let Some(asked) = &request.acs_url {
        return match registered.iter().find(|url| *url == asked) {
            Some(url) => Ok(url.clone()),
            None => Err(Failed(
                Check::AssertionConsumerUrl,
                format!(
                    "AssertionConsumerServiceURL \u{201c}{asked}\u{201d} is none of the registered Assertion Consumer URLs."
                ),
            )),
        };
    }
    if let Some(index) = request.acs_index {
        return registered.get(usize::from(index)).cloned().ok_or_else(|| {
            Failed(
                Check::AssertionConsumerUrl,
                format!(
                    "AssertionConsumerServiceIndex {index} names none of the {} registered.",
                    registered.len()
                ),
            )
        });
    }
    default_acs(sp).ok_or_else(|| {
        Failed(
            Check::AssertionConsumerUrl,
            "No Assertion Consumer URL is registered.".to_owned(),
        )
    })
}

/// The default assertion consumer URL: the chosen one, else the first.
pub(super) fn default_acs(sp: &SamlServiceProvider) -> Option<String> {
    let chosen = Some(&sp.saml.default_acs_url).filter(|url| !url.is_empty());
    chosen.or(sp.saml.acs_urls.first()).cloned()
}

/// Whether the steps, once passed, can be said to satisfy what was asked.
fn can_satisfy(steps: &[Step], wanted: Option<&Wanted>) -> bool {
    let strongest: Vec<Authenticator> = steps.iter().flat_map(|step| step.authenticators.clone()).collect();
    authn_context::answer(authn_context::truth(&strongest), wanted).is_some()
}

impl Kept {
    fn new(request: &AuthnRequest, context: Option<Wanted>) -> Self {
        Self {
            attributes_asked: request.attribute_consuming_service_index.is_some(),
            name_id_format: request.name_id_policy.as_ref().and_then(|policy| policy.format.clone()),
            subject: request.subject.as_ref().map(|subject| subject.value.clone()),
            context,
            unsolicited: false,
        }
    }

    /// For a sign-on that begins here.
    pub fn unsolicited() -> Self {
        Self {
            attributes_asked: false,
            name_id_format: None,
            subject: None,
            context: None,
            unsolicited: true,
        }
    }
}

/// Keeps the request; `false` if one of this issuer and ID is there already.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) async fn keep(
    services: &Services,
    sp: &SamlServiceProvider,
    id: &str,
    request_id: &str,
    digest: &str,
    kept: &Kept,
    acs_url: &str,
    relay_state: Option<&str>,
) -> Result<bool> {
    let now = services.clock.now();
    let row = saml_request::ActiveModel {
        id: Set(id.to_owned()),
        service_provider_id: Set(sp.id),
        issuer: Set(sp.saml.issuer.clone()),
        request_id: Set(request_id.to_owned()),
        digest: Set(digest.to_owned()),
        request: Set(serde_json::to_string(kept).map_err(Error::internal)?),
        acs_url: Set(acs_url.to_owned()),
        relay_state: Set(relay_state.map(str::to_owned)),
        flow_id: Set(None),
        received_at: Set(now),
        expires_at: Set(now + Duration::minutes(KEPT_MINUTES)),
        answered_at: Set(None),
    };
    let once = OnConflict::columns([saml_request::Column::Issuer, saml_request::Column::RequestId])
        .do_nothing()
        .to_owned();
    let inserted = saml_request::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(&services.db)
        .await?;
    Ok(inserted == 1)
}

/// The same ID a second time: the same bytes while unanswered lead back to their own sign-in, all else is a replay.
async fn again(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &AuthnRequest,
) -> Result<Received> {
    let row = saml_request::Entity::find()
        .filter(saml_request::Column::Issuer.eq(&sp.saml.issuer))
        .filter(saml_request::Column::RequestId.eq(&request.id))
        .one(&services.db)
        .await?;
    let detail = match row {
        Some(row) if row.digest != token::hash(&inbound.xml) => "The ID was used before by another message.",
        Some(row) if row.answered_at.is_some() => "The request was answered before.",
        Some(row) => match row.flow_id {
            Some(flow_id) => return Ok(Received::Again { flow_id }),
            None => "The request is being taken by another connection.",
        },
        None => "The request's row is gone.",
    };
    refused(services, inbound, Some(sp.id), Failed(Check::Replay, detail.to_owned())).await
}
