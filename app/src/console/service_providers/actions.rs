//! The server functions of Service Providers: authorise, one call into the rules, answer.

use domain::Permission::ManageServiceProviders;
use domain::input::metadata::{AddInput, MetadataInput};
use domain::input::saml::SamlInput;
use domain::input::service_provider::{ServiceProviderInput, StepsInput};
use identity::service_providers as rules;
use leptos::prelude::*;

use super::nested::{self, Nested};
use super::press::{self, Pressed};
use super::{
    ADD, ADD_FORM, LIST, form_of, metadata_actions, page_of, saml_form_of, saml_press, steps_form_of, steps_press,
};
use crate::context::{Console, encode, see_other};
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/service-providers/create")]
pub async fn create_service_provider(
    input: ServiceProviderInput,
    #[server(default)] metadata: MetadataInput,
) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    if metadata.is_given() {
        // Nobody fills these in to have them ignored.
        return metadata_actions::import(&console, input, metadata).await;
    }
    let result = rules::create(&console.services, &console.actor, &input).await;
    let next = result.map(|id| {
        let case = Some(&input.refused_case).filter(|case| !case.is_empty());
        let case = case.map_or_else(String::new, |case| format!("&case={}", encode(case)));
        format!("{}?notice=registered{case}", page_of(id))
    });
    let form = AddInput {
        input,
        ..AddInput::default()
    };
    console.answer(ADD_FORM, ADD, form, next).await
}

#[server(prefix = "/api", endpoint = "console/service-providers/update")]
pub async fn update_service_provider(id: i64, input: ServiceProviderInput) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let mut input = input;
    let (form, page) = (form_of(id), page_of(id));
    match press::press(&mut input) {
        Pressed::Show { anchor, problems } => {
            console
                .back_to(&form, &format!("{page}#{anchor}"), input, problems)
                .await
        }
        Pressed::Open(other) => {
            see_other(&nested::leave(&console, id, other, input).await?);
            Ok(())
        }
        Pressed::Save => {
            let result = rules::update(&console.services, &console.actor, id, &input).await;
            let next = result.map(|()| nested::back(id, "", Some("updated")));
            console.answer(&form, &page, press::trimmed(input), next).await
        }
    }
}

#[server(prefix = "/api", endpoint = "console/service-providers/delete")]
pub async fn delete_service_provider(id: i64) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    rules::delete(&console.services, &console.actor, id).await?;
    see_other(&format!("{LIST}?notice=deleted"));
    Ok(())
}

#[server(prefix = "/api", endpoint = "console/service-providers/saml")]
pub async fn save_saml_configuration(id: i64, return_draft: String, input: SamlInput) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let mut input = input;
    let (form, page) = (saml_form_of(id), format!("{}/saml", page_of(id)));
    match saml_press::press(&mut input) {
        Pressed::Show { anchor, problems } => {
            console
                .back_to(
                    &form,
                    &format!("{page}#{anchor}"),
                    Nested { input, return_draft },
                    problems,
                )
                .await
        }
        Pressed::Save | Pressed::Open(_) => {
            let result = rules::save_saml(&console.services, &console.actor, id, &input).await;
            let notice = if input.version.is_empty() {
                "registered"
            } else {
                "updated"
            };
            let next = result.map(|()| nested::back(id, &return_draft, Some(notice)));
            let input = saml_press::trimmed(input);
            console.answer(&form, &page, Nested { input, return_draft }, next).await
        }
    }
}

#[server(prefix = "/api", endpoint = "console/service-providers/authentication-steps")]
pub async fn save_authentication_steps(id: i64, return_draft: String, input: StepsInput) -> Result<(), UiError> {
    let console = Console::require(ManageServiceProviders)?;
    let mut input = input;
    let (form, page) = (steps_form_of(id), format!("{}/authentication-steps", page_of(id)));
    let moves = steps_press::moves(&input.press);
    match steps_press::press(&mut input) {
        Pressed::Show { anchor, problems } => {
            let moved = anchor.strip_prefix("step-").filter(|_| moves);
            let moved = moved.map(|step| format!("?moved={step}")).unwrap_or_default();
            console
                .back_to(
                    &form,
                    &format!("{page}{moved}#{anchor}"),
                    Nested { input, return_draft },
                    problems,
                )
                .await
        }
        Pressed::Save | Pressed::Open(_) => {
            let next = match rules::save_steps(&console.services, &console.actor, id, &input).await {
                Ok(()) => nested::select_advanced(&console, id, &return_draft).await,
                Err(error) => Err(error),
            };
            let next = next.map(|draft| nested::back(id, &draft, Some("updated")));
            console.answer(&form, &page, Nested { input, return_draft }, next).await
        }
    }
}
