//! The server functions that take a service provider's metadata: authorise, one call into the rules, answer.

use domain::Permission::ManageServiceProviders;
use domain::input::metadata::{AddInput, ApplyInput, EntityInput, MetadataInput, TakenBy};
use domain::input::service_provider::ServiceProviderInput;
use domain::{Problem, Problems};
use identity::service_providers::import::{self as rules, Outcome};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use super::upload::Upload;
use super::{
    ADD, ADD_FORM, ENTITY_FORM, IMPORT, comparison_form_of, comparison_of, metadata_form_of, metadata_of, page_of,
};
use crate::context::{Console, encode};
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/service-providers/import", input = MultipartFormData)]
pub async fn import_service_provider(data: MultipartData) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let upload = Upload::read(data).await?;
    let input = ServiceProviderInput {
        name: upload.field("input[name]"),
        description: upload.field("input[description]"),
        ..ServiceProviderInput::default()
    };
    import(&console, input, upload.metadata).await
}

/// Also what *Register* comes to where metadata was filled in.
pub(super) async fn import(
    console: &Console,
    input: ServiceProviderInput,
    metadata: MetadataInput,
) -> Result<(), UiError> {
    let result = rules::import(&console.services, &console.actor, &input, &metadata).await;
    let form = AddInput {
        input,
        metadata: metadata.kept(),
        taken: None,
    };
    match result {
        Ok(Outcome::Taken { problems, by }) => {
            let taken = Some(by);
            console
                .back_to(ADD_FORM, ADD, AddInput { taken, ..form }, problems)
                .await
        }
        result => console.answer(ADD_FORM, ADD, form, result.map(next)).await,
    }
}

/// Where an import leads that can go on.
fn next(outcome: Outcome) -> String {
    match outcome {
        Outcome::Registered(id) => format!("{}?notice=imported", page_of(id)),
        Outcome::Choose { file } => format!("{IMPORT}?file={}", encode(&file)),
        Outcome::Taken { by, .. } => comparison_of(by.id, &by.offer),
    }
}

#[server(prefix = "/api", endpoint = "console/service-providers/import-entity")]
pub async fn import_entity(input: EntityInput) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let result = rules::import_entity(&console.services, &console.actor, &input).await;
    let page = format!("{IMPORT}?file={}", encode(&input.file));
    match result {
        Ok(Outcome::Taken { problems, by }) => console.back_to(ENTITY_FORM, &page, (input, Some(by)), problems).await,
        result => {
            let kept = (input, None::<TakenBy>);
            console.answer(ENTITY_FORM, &page, kept, result.map(next)).await
        }
    }
}

#[server(prefix = "/api", endpoint = "console/service-providers/compare-metadata", input = MultipartFormData)]
pub async fn compare_metadata(data: MultipartData) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let upload = Upload::read(data).await?;
    let id = upload.field("id").parse().map_err(|_| identity::Error::NotFound)?;
    let result = rules::compare(&console.services, &console.actor, id, &upload.metadata).await;
    let next = result.map(|offer| comparison_of(id, &offer));
    console
        .answer(&metadata_form_of(id), &metadata_of(id), upload.metadata.kept(), next)
        .await
}

#[server(prefix = "/api", endpoint = "console/service-providers/check-metadata")]
pub async fn check_metadata(id: i64) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let result = rules::check_now(&console.services, &console.actor, id).await;
    let next = result.map(|offer| comparison_of(id, &offer));
    let input = MetadataInput::default();
    console
        .answer(&metadata_form_of(id), &metadata_of(id), input, next)
        .await
}

#[server(prefix = "/api", endpoint = "console/service-providers/apply-metadata")]
pub async fn apply_metadata(id: i64, input: ApplyInput) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let result = rules::apply(&console.services, &console.actor, id, &input).await;
    let page = comparison_of(id, &input.offer);
    let next = match result {
        Ok(()) => Ok(format!("{}?notice=metadata-applied", page_of(id))),
        Err(identity::Error::Stale) => Err(identity::Error::field("", CHANGED)),
        Err(identity::Error::Invalid(problems)) => Err(identity::Error::Invalid(of_the_page(problems))),
        Err(other) => Err(other),
    };
    console.answer(&comparison_form_of(id), &page, input, next).await
}

const CHANGED: &str =
    "Somebody else has changed this service provider in the meantime. What follows compares with how it is now.";

/// The settings have no fields on the page of a comparison that a problem could stand at.
fn of_the_page(problems: Problems) -> Problems {
    let problems = problems.0.into_iter();
    Problems(
        problems
            .map(|problem| Problem {
                field: String::new(),
                ..problem
            })
            .collect(),
    )
}
