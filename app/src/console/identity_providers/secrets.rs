//! The fields of the secret slots, and the offer to move keys there that stand in other fields.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::secret::{SecretField, SecretState};
use leptos::prelude::*;

use super::form::{Form, value};
use super::{ACTIONS, named};
use crate::islands::secret_fields::{LITERALS, NAMES, SLOTS, TITLE, literal_words};
use crate::islands::sms_form::settings;
use crate::ui::*;

pub fn fields(form: &Form) -> AnyView {
    let Form {
        input,
        secrets,
        problems,
        ..
    } = form;
    let offer = form.may_manage.then(|| literals(input));
    let none = secrets.is_empty();
    let rows = secrets
        .iter()
        .enumerate()
        .map(|(at, secret)| row(at, secret, problems))
        .collect_view();
    view! {
        // Carried along: what is held for the session, and the preset that names the fields.
        <Hidden name=named("held") value=input.held.clone()/>
        <Hidden name=named("filled_from") value=input.filled_from.clone()/>
        {offer}
        <h4 id=TITLE hidden=none>"Secrets"</h4>
        <div class="fields" id=SLOTS>{rows}</div>
    }
    .into_any()
}

fn row(at: usize, secret: &SecretField, problems: &Problems) -> AnyView {
    let field = |part: &str| format!("secrets[{at}][{part}]");
    let of_input = |part: &str| format!("input[secrets][{at}][{part}]");
    let error = problems.of(&field("value"));
    view! {
        <div data-slot=secret.name.clone()>
            <Hidden name=of_input("name") value=secret.name.clone()/>
            <PasswordField
                name=of_input("value")
                label=secret.label.clone()
                autocomplete="new-password"
                error
                help=Inline::from(help(secret))
            />
        </div>
    }
    .into_any()
}

/// What is there, where the slot stands, and where the vendor shows the value.
fn help(secret: &SecretField) -> String {
    let slot = format!("`{{{{secret:{}}}}}`", secret.name);
    let state = match &secret.state {
        SecretState::Missing => format!("Sent in place of {slot}. Once saved it is shown to nobody."),
        SecretState::Held => format!("Typed for {slot}, and not saved yet. Empty leaves it as it is."),
        SecretState::Kept(since) => format!("Kept for {slot} since {since}. Empty leaves it as it is."),
        SecretState::KeptFor(origin) => {
            format!("The value of {slot} is for {origin} and is sent nowhere else. Type it again for this SMS URL.")
        }
    };
    [state, secret.help.clone()].join(" ").trim_end().to_owned()
}

/// There from the start, since it shows as soon as a key is typed.
fn literals(input: &IdentityProviderInput) -> AnyView {
    let found = literal_words(&settings(&|name| value(input, name)));
    let hidden = found.is_none();
    view! {
        <div id=LITERALS hidden=hidden>
            <Callout>
                <p>
                    "Typed where everybody who may manage identity providers can read it: "
                    <strong id=NAMES>{found.unwrap_or_default()}</strong>
                    ". As a secret it is sent all the same, and shown to nobody."
                </p>
                <div class="buttons">
                    <Button small=true formaction=format!("{ACTIONS}/move-keys")>"Move to a secret"</Button>
                </div>
            </Callout>
        </div>
    }
    .into_any()
}
