//! A file to upload. The form around it must be multipart.

use leptos::prelude::*;

use super::field::{Field, described_by};
use super::id::field_id;
use super::inline::Inline;

/// A file chooser.
#[component]
pub fn FileField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// What the chooser offers, such as `.xml,application/xml`. The server checks what it gets.
    #[prop(optional, into)]
    accept: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    view! {
        <Field id=id.clone() label required help error=error.clone()>
            <input
                id=id.clone()
                name=name
                type="file"
                class="control file"
                accept=accept
                aria-required=required.then_some("true")
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
            />
        </Field>
    }
}
