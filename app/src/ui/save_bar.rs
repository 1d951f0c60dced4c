//! The bar with a form's buttons. It stays in view and covers nothing: it is the last thing in the flow
//! of the form, sticking to the window's edge only while the form goes on below it.

use leptos::prelude::*;

/// The bar at the end of a form; its children are the buttons.
#[component]
pub fn SaveBar(
    /// How many problems there are; the count of unsaved changes is filled in where scripts run.
    #[prop(optional)]
    problems: usize,
    children: Children,
) -> impl IntoView {
    let state = match problems {
        0 => String::new(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    view! {
        <div class="save-bar">
            {children()}
            <span class="save-state" data-save-state="">{state}</span>
        </div>
    }
}
