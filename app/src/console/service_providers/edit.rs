//! A service provider's own page.

use domain::input::service_provider::{AuthenticationType, ServiceProviderInput};
use domain::view::ServiceProviderView;
use domain::{Permission, Problems};
use identity::drafts::Draft;
use leptos::prelude::*;

use super::add::Basics;
use super::authentication::{InboundConfiguration, OutboundConfiguration};
use super::claims::ClaimConfiguration;
use super::metadata::{Lapses, NoteList};
use super::preview;
use super::roles::RoleConfiguration;
use super::rows::DefaultSubmit;
use super::{LIST, form_of, page_of};
use crate::console::difference::difference;
use crate::console::labels;
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
            let (mut input, problems) = shown(&view.input, draft);
            let differs = differs(&view, &input, &problems);
            if let Some(case) = request.query.get("case") {
                input.refused_case = case;
            }
            let may_manage = request.may(Permission::ManageServiceProviders);
            let may_preview = request.may(Permission::ViewUsers);
            // Back from another page, the outcome to tell is that page's.
            let refused = !problems.is_empty() && request.query.get("notice").is_none();
            let summary = view! { <ErrorSummary problems=problems.clone()/> };
            let imported = request.query.get("notice").as_deref() == Some("imported");
            let guard = may_manage.then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=is_draft/> });
            let body = Body::new((content(view, input, problems, may_manage, may_preview, imported), guard));
            let body = body.with_difference(differs);
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

/// What somebody else has saved meanwhile, beside what was typed.
fn differs(view: &ServiceProviderView, input: &ServiceProviderInput, problems: &Problems) -> Option<AnyView> {
    let words = |path: &str, value: &str| match path {
        "authentication_type" => AuthenticationType::from_name(value).map(|kind| kind.label().to_owned()),
        "federated_identity_provider" => {
            let known = view.choices.identity_providers.iter().find(|(id, _)| id == value);
            known.map(|(_, name)| name.clone())
        }
        _ => None,
    };
    difference(problems, labels::SERVICE_PROVIDER, &view.input, input, &words)
}

fn content(
    view: ServiceProviderView,
    input: ServiceProviderInput,
    problems: Problems,
    may_manage: bool,
    may_preview: bool,
    imported: bool,
) -> impl IntoView {
    let (id, name) = (view.id, view.name.clone());
    let subtitle = match &view.issuer {
        Some(_) => format!("Signs its users in by {}.", view.steps.join(", then ")),
        None => "Has no SAML configuration yet, so nobody can sign in to it.".to_owned(),
    };
    let count = problems.0.len();
    let left_out = view
        .metadata
        .as_ref()
        .filter(|facts| imported && !facts.notes.is_empty());
    let left_out = left_out.map(|facts| view! { <LeftOut notes=facts.notes.clone()/> });
    let lapses = view.lapses.clone();
    let metadata = view.metadata.clone();
    let basics = view! { <Basics input=input.clone() problems=problems.clone()/> };
    view! {
        <PageHead title=name.clone() subtitle crumbs=vec![Crumb::link("Service Providers", LIST), Crumb::here(name)]>
            {may_preview.then(|| view! { <LinkButton href=preview::address(id)>"Preview assertion"</LinkButton> })}
            {may_manage.then(|| view! {
                <LinkButton kind=ButtonKind::Danger href=format!("{}/delete", page_of(id))>"Delete"</LinkButton>
            })}
        </PageHead>
        {left_out}
        <Lapses lapses/>
        <PostForm action="/api/console/service-providers/update" id=FORM>
            <DefaultSubmit/>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="input[version]" value=input.version.clone()/>
            <Hidden name="input[refused_case]" value=input.refused_case.clone()/>
            <Hidden name="input[seen_authentication_type]" value=input.seen_authentication_type.clone()/>
            <fieldset class="form" disabled=!may_manage>
                <Card title="Basic Information" hint=view.name.clone() open=true>
                    <div class="fields">{basics}</div>
                </Card>
                <ClaimConfiguration input=input.clone() uris=view.choices.claims.clone() problems=problems.clone()
                    may_manage/>
                <RoleConfiguration input=input.clone() roles=view.choices.roles.clone() problems=problems.clone()
                    may_manage/>
                <InboundConfiguration id issuer=view.issuer.clone() metadata may_manage/>
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

/// What an import has left out, right after it.
#[component]
fn LeftOut(notes: Vec<String>) -> impl IntoView {
    view! {
        <Callout kind=NoticeKind::Warn>
            <p class="notice-title">"Not everything was taken over"</p>
            <NoteList notes/>
        </Callout>
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
