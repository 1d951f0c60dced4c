//! Values that go over the wire, set so that they can be read and taken exactly.

use leptos::prelude::*;

/// Monospace text in a line: an issuer, a URL, a header.
#[component]
pub fn Mono(#[prop(into)] text: String) -> impl IntoView {
    view! { <code>{text}</code> }
}

/// A value to take elsewhere: one click selects all of it, without scripts. Children are the copy button
/// of the islands, which knows the value by itself.
#[component]
pub fn CopyValue(#[prop(into)] value: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <span class="copy-value">
            <code>{value}</code>
            {children.map(|children| view! { <span class="needs-script">{children()}</span> })}
        </span>
    }
}
