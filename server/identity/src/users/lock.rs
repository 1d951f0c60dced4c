//! Locking, unlocking and deleting users. Each ends that user's sessions and sign-ins at once.

use domain::Permission;
use entity::user;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::get_by_username;
use super::guard::Change;
use crate::audit::{self, Changes, Entry};
use crate::{Actor, Result, Services, login, sessions};

/// Locks a user out. Locking twice is no error.
///
/// # Errors
/// `Denied`; `Invalid` for oneself and for the last administrator.
pub async fn lock(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    set_locked(services, actor, username, true).await
}

/// Lets a user in again.
///
/// # Errors
/// `Denied`.
pub async fn unlock(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    set_locked(services, actor, username, false).await
}

async fn set_locked(services: &Services, actor: &Actor, username: &str, locked: bool) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    if locked {
        change.not_oneself(user.id, "locks")?;
    }
    change.may_touch(user.id).await?;
    user::Entity::update_many()
        .col_expr(user::Column::Locked, Expr::value(locked))
        .col_expr(user::Column::UpdatedAt, Expr::value(services.clock.now()))
        .filter(user::Column::Id.eq(user.id))
        .exec(change.db())
        .await?;
    if locked {
        sessions::end_all_of(change.db(), user.id, None).await?;
    }
    let action = if locked { "lock" } else { "unlock" };
    let entry = Entry {
        action,
        target_kind: "users",
        target: &user.username,
        detail: String::new(),
    };
    let mut changes = Changes::default();
    changes.tick("Locked", user.locked, locked);
    audit::record_changes(change.db(), &*services.clock, actor, entry, changes).await?;
    change.commit().await
}

/// Opens a user's codes again, which too many wrong ones have closed.
///
/// # Errors
/// `Denied`.
pub async fn open_codes(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.may_touch(user.id).await?;
    let entry = Entry {
        action: "open_codes",
        target_kind: "users",
        target: &user.username,
        detail: String::new(),
    };
    audit::record(change.db(), &*services.clock, actor, entry).await?;
    login::open_codes(change.db(), user.id).await?;
    change.commit().await
}

/// Deletes a user with everything that is known about them; the audit log keeps the name.
///
/// # Errors
/// `Denied`; `Invalid` for oneself and for the last administrator.
pub async fn delete(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.not_oneself(user.id, "deletes")?;
    change.may_touch(user.id).await?;
    sessions::end_all_of(change.db(), user.id, None).await?;
    user::Entity::delete_by_id(user.id).exec(change.db()).await?;
    let entry = Entry {
        action: "delete",
        target_kind: "users",
        target: &user.username,
        detail: String::new(),
    };
    audit::record(change.db(), &*services.clock, actor, entry).await?;
    change.commit().await
}
