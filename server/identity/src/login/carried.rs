//! The session at both ends of a flow: what one that lives has passed already, and the one that a flow opens.
//!
//! The session's secret is in one answer only; its row and the flow's change in one transaction.

use domain::flow::Reason;
use entity::{session, user};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use super::end::log_ended;
use super::engine::{Browser, Done, Progress};
use super::flow_store::{self, Flow};
use crate::sessions::{self, Client, Kind, Live, Satisfied};
use crate::{Error, Result, Services, store, token};

/// A double click drops the answer that carried the session's cookie. The flow's own cookie proves the browser, so the
/// session is handed out again under a new id, as long as it is alive: logging out ends this too.
pub(super) async fn hand_out_again(
    services: &Services,
    flow: &mut Flow,
    browser: Browser<'_>,
    client: &Client,
) -> Result<Option<Done>> {
    let (true, Some(id)) = (flow.stage.is_done(), flow.row.session_id.clone()) else {
        return Ok(None);
    };
    let path = flow.continuation.path();
    if browser.session.map(token::hash).as_deref() == Some(id.as_str()) {
        return Ok(Some(Done {
            path,
            session_secret: None,
        }));
    }
    let Some(live) = sessions::find_by_id(services, Kind::SignIn, &id).await? else {
        return Ok(None);
    };
    let txn = store::begin(&services.db).await?;
    // Whoever ends this user's sessions has the user locked too: the session is gone by now, or the new one will be.
    lock(&txn, live.user.id).await?;
    if !is_there(&txn, &live).await? {
        txn.rollback().await?;
        return Ok(None);
    }
    let (secret, row) = sessions::begin(services, &txn, Kind::SignIn, live.user.id, &live.satisfied, client).await?;
    sessions::replace(&txn, &id, Some(&row.id)).await?;
    flow.row.session_id = Some(row.id);
    if !flow_store::save(&txn, flow).await? {
        txn.rollback().await?;
        return Ok(None);
    }
    txn.commit().await?;
    Ok(Some(Done {
        path,
        session_secret: Some(secret),
    }))
}

/// Whether what a session had passed still counts. If that session has ended, this browser's own of the same user may
/// take its place, where it has passed all of it; else the sign-in begins again from its first step.
pub(super) async fn still_carried(services: &Services, flow: &mut Flow, browser: Browser<'_>) -> Result<bool> {
    let Some(id) = &flow.row.session_id else {
        return Ok(true);
    };
    if sessions::find_by_id(services, Kind::SignIn, id).await?.is_some() {
        return Ok(true);
    }
    let current = session_of(services, browser.session).await?;
    let covers = |live: &Live| {
        let has = |passed: &Satisfied| {
            live.satisfied
                .iter()
                .any(|one| one.authenticator == passed.authenticator)
        };
        Some(live.user.id) == flow.row.user_id && flow.stage.passed.iter().all(has)
    };
    if let Some(live) = current.filter(covers) {
        flow.row.session_id = Some(live.row.id);
        return Ok(true);
    }
    start_over(flow);
    Ok(false)
}

/// Back to the first step, as nobody yet.
fn start_over(flow: &mut Flow) {
    flow.stage.start_over();
    flow.row.session_id = None;
    flow.row.user_id = None;
}

/// Opens the sign-in session under a new id and marks the flow done, in one transaction.
pub(super) async fn finish(
    services: &Services,
    flow: &mut Flow,
    browser: Browser<'_>,
    client: &Client,
) -> Result<Progress> {
    let current = session_of(services, browser.session).await?;
    let txn = store::begin(&services.db).await?;
    let id = flow
        .row
        .user_id
        .ok_or_else(|| Error::internal("a sign-in is over and has no user"))?;
    // Whoever changes this user now ends the new session, or is seen here.
    let user = lock(&txn, id).await?;
    if let Some(reason) = objection(&user, flow) {
        txn.rollback().await?;
        flow.stage.ended = Some(reason);
        if flow_store::save(&services.db, flow).await? {
            log_ended(services, flow, reason, client).await?;
        }
        return Ok(Progress::Saved(None));
    }
    let current = match current {
        Some(live) if is_there(&txn, &live).await? => Some(live),
        _ => None,
    };
    if let Some(carried) = &flow.row.session_id
        && current.as_ref().is_none_or(|live| live.row.id != *carried)
        && !is_one_of(&txn, carried, id).await?
    {
        txn.rollback().await?;
        start_over(flow);
        flow_store::save(&services.db, flow).await?;
        return Ok(Progress::Saved(None));
    }
    let nothing_new = current
        .as_ref()
        .is_some_and(|live| live.user.id == user.id && flow.stage.passed == live.satisfied);
    let session_secret = match &current {
        Some(live) if nothing_new => {
            flow.row.session_id = Some(live.row.id.clone());
            None
        }
        _ => {
            let passed = united(
                current.as_ref().filter(|live| live.user.id == user.id),
                &flow.stage.passed,
            );
            let (secret, row) = sessions::begin(services, &txn, Kind::SignIn, user.id, &passed, client).await?;
            if let Some(old) = &current {
                sessions::replace(&txn, &old.row.id, (old.user.id == user.id).then_some(row.id.as_str())).await?;
            }
            flow.row.session_id = Some(row.id);
            Some(secret)
        }
    };
    if !flow_store::save(&txn, flow).await? {
        txn.rollback().await?;
        return Ok(Progress::Lost);
    }
    txn.commit().await?;
    Ok(Progress::Saved(Some(Done {
        path: flow.continuation.path(),
        session_secret,
    })))
}

/// The user, locked for the transaction.
async fn lock(txn: &DatabaseTransaction, id: i64) -> Result<user::Model> {
    user::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}

/// Whether a session that was read before the user was locked is still there.
async fn is_there(txn: &DatabaseTransaction, live: &Live) -> Result<bool> {
    is_one_of(txn, &live.row.id, live.user.id).await
}

async fn is_one_of(txn: &DatabaseTransaction, session: &str, user_id: i64) -> Result<bool> {
    let row = session::Entity::find_by_id(session).filter(session::Column::UserId.eq(user_id));
    Ok(row.one(txn).await?.is_some())
}

/// What speaks against a session for this user after all.
fn objection(user: &user::Model, flow: &Flow) -> Option<Reason> {
    let another_password = flow.stage.password_mark.is_some() && flow.stage.password_mark != password_mark(user);
    match (user.locked, another_password) {
        (true, _) => Some(Reason::Locked),
        (_, true) => Some(Reason::AccountChanged),
        _ => None,
    }
}

/// What a session had satisfied, with what has just been passed in its place.
fn united(live: Option<&Live>, passed: &[Satisfied]) -> Vec<Satisfied> {
    let before = live.map(|live| live.satisfied.as_slice()).unwrap_or_default();
    let kept = before
        .iter()
        .filter(|old| !passed.iter().any(|new| new.authenticator == old.authenticator));
    kept.chain(passed).cloned().collect()
}

/// Tells one password from the next, for whoever signed in with the one before it was changed.
pub(super) fn password_mark(user: &user::Model) -> Option<String> {
    Some(token::hash(&user.password_hash))
}

pub(super) async fn session_of(services: &Services, secret: Option<&str>) -> Result<Option<Live>> {
    match secret {
        Some(secret) => sessions::find(services, Kind::SignIn, secret).await,
        None => Ok(None),
    }
}
