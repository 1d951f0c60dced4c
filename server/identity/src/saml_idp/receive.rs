//! A request comes in: find its service provider, check it, and hand it on.

use chrono::Duration;
use domain::flow::Authenticator;
use saml::inbound::{self, Binding, DecodeError, Inbound};
use saml::keys::Certificate;
use saml::message::{AuthnRequest, Message};

use super::authn_context::{self, Wanted};
use super::begin::{self, Begun, Manner, Visit};
use super::kept::{Incoming, Kept};
use super::refusal::{Check, Refused, Refusing, refuse, refuse_undecodable};
use super::situation::{Situation, Whose};
use super::status::Status;
use super::{Outgoing, bounds, subject};
use crate::service_providers::{SamlServiceProvider, Step};
use crate::sessions::Client;
use crate::{Result, Services, token};

/// How old a request may be, and how far ahead its sender's clock.
const OLDEST_MINUTES: i64 = 5;
const AHEAD_MINUTES: i64 = 3;

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

/// Why a request was refused, before it is given a number.
pub(super) struct Failed(pub Check, pub String);

/// Takes the query of a GET request, without its `?` and exactly as it came: a signature may be over it.
///
/// # Errors
/// `Internal` only; everything that is wrong with the message is `Refused`.
pub async fn receive_redirect(services: &Services, raw_query: &str, visit: Visit<'_>) -> Result<Received> {
    match inbound::decode_redirect(raw_query) {
        Ok(message) => receive(services, message, visit).await,
        Err(why) => undecodable(services, &why, inbound::peek_redirect(raw_query)).await,
    }
}

/// Takes the fields of a POSTed form.
///
/// # Errors
/// As [`receive_redirect`].
pub async fn receive_post(services: &Services, form: &[(String, String)], visit: Visit<'_>) -> Result<Received> {
    match inbound::decode_post(form) {
        Ok(message) => receive(services, message, visit).await,
        Err(why) => undecodable(services, &why, inbound::peek_post(form)).await,
    }
}

async fn undecodable(services: &Services, why: &DecodeError, seen: Option<String>) -> Result<Received> {
    Ok(Received::Refused(refuse_undecodable(services, why, seen).await?))
}

async fn receive(services: &Services, inbound: Inbound, visit: Visit<'_>) -> Result<Received> {
    let issuer = inbound.message.issuer().unwrap_or_default().to_owned();
    // What is said of a logout is said by its message; whoever brings it counts for nothing.
    let session = visit
        .session
        .filter(|_| matches!(inbound.message, Message::AuthnRequest(_)));
    let Some(situation) = Situation::find(services, Whose::Issuer(&issuer), session).await? else {
        let detail = format!("No service provider is registered with the Issuer \u{201c}{issuer}\u{201d}.");
        return refused(services, &inbound, None, Failed(Check::Issuer, detail)).await;
    };
    let sp = &situation.configured.sp;
    if let Err(failed) = check_message(services, sp, &inbound) {
        return refused(services, &inbound, Some(sp.id), failed).await;
    }
    match &inbound.message {
        Message::AuthnRequest(request) => sign_in(services, &situation, &inbound, request, visit.client).await,
        Message::LogoutRequest(_) | Message::LogoutResponse(_) => {
            match super::logout::receive(services, sp, &inbound).await? {
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

/// What every message has to pass: signature, destination, age, length.
pub(super) fn check_message(services: &Services, sp: &SamlServiceProvider, inbound: &Inbound) -> Result<(), Failed> {
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
    match bounds::exceeded(&inbound.message) {
        Some(why) => Err(Failed(Check::Decoding, why)),
        None => Ok(()),
    }
}

/// Whether something is registered to verify a service provider's messages with.
pub(super) fn has_certificate(sp: &SamlServiceProvider) -> bool {
    !sp.saml.certificate.trim().is_empty()
}

/// The certificates a service provider's messages are verified with. Should one of them not parse after all, there is
/// none, and whoever asks for a verification is refused.
pub(super) fn certificates(sp: &SamlServiceProvider) -> Vec<Certificate> {
    Certificate::parse_all(&sp.saml.certificate).unwrap_or_default()
}

async fn sign_in(
    services: &Services,
    situation: &Situation,
    inbound: &Inbound,
    request: &AuthnRequest,
    client: &Client,
) -> Result<Received> {
    let configured = &situation.configured;
    let sp = &configured.sp;
    let acs_url = match acs_url(sp, request) {
        Ok(url) => url,
        Err(failed) => return refused(services, inbound, Some(sp.id), failed).await,
    };
    let wanted = request.requested_authn_context.as_ref().map(Wanted::from);
    let unanswerable = unanswerable(sp, request, &configured.steps, wanted.as_ref());
    let incoming = Incoming {
        sp,
        request_id: &request.id,
        digest: token::hash(&inbound.xml),
        kept: &Kept::new(request, wanted).by(binding(inbound)),
        acs_url,
        relay_state: inbound.relay_state.as_deref(),
    };
    let row = incoming.row(services)?;
    let manner = Manner {
        force: request.force_authn,
        passive: request.is_passive,
    };
    let begun = match unanswerable {
        Some(why) => begin::decline(services, sp, row, why).await?,
        None => begin::begin(services, situation, row, manner, client).await?,
    };
    match begun {
        Begun::Received(received) => Ok(received),
        Begun::Replay(why) => refused(services, inbound, Some(sp.id), Failed(Check::Replay, why.to_owned())).await,
    }
}

/// The binding that a message came by, as SAML names it.
fn binding(inbound: &Inbound) -> &'static str {
    match inbound.binding {
        Binding::Redirect => "HTTP-Redirect",
        Binding::Post => "HTTP-POST",
        Binding::Soap => "SOAP",
    }
}

/// What no sign-in could change: the service provider is told at once.
fn unanswerable(
    sp: &SamlServiceProvider,
    request: &AuthnRequest,
    steps: &[Step],
    wanted: Option<&Wanted>,
) -> Option<Status> {
    if request.subject_confirmation {
        return Some(Status::SubjectConfirmation);
    }
    if !can_satisfy(steps, wanted) {
        return Some(Status::NoAuthnContext);
    }
    let why = subject::unsupported(request.name_id_policy.as_ref(), sp)?;
    tracing::info!(why, "a NameIDPolicy that cannot be honoured");
    Some(Status::InvalidNameIdPolicy)
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
        return sp.acs_by_index(index).cloned().ok_or_else(|| {
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
