//! Several service providers at once: the server functions behind the list's button, and the question before.

use domain::Permission::ManageServiceProviders;
use identity::service_providers as rules;
use leptos::prelude::*;

use super::{BULK_FORM, DELETE_FORM, LIST};
use crate::console::list::{Question, ask_deletion, question, told};
use crate::console::page::{Body, console_page};
use crate::context::Console;
use crate::error::UiError;
use crate::ui::*;

/// Leads to the question; nothing is deleted.
#[server(prefix = "/api", endpoint = "console/service-providers/ask-delete-selected")]
pub async fn ask_delete_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let plan = rules::plan_deletion(&console.services, &console.actor, &ids).await;
    ask_deletion(&console, (DELETE_FORM, BULK_FORM), LIST, (ids, back), plan).await
}

#[server(prefix = "/api", endpoint = "console/service-providers/delete-selected")]
pub async fn delete_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let result = rules::delete_selected(&console.services, &console.actor, &ids).await;
    told(&console, BULK_FORM, LIST, &back, "Deleted", result).await
}

#[component]
pub fn DeleteSelectedPage() -> impl IntoView {
    console_page(
        Some(ManageServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let console = &request.console;
            let draft = console.draft::<(Vec<i64>, String)>(DELETE_FORM, &request.query).await?;
            let (ids, back) = draft.ok_or(identity::Error::NotFound)?.input;
            let plan = rules::plan_deletion(&console.services, &console.actor, &ids).await?;
            let asks = Question {
                action: "/api/console/service-providers/delete-selected",
                thing: "service provider",
                text: "Their SAML configurations go with them: sign-ins from there are refused from then on, and those that \
                       are under way end.",
                cancel: format!("{LIST}?{back}"),
                back,
            };
            let crumbs = vec![Crumb::link("Service Providers", LIST), Crumb::here("Delete selected")];
            Ok(Body::new(view! {
                <PageHead title="Delete selected service providers" crumbs/>
                {question(asks, plan)}
            }))
        },
    )
}
