//! The question before something is destroyed, as a page of its own: it works without scripts, and says
//! what goes with the thing before anything happens.

use leptos::prelude::*;

use super::button::ButtonKind;
use super::inline::Inline;
use super::post_form::Hidden;

/// A question with one dangerous answer and one way back. Children say what goes with it.
#[component]
pub fn ConfirmForm(
    /// The server function that does it.
    #[prop(into)]
    action: String,
    /// The question, such as `Delete the identity provider SMSOTP?`.
    #[prop(into)]
    question: Inline,
    #[prop(optional)] hidden: Vec<(&'static str, String)>,
    /// The verb on the button.
    #[prop(into)]
    confirm: String,
    /// Where *Cancel* leads.
    #[prop(into)]
    cancel: String,
    /// Another than `Danger` for what can be taken back.
    #[prop(default = ButtonKind::Danger)]
    kind: ButtonKind,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let hidden = hidden
        .into_iter()
        .map(|(name, value)| view! { <Hidden name value/> })
        .collect::<Vec<_>>();
    view! {
        <form class="card confirm" method="post" action=action novalidate=true>
            <div class="card-body">
                {hidden}
                <p class="question">{question.into_any()}</p>
                {children.map(|children| children())}
                <div class="buttons">
                    <button type="submit" class=kind.class(false)>{confirm}</button>
                    <a class=ButtonKind::Quiet.class(false) href=cancel>"Cancel"</a>
                </div>
            </div>
        </form>
    }
}
