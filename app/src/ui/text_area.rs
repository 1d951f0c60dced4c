//! A text of several lines: payloads, headers, certificates, metadata.

use leptos::prelude::*;

use super::escape::escaped;
use super::field::{Field, Width, described_by};
use super::id::field_id;
use super::inline::Inline;
use super::unseen::with_limit;

/// A field of several lines, monospace unless told otherwise.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    /// What the server changed or dropped when it read the value; shown in addition to help or error.
    #[prop(optional_no_strip)]
    note: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(default = true)] mono: bool,
    #[prop(default = 3)] rows: u8,
    #[prop(optional)] width: Width,
    #[prop(optional, into)] placeholder: Option<String>,
    /// How many characters it may hold: said, and not enforced by the browser, which would cut what is pasted.
    #[prop(optional)]
    limit: Option<usize>,
    #[prop(optional)] disabled: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let help = with_limit(help.map(Inline::into_any), limit, &value).map(Inline::from);
    let described = described_by(&id, error.is_some(), help.is_some(), note.is_some());
    view! {
        <Field id=id.clone() label required width help error=error.clone() note>
            <textarea
                id=id.clone()
                name=name
                class=if mono { "control mono" } else { "control" }
                rows=rows.to_string()
                autocomplete="off"
                placeholder=placeholder
                spellcheck=mono.then_some("false")
                autocapitalize=mono.then_some("none")
                aria-required=required.then_some("true")
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                disabled=disabled
                inner_html=content(&value)
            ></textarea>
        </Field>
    }
}

/// What stands between the tags for `value` to be the control's value. HTML drops one line break after
/// the start tag: it is added, so that a value's own first one survives.
fn content(value: &str) -> String {
    format!("\n{}", escaped(value))
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::TextArea;
    use crate::ui::test_render::markup;

    #[test]
    fn a_value_survives_as_typed() {
        let html = markup(|| view! { <TextArea name="p" label="P" value="\n<x>&msg</textarea>"/> });
        assert!(
            html.contains(">\n\n&lt;x&gt;&amp;msg&lt;/textarea&gt;</textarea>"),
            "{html}"
        );
    }
}
