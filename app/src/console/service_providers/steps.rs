//! The page *Authentication steps* of a service provider. It is saved on its own, at once.

use domain::input::service_provider::StepsInput;
use domain::view::StepsFormView;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::nested::{self, Nested};
use super::rows::DefaultSubmit;
use super::step::Step;
use super::{LIST, page_of, steps_form_of};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "authentication-steps";

#[component]
pub fn StepsPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let mut view = identity::service_providers::steps_form(&console.services, &console.actor, id).await?;
            let draft = console
                .draft::<Nested<StepsInput>>(&steps_form_of(id), &request.query)
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
    view: StepsFormView,
    return_draft: String,
    problems: &Problems,
    may_manage: bool,
) -> impl IntoView + use<> {
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.name.clone(), page_of(id)),
        Crumb::here("Authentication steps"),
    ];
    let back = nested::back(id, &return_draft, None);
    let (count, steps) = (problems.0.len(), view.input.steps.len());
    let problems = problems.clone();
    let shown = view.input.steps.iter().cloned().enumerate().map(|(n, row)| {
        let at = n.to_string();
        view! {
            <Step n row last=n + 1 == steps identity_providers=view.choices.identity_providers.clone()
                problems=problems.clone() may_manage
                gives_subject=view.input.subject_step == at gives_attributes=view.input.attributes_step == at/>
        }
    });
    let shown = shown.collect_view();
    view! {
        <PageHead title="Authentication steps"
            subtitle="Asked one after the other; several authenticators in a step are the user's choice." crumbs/>
        <PostForm action="/api/console/service-providers/authentication-steps" id=FORM>
            <DefaultSubmit/>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="return_draft" value=return_draft/>
            <Hidden name="input[version]" value=view.input.version/>
            <fieldset disabled=!may_manage>{shown}</fieldset>
            {may_manage.then(|| view! {
                <div class="buttons">
                    <Button name="input[press]" value="add-step">"Add Authentication Step"</Button>
                </div>
                <p class="field-help">"Update saves the steps at once and selects Advanced Configuration."</p>
                <SaveBar problems=count>
                    <Button kind=ButtonKind::Primary>"Update"</Button>
                    <LinkButton kind=ButtonKind::Quiet href=back>"Cancel"</LinkButton>
                </SaveBar>
            })}
        </PostForm>
    }
}
