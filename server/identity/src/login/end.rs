//! The ends of a sign-in: left by its user, or asked about by what it was for; and the row that tells an administrator.

use domain::flow::Reason;
use entity::user;
use sea_orm::EntityTrait;

use super::engine::{Browser, sign_in};
use super::flow_store::{self, Flow};
use super::log::{self, SignIn};
use crate::sessions::Client;
use crate::{Error, Result, Services};

/// Leaves a flow: its application will be told that nobody signed in. Gives where to go on.
///
/// # Errors
/// `NotFound` for a flow that is not this browser's.
pub async fn abandon(services: &Services, id: &str, browser: Browser<'_>, client: &Client) -> Result<String> {
    let mut flow = flow_store::find(services, id, browser.flow)
        .await?
        .ok_or(Error::NotFound)?;
    if !flow.stage.is_done() && flow.stage.ended.is_none() {
        flow.stage.ended = Some(Reason::Cancelled);
        if flow_store::save(&services.db, &mut flow).await? {
            log_ended(services, &flow, Reason::Cancelled, client).await?;
        }
    }
    Ok(flow.continuation.path())
}

/// How a flow of this browser ended: with a user signed in, or with a reason. `None` while it goes on.
///
/// # Errors
/// `NotFound` for a flow that is not this browser's.
pub async fn finished(
    services: &Services,
    id: &str,
    browser_secret: &str,
) -> Result<Option<std::result::Result<i64, Reason>>> {
    let flow = flow_store::find(services, id, browser_secret)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(match (flow.stage.ended, flow.row.user_id) {
        (Some(reason), _) => Some(Err(reason)),
        (None, Some(user)) if flow.stage.is_done() => Some(Ok(user)),
        _ => None,
    })
}

pub(super) async fn log_ended(services: &Services, flow: &Flow, reason: Reason, client: &Client) -> Result<()> {
    let username = match flow.row.user_id {
        Some(id) => user::Entity::find_by_id(id)
            .one(&services.db)
            .await?
            .map(|user| user.username),
        None => None,
    };
    let entry = SignIn {
        username: username.as_deref().unwrap_or_default(),
        outcome: reason.as_str(),
        ..sign_in(flow, client)
    };
    log::record(services, &services.db, entry).await
}
