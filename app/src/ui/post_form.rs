//! Plain HTML forms that post to a server function. They work without scripts; the browser's own
//! validation is off because the server says what is wrong, in words that help.

use leptos::prelude::*;

use super::button::ButtonKind;

/// A form that posts to `action`, the server function's URL.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    /// For forms with a [`super::FileField`].
    #[prop(optional)]
    multipart: bool,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action id=id class="form" enctype=multipart.then_some("multipart/form-data") novalidate=true>
            {children()}
        </form>
    }
}

/// A value sent with the form that nobody sees.
#[component]
pub fn Hidden(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value autocomplete="off"/> }
}

/// A form that is one button, such as *Lock* in a row.
#[component]
pub fn PostButton(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    #[prop(optional)] hidden: Vec<(&'static str, String)>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let hidden = hidden
        .into_iter()
        .map(|(name, value)| view! { <Hidden name value/> })
        .collect::<Vec<_>>();
    view! {
        <form method="post" action=action class="one-button">
            {hidden}
            <button type="submit" class=kind.class(small)>{label}</button>
        </form>
    }
}
