//! `[[identity_provider]]`. Keys that were typed into the request leave the store as slots; what is sent stays what it is
//! until the file says something else.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::secret::SecretRow;
use entity::identity_provider;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value};

use super::apply::{Failure, Run};
use super::diff::{DOTS, State};
use super::document::Item;
use super::forms;
use super::mistake::At;
use super::secrets::{self, Found};
use super::shape::Section;
use crate::identity_providers::{self, Secrets, request_settings};
use crate::{Actor, Error, Result, Services};

/// The fields that can hold a typed key.
const TEXTS: [&str; 3] = ["sms_url", "http_headers", "http_payload"];

/// One as it is stored.
pub(super) struct Stored {
    pub id: i64,
    enabled: bool,
    /// The name of the one that is asked instead.
    fallback: String,
    pub input: IdentityProviderInput,
    secrets: Secrets,
}

pub(super) async fn names(services: &Services) -> Result<Vec<String>> {
    let rows = identity_provider::Entity::find().order_by_asc(identity_provider::Column::NameLower);
    let rows = rows.all(&services.db).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

pub(super) async fn row(db: &impl ConnectionTrait, name: &str) -> Result<Option<identity_provider::Model>> {
    let named = identity_provider::Column::NameLower.eq(name.trim().to_lowercase());
    Ok(identity_provider::Entity::find().filter(named).one(db).await?)
}

/// The name of an identity provider whose id a form holds; empty for none.
pub(super) async fn name_of(db: &impl ConnectionTrait, id: &str) -> Result<String> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(String::new());
    };
    let row = identity_provider::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.name).unwrap_or_default())
}

pub(super) async fn find(services: &Services, actor: &Actor, name: &str) -> Result<Option<Stored>> {
    let Some(row) = row(&services.db, name).await? else {
        return Ok(None);
    };
    let input = identity_providers::input_of(services, actor, row.id).await?;
    let otp = identity_providers::sms_otp(services, &services.db, row.id).await?;
    Ok(Some(Stored {
        id: row.id,
        enabled: row.enabled,
        fallback: name_of(&services.db, &input.fallback).await?,
        secrets: otp.map(|otp| otp.secrets).unwrap_or_default(),
        input,
    }))
}

/// The form as the file shows it, and how many typed keys were turned into slots.
pub(super) fn values(stored: &Stored) -> Result<(Map<String, Value>, Vec<String>)> {
    let (slotted, moved) = ::sms::move_to_slots(&request_settings(&stored.input, &mut Problems::default()));
    let shown = IdentityProviderInput {
        sms_url: slotted.url,
        http_headers: slotted.headers,
        http_payload: slotted.payload,
        ..stored.input.clone()
    };
    let mut values = forms::to_file(Section::IdentityProvider.fields(), &shown)?;
    values.remove("secrets");
    values.insert("enabled".to_owned(), stored.enabled.into());
    values.insert("fallback".to_owned(), stored.fallback.clone().into());
    Ok((values, moved.into_iter().map(|secret| secret.name).collect()))
}

pub(super) async fn state(services: &Services, actor: &Actor, name: &str) -> Result<Option<State>> {
    let Some(stored) = find(services, actor, name).await? else {
        return Ok(None);
    };
    let texts = [
        &stored.input.sms_url,
        &stored.input.http_headers,
        &stored.input.http_payload,
    ];
    Ok(Some(State {
        hidden: TEXTS.into_iter().zip(texts.map(Clone::clone)).collect(),
        values: values(&stored)?.0,
    }))
}

pub(super) async fn delete(services: &Services, actor: &Actor, name: &str) -> Result<()> {
    let row = row(&services.db, name).await?.ok_or(Error::NotFound)?;
    identity_providers::delete(services, actor, row.id).await
}

pub(super) async fn write(run: &mut Run<'_>, services: &Services, item: &Item) -> Result<Vec<String>, Failure> {
    let stored = find(services, run.actor, &item.name).await?;
    let (mut input, enabled) = wanted(item, stored.as_ref())?;
    if let Some(name) = item.text("fallback") {
        input.fallback = match (name.trim(), row(&services.db, name).await?) {
            ("", _) => String::new(),
            (_, Some(row)) => row.id.to_string(),
            _ => {
                let message = format!("there is no identity provider {name:?}; name another, or \"\" for none");
                return Err(Failure::Mistakes(vec![item.mistake("fallback", &message)]));
            }
        };
    }
    let said = fill_secrets(run, item, stored.as_ref(), &mut input)?;
    let slots = ::sms::secret_slots(&request_settings(&input, &mut Problems::default()));
    let place = |field: &str| match field.strip_prefix("secrets[") {
        Some(rest) => {
            let n = rest.split(']').next().and_then(|n| n.parse::<usize>().ok());
            let slot = n.and_then(|n| slots.get(n));
            slot.map_or_else(|| "secrets".to_owned(), |slot| format!("secrets[{}]", slot.name))
        }
        None => field.to_owned(),
    };
    let refused = |error: Error| Failure::of(item, with_hint(error), place);
    let id = match &stored {
        None => identity_providers::create(services, run.actor, &input)
            .await
            .map_err(refused)?,
        Some(stored) => {
            if stored.input != input {
                identity_providers::update(services, run.actor, stored.id, &input)
                    .await
                    .map_err(refused)?;
            }
            stored.id
        }
    };
    if stored.as_ref().is_none_or(|stored| stored.enabled) != enabled {
        identity_providers::set_enabled(services, run.actor, id, enabled)
            .await
            .map_err(refused)?;
    }
    Ok(said)
}

