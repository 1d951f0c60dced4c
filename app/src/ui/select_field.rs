//! Native selects. A value that is no longer among the options stays selectable, so that opening and
//! saving a page never changes what nobody touched.

use leptos::prelude::*;

use super::field::{Field, Width, described_by};
use super::id::field_id;
use super::inline::Inline;
use super::options::{Choice, Options};

/// A native `select`.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] options: Options,
    #[prop(optional, into)] value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    #[prop(optional)] required: bool,
    #[prop(default = Width::Medium)] width: Width,
    #[prop(optional)] disabled: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    view! {
        <Field id=id.clone() label required width help error=error.clone()>
            <select
                id=id.clone()
                name=name
                class="control"
                autocomplete="off"
                aria-required=required.then_some("true")
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                disabled=disabled
            >
                {option_list(options, &value)}
            </select>
        </Field>
    }
}

/// The `<option>`s, the one with `value` selected.
pub(super) fn option_list(options: Options, value: &str) -> Vec<AnyView> {
    let known = value.is_empty() || options.0.iter().any(|choice| choice.value == value);
    let lost = (!known).then(|| Choice::from((value, value)));
    lost.into_iter()
        .chain(options.0)
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }.into_any()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::SelectField;
    use crate::ui::test_render::markup;

    #[test]
    fn the_value_is_selected_even_when_it_is_no_longer_offered() {
        let html = markup(
            || view! { <SelectField name="m" label="HTTP Method" options=["GET", "POST"].map(|m| (m, m)) value="POST"/> },
        );
        assert!(html.contains(r#"<option value="POST" selected>POST"#), "{html}");
        assert_eq!(html.matches("<option").count(), 2, "{html}");
        let html = markup(
            || view! { <SelectField name="m" label="HTTP Method" options=["GET", "POST"].map(|m| (m, m)) value="PATCH"/> },
        );
        assert!(html.contains(r#"<option value="PATCH" selected>PATCH"#), "{html}");
    }
}
