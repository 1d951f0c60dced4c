//! *Choose a service provider*: a metadata file may describe many.

use domain::input::metadata::{EntityInput, TakenBy};
use domain::view::metadata::EntityChoicesView;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::source::UpdateInstead;
use super::{ADD, ENTITY_FORM, IMPORT, LIST};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ImportPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderAdd),
        |request| async move {
            let console = &request.console;
            let file = request.query.get("file").unwrap_or_default();
            let search = request.query.get("q").unwrap_or_default();
            let rules = identity::service_providers::import::entity_choices;
            let mut view = rules(&console.services, &console.actor, &file, &search).await?;
            let draft = console
                .draft::<(EntityInput, Option<TakenBy>)>(ENTITY_FORM, &request.query)
                .await?;
            let (mut problems, mut taken) = (Problems::default(), None);
            if let Some(draft) = draft {
                (view.input, taken) = draft.input;
                problems = draft.problems;
            }
            let summary = view! { <ErrorSummary problems=problems.clone() outcome="Not imported"/> };
            let refused = !problems.is_empty();
            let body = Body::new(content(view, search, problems, taken));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

fn content(view: EntityChoicesView, search: String, problems: Problems, taken: Option<TakenBy>) -> impl IntoView {
    let count = problems.0.len();
    let subtitle = format!(
        "The metadata describes {} service providers. One of them is imported.",
        view.total
    );
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link("Add", ADD),
        Crumb::here("Import"),
    ];
    let bar = search_bar(&view, search);
    let EntityInput { file, name, .. } = view.input.clone();
    let list = list(view, problems.of("entity_id"));
    view! {
        <PageHead title="Choose a service provider" subtitle crumbs/>
        {taken.map(|by| view! { <UpdateInstead by/> })}
        {bar}
        <PostForm action="/api/console/service-providers/import-entity">
            <Hidden name="input[file]" value=file/>
            <PlainCard>
                <div class="fields">
                    {list}
                    <TextField name="input[name]" label="Service Provider Name" value=name error=problems.of("name")
                        help="Empty: the name that the metadata gives it."/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Import"</Button>
                <LinkButton kind=ButtonKind::Quiet href=ADD>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// Where there are more than are shown at once.
fn search_bar(view: &EntityChoicesView, search: String) -> Option<AnyView> {
    let count = format!("{} of {} found", view.matching, view.total);
    let file = view.input.file.clone();
    (view.choices.len() < view.total).then(|| {
        view! {
            <PlainCard flush=true>
                <SearchBar action=IMPORT value=search label="Search the metadata" placeholder="Name or issuer" count>
                    <Hidden name="file" value=file/>
                </SearchBar>
            </PlainCard>
        }
        .into_any()
    })
}

fn list(view: EntityChoicesView, error: Option<String>) -> AnyView {
    if view.choices.is_empty() {
        let text = "No service provider in the metadata has a name or issuer with this in it.";
        return view! { <EmptyState title="Nothing found" text/> }.into_any();
    }
    let help = if view.choices.len() < view.matching {
        format!("The first {} are shown. Search for more.", view.choices.len())
    } else {
        "Each with its name and its issuer.".to_owned()
    };
    let choices = view.choices.into_iter().map(|choice| match choice.display_name {
        Some(name) => {
            let issuer = format!("`{}`", choice.entity_id.replace('`', ""));
            Choice::from((choice.entity_id, name, issuer))
        }
        None => Choice::from((choice.entity_id.clone(), choice.entity_id)),
    });
    let options: Vec<_> = choices.collect();
    let legend = "Service providers in the metadata";
    view! { <RadioGroup legend name="input[entity_id]" options value=view.input.entity_id error help/> }.into_any()
}
