//! Sending the browser away with a message.
//!
//! Owns what each visit carries. What should be refused is asked for with IsPassive: a server that took the request
//! would have to answer at once and show no page, so that silence means refusal.

use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{
    BINDING_POST, BINDING_REDIRECT, CONTEXT_REFEDS_MFA, LOGOUT_BY_USER, NAMEID_EMAIL, NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, build_request};
use saml::message::{Comparison, NameIdPolicy, RequestedAuthnContext};
use saml::metadata::IdpMetadata;
use saml::redirect::{self, Parameter};
use saml::sp::{AuthnRequestSpec, build_authn_request};

use super::outcome::Outcome;
use super::record::{Onward, Session, Shared};
use super::scenario::{Scenario, Step};
use super::{Visit, address_of};
use crate::page::going_on;
use crate::site::Site;
use crate::sp::failure::Failure;
use crate::sp::{PENDING, idp};
use crate::state::App;
use crate::{post_page, token};

/// What no server has.
const NO_CONTEXT: &str = "urn:sample-app:no-such-context";
const NO_FORMAT: &str = "urn:sample-app:no-such-format";
const NOBODY: &str = "nobody-of-this-name";
/// Behind the 43 characters that name the visit. With them at most 80 bytes (saml-bindings 3.4.3).
pub(super) const ODD: &str = " <b>&amp;'\"+%2B;=#?\\/ äß€ \u{1F600} ";
const HOUR: TimeDelta = TimeDelta::hours(1);

/// A message on its way.
enum Message {
    Redirect(String),
    Post { endpoint: String, xml: String },
}

/// Makes the next visit of a scenario; what keeps it from being made becomes its outcome.
pub(super) async fn depart(
    app: &App,
    site: &Site,
    probe: &Shared,
    scenario: Scenario,
    onward: Option<Onward>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await?;
    let session = probe.lock().session(now).cloned();
    let first = match scenario {
        Scenario::Replay => Step::Prepare,
        _ if scenario.needs_session() && session.is_none() => Step::Prepare,
        _ => Step::Ask,
    };
    let onward = onward.unwrap_or(Onward {
        step: first,
        again: None,
    });
    // The same bytes again bear the same names.
    let (request_id, relay_state) = match &onward.again {
        Some(again) => (again.request_id.clone(), again.relay_state.clone()),
        None => (token::message_id()?, relay_state(scenario, onward.step)?),
    };
    let visit = Visit {
        probe: probe.clone(),
        scenario,
        step: onward.step,
        request_id,
        relay_state,
        origin: site.origin().to_owned(),
        acs: site.acs(),
        sent: now,
        authenticated: session.as_ref().map(|session| session.authenticated),
        url: None,
    };
    let trip = Trip {
        app,
        idp: &idp,
        visit: &visit,
        session: session.as_ref(),
    };
    match trip.message(&onward, now) {
        Ok(message) => go(app, visit, message),
        Err(failure) => {
            let outcome = Outcome::needs_you(failure.to_string());
            probe.lock().done(scenario, outcome, now);
            Ok(Redirect::to(&address_of(site.origin(), scenario)).into_response())
        }
    }
}

fn relay_state(scenario: Scenario, step: Step) -> Result<String, Failure> {
    let token = token::random()?;
    Ok(match (scenario, step) {
        (Scenario::RelayState, Step::Ask) => format!("{token}{ODD}"),
        _ => token,
    })
}

fn go(app: &App, mut visit: Visit, message: Message) -> Result<Response, Failure> {
    let now = visit.sent;
    let response = match message {
        Message::Redirect(url) => {
            let page = going_on(
                app,
                &url,
                visit.scenario.about().name,
                "The identity server is visited next.",
            );
            visit.url = Some(url);
            page.into_response()
        }
        Message::Post { endpoint, xml } => {
            post_page::respond(&endpoint, Parameter::Request, &xml, Some(&visit.relay_state))?
        }
    };
    let (probe, scenario, step) = (visit.probe.clone(), visit.scenario, visit.step);
    probe.lock().sent(scenario, step, &visit.request_id, now);
    app.sp.probe.keep(visit, now + PENDING, now);
    Ok(response)
}

