//! Statuses: what a service provider may know of a sign-in that did not succeed (SAML Core 3.2.2.2). They say what kind
//! of thing went wrong and nothing of the person.

use entity::saml_request;
use saml::identifier::{
    STATUS_AUTHN_FAILED, STATUS_INVALID_NAMEID_POLICY, STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE,
    STATUS_REQUEST_UNSUPPORTED, STATUS_REQUESTER, STATUS_RESPONDER,
};
use saml::response::{self, StatusSpec};

use super::answer::{consume, outgoing};
use super::kept::Kept;
use super::{Outgoing, subject};
use crate::login::{self, Event};
use crate::service_providers::SamlServiceProvider;
use crate::{Error, Result, Services, keys, token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    AuthnFailed,
    NoPassive,
    NoAuthnContext,
    InvalidNameIdPolicy,
    /// A Subject with a SubjectConfirmation (SAML Profiles 4.1.4.1).
    SubjectConfirmation,
}

impl Status {
    /// The code of the second level by the last part of its name, as administrators know it.
    pub fn name(self) -> &'static str {
        let (_, sub, _) = self.parts();
        sub.rsplit(':').next().unwrap_or(sub)
    }

    /// The codes of both levels, and words for the service provider's administrator.
    pub fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AuthnFailed => (STATUS_RESPONDER, STATUS_AUTHN_FAILED, "The user was not signed in."),
            Self::NoPassive => (
                STATUS_RESPONDER,
                STATUS_NO_PASSIVE,
                "The user has to be asked, and the request forbids it.",
            ),
            Self::NoAuthnContext => (
                STATUS_RESPONDER,
                STATUS_NO_AUTHN_CONTEXT,
                "The requested authentication context cannot be satisfied.",
            ),
            Self::InvalidNameIdPolicy => (
                STATUS_REQUESTER,
                STATUS_INVALID_NAMEID_POLICY,
                "The requested NameID is not available.",
            ),
            Self::SubjectConfirmation => (
                STATUS_REQUESTER,
                STATUS_REQUEST_UNSUPPORTED,
                "The Subject of an AuthnRequest must hold no SubjectConfirmation.",
            ),
        }
    }
}

/// Answers a kept request with a status instead of an assertion, and uses it up.
pub(super) async fn status(
    services: &Services,
    sp: &SamlServiceProvider,
    row: saml_request::Model,
    status: Status,
) -> Result<Outgoing> {
    let xml = build(services, sp, &row, status).await?;
    if !consume(services, &services.db, &row.id).await? {
        return Err(Error::NotFound);
    }
    if let Some(flow) = &row.flow_id {
        login::note_event(services, &services.db, flow, Event::Status, status.name(), "").await?;
    }
    Ok(outgoing(sp, row, xml))
}

/// The signed message, before anything is used up.
pub(super) async fn build(
    services: &Services,
    sp: &SamlServiceProvider,
    row: &saml_request::Model,
    status: Status,
) -> Result<String> {
    let kept = Kept::of(row)?;
    let spec = spec(services, sp, &row.acs_url, kept.in_response_to(row), status)?;
    let key = keys::signer_for(services, &sp.saml).await?;
    response::build_status(&spec, Some(&key)).map_err(Error::internal)
}

/// What a status is made of.
pub(super) fn spec(
    services: &Services,
    sp: &SamlServiceProvider,
    acs_url: &str,
    in_response_to: Option<&str>,
    status: Status,
) -> Result<StatusSpec> {
    let (code, sub, words) = status.parts();
    Ok(StatusSpec {
        id: token::saml_id()?,
        issuer: subject::issuer(services, sp),
        destination: acs_url.to_owned(),
        in_response_to: in_response_to.map(str::to_owned),
        status: code.to_owned(),
        sub_status: Some(sub.to_owned()),
        message: Some(words.to_owned()),
        issue_instant: services.clock.now(),
    })
}
