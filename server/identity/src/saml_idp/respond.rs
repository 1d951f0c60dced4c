//! A sign-in is over: decides whether this browser may get an answer to the request it was for, at the address that is
//! registered now. What the answer says is `compose`'s.

use domain::flow::{Authenticator, Reason};
use entity::saml_request;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Outgoing;
use super::answer::{Answered, Answering, Taking, refused};
use super::authn_context;
use super::refusal::{Check, Refused};
use super::situation::{Situation, Whose};
use super::status::{Status, status};
use crate::login;
use crate::service_providers::{SamlServiceProvider, Step};
use crate::sessions::{self, Client, Live};
use crate::{Error, Result, Services};

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
    let Situation { configured, visitor } =
        Situation::find(services, Whose::ServiceProvider(row.service_provider_id), session)
            .await?
            .ok_or(Error::NotFound)?;
    let sp = &configured.sp;
    if let Some((check, detail)) = stale(&row, sp) {
        return refused(services, &row, check, detail).await.map(Responded::Refused);
    }
    let user_id = match outcome {
        Ok(user_id) => user_id,
        Err(reason) => {
            let outgoing = status(services, sp, row, told(reason)).await?;
            return Ok(Responded::Outgoing(outgoing));
        }
    };
    let Some(visitor) = visitor.filter(|visitor| visitor.live.user.id == user_id) else {
        let detail = "The live session is not that of the sign-in's user.";
        return refused(services, &row, Check::Session, detail)
            .await
            .map(Responded::Refused);
    };
    sessions::seen(services, &visitor.live).await?;
    let Some(truth) = passed(&visitor.live, &configured.steps) else {
        let detail = "The session does not satisfy the steps as they are now.";
        return refused(services, &row, Check::Steps, detail)
            .await
            .map(Responded::Refused);
    };
    let answering = Answering {
        services,
        sp,
        row: &row,
        taking: Taking::Kept,
        flow_id: &flow_id,
        client,
        visitor: &visitor,
        truth,
    };
    Ok(match answering.give().await? {
        Answered::Given(outgoing) => Responded::Outgoing(outgoing),
        Answered::Refused(refused) => Responded::Refused(refused),
        Answered::Lacking => return Err(Error::internal("a kept request was not refused for its claims")),
        Answered::Taken => {
            let detail = "The request was answered by another connection.";
            Responded::Refused(refused(services, &row, Check::Replay, detail).await?)
        }
    })
}

/// Why a request cannot be answered any more, whoever asks.
fn stale(row: &saml_request::Model, sp: &SamlServiceProvider) -> Option<(Check, &'static str)> {
    if row.answered_at.is_some() {
        return Some((Check::Replay, "The request was answered before."));
    }
    let detail = "The Assertion Consumer URL was removed during the sign-in.";
    (!sp.saml.acs_urls.contains(&row.acs_url)).then_some((Check::AssertionConsumerUrl, detail))
}

/// What the service provider is told of a sign-in that ended.
fn told(reason: Reason) -> Status {
    if reason == Reason::Passive {
        Status::NoPassive
    } else {
        Status::AuthnFailed
    }
}

/// The class that is true of what the session has passed of these steps; `None` if it does not satisfy them all.
pub(super) fn passed(live: &Live, steps: &[Step]) -> Option<&'static str> {
    let passed: Vec<&Authenticator> = live
        .satisfied
        .iter()
        .map(|satisfied| &satisfied.authenticator)
        .collect();
    let satisfies = |step: &Step| step.authenticators.iter().any(|option| passed.contains(&option));
    if steps.is_empty() || !steps.iter().all(satisfies) {
        return None;
    }
    let counted = passed
        .into_iter()
        .filter(|one| steps.iter().any(|step| step.authenticators.contains(one)));
    Some(authn_context::truth(counted))
}
