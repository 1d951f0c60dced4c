//! States as tags: a word in a colour, never a colour alone.

use leptos::prelude::*;

/// What a state means for the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagKind {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// As it should be.
    Good,
    /// Will need somebody.
    Warn,
    /// Needs somebody.
    Bad,
}

/// A state.
#[component]
pub fn Tag(#[prop(optional)] kind: TagKind, #[prop(into)] text: String) -> impl IntoView {
    let class = match kind {
        TagKind::Neutral => "tag",
        TagKind::Good => "tag good",
        TagKind::Warn => "tag warn",
        TagKind::Bad => "tag bad",
    };
    view! { <span class=class>{text}</span> }
}
