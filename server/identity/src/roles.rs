//! Roles: named sets of permissions, and who holds which. The built-in role `admin` is never changed or deleted.

use std::collections::BTreeMap;

use domain::view::{ListQuery, Page, RoleRow, RoleView};
use domain::{Permission, PermissionSet};
use entity::{role, role_permission, user_role};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::lists::{self, By, Key};
use crate::{Actor, Error, Result, Services};

mod write;

#[cfg(test)]
mod tests;

pub use write::{create, delete, update};

/// How many of those who hold a role its page names.
const SHOWN_USERS: u64 = 50;

/// The order of the list.
const BY_NAME: By<role::Entity> = By::text("name", role::Column::NameLower, |role: &role::Model| {
    Key::Text(role.name_lower.clone())
});

/// A page of the roles whose name begins with what is searched for.
///
/// # Errors
/// `Denied` without *View roles*.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<RoleRow>> {
    actor.require(Permission::ViewRoles)?;
    let db = &services.db;
    let mut select = role::Entity::find();
    let search: String = query.search.chars().filter(|c| !c.is_control()).collect();
    if !search.trim().is_empty() {
        select = select.filter(lists::begins_with(role::Column::NameLower, &search));
    }
    let page = lists::page(db, select, &BY_NAME, query).await?;
    let ids: Vec<i64> = page.rows.iter().map(|role| role.id).collect();
    let permissions = permissions_by_role(db, ids.iter().copied()).await?;
    let users = users_by_role(db, ids).await?;
    let row = |role: role::Model| {
        let held = permissions.get(&role.id).copied().unwrap_or_default();
        RoleRow {
            permissions: held.iter().collect(),
            users: users.get(&role.id).copied().unwrap_or_default(),
            may_change: may_change(actor, &role, held),
            id: role.id,
            name: role.name,
        }
    };
    Ok(Page {
        rows: page.rows.into_iter().map(row).collect(),
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

/// One role with those who hold it.
///
/// # Errors
/// `Denied` without *View roles*; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, id: i64) -> Result<RoleView> {
    actor.require(Permission::ViewRoles)?;
    let db = &services.db;
    let role = role::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let permissions = permissions_by_role(db, [id]).await?.remove(&id).unwrap_or_default();
    Ok(RoleView {
        permissions: permissions.iter().collect(),
        users: write::holders(db, id, SHOWN_USERS).await?,
        users_total: user_role::Entity::find()
            .filter(user_role::Column::RoleId.eq(id))
            .count(db)
            .await?,
        may_change: may_change(actor, &role, permissions),
        id,
        version: role.version,
        built_in: role.built_in,
        name: role.name,
    })
}

fn may_change(actor: &Actor, role: &role::Model, permissions: PermissionSet) -> bool {
    actor.permissions.has(Permission::ManageRoles) && !role.built_in && actor.permissions.includes(permissions)
}

/// What a user may do through all roles together.
///
/// # Errors
/// `Internal` only; an unknown user has no permission.
pub async fn permissions_of(db: &impl ConnectionTrait, user_id: i64) -> Result<PermissionSet> {
    let rows = role_permission::Entity::find()
        .filter(role_permission::Column::RoleId.in_subquery(held_by(user_id).into_query()))
        .all(db)
        .await?;
    Ok(rows.iter().filter_map(known).collect())
}

/// The names of a user's roles, in alphabetical order.
///
/// # Errors
/// `Internal` only.
pub async fn names_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<String>> {
    let rows = of_user(user_id).order_by_asc(role::Column::NameLower).all(db).await?;
    Ok(rows.into_iter().map(|role| role.name).collect())
}

/// The roles that a user holds.
pub(crate) fn of_user(user_id: i64) -> sea_orm::Select<role::Entity> {
    role::Entity::find().filter(role::Column::Id.in_subquery(held_by(user_id).into_query()))
}

fn held_by(user_id: i64) -> sea_orm::Select<user_role::Entity> {
    user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .filter(user_role::Column::UserId.eq(user_id))
}

/// What each of these roles permits.
pub(crate) async fn permissions_by_role(
    db: &impl ConnectionTrait,
    role_ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, PermissionSet>> {
    let rows = role_permission::Entity::find()
        .filter(role_permission::Column::RoleId.is_in(role_ids))
        .all(db)
        .await?;
    let mut by_role: BTreeMap<i64, PermissionSet> = BTreeMap::new();
    for row in rows {
        let set = by_role.entry(row.role_id).or_default();
        *set = set.union(known(&row).into_iter().collect());
    }
    Ok(by_role)
}

async fn users_by_role(db: &impl ConnectionTrait, role_ids: Vec<i64>) -> Result<BTreeMap<i64, u64>> {
    let counts: Vec<(i64, i64)> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .column_as(user_role::Column::UserId.count(), "users")
        .filter(user_role::Column::RoleId.is_in(role_ids))
        .group_by(user_role::Column::RoleId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts
        .into_iter()
        .map(|(role, users)| (role, users.max(0).unsigned_abs()))
        .collect())
}

/// A permission this version does not know grants nothing: it was stored by a later one.
fn known(row: &role_permission::Model) -> Option<Permission> {
    row.permission.parse().ok()
}
