//! Sections of a page as cards. A foldable one is `<details>`: it opens without scripts, and browsers
//! open it by themselves when a link or a search leads inside.

use leptos::prelude::*;

use super::inline::Inline;

/// A section that folds. Closed, its `hint` summarises it.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    #[prop(optional, into)] hint: Option<Inline>,
    #[prop(optional)] open: bool,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="card" id=id open=open>
            <summary>
                <h2>{title}</h2>
                {hint.map(|hint| view! { <span class="hint">{hint.into_any()}</span> })}
            </summary>
            <div class="card-body">{children()}</div>
        </details>
    }
}

/// A section that does not fold. Without a title it is just a surface, as under a list.
#[component]
pub fn PlainCard(
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] hint: Option<Inline>,
    #[prop(optional, into)] id: Option<String>,
    /// For tables: no padding around the content.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <header>
                <h2>{title}</h2>
                {hint.map(|hint| view! { <span class="hint">{hint.into_any()}</span> })}
            </header>
        }
    });
    view! {
        <section class="card" id=id>
            {head}
            <div class=if flush { "card-flush" } else { "card-body" }>{children()}</div>
        </section>
    }
}

/// Fields that belong together, under a legend that repeats no label.
#[component]
pub fn FieldGroup(#[prop(into)] legend: String, children: Children) -> impl IntoView {
    view! { <fieldset class="group"><legend>{legend}</legend>{children()}</fieldset> }
}
