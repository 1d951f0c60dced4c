//! Several users at once: the server functions behind the list's buttons, and the question before users are deleted.

use domain::Permission::ManageUsers;
use identity::users as rules;
use leptos::prelude::*;

use super::{BULK_FORM, DELETE_FORM, LIST};
use crate::console::list::{Question, ask_deletion, question, told};
use crate::console::page::{Body, console_page};
use crate::context::Console;
use crate::error::UiError;
use crate::ui::*;

#[server(prefix = "/api", endpoint = "console/users/lock-selected")]
pub async fn lock_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::lock_selected(&console.services, &console.actor, &ids).await;
    told(&console, BULK_FORM, LIST, &back, "Locked", result).await
}

#[server(prefix = "/api", endpoint = "console/users/unlock-selected")]
pub async fn unlock_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::unlock_selected(&console.services, &console.actor, &ids).await;
    told(&console, BULK_FORM, LIST, &back, "Unlocked", result).await
}

/// Leads to the question; nothing is deleted.
#[server(prefix = "/api", endpoint = "console/users/ask-delete-selected")]
pub async fn ask_delete_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let plan = rules::plan_deletion(&console.services, &console.actor, &ids).await;
    ask_deletion(&console, (DELETE_FORM, BULK_FORM), LIST, (ids, back), plan).await
}

#[server(prefix = "/api", endpoint = "console/users/delete-selected")]
pub async fn delete_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::delete_selected(&console.services, &console.actor, &ids).await;
    told(&console, BULK_FORM, LIST, &back, "Deleted", result).await
}

#[component]
pub fn DeleteSelectedPage() -> impl IntoView {
    console_page(Some(ManageUsers), Some(NavItem::Users), |request| async move {
        let console = &request.console;
        let draft = console.draft::<(Vec<i64>, String)>(DELETE_FORM, &request.query).await?;
        let (ids, back) = draft.ok_or(identity::Error::NotFound)?.input;
        let plan = rules::plan_deletion(&console.services, &console.actor, &ids).await?;
        let asks = Question {
            action: "/api/console/users/delete-selected",
            thing: "user",
            text: "Profiles, sessions and sign-ins go with them at once. The audit log keeps what was done under these names.",
            cancel: format!("{LIST}?{back}"),
            back,
        };
        let crumbs = vec![Crumb::link("Users", LIST), Crumb::here("Delete selected")];
        Ok(Body::new(view! {
            <PageHead title="Delete selected users" crumbs/>
            {question(asks, plan)}
        }))
    })
}
