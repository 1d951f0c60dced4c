//! The page *Authentication steps*: shown as a form, saved at once. Saving selects *Advanced Configuration*.

use std::collections::HashSet;

use domain::flow::Authenticator;
use domain::input::service_provider::{AuthenticationType, BASIC, StepRow, StepsInput};
use domain::view::StepsFormView;
use domain::{Permission, Problems};
use entity::{authentication_step, authentication_step_option, service_provider};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::steps::{self, Step};
use super::{KIND, form, locked};
use crate::audit::{self, Changes, Entry};
use crate::identity_providers::SMSOTP;
use crate::{Actor, Error, Result, Services, store, token};

/// The stored steps, whether the authentication type selects them or not.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn steps_form(services: &Services, actor: &Actor, id: i64) -> Result<StepsFormView> {
    actor.require(Permission::ViewServiceProviders)?;
    let db = &services.db;
    let row = service_provider::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let stored = steps::advanced(db, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(StepsFormView {
        name: row.name,
        input: input(&stored)?,
        choices: form::offered(db).await?,
    })
}

fn input(stored: &[Step]) -> Result<StepsInput> {
    let position = |gives: fn(&Step) -> bool| stored.iter().position(gives).unwrap_or(0).to_string();
    let rows = stored.iter().map(|step| StepRow {
        authenticators: step.authenticators.iter().map(name).collect(),
        ..StepRow::default()
    });
    Ok(StepsInput {
        version: fingerprint(stored)?,
        steps: rows.collect(),
        subject_step: position(|step| step.gives_subject),
        attributes_step: position(|step| step.gives_attributes),
        press: String::new(),
    })
}

/// An authenticator as the form names it.
fn name(authenticator: &Authenticator) -> String {
    match authenticator {
        Authenticator::Basic => BASIC.to_owned(),
        Authenticator::SmsOtp { identity_provider } => identity_provider.to_string(),
    }
}

/// Tells one state of the steps from another: they have no version column, being replaced as a whole.
fn fingerprint(stored: &[Step]) -> Result<String> {
    let parts: Vec<_> = stored
        .iter()
        .map(|step| (&step.authenticators, step.gives_subject, step.gives_attributes))
        .collect();
    Ok(token::hash(&serde_json::to_string(&parts).map_err(Error::internal)?))
}

