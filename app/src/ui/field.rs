//! The frame every field stands in: label above, control, then one line of help or, in its place, the
//! error. Owns how a control is tied to those texts. The label's text is exactly the given words: the
//! required mark is drawn by the style sheet, so that it is no part of the accessible name.

use leptos::prelude::*;

use super::icon::{Icon, IconKind};
use super::inline::{Inline, prose};

/// How wide a control is. The answer's length shows in the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// A number or a code.
    Narrow,
    /// A name, a select.
    Medium,
    /// The whole column.
    #[default]
    Full,
}

impl Width {
    fn class(self) -> &'static str {
        match self {
            Self::Narrow => "field w-narrow",
            Self::Medium => "field w-medium",
            Self::Full => "field",
        }
    }
}

/// The value of `aria-describedby` for the control `id`: its error or else its help, then its note.
/// `None` when nothing describes it.
#[must_use]
pub fn described_by(id: &str, error: bool, help: bool, note: bool) -> Option<String> {
    let mut ids = Vec::with_capacity(2);
    if error {
        ids.push(format!("{id}-error"));
    } else if help {
        ids.push(format!("{id}-help"));
    }
    if note {
        ids.push(format!("{id}-note"));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A labelled frame around one control, which has the id `id` and the `described_by` of that id.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional)] required: bool,
    #[prop(optional)] width: Width,
    #[prop(optional_no_strip)] help: Option<Inline>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional_no_strip)] note: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=width.class()>
            <label class=if required { "label must" } else { "label" } for=id.clone()>{label}</label>
            {children()}
            {field_foot(&id, help, error, note)}
        </div>
    }
}

/// The texts under a control: the error or else the help, then the note.
pub(super) fn field_foot(id: &str, help: Option<Inline>, error: Option<String>, note: Option<String>) -> AnyView {
    let first = match (error, help) {
        (Some(error), _) => Some(
            view! {
                <p class="field-error" id=format!("{id}-error")><Icon kind=IconKind::Alert/><span>{prose(&error)}</span></p>
            }
            .into_any(),
        ),
        (None, Some(help)) => {
            Some(view! { <p class="field-help" id=format!("{id}-help")>{help.into_any()}</p> }.into_any())
        }
        (None, None) => None,
    };
    let note = note.map(|note| {
        view! {
            <p class="field-note" id=format!("{id}-note")><Icon kind=IconKind::Info/><span>{prose(&note)}</span></p>
        }
    });
    (first, note).into_any()
}
