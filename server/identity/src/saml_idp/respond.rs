//! A sign-in is over: answer the request it was for, once, to the address that is registered now.

use std::collections::BTreeMap;

use domain::claim;
use domain::flow::{Authenticator, Reason};
use entity::{saml_request, session_participant};
use saml::algorithm::{DataEncryption, DigestAlgorithm, KeyEncryption, SignatureAlgorithm};
use saml::identifier::{
    STATUS_AUTHN_FAILED, STATUS_INVALID_NAMEID_POLICY, STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE, STATUS_REQUESTER,
    STATUS_RESPONDER,
};
use saml::redirect::Parameter;
use saml::response::{self, Encryption, ResponseSpec, StatusSpec};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Outgoing;
use super::authn_context;
use super::receive::{Kept, certificates};
use super::refusal::{Check, Refused, Refusing, refuse};
use super::subject;
use crate::login::{self, SignIn};
use crate::service_providers::{self, SamlServiceProvider};
use crate::sessions::{self, Client, Kind, Live};
use crate::{Error, Result, Services, keys, store, token, users};

/// How long an assertion may be accepted.
const ASSERTION_SECONDS: u32 = 300;

/// What became of the way back.
#[derive(Debug)]
pub enum Responded {
    Outgoing(Outgoing),
    /// The sign-in is not over: back to its page.
    SignIn {
        flow_id: String,
    },
    Refused(Refused),
}

/// What a service provider may know of a sign-in that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    AuthnFailed,
    NoPassive,
    NoAuthnContext,
    InvalidNameIdPolicy,
}

/// Answers a stored request for this browser.
///
/// # Errors
/// `NotFound` for a request that does not exist or is not this browser's.
pub async fn respond(
    services: &Services,
    request: &str,
    browser: impl Fn(&str) -> Option<String>,
    session: Option<&str>,
    client: &Client,
) -> Result<Responded> {
    let row = saml_request::Entity::find_by_id(request)
        .filter(saml_request::Column::ExpiresAt.gt(services.clock.now()))
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    let flow_id = row.flow_id.clone().ok_or(Error::NotFound)?;
    let secret = browser(&flow_id).ok_or(Error::NotFound)?;
    let Some(outcome) = login::finished(services, &flow_id, &secret).await? else {
        return Ok(Responded::SignIn { flow_id });
    };
    let sp = service_providers::saml_by_id(&services.db, row.service_provider_id)
        .await?
        .ok_or(Error::NotFound)?;
    if row.answered_at.is_some() {
        return refused(services, &row, Check::Replay, "The request was answered before.").await;
    }
    if !sp.saml.acs_urls.contains(&row.acs_url) {
        return refused(
            services,
            &row,
            Check::AssertionConsumerUrl,
            "The Assertion Consumer URL was removed during the sign-in.",
        )
        .await;
    }
    let user_id = match outcome {
        Ok(user_id) => user_id,
        Err(reason) => {
            let status_code = if reason == Reason::Passive {
                Status::NoPassive
            } else {
                Status::AuthnFailed
            };
            return Ok(Responded::Outgoing(status(services, &sp, &row.id, status_code).await?));
        }
    };
    let live = match session {
        Some(secret) => sessions::find(services, Kind::SignIn, secret).await?,
        None => None,
    };
    let Some(live) = live.filter(|live| live.user.id == user_id) else {
        return refused(
            services,
            &row,
            Check::Session,
            "The live session is not that of the sign-in's user.",
        )
        .await;
    };
    let steps = service_providers::steps(&services.db, sp.id).await?;
    let passed: Vec<Authenticator> = live
        .satisfied
        .iter()
        .map(|satisfied| satisfied.authenticator.clone())
        .collect();
    let all_passed = !steps.is_empty()
        && steps
            .iter()
            .all(|step| step.authenticators.iter().any(|option| passed.contains(option)));
    if !all_passed {
        return refused(
            services,
            &row,
            Check::Steps,
            "The session does not satisfy the steps as they are now.",
        )
        .await;
    }
    let counted: Vec<&Authenticator> = passed
        .iter()
        .filter(|one| steps.iter().any(|step| step.authenticators.contains(one)))
        .collect();
    let answering = Answering {
        services,
        sp: &sp,
        row: &row,
        flow_id: &flow_id,
        client,
    };
    answering.success(&live, authn_context::truth(counted)).await
}

async fn refused(services: &Services, row: &saml_request::Model, check: Check, detail: &str) -> Result<Responded> {
    let sp = Some(row.service_provider_id);
    let refusing = Refusing {
        check,
        issuer: &row.issuer,
        detail: detail.to_owned(),
        message: &row.request,
        service_provider_id: sp,
    };
    Ok(Responded::Refused(refuse(services, refusing).await?))
}

