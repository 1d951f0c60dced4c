//! Adding, changing and deleting roles.

use std::collections::BTreeSet;

use domain::input::role::RoleInput;
use domain::view::UsedBy;
use domain::{Permission, PermissionSet, Problems, limits};
use entity::{role, role_permission, user, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::permissions_by_role;
use crate::audit::{self, Changes, Entry};
use crate::error::OnDuplicate;
use crate::users::guard::Change;
use crate::{Actor, Error, Result, Services, identity_providers, service_providers};

const MAX_NAME: usize = limits::NAME;
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
    let changes = told(None, Some((&name, permissions)));
    record(services, actor, &change, "create", &name, listed(permissions), changes).await?;
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
    let before = permissions_by_role(db, [id]).await?.remove(&id).unwrap_or_default();
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::RoleId.eq(id))
        .exec(db)
        .await?;
    write_permissions(db, id, permissions).await?;
    if role.name != name {
        service_providers::rename_role(db, &role.name, &name).await?;
    }
    let changes = told(Some((&role.name, before)), Some((&name, permissions)));
    record(services, actor, &change, "update", &name, listed(permissions), changes).await?;
    change.commit().await
}

/// Deletes a role that nobody holds and no identity or service provider names.
///
/// # Errors
/// `Denied`, `PasswordNeeded`, `NotFound`; `Invalid` for the role `admin`; `InUse` with the users who hold it, with the
/// identity providers that only its holders may use, or with the service providers that map it.
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
    // Without its role everybody could use an identity provider that is for its holders alone.
    let named = identity_providers::naming_role(change.db(), id).await?;
    unused_by(named, "identity-providers", "Role Configuration")?;
    // A mapping of a role that is not there could not be saved again, and would be another role's of that name later.
    let mapped = service_providers::mapping_role(change.db(), &role.name, NAMED_USERS).await?;
    unused_by(mapped, "service-providers", "Role Mapping")?;
    let before = permissions_by_role(change.db(), [id]).await?.remove(&id);
    let changes = told(Some((&role.name, before.unwrap_or_default())), None);
    role::Entity::delete_by_id(id).exec(change.db()).await?;
    record(services, actor, &change, "delete", &role.name, String::new(), changes).await?;
    change.commit().await
}

/// That there are none of these, which have a page each under `/console/{pages}`.
fn unused_by(found: Vec<(i64, String)>, pages: &str, how: &str) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let used_by = |(id, name)| UsedBy {
        href: format!("/console/{pages}/{id}"),
        name,
        how: how.to_owned(),
    };
    Err(Error::InUse(found.into_iter().map(used_by).collect()))
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
    changes: Changes,
) -> Result<()> {
    let entry = Entry {
        action,
        target_kind: "roles",
        target,
        detail,
    };
    audit::record_changes(change.db(), &*services.clock, actor, entry, changes).await
}

/// Name and permissions before and after. `None`: the role is not there.
fn told(before: Option<(&str, PermissionSet)>, after: Option<(&str, PermissionSet)>) -> Changes {
    let name = |side: Option<(&str, PermissionSet)>| side.map_or_else(String::new, |(name, _)| name.to_owned());
    let permissions = |side: Option<(&str, PermissionSet)>| {
        let labels = side
            .into_iter()
            .flat_map(|(_, set)| set.iter().map(Permission::label).collect::<Vec<_>>());
        labels.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut changes = Changes::default();
    changes.text("Role Name", &name(before), &name(after));
    changes.lines("Permissions", &permissions(before), &permissions(after));
    changes
}
