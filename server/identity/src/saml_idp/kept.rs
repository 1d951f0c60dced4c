//! What is kept of a request until it is answered, under its issuer and ID: also the guard against replays.

use chrono::{DateTime, Duration, Utc};
use entity::{answered_request, saml_request};
use saml::message::AuthnRequest;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr};
use serde::{Deserialize, Serialize};

use super::authn_context::Wanted;
use crate::login::SignIn;
use crate::service_providers::SamlServiceProvider;
use crate::{Error, Result, Services, token};

/// A request waits as long as the way back to its service provider stays open; its row guards against replay far beyond
/// the age a request may have.
const KEPT_MINUTES: i64 = 65;

/// What a request asks for. Scoping, Consent, ProviderName and Extensions are not kept: this server asks nobody else and
/// knows no extension, and a responder may ignore them (SAML Core 3.2.1, 3.4.1). Conditions are not kept either: the
/// responder may modify them (3.4.1), and an audience or a lifetime of the requester's choice would let an unsigned
/// message widen who accepts an assertion. Ours are always narrower: its own audience, five minutes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    pub attributes_asked: bool,
    pub name_id_format: Option<String>,
    /// The user the service provider expects.
    pub subject: Option<String>,
    #[serde(default)]
    pub subject_format: Option<String>,
    #[serde(default)]
    pub subject_name_qualifier: Option<String>,
    #[serde(default)]
    pub subject_sp_name_qualifier: Option<String>,
    pub context: Option<Wanted>,
    /// There was no request: the answer names none.
    pub unsolicited: bool,
    /// How it came, by the binding's own name. This and the next two are for the time line alone.
    #[serde(default)]
    pub binding: String,
    #[serde(default)]
    pub force: bool,
    #[serde(default)]
    pub passive: bool,
}

impl Kept {
    pub fn new(request: &AuthnRequest, context: Option<Wanted>) -> Self {
        let subject = request.subject.clone();
        let policy = request.name_id_policy.as_ref();
        Self {
            attributes_asked: request.attribute_consuming_service_index.is_some(),
            name_id_format: policy.and_then(|policy| policy.format.clone()),
            subject: subject.as_ref().map(|subject| subject.value.clone()),
            subject_format: subject.as_ref().and_then(|subject| subject.format.clone()),
            subject_name_qualifier: subject.as_ref().and_then(|subject| subject.name_qualifier.clone()),
            subject_sp_name_qualifier: subject.and_then(|subject| subject.sp_name_qualifier),
            context,
            unsolicited: false,
            force: request.force_authn,
            passive: request.is_passive,
            binding: String::new(),
        }
    }

    /// For a sign-on that begins here.
    pub fn unsolicited() -> Self {
        Self {
            unsolicited: true,
            ..Self::default()
        }
    }

    /// The name of the binding that it came by.
    pub fn by(self, binding: &str) -> Self {
        Self {
            binding: binding.to_owned(),
            ..self
        }
    }

    /// As it was stored.
    pub fn of(row: &saml_request::Model) -> Result<Self> {
        serde_json::from_str(&row.request).map_err(Error::internal)
    }

    /// The request's ID, if there was a request.
    pub fn in_response_to<'a>(&self, row: &'a saml_request::Model) -> Option<&'a str> {
        (!self.unsolicited).then_some(row.request_id.as_str())
    }
}

/// A request that has passed its checks, before it is kept.
pub(super) struct Incoming<'a> {
    pub sp: &'a SamlServiceProvider,
    /// Its own ID.
    pub request_id: &'a str,
    /// Of its bytes.
    pub digest: String,
    pub kept: &'a Kept,
    /// Where the answer goes.
    pub acs_url: String,
    pub relay_state: Option<&'a str>,
}

impl Incoming<'_> {
    /// Its row, neither in a sign-in nor answered yet.
    pub fn row(self, services: &Services) -> Result<saml_request::Model> {
        let now = services.clock.now();
        Ok(saml_request::Model {
            id: token::id()?,
            service_provider_id: self.sp.id,
            issuer: self.sp.saml.issuer.clone(),
            request_id: self.request_id.to_owned(),
            digest: self.digest,
            request: serde_json::to_string(self.kept).map_err(Error::internal)?,
            acs_url: self.acs_url,
            relay_state: self.relay_state.map(str::to_owned),
            flow_id: None,
            received_at: now,
            expires_at: now + Duration::minutes(KEPT_MINUTES),
            answered_at: None,
        })
    }
}

/// Keeps the request; `false` if one of this issuer and ID is there already.
pub(super) async fn keep(db: &impl ConnectionTrait, row: &saml_request::Model) -> Result<bool> {
    let once = OnConflict::columns([saml_request::Column::Issuer, saml_request::Column::RequestId])
        .do_nothing()
        .to_owned();
    let inserted = saml_request::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(once)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// Keeps a request that is answered as it comes, with what *Sign-ins* say of it, by one statement; `false` as for [`keep`].
pub(super) async fn keep_answered(
    db: &impl ConnectionTrait,
    row: &saml_request::Model,
    entry: SignIn<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = answered_request::Model {
        id: row.id.clone(),
        service_provider_id: row.service_provider_id,
        issuer: row.issuer.clone(),
        request_id: row.request_id.clone(),
        digest: row.digest.clone(),
        request: row.request.clone(),
        acs_url: row.acs_url.clone(),
        relay_state: row.relay_state.clone(),
        received_at: row.received_at,
        expires_at: row.expires_at,
        answered_at: now,
        application: entry.application.to_owned(),
        username: entry.username.to_owned(),
        outcome: entry.outcome.to_owned(),
        assertion_id: entry.assertion_id.to_owned(),
        key_id: entry.key_id.to_owned(),
        address: entry.address(),
        told: entry.request,
        session_index: entry.session_index,
    };
    match db.execute_raw(row.insert(db.get_database_backend())).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What an ID that was there before is.
pub(super) enum Again {
    /// The same bytes, not answered yet: its own sign-in.
    Own { flow_id: String },
    /// All else, in words.
    Replay(&'static str),
}

/// Looks at what was kept under the issuer and ID of this one.
pub(super) async fn again(services: &Services, row: &saml_request::Model) -> Result<Again> {
    let known = saml_request::Entity::find()
        .filter(saml_request::Column::Issuer.eq(&row.issuer))
        .filter(saml_request::Column::RequestId.eq(&row.request_id))
        .one(&services.db)
        .await?;
    Ok(match known {
        Some(known) if known.digest != row.digest => Again::Replay("The ID was used before by another message."),
        Some(known) if known.answered_at.is_some() => Again::Replay("The request was answered before."),
        Some(known) => match known.flow_id {
            Some(flow_id) => Again::Own { flow_id },
            None => Again::Replay("The request is being taken by another connection."),
        },
        None => Again::Replay("The request's row is gone."),
    })
}
