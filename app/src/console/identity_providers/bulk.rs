//! Several identity providers at once: the server functions behind the list's buttons.

use domain::Permission::ManageIdentityProviders;
use identity::identity_providers::set_selected_enabled;
use leptos::prelude::*;

use super::{BULK_FORM, LIST};
use crate::console::list::told;
use crate::context::Console;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/identity-providers/enable-selected")]
pub async fn enable_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let result = set_selected_enabled(&console.services, &console.actor, &ids, true).await;
    told(&console, BULK_FORM, LIST, &back, "Enabled", result).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/disable-selected")]
pub async fn disable_selected(#[server(default)] ids: Vec<i64>, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let result = set_selected_enabled(&console.services, &console.actor, &ids, false).await;
    told(&console, BULK_FORM, LIST, &back, "Disabled", result).await
}
