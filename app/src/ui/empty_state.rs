//! What a list says when it is empty: what it is for, and the button that fills it.

use leptos::prelude::*;

use super::inline::Inline;

/// An empty list; its children are the action that fills it.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(into)] text: Inline,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text.into_any()}</p>
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}