/// The form that the file asks for, and whether the whole identity provider is enabled.
fn wanted(item: &Item, stored: Option<&Stored>) -> Result<(IdentityProviderInput, bool)> {
    let fields = Section::IdentityProvider.fields();
    let start = stored.map(|stored| stored.input.clone()).unwrap_or_default();
    let shown = match stored {
        Some(stored) => values(stored)?.0,
        None => forms::to_file(fields, &start)?,
    };
    let mut file = item.values.clone();
    file.remove("secrets");
    file.remove("fallback");
    let mut wanted = forms::over(&shown, &file);
    wanted.remove("secrets");
    wanted.remove("fallback");
    let enabled = wanted.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    let mut input = forms::to_form(fields, &wanted, &start)?;
    // The only authenticator there is: enabled, it is the default.
    input.sms_default = input.sms_enabled;
    let same = TEXTS.iter().all(|key| wanted.get(*key) == shown.get(*key));
    let given = item.values.get("secrets").and_then(Value::as_object);
    if same && given.is_none_or(|given| !moved(&start).iter().any(|slot| given.contains_key(&slot.name))) {
        input.sms_url = start.sms_url;
        input.http_headers = start.http_headers;
        input.http_payload = start.http_payload;
    }
    Ok((input, enabled))
}

/// The keys that are typed into a request, by the slots that they would have.
fn moved(input: &IdentityProviderInput) -> Vec<::sms::SlottedSecret> {
    ::sms::move_to_slots(&request_settings(input, &mut Problems::default())).1
}

/// Puts the values that the file points to into the form; those that are kept already are left out. A line for each that is
/// another.
fn fill_secrets(
    run: &mut Run<'_>,
    item: &Item,
    stored: Option<&Stored>,
    input: &mut IdentityProviderInput,
) -> Result<Vec<String>, Failure> {
    let slots = ::sms::secret_slots(&request_settings(input, &mut Problems::default()));
    let origin = ::sms::origin(&input.sms_url).unwrap_or_default();
    let before = stored.map(|stored| &stored.input);
    let same_request = before.is_some_and(|before| texts(before) == texts(input));
    let kept = |name: &str| stored.and_then(|stored| stored.secrets.reveal(name, &origin));
    let (mut said, mut mistakes): (Vec<String>, Vec<At>) = Default::default();
    let mut put = |name: &str, value: String| {
        input.secrets.push(SecretRow {
            name: name.to_owned(),
            value: value.as_str().into(),
        });
    };
    let mut given = Vec::new();
    for pointer in secrets::pointers(&item.values) {
        let name = pointer.name;
        let path = format!("secrets[{name}]");
        given.push(name);
        if !slots.iter().any(|slot| slot.name == name) {
            let message = format!(
                "the request has no slot {{{{secret:{name}}}}}; remove this, or put the slot where the key belongs"
            );
            mistakes.push(item.mistake(&path, &message));
            continue;
        }
        match pointer.follow(run.source) {
            Ok(Found::Value(value)) => {
                let is_kept = kept(name).as_deref() == Some(value.as_str());
                if !is_kept {
                    said.push(format!("secret {name}: {DOTS}"));
                }
                if !is_kept || !same_request {
                    put(name, value);
                }
            }
            Ok(Found::Unset(variable)) if kept(name).is_some() => {
                let note = format!(
                    "{}: the variable {variable} is not set; the value kept for {name} stays",
                    item.title()
                );
                run.report.notes.push(note);
            }
            Ok(Found::Unset(variable)) => {
                let message =
                    format!("the variable {variable} is not set, and no value is kept for {{{{secret:{name}}}}}");
                mistakes.push(item.mistake(&path, &message));
            }
            Err(why) => mistakes.push(item.mistake(&path, &why)),
        }
    }
    // A key that stood in the request as text goes on in the slot that the file has in its place.
    let from_here = before.filter(|before| ::sms::origin(&before.sms_url).is_some_and(|before| before == origin));
    for secret in from_here.map(moved).unwrap_or_default() {
        let wanted = !same_request && slots.iter().any(|slot| slot.name == secret.name);
        if wanted && !given.contains(&secret.name.as_str()) {
            said.push(format!("secret {}: the key that stood in the request", secret.name));
            put(&secret.name, secret.value);
        }
    }
    if mistakes.is_empty() {
        Ok(said)
    } else {
        Err(Failure::Mistakes(mistakes))
    }
}

fn texts(input: &IdentityProviderInput) -> [&str; 3] {
    [&input.sms_url, &input.http_headers, &input.http_payload]
}

/// In a file nobody types a key: says how it is given.
fn with_hint(error: Error) -> Error {
    let Error::Invalid(mut problems) = error else {
        return error;
    };
    for problem in problems
        .0
        .iter_mut()
        .filter(|problem| problem.field.starts_with("secrets["))
    {
        problem.message += " In the file it is given under [identity_provider.secrets], as name = { env = \"VARIABLE\" } or \
                            name = { file = \"PATH\" }.";
    }
    Error::Invalid(problems)
}

/// Whether the request has slots, the ones that typed keys were turned into among them.
pub(super) fn has_slots(values: &Map<String, Value>) -> bool {
    let text = |key: &&str| values.get(*key).and_then(Value::as_str).unwrap_or_default();
    TEXTS.iter().any(|key| text(key).contains("{{secret:"))
}
