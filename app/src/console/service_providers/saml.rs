//! The page *SAML2 Web SSO* of a service provider. It is saved on its own, at once.

use domain::input::saml::SamlInput;
use domain::view::SamlFormView;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::nested::{self, Nested};
use super::rows::DefaultSubmit;
use super::saml_sections::sections;
use super::{LIST, page_of, saml_form_of};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "saml-configuration";

#[component]
pub fn SamlPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let mut view = identity::service_providers::saml_form(&console.services, &console.actor, id).await?;
            let draft = console
                .draft::<Nested<SamlInput>>(&saml_form_of(id), &request.query)
                .await?;
            let return_draft = nested::return_draft(draft.as_ref(), &request.query);
            let is_draft = draft.is_some();
            let mut problems = Problems::default();
            if let Some(draft) = draft {
                let stored = std::mem::replace(&mut view.input, draft.input.input);
                problems = draft.problems;
                if problems.of("version").is_some() {
                    view.input.version = stored.version;
                }
            }
            let refused = !problems.is_empty();
            let summary = view! { <ErrorSummary problems=problems.clone()/> };
            let may_manage = request.may(Permission::ManageServiceProviders);
            let guard = may_manage.then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=is_draft/> });
            let body = Body::new((content(id, view, return_draft, &problems, may_manage), guard));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

fn content(
    id: i64,
    view: SamlFormView,
    return_draft: String,
    problems: &Problems,
    may_manage: bool,
) -> impl IntoView + use<> {
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.name.clone(), page_of(id)),
        Crumb::here("SAML2 Web SSO"),
    ];
    let back = nested::back(id, &return_draft, None);
    let save = if view.registered { "Update" } else { "Register" };
    let version = view.input.version.clone();
    let count = problems.0.len();
    let sections = sections(view, problems, may_manage);
    view! {
        <PageHead title="SAML2 Web SSO Configuration"
            subtitle="Saved at once, apart from the rest of the service provider." crumbs/>
        <PostForm action="/api/console/service-providers/saml" id=FORM>
            <DefaultSubmit/>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="return_draft" value=return_draft/>
            <Hidden name="input[version]" value=version/>
            <fieldset class="form" disabled=!may_manage>{sections}</fieldset>
            {may_manage.then(|| view! {
                <SaveBar problems=count>
                    <Button kind=ButtonKind::Primary>{save}</Button>
                    <LinkButton kind=ButtonKind::Quiet href=back>"Cancel"</LinkButton>
                </SaveBar>
            })}
        </PostForm>
    }
}