/// Saves the steps and selects *Advanced Configuration*. The service provider's own version stays: its page may be open
/// with edits that have nothing to do with this.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`, `Stale`.
pub async fn save_steps(services: &Services, actor: &Actor, id: i64, input: &StepsInput) -> Result<()> {
    use service_provider::Column;
    actor.require(Permission::ManageServiceProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = locked(&txn, id).await?;
    let stored = steps::advanced(&txn, &[id]).await?.remove(&id).unwrap_or_default();
    let wanted = check(&txn, input, &stored).await?;
    if input.version != fingerprint(&stored)? {
        return Err(Error::Stale);
    }
    replace(&txn, id, &wanted).await?;
    let select = service_provider::ActiveModel {
        authentication_type: Set(AuthenticationType::Advanced.as_str().to_owned()),
        federated_identity_provider_id: Set(None),
        updated_at: Set(services.clock.now()),
        ..Default::default()
    };
    service_provider::Entity::update_many()
        .set(select)
        .filter(Column::Id.eq(id))
        .exec(&txn)
        .await?;
    let names = steps::names(&txn, wanted.iter().chain(&stored)).await?;
    let mut changes = Changes::default();
    changes.lines(
        "Authentication steps",
        &steps::in_words(&stored, &names),
        &steps::in_words(&wanted, &names),
    );
    changes.text(
        "Authentication Type",
        type_label(&row.authentication_type),
        AuthenticationType::Advanced.label(),
    );
    changes.text(
        "Subject identifier from step",
        &giving(&stored, |step| step.gives_subject),
        &giving(&wanted, |step| step.gives_subject),
    );
    changes.text(
        "Attributes from step",
        &giving(&stored, |step| step.gives_attributes),
        &giving(&wanted, |step| step.gives_attributes),
    );
    let detail = format!("authentication steps: {}", steps::in_words(&wanted, &names).join(" → "));
    let entry = Entry {
        action: "update",
        target_kind: KIND,
        target: &row.name,
        detail,
    };
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}

/// The type as its page names it.
fn type_label(name: &str) -> &str {
    AuthenticationType::from_name(name).map_or(name, |kind| kind.label())
}

/// The number of the step that gives something, counted from 1.
fn giving(steps: &[Step], gives: impl Fn(&Step) -> bool) -> String {
    let place = steps.iter().position(gives);
    place.map_or_else(String::new, |place| (place + 1).to_string())
}

/// What the form asks for, or all that is wrong with it.
async fn check(db: &impl ConnectionTrait, input: &StepsInput, stored: &[Step]) -> Result<Vec<Step>> {
    let offered = form::offered(db).await?.identity_providers;
    let mut known: HashSet<String> = offered.into_iter().map(|(id, _)| id).collect();
    // One that was switched off since stays savable: otherwise no other step could be changed either.
    known.extend(stored.iter().flat_map(|step| &step.authenticators).map(name));
    known.insert(BASIC.to_owned());
    let mut problems = Problems::default();
    if input.steps.is_empty() {
        problems.add("", "There is no step: nobody could sign in. Add one.");
    }
    let mut wanted: Vec<Step> = input
        .steps
        .iter()
        .enumerate()
        .map(|(n, row)| step(n, row, &known, &mut problems))
        .collect();
    let mut choose = |field: &str, text: &str, value: &str, set: fn(&mut Step)| match value
        .parse()
        .ok()
        .and_then(|n: usize| wanted.get_mut(n))
    {
        Some(step) => set(step),
        None => problems.add(field, text),
    };
    if !input.steps.is_empty() {
        choose(
            "subject_step",
            "Choose the step that gives the subject identifier.",
            &input.subject_step,
            |step| step.gives_subject = true,
        );
        choose(
            "attributes_step",
            "Choose the step that gives the attributes.",
            &input.attributes_step,
            |step| step.gives_attributes = true,
        );
    }
    if problems.is_empty() {
        Ok(wanted)
    } else {
        Err(Error::Invalid(problems))
    }
}

fn step(n: usize, row: &StepRow, known: &HashSet<String>, problems: &mut Problems) -> Step {
    let mut seen = HashSet::new();
    let mut authenticators = Vec::new();
    for chosen in row.authenticators.iter().filter(|chosen| !chosen.is_empty()) {
        let field = format!("steps[{n}][{}]", if chosen == BASIC { "local" } else { "federated" });
        if !known.contains(chosen) {
            problems.add(
                field,
                format!(
                    "Step {} holds an authenticator that is not there any more. Remove it.",
                    n + 1
                ),
            );
        } else if !seen.insert(chosen) {
            problems.add(
                field,
                format!("Step {} holds the same authenticator twice. Remove one of them.", n + 1),
            );
        } else if chosen == BASIC {
            authenticators.push(Authenticator::Basic);
        } else if let Ok(identity_provider) = chosen.parse() {
            authenticators.push(Authenticator::SmsOtp { identity_provider });
        }
    }
    if row.authenticators.iter().all(String::is_empty) {
        let text = format!(
            "Step {} is empty. Add an authenticator to it, or delete the step.",
            n + 1
        );
        problems.add(format!("steps[{n}][local]"), text);
    }
    Step {
        authenticators,
        gives_subject: false,
        gives_attributes: false,
    }
}

/// Puts these steps in the place of the stored ones; their options go with them (`ON DELETE CASCADE`).
pub(super) async fn replace(db: &impl ConnectionTrait, id: i64, wanted: &[Step]) -> Result<()> {
    let old = authentication_step::Entity::delete_many().filter(authentication_step::Column::ServiceProviderId.eq(id));
    old.exec(db).await?;
    for (step, position) in wanted.iter().zip(0..) {
        let row = authentication_step::ActiveModel {
            service_provider_id: Set(id),
            position: Set(position),
            gives_subject: Set(step.gives_subject),
            gives_attributes: Set(step.gives_attributes),
            ..Default::default()
        };
        let step_id = row.insert(db).await?.id;
        let options = step.authenticators.iter().zip(0..).map(|(authenticator, position)| {
            let (authenticator, identity_provider_id) = match authenticator {
                Authenticator::Basic => (BASIC, None),
                Authenticator::SmsOtp { identity_provider } => (SMSOTP, Some(*identity_provider)),
            };
            authentication_step_option::ActiveModel {
                step_id: Set(step_id),
                position: Set(position),
                authenticator: Set(authenticator.to_owned()),
                identity_provider_id: Set(identity_provider_id),
                ..Default::default()
            }
        });
        authentication_step_option::Entity::insert_many(options)
            .exec(db)
            .await?;
    }
    Ok(())
}
