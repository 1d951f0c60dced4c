//! `[[user]]`: names, locks, roles and claims. A password's hash is taken when the user is made, and never written out: a
//! file that is kept and applied again must not bring an old password back.

use std::collections::BTreeMap;

use domain::claim;
use domain::input::user::{ProfileInput, UserRolesInput};
use entity::user;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};

use super::apply::{Failure, Run};
use super::diff::State;
use super::document::Item;
use super::roles as named_roles;
use crate::{Actor, Error, Result, Services, claims, roles, users};

/// How many are read at once.
const PAGE: u64 = 500;

/// Every name, by the file's order.
pub(super) async fn names(services: &Services) -> Result<Vec<String>> {
    let names = user::Entity::find()
        .select_only()
        .column(user::Column::Username)
        .order_by_asc(user::Column::UsernameLower)
        .into_tuple();
    Ok(names.all(&services.db).await?)
}

/// The users after this one, by name, with their claims' short names as keys; empty at the end.
pub(super) async fn page(services: &Services, after: &str) -> Result<Vec<user::Model>> {
    let rows = user::Entity::find()
        .filter(user::Column::UsernameLower.gt(after))
        .order_by_asc(user::Column::UsernameLower)
        .limit(PAGE);
    Ok(rows.all(&services.db).await?)
}

pub(super) async fn values(services: &Services, user: user::Model) -> Result<Map<String, Value>> {
    let mut roles = roles::names_of(&services.db, user.id).await?;
    roles.sort();
    let claims = users::typed_claims(&services.db, user.id).await?;
    let claims: Map<String, Value> = claims
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(uri, value)| (claim::short_name(&uri).to_owned(), value.into()))
        .collect();
    Ok([
        ("username", Value::from(user.username)),
        ("locked", user.locked.into()),
        ("roles", roles.into()),
        ("claims", claims.into()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect())
}

pub(super) async fn state(services: &Services, username: &str) -> Result<Option<State>> {
    let Some(user) = users::find_by_username(&services.db, username).await? else {
        return Ok(None);
    };
    Ok(Some(State {
        values: values(services, user).await?,
        hidden: Vec::new(),
    }))
}

pub(super) async fn write(
    run: &mut Run<'_>,
    services: &Services,
    item: &Item,
    before: Option<&State>,
) -> Result<Vec<String>, Failure> {
    let mut said = Vec::new();
    let hash = item.text("password_hash");
    if before.is_none() {
        let hash = match hash {
            Some(hash) => {
                said.push("password: the one that password_hash is of".to_owned());
                hash.to_owned()
            }
            None => {
                said.push("password: none yet; set one with gatehouse user set-password".to_owned());
                run.hash_of_nobody(services).await?
            }
        };
        users::create_with_hash(services, run.actor, &item.name, hash)
            .await
            .map_err(|error| Failure::of(item, error, str::to_owned))?;
    } else if hash.is_some() {
        let note = format!(
            "{} is there already: its password stays, and password_hash is not looked at",
            item.title()
        );
        run.report.notes.push(note);
    }
    // All that is wrong with a user is said at once.
    let mut mistakes = Vec::new();
    for outcome in [
        save_claims(run, services, item).await,
        save_roles(run.actor, services, item).await,
        save_lock(run.actor, services, item).await,
    ] {
        match outcome {
            Err(Failure::Mistakes(found)) => mistakes.extend(found),
            other => other?,
        }
    }
    if mistakes.is_empty() {
        Ok(said)
    } else {
        Err(Failure::Mistakes(mistakes))
    }
}

async fn save_claims(run: &mut Run<'_>, services: &Services, item: &Item) -> Result<(), Failure> {
    let Some(told) = item.values.get("claims").and_then(Value::as_object) else {
        return Ok(());
    };
    let typed: Vec<_> = claims::all(&services.db)
        .await?
        .into_iter()
        .filter(|claim| !claim.derived)
        .collect();
    let (mut values, mut mistakes, mut keys) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    for (key, value) in told {
        let known = typed
            .iter()
            .find(|claim| claim.uri == *key || claim::short_name(&claim.uri) == key);
        let path = format!("claims[{key}]");
        match known {
            Some(claim) => {
                let name = claim::short_name(&claim.uri).to_owned();
                keys.insert(format!("claims[{name}]"), path);
                values.insert(name, value.as_str().unwrap_or_default().to_owned());
            }
            None => {
                let accepted: Vec<_> = typed.iter().map(|claim| claim::short_name(&claim.uri)).collect();
                let message = format!("there is no claim {key:?}; accepted are {}", accepted.join(", "));
                mistakes.push(item.mistake(&path, &message));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(mistakes));
    }
    let user = users::find_by_username(&services.db, &item.name)
        .await?
        .ok_or(Error::NotFound)?;
    let input = ProfileInput {
        version: user.version.to_string(),
        claims: values,
    };
    let saved = users::save_profile(services, run.actor, &item.name, &input).await;
    let place = |field: &str| keys.get(field).cloned().unwrap_or_else(|| field.to_owned());
    run.replaced
        .extend(saved.map_err(|error| Failure::of(item, error, place))?);
    Ok(())
}

async fn save_roles(actor: &Actor, services: &Services, item: &Item) -> Result<(), Failure> {
    let Some(told) = item.values.get("roles").and_then(Value::as_array) else {
        return Ok(());
    };
    let names: Vec<&str> = told.iter().filter_map(Value::as_str).collect();
    let (wanted, missing) = named_roles::ids(&services.db, &names).await?;
    if !missing.is_empty() {
        let mistake = |n: usize| {
            let message = format!("there is no role {:?}; add it as [[role]]", names[n]);
            item.mistake(&format!("roles[{n}]"), &message)
        };
        return Err(Failure::Mistakes(missing.into_iter().map(mistake).collect()));
    }
    let user = users::find_by_username(&services.db, &item.name)
        .await?
        .ok_or(Error::NotFound)?;
    let (held, _) = {
        let names = roles::names_of(&services.db, user.id).await?;
        named_roles::ids(&services.db, &names.iter().map(String::as_str).collect::<Vec<_>>()).await?
    };
    if held == wanted {
        return Ok(());
    }
    let input = UserRolesInput {
        version: user.version.to_string(),
        roles: wanted.into_iter().map(|id| id.to_string()).collect(),
    };
    let saved = users::assign_roles(services, actor, &item.name, &input).await;
    saved.map_err(|error| Failure::of(item, error, |_| "roles".to_owned()))
}

async fn save_lock(actor: &Actor, services: &Services, item: &Item) -> Result<(), Failure> {
    let user = users::find_by_username(&services.db, &item.name)
        .await?
        .ok_or(Error::NotFound)?;
    let saved = match item.values.get("locked").and_then(Value::as_bool) {
        Some(true) if !user.locked => users::lock(services, actor, &item.name).await,
        Some(false) if user.locked => users::unlock(services, actor, &item.name).await,
        _ => Ok(()),
    };
    saved.map_err(|error| Failure::of(item, error, |_| "locked".to_owned()))
}
