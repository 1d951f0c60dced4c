//! A service provider's own page.

use domain::input::service_provider::ServiceProviderInput;
use domain::view::ServiceProviderView;
use domain::{Permission, Problems};
use identity::drafts::Draft;
use leptos::prelude::*;

use super::add::Basics;
use super::authentication::{InboundConfiguration, OutboundConfiguration};
use super::claims::ClaimConfiguration;
use super::roles::RoleConfiguration;
use super::rows::DefaultSubmit;
use super::{LIST, form_of, page_of};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "service-provider";

#[component]
pub fn EditPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let view = identity::service_providers::get(&console.services, &console.actor, id).await?;
            let draft = console
                .draft::<ServiceProviderInput>(&form_of(id), &request.query)
                .await?;
            let is_draft = draft.is_some();
            let (input, problems) = shown(&view.input, draft);
            let may_manage = request.may(Permission::ManageServiceProviders);
            // Back from another page, the outcome to tell is that page's.
            let refused = !problems.is_empty() && request.query.get("notice").is_none();
            let summary = view! { <ErrorSummary problems=problems.clone()/> };
            let guard = may_manage.then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=is_draft/> });
            let body = Body::new((content(view, input, problems, may_manage), guard));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

/// What the form shows: the stored values, or what was typed over them.
fn shown(
    stored: &ServiceProviderInput,
    draft: Option<Draft<ServiceProviderInput>>,
) -> (ServiceProviderInput, Problems) {
    let Some(Draft { mut input, problems }) = draft else {
        return (stored.clone(), Problems::default());
    };
    if input.authentication_type == input.seen_authentication_type {
        input.authentication_type.clone_from(&stored.authentication_type);
        input.seen_authentication_type.clone_from(&stored.authentication_type);
    }
    if problems.of("version").is_some() {
        // Somebody else saved in between, and the page says so: the next submit overwrites knowingly.
        input.version.clone_from(&stored.version);
        input.seen_authentication_type.clone_from(&stored.authentication_type);
    }
    (input, problems)
}

fn content(
    view: ServiceProviderView,
    input: ServiceProviderInput,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let (id, name) = (view.id, view.name.clone());
    let subtitle = match &view.issuer {
        Some(_) => format!("Signs its users in by {}.", view.steps.join(", then ")),
        None => "Has no SAML configuration yet, so nobody can sign in to it.".to_owned(),
    };
    let count = problems.0.len();
    let basics = view! { <Basics input=input.clone() problems=problems.clone()/> };
    view! {
        <PageHead title=name.clone() subtitle crumbs=vec![Crumb::link("Service Providers", LIST), Crumb::here(name)]>
            {may_manage.then(|| view! {
                <LinkButton kind=ButtonKind::Danger href=format!("{}/delete", page_of(id))>"Delete"</LinkButton>
            })}
        </PageHead>
        <PostForm action="/api/console/service-providers/update" id=FORM>
            <DefaultSubmit/>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="input[version]" value=input.version.clone()/>
            <Hidden name="input[seen_authentication_type]" value=input.seen_authentication_type.clone()/>
            <fieldset class="form" disabled=!may_manage>
                <Card title="Basic Information" hint=view.name.clone() open=true>
                    <div class="fields">{basics}</div>
                </Card>
                <ClaimConfiguration input=input.clone() uris=view.choices.claims.clone() problems=problems.clone()
                    may_manage/>
                <RoleConfiguration input=input.clone() roles=view.choices.roles.clone() problems=problems.clone()
                    may_manage/>
                <InboundConfiguration id issuer=view.issuer.clone() may_manage/>
                <OutboundConfiguration view input problems may_manage/>
            </fieldset>
            {may_manage.then(|| view! {
                <SaveBar problems=count>
                    <Button kind=ButtonKind::Primary>"Update"</Button>
                    <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
                </SaveBar>
            })}
        </PostForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(version: &str, kind: &str, seen: &str) -> ServiceProviderInput {
        ServiceProviderInput {
            version: version.into(),
            name: "typed".into(),
            authentication_type: kind.into(),
            seen_authentication_type: seen.into(),
            ..ServiceProviderInput::default()
        }
    }

    #[test]
    fn a_draft_is_shown_as_typed_and_follows_what_was_saved_elsewhere() {
        let stored = input("4", "advanced", "advanced");
        let none = Problems::default;
        for (draft, problems, expected) in [
            (
                input("4", "advanced", "advanced"),
                none(),
                input("4", "advanced", "advanced"),
            ),
            // The steps were saved meanwhile and the type was not touched here.
            (
                input("4", "default", "default"),
                none(),
                input("4", "advanced", "advanced"),
            ),
            // It was touched here: shown as chosen, and what was seen stays, so that saving notices.
            (input("4", "local", "default"), none(), input("4", "local", "default")),
            (
                input("3", "local", "default"),
                Problems::one("version", "x"),
                input("4", "local", "advanced"),
            ),
            (
                input("3", "default", "default"),
                Problems::one("version", "x"),
                input("4", "advanced", "advanced"),
            ),
            (
                input("3", "default", "default"),
                Problems::one("name", "x"),
                input("3", "advanced", "advanced"),
            ),
        ] {
            let (shown, _) = shown(&stored, Some(Draft { input: draft, problems }));
            assert_eq!(shown, expected);
        }
    }
}
