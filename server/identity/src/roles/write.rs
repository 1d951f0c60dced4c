//! Adding, changing and deleting roles.

use std::collections::BTreeSet;

use domain::input::role::RoleInput;
use domain::view::UsedBy;
use domain::{Permission, PermissionSet, Problems};
use entity::{role, role_permission, service_provider_role, user, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::permissions_by_role;
use crate::audit::{self, Entry};
use crate::error::OnDuplicate;
use crate::users::guard::Change;
use crate::{Actor, Error, Result, Services};

const MAX_NAME: usize = 100;
const TAKEN: &str = "There is a role of this name already. Choose another name.";
/// How many of those who hold a role are named when it cannot be deleted.
const NAMED_USERS: u64 = 20;

/// Adds a role and gives its id.
///
/// # Errors
/// `Denied` without *Manage roles* or for permissions the actor does not hold; `PasswordNeeded`; `Invalid`.
pub async fn create(services: &Services, actor: &Actor, input: &RoleInput) -> Result<i64> {
    let (change, name, permissions) = begin(services, actor, input).await?;
    let db = change.db();
    let role = role::ActiveModel {
        name: Set(name.clone()),
        name_lower: Set(name.to_lowercase()),
        built_in: Set(false),
        version: Set(1),
        ..Default::default()
    }
    .insert(db)
    .await
    .on_duplicate("name", TAKEN)?;
    write_permissions(db, role.id, permissions).await?;
    record(services, actor, &change, "create", &name, listed(permissions)).await?;
    change.commit().await?;
    Ok(role.id)
}

/// Changes a role's name and permissions. Service providers that map the role follow its new name.
///
/// # Errors
/// As [`create`]; `NotFound`; `Stale`; `Invalid` for the role `admin` and where no administrator would be left.
pub async fn update(services: &Services, actor: &Actor, id: i64, input: &RoleInput) -> Result<()> {
    let (change, name, permissions) = begin(services, actor, input).await?;
    let db = change.db();
    let role = changeable(&change, id).await?;
    let version: i32 = input.version.parse().map_err(|_| Error::Stale)?;
    let updated = role::Entity::update_many()
        .col_expr(role::Column::Name, Expr::value(name.clone()))
        .col_expr(role::Column::NameLower, Expr::value(name.to_lowercase()))
        .col_expr(role::Column::Version, Expr::col(role::Column::Version).add(1))
        .filter(role::Column::Id.eq(id))
        .filter(role::Column::Version.eq(version))
        .exec(db)
        .await
        .on_duplicate("name", TAKEN)?;
    if updated.rows_affected == 0 {
        return Err(Error::Stale);
    }
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::RoleId.eq(id))
        .exec(db)
        .await?;
    write_permissions(db, id, permissions).await?;
    if role.name != name {
        service_provider_role::Entity::update_many()
            .col_expr(service_provider_role::Column::LocalRole, Expr::value(name.clone()))
            .filter(service_provider_role::Column::LocalRole.eq(&role.name))
            .exec(db)
            .await?;
    }
    record(services, actor, &change, "update", &name, listed(permissions)).await?;
    change.commit().await
}

/// Deletes a role that nobody holds.
///
/// # Errors
/// `Denied`, `PasswordNeeded`, `NotFound`; `Invalid` for the role `admin`; `InUse` with the users who hold it.
pub async fn delete(services: &Services, actor: &Actor, id: i64) -> Result<()> {
    actor.require(Permission::ManageRoles)?;
    actor.require_fresh_password(services.clock.now())?;
    let change = Change::begin(services, actor, Some(Permission::ManageRoles)).await?;
    let role = changeable(&change, id).await?;
    let users = holders(change.db(), id, NAMED_USERS).await?;
    if !users.is_empty() {
        let used_by = |name: String| UsedBy {
            href: format!("/console/users/{}/roles", encoded(&name)),
            name,
            how: "holds it".into(),
        };
        return Err(Error::InUse(users.into_iter().map(used_by).collect()));
    }
    role::Entity::delete_by_id(id).exec(change.db()).await?;
    record(services, actor, &change, "delete", &role.name, String::new()).await?;
    change.commit().await
}

/// The names of the first of those who hold a role.
pub(super) async fn holders(db: &impl ConnectionTrait, role_id: i64, limit: u64) -> Result<Vec<String>> {
    let held = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::UserId)
        .filter(user_role::Column::RoleId.eq(role_id));
    let users = user::Entity::find()
        .filter(user::Column::Id.in_subquery(held.into_query()))
        .order_by_asc(user::Column::UsernameLower)
        .limit(limit)
        .all(db)
        .await?;
    Ok(users.into_iter().map(|user| user.username).collect())
}

/// What adding and changing have in common.
async fn begin(services: &Services, actor: &Actor, input: &RoleInput) -> Result<(Change, String, PermissionSet)> {
    actor.require(Permission::ManageRoles)?;
    actor.require_fresh_password(services.clock.now())?;
    let (name, permissions) = check(input)?;
    let change = Change::begin(services, actor, Some(Permission::ManageRoles)).await?;
    change.may_grant(permissions)?;
    Ok((change, name, permissions))
}

fn check(input: &RoleInput) -> Result<(String, PermissionSet)> {
    let mut problems = Problems::default();
    let name = input.name.trim();
    problems.text("name", "Role Name", name, true, MAX_NAME);
    if name.contains(',') {
        // A user's roles are one attribute value, joined by commas.
        problems.add(
            "name",
            "Role Name holds a comma, which separates the roles of a user. Use another character.",
        );
    }
    let known: Result<BTreeSet<_>, _> = input
        .permissions
        .iter()
        .map(|name| name.parse().map(|p: Permission| p.as_str()))
        .collect();
    if known.is_err() {
        problems.add(
            "permissions",
            "One of these permissions does not exist. Tick them again.",
        );
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok((
        name.to_owned(),
        input.permissions.iter().filter_map(|name| name.parse().ok()).collect(),
    ))
}

/// The role, if it may be changed and the actor holds all that it grants.
async fn changeable(change: &Change, id: i64) -> Result<role::Model> {
    let role = role::Entity::find_by_id(id)
        .one(change.db())
        .await?
        .ok_or(Error::NotFound)?;
    if role.built_in {
        return Err(Error::Invalid(Problems::one(
            "",
            "The role admin is built in: it can be neither changed nor deleted.",
        )));
    }
    let permissions = permissions_by_role(change.db(), [id]).await?;
    change.may_grant(permissions.get(&id).copied().unwrap_or_default())?;
    Ok(role)
}

async fn write_permissions(db: &impl ConnectionTrait, role_id: i64, permissions: PermissionSet) -> Result<()> {
    let rows: Vec<_> = permissions
        .iter()
        .map(|permission| role_permission::ActiveModel {
            role_id: Set(role_id),
            permission: Set(permission.as_str().to_owned()),
        })
        .collect();
    if !rows.is_empty() {
        role_permission::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn listed(permissions: PermissionSet) -> String {
    permissions.iter().map(Permission::label).collect::<Vec<_>>().join(", ")
}

/// A user name as one segment of a path. Of the characters a name may hold only `+` and `@` are worth encoding.
fn encoded(name: &str) -> String {
    name.replace('+', "%2B").replace('@', "%40")
}

async fn record(
    services: &Services,
    actor: &Actor,
    change: &Change,
    action: &str,
    target: &str,
    detail: String,
) -> Result<()> {
    audit::record(
        change.db(),
        &*services.clock,
        actor,
        Entry {
            action,
            target_kind: "roles",
            target,
            detail,
        },
    )
    .await
}
