//! The server functions of Claims: authorise, one call into the rules, answer.

use domain::Permission::ManageSettings;
use domain::input::claim::ClaimInput;
use identity::{Error, claims as rules};
use leptos::prelude::*;

use super::{LIST, form_of, page_of, row_of};
use crate::context::{Console, encode, see_other};
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/claims/create")]
pub async fn create_claim(input: ClaimInput) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::create(&console.services, &console.actor, &input).await;
    let next = result.map(|uri| format!("{}&notice=registered", page_of(&uri, "edit")));
    console.answer("claims/new", "/console/claims/new", input, next).await
}

#[server(prefix = "/api", endpoint = "console/claims/update")]
pub async fn update_claim(uri: String, input: ClaimInput) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::update(&console.services, &console.actor, &uri, &input).await;
    let page = page_of(&uri, "edit");
    let next = result.map(|()| format!("{page}&notice=updated"));
    console.answer(&form_of(&uri, "edit"), &page, input, next).await
}

/// `direction` is `up`, `down`, or as the handle sends it `place-{uri}-{to}`, from 0.
#[server(prefix = "/api", endpoint = "console/claims/move")]
pub async fn move_claim(uri: String, direction: String) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let (services, actor) = (&console.services, &console.actor);
    let placed = direction
        .strip_prefix("place-")
        .and_then(|place| place.rsplit_once('-'));
    let uri = match placed {
        Some((uri, to)) => {
            let to = to.parse().map_err(|_| Error::NotFound)?;
            rules::place(services, actor, uri, to).await?;
            uri.to_owned()
        }
        None => {
            let direction = if direction == "up" {
                rules::Direction::Up
            } else {
                rules::Direction::Down
            };
            rules::move_by_one(services, actor, &uri, direction).await?;
            uri
        }
    };
    see_other(&format!("{LIST}?moved={}#{}", encode(&uri), row_of(&uri)));
    Ok(())
}

#[server(prefix = "/api", endpoint = "console/claims/delete")]
pub async fn delete_claim(uri: String) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::delete(&console.services, &console.actor, &uri).await;
    let next = result.map(|()| format!("{LIST}?notice=deleted"));
    console
        .answer(&form_of(&uri, "delete"), &page_of(&uri, "delete"), (), next)
        .await
}
