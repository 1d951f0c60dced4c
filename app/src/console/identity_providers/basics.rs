//! *Basic Information*.

use domain::input::identity_provider::IdentityProviderInput;
use domain::{Problems, limits};
use leptos::prelude::*;

use super::named;
use crate::ui::*;

/// What stands on the closed section's header.
pub fn hint(input: &IdentityProviderInput) -> String {
    if input.name.is_empty() {
        return "name and description".to_owned();
    }
    let description = if input.description.is_empty() {
        "no description"
    } else {
        &input.description
    };
    format!("{} · {description}", input.name)
}

pub fn fields(input: &IdentityProviderInput, problems: &Problems) -> AnyView {
    view! {
        <div class="fields">
            <TextField
                name=named("name")
                label="Identity Provider Name"
                required=true
                value=input.name.clone()
                error=problems.of("name")
                limit=limits::NAME
                help="Unique. Service providers choose it by this name, as `SMSOTP`."
            />
            <TextField
                name=named("display_name")
                label="Display Name"
                value=input.display_name.clone()
                error=problems.of("display_name")
                limit=limits::NAME
                help="Shown where people choose between ways to sign in. Empty: the name."
            />
            <TextField
                name=named("description")
                label="Description"
                value=input.description.clone()
                error=problems.of("description")
                limit=limits::DESCRIPTION
                help="For administrators; shown in the list."
            />
        </div>
    }
    .into_any()
}
