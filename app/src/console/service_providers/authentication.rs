//! *Inbound Authentication Configuration* and *Local & Outbound Authentication Configuration*, with the ways to the two
//! pages that are saved on their own.

use domain::Problems;
use domain::input::service_provider::{AuthenticationType, BASIC, ServiceProviderInput};
use domain::view::ServiceProviderView;
use domain::view::metadata::MetadataFacts;
use leptos::prelude::*;

use super::press::{OPEN_SAML, OPEN_STEPS};
use super::{metadata_of, page_of};
use crate::ui::*;

/// Leads to another page of the service provider and takes what was typed here along: it leads there as a link does,
/// but as a button of the form. Whoever may not change anything has nothing to take along and gets a plain link.
#[component]
fn Leave(may_manage: bool, press: &'static str, #[prop(into)] href: String, text: &'static str) -> impl IntoView {
    if may_manage {
        view! { <button type="submit" role="link" class="link" name="input[press]" value=press>{text}</button> }
            .into_any()
    } else {
        view! { <a href=href>{text}</a> }.into_any()
    }
}

#[component]
pub fn InboundConfiguration(
    id: i64,
    issuer: Option<String>,
    metadata: Option<MetadataFacts>,
    may_manage: bool,
) -> impl IntoView {
    let hint = issuer.clone().unwrap_or_else(|| "not configured".to_owned());
    let href = format!("{}/saml", page_of(id));
    let state = match issuer {
        Some(issuer) => view! { <Mono text=issuer/> }.into_any(),
        None => view! { <Tag kind=TagKind::Warn text="not configured"/> }.into_any(),
    };
    let configured = hint != "not configured";
    let text = match (configured, may_manage) {
        (false, true) => Some("Configure"),
        (true, true) => Some("Edit"),
        (true, false) => Some("View"),
        (false, false) => None,
    };
    let link = text.map(|text| view! { <Leave may_manage press=OPEN_SAML href text/> });
    view! {
        <Card title="Inbound Authentication Configuration" hint open=true>
            <Facts>
                <Fact label="SAML2 Web SSO Configuration">
                    <span class="line">{state}{link}</span>
                </Fact>
                <Fact label="Metadata">
                    <span class="line">
                        {origin(metadata)}
                        {may_manage.then(|| view! { <a href=metadata_of(id)>"Update from metadata"</a> })}
                    </span>
                </Fact>
            </Facts>
        </Card>
    }
}

/// Where the configuration came from, and how long that holds.
fn origin(metadata: Option<MetadataFacts>) -> AnyView {
    let Some(facts) = metadata else {
        return "Set up by hand".into_any();
    };
    let until = facts
        .valid_until
        .map(|until| format!(", valid until {until}"))
        .unwrap_or_default();
    let on = format!("on {}{until}", facts.imported_on);
    match facts.source_url {
        Some(url) => view! { <span>"From "<Mono text=url/>{format!(" {on}")}</span> }.into_any(),
        None => view! { <span>{format!("Imported {on}")}</span> }.into_any(),
    }
}

#[component]
pub fn OutboundConfiguration(
    view: ServiceProviderView,
    input: ServiceProviderInput,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let name = "input[authentication_type]";
    let chosen = AuthenticationType::from_name(&input.authentication_type);
    let radio = move |kind: AuthenticationType, help: &str| {
        let checked = chosen == Some(kind);
        view! { <Radio name value=kind.as_str() label=kind.label() checked help=Some(help.to_owned())/> }
    };
    let steps = if view.advanced_steps.is_empty() {
        "No steps yet.".to_owned()
    } else {
        view.advanced_steps.join(" → ")
    };
    let href = format!("{}/authentication-steps", page_of(view.id));
    let link = if may_manage {
        "Edit Authentication Steps"
    } else {
        "View Authentication Steps"
    };
    let federated = if view.choices.identity_providers.is_empty() && input.federated_identity_provider.is_empty() {
        let text = "There is none yet: add an identity provider and enable its SMSOTP authenticator.";
        view! { <p class="field-help">{text}</p> }.into_any()
    } else {
        view! {
            <SelectField name="input[federated_identity_provider]" label="Federated Authenticators"
                options=view.choices.identity_providers
                value=input.federated_identity_provider error=problems.of("federated_identity_provider")
                help="A code by SMS goes to a user who is known already. Alone it signs nobody in."/>
        }
        .into_any()
    };
    view! {
        <Card title="Local & Outbound Authentication Configuration" hint=view.steps.join(" → ") open=true>
            <fieldset class="group" id="f-authentication_type" tabindex="-1">
                <legend>"Authentication Type"</legend>
                {problems.of("authentication_type").map(|text| view! { <p class="field-error">{prose(&text)}</p> })}
                {radio(AuthenticationType::Default, "User name and password.")}
                {radio(AuthenticationType::Local, "One step with a local authenticator.")}
                <div class="choice-body">
                    <SelectField name="input[local_authenticator]" label="Local Authenticators" options=[(BASIC, BASIC)]
                        value=input.local_authenticator error=problems.of("local_authenticator")
                        help="`basic` asks for user name and password."/>
                </div>
                {radio(AuthenticationType::Federated, "One step with an identity provider.")}
                <div class="choice-body">{federated}</div>
                {radio(AuthenticationType::Advanced, "Several steps, asked one after the other.")}
                <div class="choice-body">
                    <span class="line"><span>{steps}</span><Leave may_manage press=OPEN_STEPS href text=link/></span>
                </div>
            </fieldset>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn inbound(issuer: Option<&str>, may_manage: bool) -> String {
        let issuer = issuer.map(str::to_owned);
        markup(move || view! { <InboundConfiguration id=7 issuer metadata=None may_manage/> })
    }

    #[test]
    fn the_ways_out_of_the_form_take_it_along() {
        for (html, text) in [
            (inbound(None, true), "Configure"),
            (inbound(Some("wiki"), true), "Edit"),
        ] {
            assert!(
                html.contains(&format!(
                    r#"role="link" name="input[press]" value="open-saml" class="link">{text}<"#
                )),
                "{html}"
            );
        }
        let html = inbound(Some("wiki"), false);
        assert!(
            html.contains(r#"<a href="/console/service-providers/7/saml">View</a>"#) && !html.contains("<button"),
            "{html}"
        );
        assert!(!inbound(None, false).contains("/saml"));
    }

    #[test]
    fn the_chosen_type_is_checked_and_what_is_missing_is_not_a_select() {
        let input = ServiceProviderInput {
            authentication_type: "advanced".into(),
            ..ServiceProviderInput::default()
        };
        let view = ServiceProviderView {
            id: 7,
            name: "Wiki".into(),
            input: input.clone(),
            issuer: None,
            steps: vec!["password".into()],
            advanced_steps: vec!["password".into(), "SMS (SMSOTP)".into()],
            choices: domain::view::ServiceProviderChoices::default(),
            metadata: None,
            lapses: vec![],
        };
        let html =
            markup(move || view! { <OutboundConfiguration view input problems=Problems::default() may_manage=true/> });
        assert!(
            html.contains(r#"value="advanced" checked"#) && html.matches(" checked").count() == 1,
            "{html}"
        );
        assert!(
            html.contains("password → SMS (SMSOTP)") && html.contains(r#"value="open-steps""#),
            "{html}"
        );
        assert!(!html.contains("Federated Authenticators</label>"), "{html}");
        for label in [
            "Default",
            "Local Authentication",
            "Federated Authentication",
            "Advanced Configuration",
        ] {
            assert_eq!(html.matches(&format!(">{label}</label>")).count(), 1, "{label}: {html}");
        }
    }
}
