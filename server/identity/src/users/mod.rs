//! Users: adding them, their passwords, profiles, roles and locks.
//!
//! Every road that could leave the installation without an administrator goes through [`guard::Change`]; nobody grants
//! or touches what they do not hold.

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::UserView;
use entity::user;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{Actor, Error, Result, Services, roles};

mod assign;
mod backup_codes;
mod browser;
mod bulk;
mod claims;
mod create;
mod entered;
mod entered_claims;
mod entered_mobile;
pub(crate) mod guard;
pub mod import;
mod list;
mod live_sessions;
mod lock;
mod look_at_numbers;
mod old_number;
mod password;
mod profile;
mod search;
#[cfg(test)]
pub(crate) mod tests;

pub use assign::{assign_roles, create_with_roles, role_choices};
pub(crate) use backup_codes::{backup_codes_left, use_backup_code};
pub use backup_codes::{generate_backup_codes, revoke_backup_codes};
pub use bulk::{delete_selected, lock_selected, plan_deletion, unlock_selected};
pub use claims::{claims_of, mobile_of};
pub(crate) use claims::{claims_with, derive_claims, has_claim, number_of, typed_claims};
pub(crate) use create::create_with_hash;
pub use create::{create, username_problem};
pub(crate) use entered_claims::{keep_entered_claims, only_by_administrators, read_claim};
pub(crate) use entered_mobile::{keep_entered_number, read_number};
pub use guard::an_administrator_is_left;
#[cfg(test)]
pub(crate) use list::SORTS;
pub use list::list;
pub use live_sessions::{end_all_sessions, end_session, sessions_of};
pub use lock::{delete, lock, open_codes, unlock};
pub(crate) use look_at_numbers::look_at_numbers;
pub use old_number::{OldNumber, tell_old_number};
pub use password::{check_password, set_password};
pub(crate) use profile::NUMBERS;
pub use profile::{profile, save_profile, update_profile};

/// The user of this name, whatever its case.
///
/// # Errors
/// `Internal` only.
pub async fn find_by_username(db: &impl ConnectionTrait, username: &str) -> Result<Option<user::Model>> {
    // PostgreSQL takes no NUL in a text; no user name holds one.
    if username.contains('\0') {
        return Ok(None);
    }
    Ok(user::Entity::find()
        .filter(user::Column::UsernameLower.eq(username.to_lowercase()))
        .one(db)
        .await?)
}

/// What a page needs that asks before it changes a user's password or roles, or deletes the user.
///
/// # Errors
/// `Denied` without *Manage users* (one's own user excepted) or without every permission that user has; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, username: &str) -> Result<UserView> {
    let user = find_by_username(&services.db, username).await?;
    let oneself = user.as_ref().is_some_and(|user| actor.user_id == Some(user.id));
    let user = match user {
        Some(user) if oneself => user,
        _ => get_for_change(services, actor, username).await?,
    };
    Ok(UserView {
        username: user.username,
        version: user.version,
        locked: user.locked,
        oneself,
    })
}

async fn get_for_change(services: &Services, actor: &Actor, username: &str) -> Result<user::Model> {
    actor.require(Permission::ManageUsers)?;
    let user = get_by_username(&services.db, username).await?;
    if actor.user_id != Some(user.id) {
        guard::covers(actor.permissions, roles::permissions_of(&services.db, user.id).await?)?;
    }
    Ok(user)
}

async fn get_by_username(db: &impl ConnectionTrait, username: &str) -> Result<user::Model> {
    find_by_username(db, username).await?.ok_or(Error::NotFound)
}

/// Takes the next version, if the form was opened with the current one.
async fn bump_version(db: &impl ConnectionTrait, user_id: i64, version: &str, now: DateTime<Utc>) -> Result<()> {
    let version: i32 = version.parse().map_err(|_| Error::Stale)?;
    let updated = user::Entity::update_many()
        .col_expr(user::Column::Version, Expr::col(user::Column::Version).add(1))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user_id))
        .filter(user::Column::Version.eq(version))
        .exec(db)
        .await?;
    if updated.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}
