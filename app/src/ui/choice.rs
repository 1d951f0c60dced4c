//! Checkboxes and radio buttons. Each control has one label with exactly the given words.

use leptos::prelude::*;

use super::field::{described_by, field_foot};
use super::id::field_id;
use super::inline::Inline;
use super::options::Options;

/// The id of one of several controls that share a name.
fn choice_id(name: &str, value: &str) -> String {
    field_id(&format!("{}[{value}]", name.trim_end_matches("[]")))
}

/// A checkbox. Unticked, it sends nothing: give the server function's field `#[serde(default)]`.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(optional, into)] help: Option<Inline>,
    #[prop(optional_no_strip)] error: Option<String>,
    /// What is sent when ticked; several boxes of one name differ in it.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional)] disabled: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| match &value {
        Some(value) => choice_id(&name, value),
        None => field_id(&name),
    });
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    view! {
        <div class="choice">
            <input
                id=id.clone()
                name=name
                type="checkbox"
                value=value.unwrap_or_else(|| "true".to_owned())
                checked=checked
                autocomplete="off"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                disabled=disabled
            />
            <label for=id.clone()>{label}</label>
            {field_foot(&id, help, error, None)}
        </div>
    }
}

/// One radio button, for groups that show something under an option. Stands in a [`RadioGroup`]'s place
/// inside a `<fieldset>` of the page.
#[component]
pub fn Radio(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(optional_no_strip, into)] help: Option<String>,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = choice_id(&name, &value);
    let described = described_by(&id, false, help.is_some(), false);
    view! {
        <div class="choice">
            <input
                id=id.clone()
                name=name
                type="radio"
                value=value
                checked=checked
                autocomplete="off"
                aria-describedby=described
                disabled=disabled
            />
            <label for=id.clone()>{label}</label>
            {field_foot(&id, help.map(Inline::from), None, None)}
        </div>
    }
}

/// Radio buttons under a legend. The legend must not repeat the label of a control on the page.
#[component]
pub fn RadioGroup(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    #[prop(into)] options: Options,
    #[prop(optional, into)] value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    let choices = options
        .0
        .into_iter()
        .map(|choice| {
            let checked = choice.value == value;
            view! {
                <Radio name=name.clone() value=choice.value label=choice.label checked help=choice.help disabled/>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="group" id=id.clone() tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            {field_foot(&id, help, error, None)}
            {choices}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::{Checkbox, RadioGroup};
    use crate::ui::test_render::markup;

    #[test]
    fn boxes_of_one_name_have_ids_of_their_own() {
        let html = markup(
            || view! { <Checkbox name="input[permissions][]" value="view_users" label="View users" checked=true/> },
        );
        assert!(
            html.contains(r#"id="f-permissions-view_users""#) && html.contains(r#"for="f-permissions-view_users""#),
            "{html}"
        );
        assert!(html.contains(" checked"), "{html}");
    }

    #[test]
    fn the_chosen_radio_is_checked_and_the_error_describes_the_group() {
        let html = markup(|| {
            view! { <RadioGroup legend="Steps" name="mode" options=[("a", "Default"), ("b", "Advanced")] value="b" error=Some("Choose one".to_owned())/> }
        });
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
        assert!(
            html.contains(r#"aria-describedby="f-mode-error""#) && html.contains(r#"id="f-mode-b""#),
            "{html}"
        );
    }
}