/// Everything a message is made from.
struct Trip<'a> {
    app: &'a App,
    idp: &'a IdpMetadata,
    visit: &'a Visit,
    session: Option<&'a Session>,
}

impl Trip<'_> {
    fn message(&self, onward: &Onward, now: DateTime<Utc>) -> Result<Message, Failure> {
        let Visit { scenario, step, .. } = *self.visit;
        if scenario.needs_key() && self.app.sp.key.is_none() {
            return Err(Failure::NoKey);
        }
        if let Some(again) = &onward.again {
            return Ok(Message::Redirect(again.url.clone()));
        }
        match step {
            Step::Ask if scenario.is_logout() => self.logout_request(now),
            _ => self.authn_request(now),
        }
    }

    fn authn_request(&self, now: DateTime<Utc>) -> Result<Message, Failure> {
        let Visit { scenario, step, .. } = *self.visit;
        let by_post = step == Step::Ask && matches!(scenario, Scenario::PostSigned | Scenario::PostUnsigned);
        let binding = if by_post { BINDING_POST } else { BINDING_REDIRECT };
        let endpoint = self.idp.sso_location(binding).ok_or(Failure::NoEndpoint("sign-in"))?;
        let spec = self.authn_spec(endpoint, now);
        let unsigned = step == Step::Ask && matches!(scenario, Scenario::RedirectUnsigned | Scenario::PostUnsigned);
        let key = self.app.sp.key.as_ref().filter(|_| !unsigned);
        if by_post {
            return Ok(Message::Post {
                endpoint: endpoint.to_owned(),
                xml: build_authn_request(&spec, key)?,
            });
        }
        let url = self.authn_url(&spec, key)?;
        if step == Step::Ask && scenario == Scenario::BadSignature {
            let other = AuthnRequestSpec {
                id: token::message_id()?,
                ..spec
            };
            return Ok(Message::Redirect(with_signature_of(
                &url,
                &self.authn_url(&other, key)?,
            )));
        }
        Ok(Message::Redirect(url))
    }

    fn authn_url(&self, spec: &AuthnRequestSpec, key: Option<&KeyPair>) -> Result<String, Failure> {
        let endpoint = self
            .idp
            .sso_location(BINDING_REDIRECT)
            .ok_or(Failure::NoEndpoint("sign-in"))?;
        let xml = build_authn_request(spec, None)?;
        let relay_state = Some(self.visit.relay_state.as_str());
        Ok(redirect::url(endpoint, Parameter::Request, &xml, relay_state, key)?)
    }

    fn authn_spec(&self, endpoint: &str, now: DateTime<Utc>) -> AuthnRequestSpec {
        let Visit { scenario, step, .. } = *self.visit;
        let mut spec = AuthnRequestSpec {
            id: self.visit.request_id.clone(),
            issuer: self.app.settings.issuer.clone(),
            destination: endpoint.to_owned(),
            acs_url: Some(self.visit.acs.clone()),
            acs_index: None,
            attribute_consuming_service_index: None,
            protocol_binding: Some(BINDING_POST.to_owned()),
            force_authn: false,
            is_passive: step == Step::Check || scenario == Scenario::Replay,
            name_id_policy: None,
            requested_authn_context: None,
            issue_instant: now,
        };
        if step != Step::Ask {
            return spec;
        }
        match scenario {
            Scenario::ForceAuthn => spec.force_authn = true,
            Scenario::ContextMfa => spec.requested_authn_context = Some(exactly(CONTEXT_REFEDS_MFA)),
            Scenario::ContextUnknown => spec.requested_authn_context = Some(exactly(NO_CONTEXT)),
            Scenario::NameIdTransient => spec.name_id_policy = Some(format(NAMEID_TRANSIENT)),
            Scenario::NameIdPersistent => spec.name_id_policy = Some(format(NAMEID_PERSISTENT)),
            Scenario::NameIdEmail => spec.name_id_policy = Some(format(NAMEID_EMAIL)),
            Scenario::NameIdUnknown => spec.name_id_policy = Some(format(NO_FORMAT)),
            Scenario::AcsIndex => {
                // One excludes the others (saml-core 3.4.1).
                (spec.acs_url, spec.protocol_binding, spec.acs_index) = (None, None, Some(0));
            }
            Scenario::WrongAcs => spec.acs_url = Some(format!("{}{}", self.visit.origin, super::UNREGISTERED)),
            Scenario::WrongDestination => spec.destination.push_str("/elsewhere"),
            Scenario::Stale => spec.issue_instant = now - HOUR,
            Scenario::Future => spec.issue_instant = now + HOUR,
            Scenario::Passive | Scenario::PassiveNone => spec.is_passive = true,
            _ => {}
        }
        spec.is_passive |= scenario.group() == super::scenario::Group::Refusal;
        spec
    }

    fn logout_request(&self, now: DateTime<Utc>) -> Result<Message, Failure> {
        let scenario = self.visit.scenario;
        let by_post = scenario == Scenario::LogoutPost;
        let binding = if by_post { BINDING_POST } else { BINDING_REDIRECT };
        let endpoint = idp::logout_endpoint(self.idp, binding)
            .ok_or(Failure::NoEndpoint("logout"))?
            .location;
        let session = self.session.ok_or(Failure::LogoutMessage("would name no session"))?;
        let mut name_id = session.name_id.clone();
        let mut session_indexes: Vec<String> = session.index.clone().into_iter().collect();
        if scenario == Scenario::LogoutWrongName {
            (name_id.value, session_indexes) = (NOBODY.to_owned(), vec![token::message_id()?]);
        } else if let Some(index) = &session.index {
            // Ours end whatever becomes of the others.
            let is_it = |one: &std::sync::Arc<saml::sp::Accepted>| one.session_index.as_ref() == Some(index);
            self.app.sp.sessions.remove_where(now, is_it);
        }
        let spec = LogoutRequestSpec {
            id: self.visit.request_id.clone(),
            issuer: self.app.settings.issuer.clone(),
            destination: endpoint.clone(),
            name_id,
            session_indexes,
            not_on_or_after: Some(now + PENDING),
            reason: Some(LOGOUT_BY_USER.to_owned()),
            issue_instant: now,
        };
        let key = self.app.sp.key.as_ref();
        if by_post {
            let xml = build_request(&spec, key)?;
            return Ok(Message::Post { endpoint, xml });
        }
        let xml = build_request(&spec, None)?;
        let relay_state = Some(self.visit.relay_state.as_str());
        let url = redirect::url(&endpoint, Parameter::Request, &xml, relay_state, key)?;
        Ok(Message::Redirect(url))
    }
}

