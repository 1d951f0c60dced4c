//! What the pages post to: authorise, one call into `identity`, answer.

use domain::Permission::ManageIdentityProviders;
use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
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

#[server(prefix = "/api", endpoint = "console/identity-providers/create")]
pub async fn create(input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let created = identity_providers::create(&console.services, &console.actor, &input).await;
    let next = created.map(|id| format!("{LIST}/{id}?notice=registered"));
    console.answer(&draft_name(""), &page(""), input, next).await
}

#[server(prefix = "/api", endpoint = "console/identity-providers/update")]
pub async fn update(id: String, input: IdentityProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let updated = identity_providers::update(&console.services, &console.actor, number(&id)?, &input).await;
    let next = updated.map(|()| format!("{}?notice=updated", page(&id)));
    console.answer(&draft_name(&id), &page(&id), input, next).await
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
    let mut input = input;
    let problems = identity_providers::fill_from_curl(&mut input).err().unwrap_or_default();
    console.back_to(&draft_name(&id), &page(&id), input, problems).await
}

/// Sends a test SMS with the form as it stands, saved or not. Where scripts run the answer is the result's markup; else
/// the page is shown again, with what was typed and the last test.
#[server(prefix = "/api", endpoint = "console/identity-providers/send-test")]
pub async fn send_test(id: String, input: IdentityProviderInput) -> Result<String, UiError> {
    let console = Console::require(ManageIdentityProviders)?;
    let known = if id.is_empty() { None } else { Some(number(&id)?) };
    let tested = match sms::send_test(&console.services, &console.actor, known, &input).await {
        Ok(view) => Ok(view),
        Err(Error::Invalid(problems)) => Err(problems),
        Err(other) => return Err(other.into()),
    };
    let accept = context::parts().headers.get(header::ACCEPT).cloned();
    if accept.is_some_and(|accept| accept.as_bytes().starts_with(b"application/json")) {
        return Ok(test_result::fragment(tested));
    }
    let problems = tested.err().unwrap_or_else(Problems::default);
    console
        .back_to(&draft_name(&id), &format!("{}#send-test", page(&id)), input, problems)
        .await?;
    Ok(String::new())
}
