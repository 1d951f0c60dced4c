//! Gives the answer to a request whose sign-in is done: composes, signs, and uses the request up in the transaction that
//! writes down what was said to whom.

use entity::{saml_request, session_participant};
use saml::message::NameId;
use saml::redirect::Parameter;
use saml::response;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::Outgoing;
use super::asked_for;
use super::compose::{Authenticated, Fresh, Obstacle, Question, compose};
use super::kept::{Kept, keep_answered};
use super::refusal::{Check, Refused, Refusing, refuse};
use super::situation::Visitor;
use super::status::{self, Status};
use crate::login::{self, Event, SignIn};
use crate::service_providers::SamlServiceProvider;
use crate::sessions::Client;
use crate::{Error, Result, Services, keys, store, token};

/// Outcomes in Sign-ins of those who passed all steps and were not told of all the same.
pub const NO_SUBJECT: &str = "no_subject";
pub const ANOTHER_SUBJECT: &str = "another_subject";
pub const CONTEXT_NOT_MET: &str = "context_not_met";
/// There was no answer but a case number.
pub const REFUSED: &str = "refused";
pub const SIGNED_IN: &str = "signed_in";

/// How a request is used up, once and by one connection only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taking {
    /// It was kept when its sign-in began: marked as answered.
    Kept,
    /// It has just come: written down as answered, under its ID.
    AsItComes,
}

/// What became of giving an answer.
pub(super) enum Answered {
    Given(Outgoing),
    Refused(Refused),
    /// Another connection was faster; nothing was given.
    Taken,
    /// The user lacks claims that are demanded, and can still be asked for them: nothing was given, nothing is written.
    Lacking,
}

/// A request that may be answered: this browser's session satisfies its service provider's steps.
pub(super) struct Answering<'a> {
    pub services: &'a Services,
    pub sp: &'a SamlServiceProvider,
    pub row: &'a saml_request::Model,
    pub taking: Taking,
    /// The sign-in; empty where none was needed.
    pub flow_id: &'a str,
    pub client: &'a Client,
    pub visitor: &'a Visitor,
    /// The class that is true of what the session has passed.
    pub truth: &'static str,
}

