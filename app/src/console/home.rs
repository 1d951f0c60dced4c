//! `/console`: Home. What needs somebody, the way to the first sign-in, and what the last day and month were like.

use domain::view::home::HomeView;
use leptos::prelude::*;

use super::page::{Body, console_page};
use crate::ui::*;

mod blocked;
mod charts;
mod guide;
mod warnings;

#[component]
pub fn Home() -> impl IntoView {
    console_page(None, None, |request| async move {
        let console = &request.console;
        let view = identity::home::view(&console.services, &console.actor).await?;
        Ok(Body::new(content(view)))
    })
}

fn content(view: HomeView) -> impl IntoView {
    let nothing = view == HomeView::default();
    let nothing = nothing.then(|| {
        view! { <PlainCard><EmptyState title="Nothing to show here" text="What your roles open is in the navigation."/></PlainCard> }
    });
    // In use, what is going on comes first; on a new installation, what to do.
    let guide = guide::card(view.guide);
    let warnings = warnings::card(view.warnings);
    let charts = view.charts.map(charts::cards);
    let blocked = view.blocked.map(blocked::card);
    view! {
        <PageHead title="Home" subtitle="What is going on, and what needs somebody. Times are UTC." crumbs=vec![Crumb::here("Home")]/>
        {guide}
        {warnings}
        {charts}
        {blocked}
        {nothing}
    }
}
