//! The server functions of Roles: authorise, one call into the rules, answer.

use domain::Permission::ManageRoles;
use domain::input::role::RoleInput;
use identity::roles as rules;
use leptos::prelude::*;

use super::{LIST, form_of, page_of};
use crate::context::Console;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/roles/create")]
pub async fn create_role(input: RoleInput) -> Result<(), UiError> {
    let console = Console::require(ManageRoles)?;
    let result = rules::create(&console.services, &console.actor, &input).await;
    let next = result.map(|id| format!("{}?notice=registered", page_of(id)));
    console.answer("roles/new", "/console/roles/new", input, next).await
}

#[server(prefix = "/api", endpoint = "console/roles/update")]
pub async fn update_role(id: i64, input: RoleInput) -> Result<(), UiError> {
    let console = Console::require(ManageRoles)?;
    let result = rules::update(&console.services, &console.actor, id, &input).await;
    let next = result.map(|()| format!("{}?notice=updated", page_of(id)));
    console.answer(&form_of(id), &page_of(id), input, next).await
}

#[server(prefix = "/api", endpoint = "console/roles/delete")]
pub async fn delete_role(id: i64) -> Result<(), UiError> {
    let console = Console::require(ManageRoles)?;
    let result = rules::delete(&console.services, &console.actor, id).await;
    let next = result.map(|()| format!("{LIST}?notice=deleted"));
    console
        .answer(
            &format!("{}/delete", form_of(id)),
            &format!("{}/delete", page_of(id)),
            (),
            next,
        )
        .await
}
