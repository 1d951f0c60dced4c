//! The page *Authentication steps* of a service provider. It is saved on its own, at once.

use domain::input::service_provider::StepsInput;
use domain::view::StepsFormView;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::nested::{self, Nested};
use super::rows::DefaultSubmit;
use super::step::Step;
use super::{LIST, page_of, steps_form_of};
use crate::console::difference::difference;
use crate::console::labels;
use crate::console::page::{Body, Request, console_page};
use crate::islands::{Mover, UnsavedGuard};
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
            let mut differs = None;
            if let Some(draft) = draft {
                let stored = std::mem::replace(&mut view.input, draft.input.input);
                problems = draft.problems;
                if problems.of("version").is_some() {
                    differs = difference(&problems, labels::STEPS, &stored, &view.input, &|path, value| {
                        in_words(&view.choices.identity_providers, path, value)
                    });
                    view.input.version = stored.version;
                }
            }
            let refused = !problems.is_empty();
            let summary = view! { <ErrorSummary problems=problems.clone()/> };
            let may_manage = request.may(Permission::ManageServiceProviders);
            let guard = may_manage.then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=is_draft/> });
            let moved = moved(&request, view.input.steps.len());
            let mover = may_manage.then(|| view! { <Mover form=FORM.to_owned() field="input[press]".to_owned() head="header".to_owned() moved/> });
            let told = moved.map(|step| moved_notice(step, view.input.steps.len()));
            let body = Body::new((content(id, view, return_draft, &problems, may_manage), guard, mover));
            let body = body.with_difference(differs);
            Ok(match told {
                _ if refused => body.with_notice(summary),
                Some(told) => body.with_notice(told),
                None => body,
            })
        },
    )
}

/// The step that a button has just moved, as the address says: a number of a step that there is, or nothing.
fn moved(request: &Request, steps: usize) -> Option<usize> {
    let step = request.query.get("moved")?.parse().ok()?;
    (1..=steps).contains(&step).then_some(step)
}

/// The outcome in words. The focus is the moved step's.
fn moved_notice(step: usize, of: usize) -> impl IntoView {
    let text = format!("Moved: it is now step {step} of {of}. Update saves the order.");
    view! { <Notice focus=false kind=NoticeKind::Info text/> }
}

/// Authenticators by their names, steps by the numbers that the page gives them.
fn in_words(identity_providers: &[(String, String)], path: &str, value: &str) -> Option<String> {
    if path.ends_with("_step") {
        return value.parse::<usize>().ok().map(|at| format!("Step {}", at + 1));
    }
    let known = identity_providers.iter().find(|(id, _)| id == value);
    known.map(|(_, name)| name.clone())
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
