//! *Provider presets*: the request's fields from a data file, ready but for the keys.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::secret::PresetView;

use super::request;
use crate::Services;

/// The presets that are of use here, in the order of the list: those of the sandbox only where it runs.
#[must_use]
pub fn presets(services: &Services) -> Vec<PresetView> {
    let with_sandbox = services.settings.sandbox.is_some();
    let offered = ::sms::presets::all()
        .iter()
        .filter(|preset| with_sandbox || !preset.is_sandbox());
    offered
        .map(|preset| PresetView {
            id: preset.id.clone(),
            name: preset.name.clone(),
            help: preset.help.clone(),
        })
        .collect()
}

/// Fills the request's fields from the preset that is chosen; *Message* stays. What was there before is named in
/// `done.said`, and the answer says whether there was anything.
///
/// # Errors
/// A problem at the select.
pub fn fill_from_preset(services: &Services, input: &mut IdentityProviderInput) -> Result<bool, Problems> {
    let sandbox = services.settings.sandbox.as_ref();
    let chosen = ::sms::presets::find(&input.preset).filter(|preset| sandbox.is_some() || !preset.is_sandbox());
    let Some(preset) = chosen else {
        return Err(Problems::one("preset", "Choose a provider, then press Fill in."));
    };
    let before = input.clone();
    let mut settings = preset.settings(sandbox.map_or("", |url| url.as_str()));
    settings.message = std::mem::take(&mut input.message);
    request::fill(input, settings);
    input.filled_from = preset.id.clone();
    input.preset = String::new();
    Ok(say(
        input,
        &before,
        &format!("Filled in from {}. {}", preset.name, preset.help),
    ))
}

/// Says what was done and what it replaced; whether it replaced anything.
pub(super) fn say(input: &mut IdentityProviderInput, before: &IdentityProviderInput, done: &str) -> bool {
    let replaced = replaced(before, input);
    input.done.said = match replaced.as_slice() {
        [] => done.to_owned(),
        labels => format!("{done} Replaced: {}.", labels.join(", ")),
    };
    !replaced.is_empty()
}

/// The labels of the fields whose text is gone.
fn replaced(before: &IdentityProviderInput, after: &IdentityProviderInput) -> Vec<&'static str> {
    let texts = |input: &IdentityProviderInput| {
        let rule = match input.body_rule.as_str() {
            "none" => String::new(),
            kind => [kind, &input.body_rule_pointer, &input.body_rule_value].join("\n"),
        };
        [
            ("SMS URL", input.sms_url.clone()),
            ("HTTP Headers", input.http_headers.clone()),
            ("HTTP Payload", input.http_payload.clone()),
            ("HTTP Response Code", input.http_response_code.clone()),
            ("Rule on the answer", rule),
        ]
    };
    let pairs = texts(before).into_iter().zip(texts(after));
    pairs
        .filter(|((_, before), (_, after))| !before.trim().is_empty() && before != after)
        .map(|((label, _), _)| label)
        .collect()
}