/// Answers a request with a status instead of an assertion.
pub(super) async fn status(
    services: &Services,
    sp: &SamlServiceProvider,
    request: &str,
    status: Status,
) -> Result<Outgoing> {
    let row = saml_request::Entity::find_by_id(request)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    if !consume(services, &services.db, &row.id).await? {
        return Err(Error::NotFound);
    }
    let (code, sub, words) = match status {
        Status::AuthnFailed => (STATUS_RESPONDER, STATUS_AUTHN_FAILED, "The user was not signed in."),
        Status::NoPassive => (
            STATUS_RESPONDER,
            STATUS_NO_PASSIVE,
            "The user has to be asked, and the request forbids it.",
        ),
        Status::NoAuthnContext => (
            STATUS_RESPONDER,
            STATUS_NO_AUTHN_CONTEXT,
            "The requested authentication context cannot be satisfied.",
        ),
        Status::InvalidNameIdPolicy => (
            STATUS_REQUESTER,
            STATUS_INVALID_NAMEID_POLICY,
            "The requested NameID format is not available.",
        ),
    };
    let spec = StatusSpec {
        id: token::saml_id()?,
        issuer: subject::issuer(services, sp),
        destination: row.acs_url.clone(),
        in_response_to: in_response_to(&row)?,
        status: code.to_owned(),
        sub_status: Some(sub.to_owned()),
        message: Some(words.to_owned()),
        issue_instant: services.clock.now(),
    };
    let key = keys::active(services).await?;
    let xml = response::build_status(&spec, Some(&key)).map_err(Error::internal)?;
    Ok(outgoing(sp, row, xml))
}

fn outgoing(sp: &SamlServiceProvider, row: saml_request::Model, xml: String) -> Outgoing {
    Outgoing::Post {
        action: row.acs_url,
        parameter: Parameter::Response,
        xml,
        relay_state: row.relay_state,
        application: sp.name.clone(),
    }
}

/// Whether a user has a value for a claim. Roles may be none at all: that is an answer too.
fn has(claims: &BTreeMap<String, String>, uri: &str) -> bool {
    uri == claim::ROLE || claims.get(uri).is_some_and(|value| !value.is_empty())
}

/// The request's ID, if there was a request.
fn in_response_to(row: &saml_request::Model) -> Result<Option<String>> {
    let kept: Kept = serde_json::from_str(&row.request).map_err(Error::internal)?;
    Ok((!kept.unsolicited).then(|| row.request_id.clone()))
}

/// Uses up a request; `false` if another connection has.
async fn consume(services: &Services, db: &impl ConnectionTrait, request: &str) -> Result<bool> {
    let consumed = saml_request::Entity::update_many()
        .col_expr(
            saml_request::Column::AnsweredAt,
            Expr::value(Some(services.clock.now())),
        )
        .filter(saml_request::Column::Id.eq(request))
        .filter(saml_request::Column::AnsweredAt.is_null())
        .exec(db)
        .await?;
    Ok(consumed.rows_affected == 1)
}

/// One request on its way to an assertion.
struct Answering<'a> {
    services: &'a Services,
    sp: &'a SamlServiceProvider,
    row: &'a saml_request::Model,
    flow_id: &'a str,
    client: &'a Client,
}

