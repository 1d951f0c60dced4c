//! The server functions of *Import Users*: authorise, one call into the rules, answer.

use domain::Permission::ManageUsers;
use domain::input::user_import::{ColumnsInput, ReviewInput};
use identity::Error;
use identity::users::import as rules;
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use super::upload::read;
use super::{IMPORT, UPLOAD_FORM, form_of, page_of};
use crate::console::users::LIST;
use crate::context::Console;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/users/import/upload", input = MultipartFormData)]
pub async fn upload_users(data: MultipartData) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let input = read(data).await?;
    // What the file holds is kept in no draft; what stands beside it is.
    let typed = domain::input::user_import::UploadInput {
        content: Vec::new(),
        ..input.clone()
    };
    let result = rules::upload(&console.services, &console.actor, input).await;
    let next = result.map(|id| page_of(&id, "review"));
    console.answer(UPLOAD_FORM, IMPORT, typed, next).await
}

#[server(prefix = "/api", endpoint = "console/users/import/columns")]
pub async fn set_columns(#[server(default)] id: String, input: ColumnsInput) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::set_columns(&console.services, &console.actor, &id, &input).await;
    let next = result.map(|()| format!("{}?notice=import-checked", page_of(&id, "review")));
    console
        .answer(&form_of(&id, "columns"), &page_of(&id, "columns"), input, next)
        .await
}

/// Saves a page of the grid; with *Import* it goes on from there, if as many users are added as the button said.
#[server(prefix = "/api", endpoint = "console/users/import/save")]
pub async fn save_rows(
    #[server(default)] id: String,
    #[server(default)] ready: String,
    input: ReviewInput,
) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = match rules::save(&console.services, &console.actor, &id, &input).await {
        Ok(counts) if input.press == "import" && counts.ready.to_string() == ready => {
            let started = rules::start(&console.services, &console.actor, &id).await;
            started.map(|()| page_of(&id, "progress"))
        }
        Ok(_) => Ok(shown_again(&id, &input)),
        Err(error) => Err(error),
    };
    console
        .answer(&form_of(&id, "review"), &page_of(&id, "review"), (), result)
        .await
}

/// The same part of the grid, with what was done.
fn shown_again(id: &str, input: &ReviewInput) -> String {
    let done = match input.press.split(' ').next() {
        Some("leave-out" | "leave-out-all") => "left-out",
        Some("put-back") => "put-back",
        _ => "import-checked",
    };
    let part = match input.part.as_str() {
        "" => String::new(),
        part => format!("{part}&"),
    };
    format!("{}?{part}notice={done}", page_of(id, "review"))
}

#[server(prefix = "/api", endpoint = "console/users/import/check")]
pub async fn check_again(#[server(default)] id: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let page = page_of(&id, "review");
    let next = match rules::check_again(&console.services, &console.actor, &id).await {
        Ok(()) | Err(Error::Stale) => Ok(page.clone()),
        Err(other) => Err(other),
    };
    console.answer(&form_of(&id, "review"), &page, (), next).await
}

#[server(prefix = "/api", endpoint = "console/users/import/discard")]
pub async fn discard_import(#[server(default)] id: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::discard(&console.services, &console.actor, &id).await;
    let next = result.map(|()| format!("{LIST}?notice=import-discarded"));
    console
        .answer(&form_of(&id, "progress"), &page_of(&id, "progress"), (), next)
        .await
}

#[server(prefix = "/api", endpoint = "console/users/import/stop")]
pub async fn stop_import(#[server(default)] id: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let page = page_of(&id, "progress");
    // One that has ended in the meantime is shown as it ended.
    let next = match rules::stop(&console.services, &console.actor, &id).await {
        Ok(()) => Ok(format!("{page}?notice=import-stopped")),
        Err(Error::Stale) => Ok(page.clone()),
        Err(other) => Err(other),
    };
    console.answer(&form_of(&id, "progress"), &page, (), next).await
}
