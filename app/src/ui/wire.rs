//! What goes over the wire, in sight: a request as it will be sent, an answer as it came. Blue marks the
//! number, violet the message, dots a secret, everywhere.

use leptos::prelude::*;

use super::inline::Inline;

/// What a stretch of a rendered request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireInk {
    /// Text of the template.
    Plain,
    /// The method, the status.
    Strong,
    /// A header's name.
    Key,
    /// Dots in place of a secret.
    Secret,
    /// The recipient's number.
    Number,
    /// The message or the code.
    Message,
}

/// The stretches of a request, one after the other; line breaks are part of the text.
#[must_use]
pub fn wire_text(parts: Vec<(WireInk, String)>) -> AnyView {
    parts
        .into_iter()
        .map(|(ink, text)| match ink {
            WireInk::Plain => text.into_any(),
            WireInk::Strong => view! { <b>{text}</b> }.into_any(),
            WireInk::Key => view! { <span class="key">{text}</span> }.into_any(),
            WireInk::Secret => view! { <span class="secret">{text}</span> }.into_any(),
            WireInk::Number => view! { <mark class="number">{text}</mark> }.into_any(),
            WireInk::Message => view! { <mark class="message">{text}</mark> }.into_any(),
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// A block of wire text under a small head. `text` comes from [`wire_text`]; children stand above it, as
/// [`super::Phases`] do.
#[component]
pub fn Wire(
    #[prop(into)] title: String,
    /// At the head's right: to whom, how long it took.
    #[prop(optional, into)]
    aside: Option<Inline>,
    #[prop(into)] text: Inline,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <figure class="wire">
            <figcaption>
                <span>{title}</span>
                {aside.map(|aside| view! { <span>{aside.into_any()}</span> })}
            </figcaption>
            {children.map(|children| children())}
            <pre>{text.into_any()}</pre>
        </figure>
    }
}