impl Answering<'_> {
    pub async fn give(self) -> Result<Answered> {
        let Self {
            services,
            sp,
            row,
            visitor,
            ..
        } = self;
        let kept = Kept::of(row)?;
        let live = &visitor.live;
        let question = Question {
            kept: &kept,
            in_response_to: kept.in_response_to(row),
            acs_url: &row.acs_url,
        };
        let session = Authenticated {
            truth: self.truth,
            at: live.row.authenticated_at,
            session_index: match &visitor.before {
                Some(before) => before.session_index.clone(),
                None => token::saml_id()?,
            },
            session_ends: live.row.expires_at,
        };
        let fresh = Fresh::new(services, sp, live.user.id)?;
        let spec = match compose(sp, &visitor.person, question, &session, fresh).and_then(|composed| composed.answer())
        {
            Ok(spec) => spec,
            Err(obstacle) => return self.decline(obstacle).await,
        };
        let key_id = visitor.key_id(&sp.saml)?;
        let key = keys::signer(services, key_id, &sp.saml).await?;
        let xml = response::build(&spec, &key).map_err(Error::internal)?;

        // That an assertion was made and by which key, in the transaction that uses the request up.
        let issued = SignIn {
            outcome: SIGNED_IN,
            assertion_id: &spec.assertion_id,
            key_id,
            session_index: Some(spec.session_index.clone()),
            ..SignIn::default()
        };
        // What has not changed since last time is not written again.
        let joined = visitor.before.as_ref().is_some_and(|before| before.is(&spec.name_id));
        let noted = visitor.is_noted(key_id);
        let given = if self.taking == Taking::AsItComes && joined && noted {
            self.take(&services.db.direct(), issued).await?
        } else {
            let txn = store::begin(&services.db).await?;
            let given = self.take(&txn, issued).await?;
            if given && !joined {
                self.join_session(&txn, &spec.name_id, &spec.session_index).await?;
            }
            if given && !noted {
                keys::note_signed(&txn, sp.id, key_id, services.clock.now()).await?;
            }
            end(txn, given).await?
        };
        Ok(if given {
            Answered::Given(outgoing(sp, row.clone(), xml))
        } else {
            Answered::Taken
        })
    }

    /// There is no assertion. What the service provider may know goes to it as a status, without a word about who was
    /// here; what is ours to mend gets a case number.
    async fn decline(&self, obstacle: Obstacle) -> Result<Answered> {
        let (status, outcome) = match obstacle {
            Obstacle::Context => (Status::NoAuthnContext, CONTEXT_NOT_MET),
            Obstacle::NoSubject { .. } => (Status::AuthnFailed, NO_SUBJECT),
            Obstacle::AnotherSubject => (Status::AuthnFailed, ANOTHER_SUBJECT),
            Obstacle::MandatoryClaims(_) if self.taking == Taking::AsItComes => return Ok(Answered::Lacking),
            Obstacle::MandatoryClaims(claims) => {
                let detail = format!(
                    "The user \u{201c}{}\u{201d} has no value for the mandatory claim {}.",
                    self.visitor.live.user.username,
                    claims.join(", ")
                );
                return self.refuse(Check::MandatoryClaim, &detail).await;
            }
            Obstacle::NoEncryptionCertificate => {
                let detail = "Enable Assertion Encryption is ticked, and no registered certificate holds an RSA key to \
                              encrypt for.";
                return self.refuse(Check::EncryptionCertificate, detail).await;
            }
        };
        let xml = status::build(self.services, self.sp, self.row, status).await?;
        let declined = SignIn {
            outcome,
            ..SignIn::default()
        };
        let txn = store::begin(&self.services.db).await?;
        let given = self.take(&txn, declined).await?;
        Ok(if end(txn, given).await? {
            Answered::Given(outgoing(self.sp, self.row.clone(), xml))
        } else {
            Answered::Taken
        })
    }

    /// Uses the request up and writes down what `entry` says came of it; `false` if another connection was faster. For a
    /// request that is answered as it comes both are one statement.
    async fn take(&self, db: &impl ConnectionTrait, entry: SignIn<'_>) -> Result<bool> {
        let entry = self.complete(entry)?;
        match self.taking {
            Taking::Kept => {
                let taken = consume(self.services, db, &self.row.id).await?;
                if taken {
                    login::record_sign_in(self.services, db, entry).await?;
                }
                Ok(taken)
            }
            Taking::AsItComes => keep_answered(db, self.row, entry, self.services.clock.now()).await,
        }
    }

    /// An entry with all that is known of the sign-in.
    fn complete<'a>(&'a self, entry: SignIn<'a>) -> Result<SignIn<'a>> {
        Ok(SignIn {
            flow_id: self.flow_id,
            application: &self.sp.name,
            username: &self.visitor.live.user.username,
            address: &self.client.address,
            service_provider_id: Some(self.sp.id),
            request: match self.taking {
                Taking::Kept => None,
                Taking::AsItComes => Some(asked_for::told(self.row)?),
            },
            ..entry
        })
    }

    async fn refuse(&self, check: Check, detail: &str) -> Result<Answered> {
        let refused = refused(self.services, self.row, check, detail).await?;
        let entry = SignIn {
            outcome: REFUSED,
            ..SignIn::default()
        };
        login::record_sign_in(self.services, &self.services.db, self.complete(entry)?).await?;
        Ok(Answered::Refused(refused))
    }

    /// Notes whom to tell when the session ends.
    async fn join_session(&self, db: &impl ConnectionTrait, name_id: &NameId, session_index: &str) -> Result<()> {
        use session_participant::Column;
        let row = session_participant::ActiveModel {
            session_id: Set(self.visitor.live.row.id.clone()),
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

/// Commits what was given, and takes back what was not.
async fn end(txn: DatabaseTransaction, given: bool) -> Result<bool> {
    if given {
        txn.commit().await?;
    } else {
        txn.rollback().await?;
    }
    Ok(given)
}

/// Refuses a kept request; what was asked is shown as it was kept.
pub(super) async fn refused(
    services: &Services,
    row: &saml_request::Model,
    check: Check,
    detail: &str,
) -> Result<Refused> {
    let refusing = Refusing {
        check,
        issuer: &row.issuer,
        detail: detail.to_owned(),
        message: &row.request,
        service_provider_id: Some(row.service_provider_id),
    };
    let refused = refuse(services, refusing).await?;
    if let Some(flow) = &row.flow_id {
        login::note_event(services, &services.db, flow, Event::Refused, &refused.case_number, "").await?;
    }
    Ok(refused)
}

/// Uses up a request; `false` if another connection has.
pub(super) async fn consume(services: &Services, db: &impl ConnectionTrait, request: &str) -> Result<bool> {
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

pub(super) fn outgoing(sp: &SamlServiceProvider, row: saml_request::Model, xml: String) -> Outgoing {
    Outgoing::Post {
        action: row.acs_url,
        parameter: Parameter::Response,
        xml,
        relay_state: row.relay_state,
        application: sp.name.clone(),
    }
}
