//! Roles: named sets of permissions, and who holds which. The built-in role `admin` is never changed or deleted.

use std::collections::BTreeMap;

use domain::{Permission, PermissionSet};
use entity::{role, role_permission, user_role};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::Result;

/// What a user may do through all roles together.
///
/// # Errors
/// `Internal` only; an unknown user has no permission.
pub async fn permissions_of(db: &impl ConnectionTrait, user_id: i64) -> Result<PermissionSet> {
    let held = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .filter(user_role::Column::UserId.eq(user_id));
    let rows = role_permission::Entity::find()
        .filter(role_permission::Column::RoleId.in_subquery(held.into_query()))
        .all(db)
        .await?;
    Ok(rows.iter().filter_map(known).collect())
}

/// The names of a user's roles, in alphabetical order.
///
/// # Errors
/// `Internal` only.
pub async fn names_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<String>> {
    let held = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .filter(user_role::Column::UserId.eq(user_id));
    let rows = role::Entity::find()
        .filter(role::Column::Id.in_subquery(held.into_query()))
        .order_by_asc(role::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|role| role.name).collect())
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

/// A permission this version does not know grants nothing: it was stored by a later one.
fn known(row: &role_permission::Model) -> Option<Permission> {
    row.permission.parse().ok()
}
