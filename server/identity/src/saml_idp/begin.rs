//! A request has passed its checks: it is answered at once, or its sign-in begins.
//!
//! At once where a live session satisfies everything already and the browser brought its cookie: by a redirect it does,
//! by a form from another site it does not (`SameSite=Lax`), and then the sign-in's page, which is of this site, looks.

use chrono::{DateTime, Utc};
use domain::flow::Authenticator;
use entity::saml_request;

use super::answer::{Answered, Answering, Taking};
use super::kept::{Again, again, keep};
use super::receive::Received;
use super::respond::passed;
use super::situation::Situation;
use super::status::{self, Status};
use super::{Outgoing, answer, asked_for};
use crate::login::{self, Begin, Continuation, Event};
use crate::service_providers::{Configured, SamlServiceProvider, Step};
use crate::sessions::{self, Client};
use crate::{Result, Services, store};

/// Who brings a message.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// The sign-in session's cookie, where there is one.
    pub session: Option<&'a str>,
    pub client: &'a Client,
}

/// How a request wants its sign-in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// ForceAuthn: sessions count for nothing.
    pub force: bool,
    /// IsPassive: nothing may be asked.
    pub passive: bool,
}

/// What became of a request.
pub(super) enum Begun {
    Received(Received),
    /// Its ID was there before, and this is no repetition of it; in words.
    Replay(&'static str),
}

/// Takes a request on its way.
pub(super) async fn begin(
    services: &Services,
    situation: &Situation,
    row: saml_request::Model,
    manner: Manner,
    client: &Client,
) -> Result<Begun> {
    let configured = &situation.configured;
    // Where a session counts for nothing it is not used either, and its idle time-out goes on.
    let visitor = situation.visitor.as_ref().filter(|_| !manner.force);
    if let Some(visitor) = visitor {
        sessions::seen(services, &visitor.live).await?;
    }
    if let Some(visitor) = visitor
        && let Some(truth) = passed(&visitor.live, &configured.steps)
    {
        let answering = Answering {
            services,
            sp: &configured.sp,
            row: &row,
            taking: Taking::AsItComes,
            flow_id: "",
            client,
            visitor,
            truth,
        };
        match answering.give().await? {
            Answered::Given(outgoing) => return Ok(Begun::Received(Received::Answer(outgoing))),
            Answered::Refused(refused) => return Ok(Begun::Received(Received::Refused(refused))),
            Answered::Taken => return known(services, &row).await,
            // All steps are satisfied; its page asks for what is missing.
            Answered::Lacking => {}
        }
    }
    sign_in(services, configured, row, manner, client).await
}

/// The request and its sign-in are kept together, or neither is.
async fn sign_in(
    services: &Services,
    configured: &Configured,
    mut row: saml_request::Model,
    manner: Manner,
    client: &Client,
) -> Result<Begun> {
    let begin = Begin {
        continuation: Continuation::Saml {
            request: row.id.clone(),
        },
        service_provider_id: Some(configured.sp.id),
        application: configured.sp.name.clone(),
        steps: options(&configured.steps),
        force: manner.force,
        passive: manner.passive,
    };
    let txn = store::begin(&services.db).await?;
    let begun = login::begin(services, &txn, begin).await?;
    row.flow_id = Some(begun.flow_id.clone());
    if !keep(&txn, &row).await? {
        txn.rollback().await?;
        return known(services, &row).await;
    }
    let (asked, at) = (asked_for::told(&row)?, &client.address);
    login::note_event(services, &txn, &begun.flow_id, Event::Request, &asked, at).await?;
    txn.commit().await?;
    Ok(Begun::Received(Received::SignIn {
        flow_id: begun.flow_id,
        browser_secret: begun.browser_secret,
    }))
}

fn options(steps: &[Step]) -> Vec<Vec<Authenticator>> {
    steps.iter().map(|step| step.authenticators.clone()).collect()
}

/// Answers with a status what no sign-in could change.
pub(super) async fn decline(
    services: &Services,
    sp: &SamlServiceProvider,
    row: saml_request::Model,
    why: Status,
) -> Result<Begun> {
    let xml = status::build(services, sp, &row, why).await?;
    let row = answered(row, services.clock.now());
    if !keep(&services.db, &row).await? {
        return known(services, &row).await;
    }
    let outgoing: Outgoing = answer::outgoing(sp, row, xml);
    Ok(Begun::Received(Received::Answer(outgoing)))
}

/// A request whose answer is on its way when its row is written.
pub(super) fn answered(row: saml_request::Model, now: DateTime<Utc>) -> saml_request::Model {
    saml_request::Model {
        answered_at: Some(now),
        ..row
    }
}

/// The same ID a second time: the same bytes while unanswered lead back to their own sign-in, all else is a replay.
async fn known(services: &Services, row: &saml_request::Model) -> Result<Begun> {
    Ok(match again(services, row).await? {
        Again::Own { flow_id } => Begun::Received(Received::Again { flow_id }),
        Again::Replay(why) => Begun::Replay(why),
    })
}
