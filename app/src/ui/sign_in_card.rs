//! The one card of a sign-in page: for which application, which step of how many, one thing to do.
//! Dressed by `style/sign-in.css` alone; no scripts, no fonts, under 15 kB with everything.

use leptos::prelude::*;

use super::escape::DocumentTitle;
use super::icon::{Icon, IconKind};

/// A sign-in page.
#[component]
pub fn SignInCard(
    /// The service provider one signs in to; `None` for the console itself.
    #[prop(optional_no_strip)]
    application: Option<String>,
    /// Which step of how many.
    #[prop(optional_no_strip)]
    step: Option<(u8, u8)>,
    #[prop(into)] title: String,
    children: Children,
) -> impl IntoView {
    let document = match &application {
        Some(application) => format!("{title} · {application}"),
        None => format!("{title} · Gatehouse"),
    };
    view! {
        <DocumentTitle text=document/>
        <main class="door">
            <p class="brand"><Icon kind=IconKind::Gatehouse/>"Gatehouse"</p>
            <div class="door-card">
                {step.map(step_bar)}
                <h1>{title}</h1>
                {application.map(|application| view! { <p class="to">"to continue to "<strong>{application}</strong></p> })}
                {children()}
            </div>
        </main>
    }
}

fn step_bar((at, of): (u8, u8)) -> impl IntoView {
    let parts = (1..=of)
        .map(|n| view! { <i class=(n <= at).then_some("done")></i> })
        .collect::<Vec<_>>();
    view! { <p class="step"><span class="step-bar" aria-hidden="true">{parts}</span>{format!("Step {at} of {of}")}</p> }
}
