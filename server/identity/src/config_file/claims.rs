//! `[[claim]]`: the local dialect, in display order.

use domain::input::claim::ClaimInput;
use serde_json::{Map, Value};

use super::apply::{Failure, Run};
use super::diff::State;
use super::document::Item;
use super::forms;
use super::report::{Change, Verb};
use super::shape::Section;
use crate::{Error, Result, Services, claims};

pub(super) async fn names(services: &Services) -> Result<Vec<String>> {
    Ok(claims::all(&services.db)
        .await?
        .into_iter()
        .map(|claim| claim.uri)
        .collect())
}

/// Every claim, in display order.
pub(super) async fn all(services: &Services) -> Result<Vec<Map<String, Value>>> {
    let values = |claim: domain::view::ClaimView| {
        [
            ("uri", Value::from(claim.uri)),
            ("label", claim.label.into()),
            ("attribute", claim.attribute.into()),
            ("required", claim.required.into()),
            ("pattern", claim.pattern.into()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
    };
    Ok(claims::all(&services.db).await?.into_iter().map(values).collect())
}

pub(super) async fn state(services: &Services, uri: &str) -> Result<Option<State>> {
    let found = all(services).await?.into_iter().find(|claim| claim["uri"] == uri);
    Ok(found.map(|values| State {
        values,
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
    let input: ClaimInput = forms::to_form(Section::Claim.fields(), &values, &ClaimInput::default())?;
    let written = match before {
        Some(_) => claims::update(services, run.actor, &item.name, &input).await,
        None => claims::create(services, run.actor, &input).await.map(|_| ()),
    };
    written.map_err(|error| Failure::of(item, error, str::to_owned))?;
    Ok(Vec::new())
}

/// Puts the file's claims in the file's order, on the places that they have among all.
pub(super) async fn arrange(run: &mut Run<'_>, services: &Services, items: &[Item]) -> Result<()> {
    let wanted: Vec<&Item> = items
        .iter()
        .filter(|item| item.section == Section::Claim && !item.delete)
        .collect();
    let (Some(first), uris) = (
        wanted.first(),
        wanted.iter().map(|item| item.name.clone()).collect::<Vec<_>>(),
    ) else {
        return Ok(());
    };
    match claims::arrange(services, run.actor, &uris).await {
        Ok(false) => {}
        Ok(true) => run.report.changes.push(Change {
            at: first.at(""),
            verb: Verb::Changed,
            title: "the order of claims".to_owned(),
            lines: Vec::new(),
        }),
        Err(error) => return Err(Error::internal(error)),
    }
    Ok(())
}
