//! What the router shows for an address it does not know; the server answers those before it comes to this.

use leptos::prelude::*;

use crate::ui::SignInCard;

#[component]
pub fn NotFound() -> impl IntoView {
    crate::context::status(http::StatusCode::NOT_FOUND);
    view! { <SignInCard title="Not found"><p>"There is no page at this address."</p></SignInCard> }
}
