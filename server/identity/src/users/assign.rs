//! Which roles a user holds. Nobody gives or takes a role with a permission they do not hold.

use std::collections::BTreeSet;

use domain::input::user::{UserInput, UserRolesInput};
use domain::view::RoleChoice;
use domain::{Permission, PermissionSet};
use entity::{role, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::guard::{self, Change};
use super::{bump_version, get_by_username};
use crate::audit::{self, Changes, Entry};
use crate::{Actor, Error, Result, Services, roles};

/// The roles that the actor may give or take, and whether the user holds them.
///
/// # Errors
/// `Denied` without *Manage users* or without every permission that user has.
pub async fn role_choices(services: &Services, actor: &Actor, username: &str) -> Result<Vec<RoleChoice>> {
    let db = &services.db;
    let user = super::get_for_change(services, actor, username).await?;
    let held = held(db, user.id).await?;
    let all = role::Entity::find()
        .order_by_asc(role::Column::NameLower)
        .all(db)
        .await?;
    let permissions = roles::permissions_by_role(db, all.iter().map(|role| role.id)).await?;
    let choices = all.into_iter().filter_map(|role| {
        let set = permissions.get(&role.id).copied().unwrap_or_default();
        guard::covers(actor.permissions, set).ok()?;
        Some(RoleChoice {
            held: held.contains(&role.id),
            permissions: set.iter().collect(),
            id: role.id,
            name: role.name,
        })
    });
    Ok(choices.collect())
}

/// Gives the user exactly these roles.
///
/// # Errors
/// `Denied` for a user or a role beyond what the actor holds; `PasswordNeeded`; `Invalid`, should no administrator be
/// left or a role be gone; `Stale`.
pub async fn assign_roles(services: &Services, actor: &Actor, username: &str, input: &UserRolesInput) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    actor.require_fresh_password(services.clock.now())?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let db = change.db();
    let user = get_by_username(db, username).await?;
    change.may_touch(user.id).await?;
    let wanted = wanted(db, &input.roles).await?;
    let held = held(db, user.id).await?;
    let changed: Vec<i64> = wanted.symmetric_difference(&held).copied().collect();
    let touched = roles::permissions_by_role(db, changed).await?;
    change.may_grant(
        touched
            .into_values()
            .fold(PermissionSet::default(), PermissionSet::union),
    )?;
    bump_version(db, user.id, &input.version, services.clock.now()).await?;
    let before = roles::names_of(db, user.id).await?;

    let taken: Vec<i64> = held.difference(&wanted).copied().collect();
    user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(user.id))
        .filter(user_role::Column::RoleId.is_in(taken))
        .exec(db)
        .await?;
    let given: Vec<_> = wanted
        .difference(&held)
        .map(|role_id| user_role::ActiveModel {
            user_id: Set(user.id),
            role_id: Set(*role_id),
        })
        .collect();
    if !given.is_empty() {
        user_role::Entity::insert_many(given).exec_without_returning(db).await?;
    }
    let after = roles::names_of(db, user.id).await?;
    let mut changes = Changes::default();
    changes.lines("Roles", &before, &after);
    let detail = if after.is_empty() {
        "no roles".to_owned()
    } else {
        after.join(", ")
    };
    let entry = Entry {
        action: "assign_roles",
        target_kind: "users",
        target: &user.username,
        detail,
    };
    audit::record_changes(db, &*services.clock, actor, entry, changes).await?;
    change.commit().await
}

/// Adds a user who holds these roles from the start, and gives the name.
///
/// # Errors
/// As [`super::create`] and [`assign_roles`]; `Invalid` for a role that is not there. Nothing is added then.
pub async fn create_with_roles(
    services: &Services,
    actor: &Actor,
    input: &UserInput,
    names: &[String],
) -> Result<String> {
    let whole = services.within().await?;
    let within = &whole.services;
    let mut ids = Vec::new();
    for name in names {
        let named = role::Entity::find().filter(role::Column::NameLower.eq(name.trim().to_lowercase()));
        let role = named.one(&within.db).await?;
        let gone = || {
            Error::field(
                "roles",
                format!("There is no role {name:?}. Add it first, or name another."),
            )
        };
        ids.push(role.ok_or_else(gone)?.id.to_string());
    }
    let username = super::create(within, actor, input).await?;
    if !ids.is_empty() {
        let input = UserRolesInput {
            version: "1".to_owned(),
            roles: ids,
        };
        assign_roles(within, actor, &username, &input).await?;
    }
    whole.commit().await?;
    Ok(username)
}

async fn held(db: &impl ConnectionTrait, user_id: i64) -> Result<BTreeSet<i64>> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(user_id))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.role_id).collect())
}

/// The ids that were ticked, all of them roles that still exist.
async fn wanted(db: &impl ConnectionTrait, ticked: &[String]) -> Result<BTreeSet<i64>> {
    let gone = || {
        Error::field(
            "roles",
            "A role that was ticked has been deleted in the meantime. Look through the roles again.",
        )
    };
    let ids: BTreeSet<i64> = ticked
        .iter()
        .map(|id| id.parse().map_err(|_| gone()))
        .collect::<Result<_>>()?;
    let known = role::Entity::find()
        .filter(role::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    if known.len() == ids.len() { Ok(ids) } else { Err(gone()) }
}