impl Answering<'_> {
    async fn success(&self, live: &Live, truth: &str) -> Result<Responded> {
        let Self { services, sp, row, .. } = *self;
        let kept: Kept = serde_json::from_str(&row.request).map_err(Error::internal)?;
        let Some(class) = authn_context::answer(truth, kept.context.as_ref()) else {
            return Ok(Responded::Outgoing(
                status(services, sp, &row.id, Status::NoAuthnContext).await?,
            ));
        };
        let claims = users::claims_of(&services.db, live.user.id).await?;
        let name_id = subject::name_id(services, sp, &live.user, &claims, kept.name_id_format.as_deref())?;
        let Some(name_id) = name_id.filter(|name_id| kept.subject.as_ref().is_none_or(|asked| *asked == name_id.value))
        else {
            // The user lacks the subject claim, or is not the one the service provider asked for.
            return Ok(Responded::Outgoing(
                status(services, sp, &row.id, Status::AuthnFailed).await?,
            ));
        };
        if let Some(missing) = sp
            .claims
            .iter()
            .find(|claim| claim.mandatory && !has(&claims, &claim.local))
        {
            let detail = format!("The user has no value for the mandatory claim {}.", missing.local);
            return refused(services, row, Check::MandatoryClaim, &detail).await;
        }
        let wants_attributes =
            sp.saml.enable_attribute_profile.0 && (sp.saml.include_attributes_always.0 || kept.attributes_asked);
        let attributes = if wants_attributes {
            subject::attributes(&services.db, sp, &live.user, &claims).await?
        } else {
            Vec::new()
        };
        let key = keys::active(services).await?;
        let session_index = self.session_index(live).await?;
        let spec = ResponseSpec {
            name_id: name_id.clone(),
            session_index: session_index.clone(),
            authn_instant: live.row.authenticated_at,
            session_not_on_or_after: Some(live.row.expires_at),
            authn_context_class: class.to_owned(),
            attributes,
            ..self.frame()?
        };
        let xml = response::build(&spec, &key).map_err(Error::internal)?;

        let txn = store::begin(&services.db).await?;
        if !consume(services, &txn, &row.id).await? {
            txn.rollback().await?;
            return refused(
                services,
                row,
                Check::Replay,
                "The request was answered by another connection.",
            )
            .await;
        }
        self.join_session(&txn, live, &name_id, &session_index).await?;
        let entry = SignIn {
            flow_id: self.flow_id,
            application: &sp.name,
            username: &live.user.username,
            outcome: "signed_in",
            assertion_id: &spec.assertion_id,
            key_id: &key.key_id(),
            address: &self.client.address,
        };
        login::record_sign_in(services, &txn, entry).await?;
        txn.commit().await?;
        Ok(Responded::Outgoing(outgoing(sp, row.clone(), xml)))
    }

    /// All of a response that does not depend on the user.
    fn frame(&self) -> Result<ResponseSpec> {
        let Self { services, sp, row, .. } = *self;
        let saml = &sp.saml;
        let more = |on: bool, rows: &[String]| if on { rows.to_vec() } else { Vec::new() };
        let mut audience = vec![saml.issuer.clone()];
        audience.extend(more(saml.enable_audience_restriction.0, &saml.audiences));
        Ok(ResponseSpec {
            id: token::saml_id()?,
            assertion_id: token::saml_id()?,
            issuer: subject::issuer(services, sp),
            destination: row.acs_url.clone(),
            in_response_to: in_response_to(row)?,
            audience,
            recipients: more(saml.enable_recipient_validation.0, &saml.recipients),
            name_id: Default::default(),
            session_index: String::new(),
            authn_instant: row.received_at,
            session_not_on_or_after: None,
            authn_context_class: String::new(),
            attributes: Vec::new(),
            issue_instant: services.clock.now(),
            lifetime_seconds: ASSERTION_SECONDS,
            sign_response: saml.enable_response_signing.0,
            signature_algorithm: SignatureAlgorithm::from_uri(&saml.response_signing_algorithm).unwrap_or_default(),
            digest_algorithm: DigestAlgorithm::from_uri(&saml.response_digest_algorithm).unwrap_or_default(),
            encrypt: self.encryption()?,
        })
    }

    fn encryption(&self) -> Result<Option<Encryption>> {
        let saml = &self.sp.saml;
        if !saml.enable_assertion_encryption.0 {
            return Ok(None);
        }
        let certificate = certificates(self.sp)
            .into_iter()
            .next()
            .ok_or_else(|| Error::internal("encryption without a certificate"))?;
        Ok(Some(Encryption {
            certificate,
            data: DataEncryption::from_uri(&saml.assertion_encryption_algorithm).unwrap_or_default(),
            key: KeyEncryption::from_uri(&saml.key_encryption_algorithm).unwrap_or_default(),
        }))
    }

    /// The session's name towards this service provider: the same as last time, if it has had one.
    async fn session_index(&self, live: &Live) -> Result<String> {
        let row = session_participant::Entity::find()
            .filter(session_participant::Column::SessionId.eq(&live.row.id))
            .filter(session_participant::Column::ServiceProviderId.eq(self.sp.id))
            .one(&self.services.db)
            .await?;
        row.map_or_else(token::saml_id, |row| Ok(row.session_index))
    }

    /// Notes whom to tell when the session ends.
    async fn join_session(
        &self,
        db: &impl ConnectionTrait,
        live: &Live,
        name_id: &saml::message::NameId,
        session_index: &str,
    ) -> Result<()> {
        use session_participant::Column;
        let row = session_participant::ActiveModel {
            session_id: Set(live.row.id.clone()),
            service_provider_id: Set(self.sp.id),
            name_id: Set(name_id.value.clone()),
            name_id_format: Set(name_id.format.clone().unwrap_or_default()),
            session_index: Set(session_index.to_owned()),
            created_at: Set(self.services.clock.now()),
            ..Default::default()
        };
        let latest = OnConflict::columns([Column::SessionId, Column::ServiceProviderId])
            .update_columns([Column::NameId, Column::NameIdFormat, Column::SessionIndex])
            .to_owned();
        session_participant::Entity::insert(row)
            .on_conflict(latest)
            .exec_without_returning(db)
            .await?;
        Ok(())
    }
}
