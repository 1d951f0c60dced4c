//! What metadata differs in from what is stored, each with a tick: only what is ticked is taken over.

use domain::Permission;
use domain::input::metadata::ApplyInput;
use domain::view::metadata::{ComparisonView, Difference};
use leptos::prelude::*;

use super::metadata::NoteList;
use super::{LIST, comparison_form_of, metadata_of, page_of};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ComparisonPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let offer = request.query.get("offer").unwrap_or_default();
            let rules = identity::service_providers::import::comparison;
            let view = rules(&console.services, &console.actor, id, &offer).await?;
            let draft = console
                .draft::<ApplyInput>(&comparison_form_of(id), &request.query)
                .await?;
            let nothing = view.differences.is_empty();
            let (ticked, problems) = match draft {
                Some(draft) => (Some(draft.input.take), draft.problems),
                None => (None, domain::Problems::default()),
            };
            let body = Body::new(content(id, offer, view, ticked));
            Ok(if !problems.is_empty() {
                body.with_notice(view! { <ErrorSummary problems outcome="Nothing was taken over"/> })
            } else if nothing {
                body.with_notice(view! { <Notice kind=NoticeKind::Info text=NOTHING/> })
            } else {
                body
            })
        },
    )
}

const NOTHING: &str = "Nothing differs: everything that the metadata says is stored already.";

fn content(id: i64, offer: String, view: ComparisonView, ticked: Option<Vec<String>>) -> impl IntoView {
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.name.clone(), page_of(id)),
        Crumb::link("Metadata", metadata_of(id)),
        Crumb::here("Compare"),
    ];
    let from = view.source_url.map_or_else(
        || "the metadata you gave".to_owned(),
        |url| format!("`{}`", url.replace('`', "")),
    );
    let subtitle = format!("Between what is stored and {from}. Only what is ticked is taken over.");
    let notes = (!view.notes.is_empty()).then(|| {
        view! { <PlainCard title="Cannot be taken over"><NoteList notes=view.notes/></PlainCard> }
    });
    let form = (!view.differences.is_empty()).then(|| form(id, offer, view.version, view.differences, ticked));
    let back = form.is_none().then(|| {
        view! { <LinkButton href=page_of(id)>"Back to the service provider"</LinkButton> }
    });
    let title = if form.is_some() {
        "What differs"
    } else {
        "Nothing differs"
    };
    let subtitle = if form.is_some() {
        subtitle
    } else {
        format!("Compared with {from}.")
    };
    view! {
        <PageHead title subtitle crumbs>{back}</PageHead>
        {notes}
        {form}
    }
}

fn form(
    id: i64,
    offer: String,
    version: String,
    differences: Vec<Difference>,
    ticked: Option<Vec<String>>,
) -> impl IntoView {
    let rows = differences
        .into_iter()
        .map(|difference| {
            let checked = ticked.as_ref().is_none_or(|ticked| ticked.contains(&difference.key));
            view! {
                <tr>
                    <th scope="row" class="name">
                        <Checkbox name="input[take][]" value=difference.key label=difference.label checked/>
                    </th>
                    <Cell label="Now">{values(difference.now)}</Cell>
                    <Cell label="New">{values(difference.new)}</Cell>
                </tr>
            }
        })
        .collect_view();
    view! {
        <PostForm action="/api/console/service-providers/apply-metadata">
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="input[offer]" value=offer/>
            <Hidden name="input[version]" value=version/>
            <PlainCard flush=true id="f-take">
                <Table caption="Differences" columns=vec!["Take over".into(), "Now".into(), "New".into()]>{rows}</Table>
            </PlainCard>
            <SaveBar>
                <Button kind=ButtonKind::Primary>"Apply"</Button>
                <LinkButton kind=ButtonKind::Quiet href=page_of(id)>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// A value as it stands in the form, a line for each of several.
fn values(lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return view! { <span class="none">"none"</span> }.into_any();
    }
    lines
        .into_iter()
        .map(|line| view! { <code class="value-line">{line}</code> })
        .collect_view()
        .into_any()
}
