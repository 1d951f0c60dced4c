//! The audit log: who changed what. Written in the transaction of the change itself, so that neither is without the other.

use entity::audit;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait};

use crate::clock::Clock;
use crate::{Actor, Result};

/// What was changed. `detail` holds no secret, no code and no full number: it is shown to whoever may view the log.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// A verb: `create`, `update`, `delete`, `lock`, `sign_in`.
    pub action: &'a str,
    /// The slice: `users`, `identity_providers`.
    pub target_kind: &'a str,
    /// Its name at that time.
    pub target: &'a str,
    pub detail: String,
}

/// # Errors
/// `Internal`, if the database does not take the row; the change it belongs to must then not happen either.
pub async fn record(db: &impl ConnectionTrait, clock: &dyn Clock, actor: &Actor, entry: Entry<'_>) -> Result<()> {
    audit::ActiveModel {
        at: Set(clock.now()),
        actor: Set(actor.username.clone()),
        action: Set(entry.action.to_owned()),
        target_kind: Set(entry.target_kind.to_owned()),
        target: Set(entry.target.chars().take(255).collect()),
        detail: Set(entry.detail),
        address: Set(actor.address.clone()),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}