fn exactly(class: &str) -> RequestedAuthnContext {
    RequestedAuthnContext {
        comparison: Comparison::Exact,
        classes: vec![class.to_owned()],
        declarations: Vec::new(),
    }
}

fn format(format: &str) -> NameIdPolicy {
    NameIdPolicy {
        format: Some(format.to_owned()),
        allow_create: true,
        sp_name_qualifier: None,
    }
}

/// The address with the signature of another one: well formed, by the right key, and wrong.
fn with_signature_of(url: &str, other: &str) -> String {
    const PARAMETER: &str = "&Signature=";
    match (url.rsplit_once(PARAMETER), other.rsplit_once(PARAMETER)) {
        (Some((query, _)), Some((_, signature))) => format!("{query}{PARAMETER}{signature}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odd_relay_state_is_within_the_limit_of_the_bindings() {
        let relay_state = relay_state(Scenario::RelayState, Step::Ask).unwrap();
        assert!(relay_state.len() <= 80, "{} bytes", relay_state.len());
        assert!(relay_state.ends_with(ODD) && !ODD.is_ascii());
    }

    #[test]
    fn a_signature_is_exchanged() {
        let mine = "https://idp/sso?SAMLRequest=a&SigAlg=x&Signature=1";
        let other = "https://idp/sso?SAMLRequest=b&SigAlg=x&Signature=2";
        let wrong = with_signature_of(mine, other);
        assert_eq!(wrong, "https://idp/sso?SAMLRequest=a&SigAlg=x&Signature=2");
    }
}
