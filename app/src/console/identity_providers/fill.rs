//! What fills the request's fields: a provider's preset, or a curl command; and the way back.

use domain::Problems;
use domain::input::identity_provider::{Done, IdentityProviderInput};
use domain::view::secret::PresetView;
use leptos::prelude::*;

use super::form::FORM;
use super::{ACTIONS, named};
use crate::ui::*;

pub fn fields(input: &IdentityProviderInput, presets: &[PresetView], problems: &Problems) -> AnyView {
    view! {
        {preset(input, presets, problems)}
        {curl(input, problems)}
    }
    .into_any()
}

fn preset(input: &IdentityProviderInput, presets: &[PresetView], problems: &Problems) -> AnyView {
    let none = ("", "Choose a provider");
    let offered = presets.iter().map(|preset| (preset.id.as_str(), preset.name.as_str()));
    let options: Vec<_> = std::iter::once(none).chain(offered).collect();
    let filled = presets.iter().find(|preset| preset.id == input.filled_from);
    let help = match filled {
        Some(preset) => format!("Last filled in: {}. {}", preset.name, preset.help),
        None => "Fills in the request as the provider's documents give it; below it asks for the keys.".to_owned(),
    };
    view! {
        <div class="field-with-button">
            <SelectField
                name=named("preset")
                label="Provider presets"
                options
                value=input.preset.clone()
                error=problems.of("preset")
                help
            />
            <Button formaction=format!("{ACTIONS}/fill-preset")>"Fill in"</Button>
        </div>
    }
    .into_any()
}

/// What vendors' documentation shows fills the form; the button comes after the save's own, so Enter does not press it.
fn curl(input: &IdentityProviderInput, problems: &Problems) -> AnyView {
    let error = problems.of("curl");
    let value = input.curl.clone();
    view! {
        <TextArea
            name=named("curl")
            label="Paste a curl command"
            rows=2
            value
            error
            help="As the provider's documentation shows it. It fills URL, method, headers and payload; a number and a text in it become `&num` and `&msg`."
        />
        <div><Button small=true formaction=format!("{ACTIONS}/paste-curl")>"Fill the form"</Button></div>
    }
    .into_any()
}

/// What a button has done, said above the form; *Undo* brings back what was there before.
pub fn done(done: &Done) -> Option<AnyView> {
    if done.said.is_empty() {
        return None;
    }
    let undo = (!done.undo.is_empty()).then(|| {
        let undo = done.undo.clone();
        view! {
            <input type="hidden" name="input[done][undo]" value=undo form=FORM autocomplete="off"/>
            <Button small=true form=FORM formaction=format!("{ACTIONS}/undo")>"Undo"</Button>
        }
    });
    Some(view! { <Notice kind=NoticeKind::Info text=done.said.clone()>{undo}</Notice> }.into_any())
}
