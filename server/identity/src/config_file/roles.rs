//! `[[role]]`: a name and its permissions. The role `admin` is built in: it is not written out, and cannot be changed.

use std::collections::BTreeSet;

use domain::input::role::RoleInput;
use domain::{Permission, PermissionSet};
use entity::role;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value};

use super::apply::{Failure, Run};
use super::diff::State;
use super::document::Item;
use super::forms;
use crate::{Actor, Error, Result, Services, roles};

async fn rows(services: &Services) -> Result<Vec<role::Model>> {
    let rows = role::Entity::find()
        .filter(role::Column::BuiltIn.eq(false))
        .order_by_asc(role::Column::NameLower);
    Ok(rows.all(&services.db).await?)
}

pub(super) async fn names(services: &Services) -> Result<Vec<String>> {
    Ok(rows(services).await?.into_iter().map(|role| role.name).collect())
}

pub(super) async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<role::Model>> {
    let named = role::Entity::find().filter(role::Column::NameLower.eq(name.trim().to_lowercase()));
    Ok(named.one(db).await?)
}

/// Every role but the built-in one, by name.
pub(super) async fn all(services: &Services) -> Result<Vec<Map<String, Value>>> {
    let rows = rows(services).await?;
    let permissions = roles::permissions_by_role(&services.db, rows.iter().map(|role| role.id)).await?;
    let values = |role: role::Model| {
        let held = permissions.get(&role.id).copied().unwrap_or_default();
        values(role.name, held)
    };
    Ok(rows.into_iter().map(values).collect())
}

fn values(name: String, held: PermissionSet) -> Map<String, Value> {
    let permissions: Vec<_> = held.iter().map(|permission| permission.as_str()).collect();
    [
        ("name".to_owned(), Value::from(name)),
        ("permissions".to_owned(), permissions.into()),
    ]
    .into_iter()
    .collect()
}

pub(super) async fn state(services: &Services, name: &str) -> Result<Option<State>> {
    let Some(role) = find(&services.db, name).await? else {
        return Ok(None);
    };
    let held = roles::permissions_by_role(&services.db, [role.id]).await?;
    Ok(Some(State {
        values: values(role.name, held.into_values().next().unwrap_or_default()),
        hidden: Vec::new(),
    }))
}

pub(super) async fn write(
    run: &mut Run<'_>,
    services: &Services,
    item: &Item,
    before: Option<&State>,
) -> Result<Vec<String>, Failure> {
    let stored = before.map(|before| before.values.clone()).unwrap_or_default();
    let values = forms::over(&stored, &item.values);
    let row = find(&services.db, &item.name).await?;
    let permissions = permissions(item, &values)?;
    let held: PermissionSet = permissions.iter().copied().collect();
    // What one permission includes need not be named, and the order says nothing.
    if let Some(before) = before
        && before.values == self::values(item.name.clone(), held)
    {
        return Ok(Vec::new());
    }
    let input = RoleInput {
        version: row.as_ref().map(|row| row.version.to_string()).unwrap_or_default(),
        name: item.name.clone(),
        permissions: permissions
            .iter()
            .map(|permission| permission.as_str().to_owned())
            .collect(),
    };
    let written = match row {
        Some(row) => roles::update(services, run.actor, row.id, &input).await,
        None => roles::create(services, run.actor, &input).await.map(|_| ()),
    };
    written.map_err(|error| Failure::of(item, error, str::to_owned))?;
    Ok(Vec::new())
}

fn permissions(item: &Item, values: &Map<String, Value>) -> Result<Vec<Permission>, Failure> {
    let told = values
        .get("permissions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let (mut known, mut mistakes) = (Vec::new(), Vec::new());
    for (n, name) in told.filter_map(Value::as_str).enumerate() {
        match name.parse() {
            Ok(permission) => known.push(permission),
            Err(_) => {
                let accepted = Permission::ALL.map(Permission::as_str).join(", ");
                let message = format!("there is no permission {name:?}; accepted are {accepted}");
                mistakes.push(item.mistake(&format!("permissions[{n}]"), &message));
            }
        }
    }
    if mistakes.is_empty() {
        Ok(known)
    } else {
        Err(Failure::Mistakes(mistakes))
    }
}

pub(super) async fn delete(services: &Services, actor: &Actor, name: &str) -> Result<()> {
    let role = find(&services.db, name).await?.ok_or(Error::NotFound)?;
    roles::delete(services, actor, role.id).await
}

/// The ids of these roles, in their order; those that are not there by their places in the list.
pub(super) async fn ids(db: &impl ConnectionTrait, names: &[&str]) -> Result<(BTreeSet<i64>, Vec<usize>)> {
    let (mut ids, mut missing) = (BTreeSet::new(), Vec::new());
    for (n, name) in names.iter().enumerate() {
        match find(db, name).await? {
            Some(role) => {
                ids.insert(role.id);
            }
            None => missing.push(n),
        }
    }
    Ok((ids, missing))
}
