//! What the pages post to: authorise, one call into `identity`, answer.

use domain::Permission::ManageIdentityProviders;
use domain::Problems;
use domain::input::identity_provider::{Done, IdentityProviderInput};
use http::header;
use identity::{Error, identity_providers, sms};
use leptos::prelude::*;

use super::{LIST, test_result};
use crate::context::{self, Console};
use crate::error::UiError;

/// The name of the draft of a page: that of a new identity provider without `id`.
pub fn draft_name(id: &str) -> String {
    format!("identity-providers/{}", if id.is_empty() { "new" } else { id })
}

fn page(id: &str) -> String {
    format!("{LIST}/{}", if id.is_empty() { "new" } else { id })
}

fn number(id: &str) -> Result<i64, UiError> {
    id.parse().map_err(|_| Error::NotFound.into())
}

/// Ends a submit that saves. Values of secrets wait apart from the draft: nothing of them may reach the page again.
async fn answer(
    console: &Console,
    id: &str,
    mut input: IdentityProviderInput,
    result: identity::Result<String>,
) -> Result<(), UiError> {
    if result.is_err() {
        identity_providers::hold(&console.services, &console.actor, &mut input).await?;
    }
    input.done = Done::default();
    console.answer(&draft_name(id), &page(id), input, result).await
}

/// Shows the form again with what a button has made of it; nothing is saved.
async fn show_again(
    console: &Console,
    id: &str,
    fragment: &str,
    mut input: IdentityProviderInput,
    problems: Problems,
) -> Result<(), UiError> {
    identity_providers::hold(&console.services, &console.actor, &mut input).await?;
    let page = format!("{}{fragment}", page(id));
    console.back_to(&draft_name(id), &page, input, problems).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/create")]
pub async fn create(input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let created = identity_providers::create(&console.services, &console.actor, &input).await;
    let next = created.map(|id| format!("{LIST}/{id}?notice=registered"));
    answer(&console, "", input, next).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/update")]
pub async fn update(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let updated = identity_providers::update(&console.services, &console.actor, number(&id)?, &input).await;
    let next = updated.map(|()| format!("{}?notice=updated", page(&id)));
    answer(&console, &id, input, next).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/enable")]
pub async fn enable(id: String, back: String) -> Result<(), UiError> {
    set_enabled(&id, &back, true).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/disable")]
pub async fn disable(id: String, back: String) -> Result<(), UiError> {
    set_enabled(&id, &back, false).await
}

/// `back` is `page` for the identity provider's own page, anything else for the list.
async fn set_enabled(id: &str, back: &str, enabled: bool) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    identity_providers::set_enabled(&console.services, &console.actor, number(id)?, enabled).await?;
    let next = if back == "page" { page(id) } else { LIST.to_owned() };
    context::see_other(&format!(
        "{next}?notice={}",
        if enabled { "enabled" } else { "disabled" }
    ));
    Ok(())
}

#[server(prefix = "/api", endpoint = "console/identity-providers/delete")]
pub async fn delete(id: String) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let deleted = identity_providers::delete(&console.services, &console.actor, number(&id)?).await;
    match deleted {
        // The question's page shows what stands in the way, as links.
        Err(Error::InUse(_)) => context::see_other(&format!("{}/delete", page(&id))),
        other => {
            other?;
            context::see_other(&format!("{LIST}?notice=deleted"));
        }
    }
    Ok(())
}

/// Fills the request's fields from a curl command and shows the form again; nothing is saved.
#[server(prefix = "/api", endpoint = "console/identity-providers/paste-curl")]
pub async fn paste_curl(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    fill(&console, &id, input, identity_providers::fill_from_curl).await
}

/// Fills the request's fields from a preset and shows the form again; nothing is saved.
#[server(prefix = "/api", endpoint = "console/identity-providers/fill-preset")]
pub async fn fill_preset(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let services = console.services.clone();
    fill(&console, &id, input, move |input| {
        identity_providers::fill_from_preset(&services, input)
    })
    .await
}

/// What the filling replaces is kept as a draft of its own, which *Undo* shows again.
async fn fill(
    console: &Console,
    id: &str,
    mut input: IdentityProviderInput,
    fill: impl FnOnce(&mut IdentityProviderInput) -> Result<bool, Problems>,
) -> Result<(), UiError> {
    identity_providers::hold(&console.services, &console.actor, &mut input).await?;
    input.done = Done::default();
    let before = input.clone();
    let problems = match fill(&mut input) {
        Ok(replaced) => {
            if replaced {
                input.done.undo = console.keep_draft(&draft_name(id), before).await?;
            }
            Problems::default()
        }
        Err(problems) => problems,
    };
    show_again(console, id, "", input, problems).await
}

/// Shows the form as it was before it was filled; nothing is saved.
#[server(prefix = "/api", endpoint = "console/identity-providers/undo")]
pub async fn undo(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    Console::require(ManageIdentityProviders)?;
    let before = context::encode(&input.done.undo);
    context::see_other(&format!("{}?draft={before}", page(&id)));
    Ok(())
}

/// Moves the keys that stand in URL, headers and payload to secret slots and shows the form again; nothing is saved.
#[server(prefix = "/api", endpoint = "console/identity-providers/move-keys")]
pub async fn move_keys(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let mut input = input;
    input.done = Done::default();
    identity_providers::move_keys(&console.services, &console.actor, &mut input).await?;
    show_again(&console, &id, "", input, Problems::default()).await
}

/// Sends a test SMS with the form as it stands, saved or not. Where scripts run the answer is the result's markup; else
/// the page is shown again, with what was typed and the result.
#[server(prefix = "/api", endpoint = "console/identity-providers/send-test")]
pub async fn send_test(id: String, input: IdentityProviderInput) -> Result<String, UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let mut input = input;
    input.done = Done::default();
    let known = if id.is_empty() { None } else { Some(number(&id)?) };
    let accept = context::parts().headers.get(header::ACCEPT).cloned();
    let in_place = accept.is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    let tested = match sms::send_test(&console.services, &console.actor, known, &input).await {
        Ok(view) => Ok(view),
        Err(Error::Invalid(problems)) => Err(problems),
        Err(Error::PasswordNeeded) if in_place => return Ok(test_result::password_needed()),
        Err(Error::PasswordNeeded) => {
            answer(&console, &id, input, Err(Error::PasswordNeeded)).await?;
            return Ok(String::new());
        }
        Err(other) => return Err(other.into()),
    };
    if in_place {
        return Ok(test_result::fragment(tested));
    }
    let problems = match tested {
        Ok(view) => {
            input.done.tested = Some(view);
            Problems::default()
        }
        Err(problems) => problems,
    };
    show_again(&console, &id, "#send-test", input, problems).await?;
    Ok(String::new())
}
