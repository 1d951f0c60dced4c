//! The audit log: who changed what. Written in the transaction of the change itself, so that neither is without the other.

mod changes;

use entity::audit;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};

use crate::clock::Clock;
use crate::{Actor, Result};

pub use changes::{Change, Changes};

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
    record_changes(db, clock, actor, entry, Changes::default()).await
}

/// As [`record`], with what each field held before and holds now.
///
/// # Errors
/// As [`record`].
pub async fn record_changes(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    actor: &Actor,
    entry: Entry<'_>,
    changes: Changes,
) -> Result<()> {
    row(clock, actor, entry, changes)?.insert(db).await?;
    Ok(())
}

/// As [`record_changes`], for many in one transaction.
///
/// # Errors
/// As [`record`].
pub async fn record_all<'a>(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    actor: &Actor,
    entries: impl Iterator<Item = (Entry<'a>, Changes)>,
) -> Result<()> {
    let rows = entries
        .map(|(entry, changes)| row(clock, actor, entry, changes))
        .collect::<Result<Vec<_>>>()?;
    if !rows.is_empty() {
        audit::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(clock: &dyn Clock, actor: &Actor, entry: Entry<'_>, changes: Changes) -> Result<audit::ActiveModel> {
    Ok(audit::ActiveModel {
        at: Set(clock.now()),
        actor: Set(actor.username.clone()),
        action: Set(entry.action.to_owned()),
        target_kind: Set(entry.target_kind.to_owned()),
        target: Set(entry.target.chars().take(255).collect()),
        detail: Set(entry.detail),
        address: Set(actor.address.clone()),
        changes: Set(changes.into_json()?),
        ..Default::default()
    })
}
