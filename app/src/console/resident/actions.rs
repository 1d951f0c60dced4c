//! The server functions of Resident: authorise, one call into the rules, answer.

use domain::Permission::ManageSettings;
use domain::input::session::TimeOutsInput;
use domain::input::signing_key::{ImportKeyInput, PublishKeyInput};
use identity::keys as rules;
use identity::time_outs;
use leptos::prelude::*;

use super::{IMPORT, PUBLISH, RESIDENT, TIME_OUTS_FORM, form_of, page_of};
use crate::context::Console;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/signing-keys/publish")]
pub async fn publish_key(#[server(default)] input: PublishKeyInput) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::publish(&console.services, &console.actor, &input).await;
    let next = result.map(|_| format!("{RESIDENT}?notice=key-published"));
    console.answer("resident/keys/publish", PUBLISH, input, next).await
}

#[server(prefix = "/api", endpoint = "console/signing-keys/import")]
pub async fn import_key(#[server(default)] input: ImportKeyInput) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::import(&console.services, &console.actor, &input).await;
    let next = result.map(|_| format!("{RESIDENT}?notice=key-published"));
    // A private key is kept sealed in its own row or not at all.
    let kept = ImportKeyInput {
        private_key: String::new(),
        ..input
    };
    console.answer("resident/keys/import", IMPORT, kept, next).await
}

#[server(prefix = "/api", endpoint = "console/signing-keys/use")]
pub async fn use_key(#[server(default)] id: i64, #[server(default)] anyway: bool) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::activate(&console.services, &console.actor, id, anyway).await;
    let next = result.map(|_| format!("{RESIDENT}?notice=key-used"));
    console.answer(&form_of(id, "use"), &page_of(id, "use"), (), next).await
}

#[server(prefix = "/api", endpoint = "console/signing-keys/retire")]
pub async fn retire_key(#[server(default)] id: i64, #[server(default)] anyway: bool) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::retire(&console.services, &console.actor, id, anyway).await;
    let next = result.map(|retired| format!("{RESIDENT}?notice={}", notice(retired.state)));
    console
        .answer(&form_of(id, "retire"), &page_of(id, "retire"), (), next)
        .await
}

fn notice(state: domain::signing_key::KeyState) -> &'static str {
    if state == domain::signing_key::KeyState::Retired {
        "key-retired"
    } else {
        "key-stopped"
    }
}

#[server(prefix = "/api", endpoint = "console/resident/time-outs")]
pub async fn set_time_outs(#[server(default)] input: TimeOutsInput) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = time_outs::update(&console.services, &console.actor, &input).await;
    let next = result.map(|()| format!("{RESIDENT}?notice=updated#time-outs"));
    let page = format!("{RESIDENT}#time-outs");
    console.answer(TIME_OUTS_FORM, &page, input, next).await
}

/// *Has the new certificate*, and back.
#[server(prefix = "/api", endpoint = "console/signing-keys/note-certificate")]
pub async fn note_certificate(
    #[server(default)] service_provider: i64,
    #[server(default)] key: i64,
    #[server(default)] has: bool,
) -> Result<(), UiError> {
    let console = Console::require(ManageSettings)?;
    let result = rules::tell(&console.services, &console.actor, service_provider, key, has).await;
    let next = result.map(|()| format!("{RESIDENT}?notice=certificate-noted"));
    console.answer("resident", RESIDENT, (), next).await
}
