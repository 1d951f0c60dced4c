//! What an answer says, and where each part of it comes from.
//!
//! One function for the real answer and for the preview: service provider, person, request and session in, the
//! [`ResponseSpec`] and its [`Trace`] out. No clock, no database, no key. What stands in the way of an answer comes out
//! with it, and [`Composed::answer`] is the only way to a specification that may be sent.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::claim;
use entity::user;
use saml::response::{Encryption, ResponseSpec};
use sea_orm::ConnectionTrait;

use super::authn_context;
use super::encryption::encryption;
use super::kept::Kept;
use super::subject::{self, Identifiers, Source};
use crate::service_providers::{RequestedClaim, SamlServiceProvider};
use crate::{Result, Services, roles, token, users};

/// How long an assertion may be accepted.
pub(super) const ASSERTION_SECONDS: u32 = 300;

/// Somebody, and all that is known of them.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub user: user::Model,
    /// Every claim with a value, by URI.
    pub claims: BTreeMap<String, String>,
    pub roles: Vec<String>,
}

impl Person {
    pub async fn load(db: &impl ConnectionTrait, user: user::Model) -> Result<Self> {
        let roles = roles::names_of(db, user.id).await?;
        Ok(Self {
            claims: users::claims_with(db, &user, &roles).await?,
            roles,
            user,
        })
    }

    /// Whether there is a value for a claim. Roles may be none at all: that is an answer too.
    fn has(&self, uri: &str) -> bool {
        uri == claim::ROLE || self.claims.get(uri).is_some_and(|value| !value.is_empty())
    }
}

/// What is answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub kept: &'a Kept,
    pub in_response_to: Option<&'a str>,
    pub acs_url: &'a str,
}

/// The session that is told of.
#[derive(Clone, Debug)]
pub(super) struct Authenticated {
    /// The class that is true of what was passed.
    pub truth: &'static str,
    pub at: DateTime<Utc>,
    /// The session's name towards this service provider.
    pub session_index: String,
    pub session_ends: DateTime<Utc>,
}

/// What is new in every answer.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub id: String,
    pub assertion_id: String,
    pub now: DateTime<Utc>,
    pub identifiers: Identifiers,
}

impl Fresh {
    pub fn new(services: &Services, sp: &SamlServiceProvider, user_id: i64) -> Result<Self> {
        Ok(Self {
            id: token::saml_id()?,
            assertion_id: token::saml_id()?,
            now: services.clock.now(),
            identifiers: Identifiers {
                issuer: subject::issuer(services, sp),
                persistent: services.vault.blind(&format!("persistent/{}/{user_id}", sp.id)),
                transient: token::saml_id()?,
            },
        })
    }
}

/// Why there is no answer with an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// What was passed does not satisfy what was asked for.
    Context,
    /// The user lacks the claim that the NameID is taken from.
    NoSubject { claim: String },
    /// The request's Subject names somebody else.
    AnotherSubject,
    /// The user has no value for these.
    MandatoryClaims(Vec<String>),
    /// The assertion has to be encrypted, and no certificate that is registered can be used for it.
    NoEncryptionCertificate,
}

/// Why no attributes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    ProfileOff,
    /// They are sent when a request asks for them by AttributeConsumingServiceIndex.
    NotAsked,
}

/// Where the parts of an answer come from.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub source: Source,
    /// Of each attribute that is sent, in their order, the claim it was made of.
    pub attributes: Vec<RequestedClaim>,
    /// Requested claims without a value, whether attributes are sent or not.
    pub without_value: Vec<RequestedClaim>,
    pub silence: Option<Silence>,
}

/// An answer that is put together, though it may not be allowed to leave.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    spec: ResponseSpec,
    obstacles: Vec<Obstacle>,
    pub trace: Trace,
}

impl Composed {
    /// What may be sent.
    ///
    /// # Errors
    /// The first obstacle.
    pub fn answer(self) -> Result<ResponseSpec, Obstacle> {
        match self.obstacles.into_iter().next() {
            Some(obstacle) => Err(obstacle),
            None => Ok(self.spec),
        }
    }

    /// The answer to look at, obstacles or not, and never encrypted.
    pub fn in_clear(&self) -> ResponseSpec {
        ResponseSpec {
            encrypt: None,
            ..self.spec.clone()
        }
    }

