//! `steps` of a service provider: each a list of authenticators, `{ local = "basic" }` or `{ federated = "NAME" }`.

use domain::input::service_provider::{BASIC, StepRow, StepsInput};
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value, json};

use super::apply::Failure;
use super::document::Item;
use super::identity_providers;
use super::mistake::At;
use crate::{Actor, Result, Services, service_providers};

/// The stored steps as the file has them.
pub(super) async fn to_file(db: &impl ConnectionTrait, form: &StepsInput) -> Result<Value> {
    let mut steps = Vec::new();
    for (n, row) in form.steps.iter().enumerate() {
        let mut authenticators = Vec::new();
        for authenticator in &row.authenticators {
            authenticators.push(if authenticator == BASIC {
                json!({ "local": BASIC })
            } else {
                json!({ "federated": identity_providers::name_of(db, authenticator).await? })
            });
        }
        steps.push(json!({
            "authenticators": authenticators,
            "gives_subject": form.subject_step == n.to_string(),
            "gives_attributes": form.attributes_step == n.to_string(),
        }));
    }
    Ok(Value::Array(steps))
}

/// Saves the steps that the file has, which selects them.
pub(super) async fn save(services: &Services, actor: &Actor, item: &Item, id: i64) -> Result<(), Failure> {
    let Some(told) = item.values.get("steps").and_then(Value::as_array) else {
        return Ok(());
    };
    let stored = service_providers::steps_form(services, actor, id).await?.input;
    let wanted = read(services, item, told, &stored).await?;
    if wanted == stored {
        return Ok(());
    }
    let saved = service_providers::save_steps(services, actor, id, &wanted).await;
    saved.map_err(|error| {
        Failure::of(item, error, |field| match field {
            "" | "subject_step" | "attributes_step" => "steps".to_owned(),
            other => other.to_owned(),
        })
    })
}

async fn read(services: &Services, item: &Item, told: &[Value], stored: &StepsInput) -> Result<StepsInput, Failure> {
    let mut mistakes = Vec::new();
    let mut steps = Vec::new();
    for (n, step) in told.iter().enumerate() {
        let mut authenticators = Vec::new();
        let all = step
            .get("authenticators")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for (m, authenticator) in all.enumerate() {
            let path = format!("steps[{n}][authenticators][{m}]");
            match named(services, authenticator).await? {
                Ok(name) => authenticators.push(name),
                Err(why) => mistakes.push(item.mistake(&path, &why)),
            }
        }
        steps.push(StepRow {
            authenticators,
            ..StepRow::default()
        });
    }
    let wanted = StepsInput {
        version: stored.version.clone(),
        steps,
        subject_step: giver(item, told, "gives_subject", &mut mistakes),
        attributes_step: giver(item, told, "gives_attributes", &mut mistakes),
        press: String::new(),
    };
    if mistakes.is_empty() {
        Ok(wanted)
    } else {
        Err(Failure::Mistakes(mistakes))
    }
}

/// An authenticator as the form names it, or what is wrong with it.
async fn named(services: &Services, authenticator: &Value) -> Result<Result<String, String>> {
    let told = |key: &str| authenticator.get(key).and_then(Value::as_str);
    Ok(match (told("local"), told("federated")) {
        (Some(BASIC), None) => Ok(BASIC.to_owned()),
        (Some(other), None) => Err(format!(
            "there is no local authenticator {other:?}; accepted is {BASIC:?}"
        )),
        (None, Some(name)) => match identity_providers::row(&services.db, name).await? {
            Some(row) => Ok(row.id.to_string()),
            None => Err(format!(
                "there is no identity provider {name:?}; add it as [[identity_provider]]"
            )),
        },
        _ => Err("an authenticator is { local = \"basic\" } or { federated = \"NAME\" }".to_owned()),
    })
}

/// The position of the one step that says it gives this; the first, where none does.
fn giver(item: &Item, told: &[Value], key: &str, mistakes: &mut Vec<At>) -> String {
    let gives = |step: &Value| {
        step.as_object()
            .is_some_and(|step: &Map<String, Value>| step.get(key) == Some(&Value::Bool(true)))
    };
    let mut givers = told.iter().enumerate().filter(|(_, step)| gives(step));
    let first = givers.next().map_or(0, |(n, _)| n);
    for (n, _) in givers {
        let message = format!("step {} has {key} too; one step of a service provider can", first + 1);
        mistakes.push(item.mistake(&format!("steps[{n}][{key}]"), &message));
    }
    first.to_string()
}
