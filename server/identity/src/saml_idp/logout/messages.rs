//! The logout messages that leave here, and the addresses they go to: registered ones only.

use chrono::Duration;
use saml::identifier::{
    LOGOUT_BY_USER, STATUS_PARTIAL_LOGOUT, STATUS_REQUEST_DENIED, STATUS_REQUESTER, STATUS_RESPONDER, STATUS_SUCCESS,
};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec};
use saml::message::Status;
use saml::redirect::{self, Parameter};

use super::state::{Initiator, Participant};
use crate::saml_idp::receive::default_acs;
use crate::saml_idp::{Outgoing, subject};
use crate::service_providers::{self, SamlServiceProvider};
use crate::{Error, Result, Services, keys, token};

/// How long a LogoutRequest of ours is valid.
const REQUEST_MINUTES: i64 = 5;

/// Values of *Logout Method*.
const BY_REDIRECT: &str = "front_channel_redirect";
const BY_POST: &str = "front_channel_post";

/// Whether an application takes LogoutRequests.
pub fn takes_logout(sp: &SamlServiceProvider) -> bool {
    request_url(sp).is_some()
}

fn request_url(sp: &SamlServiceProvider) -> Option<String> {
    chosen(&sp.saml.slo_request_url, sp).filter(|_| sp.saml.enable_single_logout.0)
}

fn response_url(sp: &SamlServiceProvider) -> Option<String> {
    chosen(&sp.saml.slo_response_url, sp)
}

fn chosen(url: &str, sp: &SamlServiceProvider) -> Option<String> {
    Some(url)
        .filter(|url| !url.is_empty())
        .map_or_else(|| default_acs(sp), |url| Some(url.to_owned()))
}

/// Our LogoutRequest to a participant and where it goes; `None` if it takes none.
pub async fn request_to(
    services: &Services,
    participant: &Participant,
    id: &str,
) -> Result<Option<(SamlServiceProvider, LogoutRequestSpec)>> {
    let Some(sp) = service_providers::saml_by_id(&services.db, participant.service_provider_id).await? else {
        return Ok(None);
    };
    let Some(destination) = request_url(&sp) else {
        return Ok(None);
    };
    let now = services.clock.now();
    let spec = LogoutRequestSpec {
        id: id.to_owned(),
        issuer: subject::issuer(services, &sp),
        destination,
        name_id: subject::named(services, &sp, &participant.name_id, &participant.name_id_format),
        session_indexes: participant.session_indexes.clone(),
        not_on_or_after: Some(now + Duration::minutes(REQUEST_MINUTES)),
        reason: Some(LOGOUT_BY_USER.to_owned()),
        issue_instant: now,
    };
    Ok(Some((sp, spec)))
}

/// A LogoutRequest on its way through the browser.
pub async fn request(
    services: &Services,
    sp: SamlServiceProvider,
    spec: LogoutRequestSpec,
    logout: &str,
) -> Result<Outgoing> {
    let by_post = sp.saml.logout_method == BY_POST;
    let build = |key: Option<&KeyPair>| saml::logout::build_request(&spec, key).map_err(Error::internal);
    let sending = Sending {
        url: spec.destination.clone(),
        parameter: Parameter::Request,
        relay_state: Some(logout.to_owned()),
        sp: &sp,
    };
    sending.outgoing(services, by_post, build).await
}

/// How a logout went, for the one who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Complete,
    Partial,
    /// It was refused, for this reason.
    Denied(String),
}

impl Outcome {
    fn status(self) -> Status {
        let (code, sub_code, message) = match self {
            Self::Complete => (STATUS_SUCCESS, None, None),
            Self::Partial => (STATUS_RESPONDER, Some(STATUS_PARTIAL_LOGOUT), None),
            Self::Denied(why) => (STATUS_REQUESTER, Some(STATUS_REQUEST_DENIED), Some(why)),
        };
        Status {
            code: code.to_owned(),
            sub_code: sub_code.map(str::to_owned),
            message,
        }
    }
}

/// Our LogoutResponse to the application that asked, by the binding its request came by; `None` if it is gone.
pub async fn response(services: &Services, initiator: &Initiator, outcome: Outcome) -> Result<Option<Outgoing>> {
    let Some(sp) = service_providers::saml_by_id(&services.db, initiator.service_provider_id).await? else {
        return Ok(None);
    };
    let method = if initiator.by_post { BY_POST } else { BY_REDIRECT };
    let named = sp.logout_response_by(method).cloned();
    let Some(url) = named.or_else(|| response_url(&sp)) else {
        return Ok(None);
    };
    let spec = response_spec(services, &sp, url.clone(), &initiator.request_id, outcome)?;
    let build = |key: Option<&KeyPair>| saml::logout::build_response(&spec, key).map_err(Error::internal);
    let sending = Sending {
        url,
        parameter: Parameter::Response,
        relay_state: initiator.relay_state.clone(),
        sp: &sp,
    };
    sending.outgoing(services, initiator.by_post, build).await.map(Some)
}

/// Our signed LogoutResponse over SOAP: it goes back on the connection and names an address all the same.
pub async fn soap_response(
    services: &Services,
    sp: &SamlServiceProvider,
    in_response_to: &str,
    outcome: Outcome,
) -> Result<String> {
    let destination = response_url(sp).unwrap_or_else(|| sp.saml.issuer.clone());
    let spec = response_spec(services, sp, destination, in_response_to, outcome)?;
    let key = keys::signer_for(services, &sp.saml).await?;
    saml::logout::build_response(&spec, Some(&key)).map_err(Error::internal)
}

fn response_spec(
    services: &Services,
    sp: &SamlServiceProvider,
    destination: String,
    in_response_to: &str,
    outcome: Outcome,
) -> Result<LogoutResponseSpec> {
    Ok(LogoutResponseSpec {
        id: token::saml_id()?,
        issuer: subject::issuer(services, sp),
        destination,
        in_response_to: in_response_to.to_owned(),
        status: outcome.status(),
        issue_instant: services.clock.now(),
    })
}

/// A logout message and where it goes.
struct Sending<'a> {
    url: String,
    parameter: Parameter,
    relay_state: Option<String>,
    sp: &'a SamlServiceProvider,
}

impl Sending<'_> {
    /// By POST the XML is signed, by Redirect the query (SAML Bindings 3.4.4.1).
    async fn outgoing(
        self,
        services: &Services,
        by_post: bool,
        build: impl FnOnce(Option<&KeyPair>) -> Result<String>,
    ) -> Result<Outgoing> {
        let key = keys::signer_for(services, &self.sp.saml).await?;
        if by_post {
            return Ok(Outgoing::Post {
                action: self.url,
                parameter: self.parameter,
                xml: build(Some(&key))?,
                relay_state: self.relay_state,
                application: self.sp.name.clone(),
            });
        }
        let xml = build(None)?;
        redirect::url(&self.url, self.parameter, &xml, self.relay_state.as_deref(), Some(&key))
            .map(Outgoing::Redirect)
            .map_err(Error::internal)
    }
}