    pub fn encryption(&self) -> Option<&Encryption> {
        self.spec.encrypt.as_ref()
    }

    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }
}

/// Puts an answer together.
///
/// # Errors
/// An obstacle that leaves nothing to put together; the others stand in the result.
pub(super) fn compose(
    sp: &SamlServiceProvider,
    person: &Person,
    question: Question<'_>,
    session: &Authenticated,
    fresh: Fresh,
) -> Result<Composed, Obstacle> {
    let kept = question.kept;
    let class = authn_context::answer(session.truth, kept.context.as_ref()).ok_or(Obstacle::Context)?;
    let format = subject::format(sp, kept);
    let source = subject::source(sp, format);
    let name_id =
        subject::name_id(sp, format, &source, &person.claims, &fresh.identifiers).ok_or_else(|| no_subject(&source))?;
    if !subject::is_the_one_asked_for(kept, &name_id) {
        return Err(Obstacle::AnotherSubject);
    }
    let mut obstacles = Vec::new();
    let missing = |claim: &&RequestedClaim| claim.mandatory && !person.has(&claim.local);
    let mandatory: Vec<String> = sp
        .claims
        .iter()
        .filter(missing)
        .map(|claim| claim.local.clone())
        .collect();
    if !mandatory.is_empty() {
        obstacles.push(Obstacle::MandatoryClaims(mandatory));
    }
    let encrypt = encryption(sp).unwrap_or_else(|_| {
        obstacles.push(Obstacle::NoEncryptionCertificate);
        None
    });
    let silence = silence(sp, kept);
    let (mut sent, mut attributes, mut without_value) = (Vec::new(), Vec::new(), Vec::new());
    for requested in &sp.claims {
        match subject::attribute(sp, requested, &person.claims, &person.roles) {
            None => without_value.push(requested.clone()),
            Some(attribute) if silence.is_none() => {
                sent.push(requested.clone());
                attributes.push(attribute);
            }
            Some(_) => {}
        }
    }
    let frame = frame(sp, question, session, fresh);
    Ok(Composed {
        spec: ResponseSpec {
            name_id,
            authn_context_class: class.to_owned(),
            attributes,
            encrypt,
            ..frame
        },
        obstacles,
        trace: Trace {
            source,
            attributes: sent,
            without_value,
            silence,
        },
    })
}

fn no_subject(source: &Source) -> Obstacle {
    let claim = match source {
        Source::Claim(uri) => uri.clone(),
        Source::Persistent | Source::Transient => String::new(),
    };
    Obstacle::NoSubject { claim }
}

/// Both boxes have to be ticked, or the first and the request asks by index.
fn silence(sp: &SamlServiceProvider, kept: &Kept) -> Option<Silence> {
    if !sp.saml.enable_attribute_profile.0 {
        Some(Silence::ProfileOff)
    } else if !sp.saml.include_attributes_always.0 && !kept.attributes_asked {
        Some(Silence::NotAsked)
    } else {
        None
    }
}

/// All of a response that does not depend on the person.
fn frame(sp: &SamlServiceProvider, question: Question<'_>, session: &Authenticated, fresh: Fresh) -> ResponseSpec {
    let saml = &sp.saml;
    let more = |on: bool, rows: &[String]| if on { rows.to_vec() } else { Vec::new() };
    let mut audience = vec![saml.issuer.clone()];
    audience.extend(more(saml.enable_audience_restriction.0, &saml.audiences));
    ResponseSpec {
        id: fresh.id,
        assertion_id: fresh.assertion_id,
        issuer: fresh.identifiers.issuer,
        destination: question.acs_url.to_owned(),
        in_response_to: question.in_response_to.map(str::to_owned),
        audience,
        recipients: more(saml.enable_recipient_validation.0, &saml.recipients),
        name_id: Default::default(),
        session_index: session.session_index.clone(),
        authn_instant: session.at,
        session_not_on_or_after: Some(session.session_ends),
        authn_context_class: String::new(),
        attributes: Vec::new(),
        issue_instant: fresh.now,
        lifetime_seconds: ASSERTION_SECONDS,
        sign_response: saml.enable_response_signing.0,
        encrypt: None,
    }
}

#[cfg(test)]
mod tests;
