//! `[[service_provider]]`: the page, the SAML configuration and the authentication steps of one service provider, which the
//! console saves one by one.

use domain::input::service_provider::ServiceProviderInput;
use entity::service_provider;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value};

use super::apply::{Failure, Run};
use super::diff::State;
use super::document::Item;
use super::shape::{SAML, Section};
use super::{forms, identity_providers, steps};
use crate::{Actor, Error, Result, Services, service_providers};

pub(super) async fn names(services: &Services) -> Result<Vec<String>> {
    let rows = service_provider::Entity::find().order_by_asc(service_provider::Column::NameLower);
    let rows = rows.all(&services.db).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

async fn id_of(db: &impl ConnectionTrait, name: &str) -> Result<Option<i64>> {
    let named = service_provider::Column::NameLower.eq(name.trim().to_lowercase());
    let row = service_provider::Entity::find().filter(named).one(db).await?;
    Ok(row.map(|row| row.id))
}

/// The page's part of the file.
async fn page(services: &Services, input: &ServiceProviderInput) -> Result<Map<String, Value>> {
    let mut values = forms::to_file(Section::ServiceProvider.fields(), input)?;
    let federated = identity_providers::name_of(&services.db, &input.federated_identity_provider).await?;
    values.insert("federated_identity_provider".to_owned(), federated.into());
    Ok(values)
}

/// The whole service provider as the file has it.
pub(super) async fn values(services: &Services, actor: &Actor, id: i64) -> Result<Map<String, Value>> {
    let input = service_providers::get(services, actor, id).await?.input;
    let mut values = page(services, &input).await?;
    let form = service_providers::steps_form(services, actor, id).await?.input;
    values.insert("steps".to_owned(), steps::to_file(&services.db, &form).await?);
    let saml = service_providers::saml_form(services, actor, id).await?;
    if saml.registered {
        values.insert("saml".to_owned(), forms::to_file(&SAML, &saml.input)?.into());
    }
    Ok(values)
}

pub(super) async fn find(services: &Services, actor: &Actor, name: &str) -> Result<Option<Map<String, Value>>> {
    match id_of(&services.db, name).await? {
        Some(id) => Ok(Some(values(services, actor, id).await?)),
        None => Ok(None),
    }
}

pub(super) async fn state(services: &Services, actor: &Actor, name: &str) -> Result<Option<State>> {
    let values = find(services, actor, name).await?;
    Ok(values.map(|values| State {
        values,
        hidden: Vec::new(),
    }))
}

pub(super) async fn delete(services: &Services, actor: &Actor, name: &str) -> Result<()> {
    let id = id_of(&services.db, name).await?.ok_or(Error::NotFound)?;
    service_providers::delete(services, actor, id).await
}

pub(super) async fn write(run: &mut Run<'_>, services: &Services, item: &Item) -> Result<Vec<String>, Failure> {
    let actor = run.actor;
    let id = match id_of(&services.db, &item.name).await? {
        Some(id) => id,
        None => {
            let input = ServiceProviderInput {
                name: item.name.clone(),
                description: item.text("description").unwrap_or_default().to_owned(),
                ..Default::default()
            };
            service_providers::create(services, actor, &input)
                .await
                .map_err(|error| Failure::of(item, error, str::to_owned))?
        }
    };
    // All that is wrong with it is said at once. Saving steps selects them, so the page comes last.
    let mut mistakes = Vec::new();
    for outcome in [
        save_saml(services, actor, item, id).await,
        steps::save(services, actor, item, id).await,
        save_page(services, actor, item, id).await,
    ] {
        match outcome {
            Err(Failure::Mistakes(found)) => mistakes.extend(found),
            other => other?,
        }
    }
    if mistakes.is_empty() {
        Ok(Vec::new())
    } else {
        Err(Failure::Mistakes(mistakes))
    }
}

async fn save_saml(services: &Services, actor: &Actor, item: &Item, id: i64) -> Result<(), Failure> {
    let Some(told) = item.values.get("saml").and_then(Value::as_object) else {
        return Ok(());
    };
    let form = service_providers::saml_form(services, actor, id).await?;
    let wanted = forms::to_form(&SAML, told, &form.input)?;
    if form.registered && wanted == form.input {
        return Ok(());
    }
    let saved = service_providers::save_saml(services, actor, id, &wanted).await;
    saved.map_err(|error| Failure::of(item, error, |field| format!("saml.{field}")))
}

async fn save_page(services: &Services, actor: &Actor, item: &Item, id: i64) -> Result<(), Failure> {
    let stored = service_providers::get(services, actor, id).await?.input;
    let before = page(services, &stored).await?;
    let fields = Section::ServiceProvider.fields();
    let mut told = item.values.clone();
    told.retain(|key, _| !matches!(key.as_str(), "saml" | "steps"));
    // Nothing in the file says how users sign in but its steps: those were selected.
    let values = forms::over(&before, &told);
    let mut wanted: ServiceProviderInput = forms::to_form(fields, &values, &stored)?;
    let name = values
        .get("federated_identity_provider")
        .and_then(Value::as_str)
        .unwrap_or_default();
    wanted.federated_identity_provider = match (name.trim(), identity_providers::row(&services.db, name).await?) {
        ("", _) => String::new(),
        (_, Some(row)) => row.id.to_string(),
        _ => {
            let message = format!("there is no identity provider {name:?}");
            return Err(Failure::Mistakes(vec![
                item.mistake("federated_identity_provider", &message),
            ]));
        }
    };
    if wanted == stored {
        return Ok(());
    }
    let saved = service_providers::update(services, actor, id, &wanted).await;
    saved.map_err(|error| Failure::of(item, error, str::to_owned))
}
