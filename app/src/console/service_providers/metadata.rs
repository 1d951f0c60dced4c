//! *Update from metadata*: where a service provider's metadata came from, and the way to compare with new.

use domain::input::metadata::MetadataInput;
use domain::view::metadata::{Lapse, MetadataFacts, MetadataView};
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::source::MetadataSource;
use super::{LIST, metadata_form_of, page_of};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "metadata";

#[component]
pub fn MetadataPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let rules = identity::service_providers::import::metadata;
            let view = rules(&console.services, &console.actor, id).await?;
            let draft = console
                .draft::<MetadataInput>(&metadata_form_of(id), &request.query)
                .await?;
            let (input, problems) = match draft {
                Some(draft) => (draft.input, draft.problems),
                None => (MetadataInput::default(), Problems::default()),
            };
            let summary = view! { <ErrorSummary problems=problems.clone() outcome="Nothing was compared"/> };
            let refused = !problems.is_empty();
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=refused/> };
            let body = Body::new((content(id, view, input, problems), guard));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

fn content(id: i64, view: MetadataView, input: MetadataInput, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    let known = view.facts.as_ref().and_then(|facts| facts.source_url.clone());
    let mut input = input;
    if input.url.is_empty() && input.xml.is_empty() {
        input.url = known.unwrap_or_default();
    }
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.name.clone(), page_of(id)),
        Crumb::here("Metadata"),
    ];
    let subtitle = "Nothing is changed before you have seen what differs, and ticked what to take over.";
    view! {
        <PageHead title="Update from metadata" subtitle crumbs/>
        <Lapses lapses=view.lapses/>
        {view.facts.map(|facts| view! { <Known id facts/> })}
        <PostForm action="/api/console/service-providers/compare-metadata" multipart=true id=FORM>
            <Hidden name="id" value=id.to_string()/>
            <PlainCard title="New metadata">
                <div class="fields"><MetadataSource input problems/></div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Compare"</Button>
                <LinkButton kind=ButtonKind::Quiet href=page_of(id)>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// What was taken over last.
#[component]
fn Known(id: i64, facts: MetadataFacts) -> impl IntoView {
    let check = facts.source_url.is_some().then(|| {
        let hidden = vec![("id", id.to_string())];
        view! { <PostButton action="/api/console/service-providers/check-metadata" label="Check now" hidden small=true/> }
    });
    let from = match facts.source_url {
        Some(url) => view! { <Mono text=url/> }.into_any(),
        None => "A file or a text".into_any(),
    };
    let valid_until = facts.valid_until.unwrap_or_else(|| "Without end".to_owned());
    let notes = (!facts.notes.is_empty()).then(|| {
        view! { <Fact label="Not taken over"><NoteList notes=facts.notes/></Fact> }
    });
    view! {
        <PlainCard title="Taken over last">
            <Facts>
                <Fact label="From"><span class="line">{from}{check}</span></Fact>
                <Fact label="On">{facts.imported_on}</Fact>
                <Fact label="Valid until">{valid_until}</Fact>
                {notes}
            </Facts>
        </PlainCard>
    }
}

/// Sentences, one under the other.
#[component]
pub fn NoteList(notes: Vec<String>) -> impl IntoView {
    let notes = notes
        .into_iter()
        .map(|note| view! { <li>{prose(&note)}</li> })
        .collect_view();
    view! { <ul class="notes">{notes}</ul> }
}

/// What lapses soon or has, with a tag that says it at a glance.
#[component]
pub fn Lapses(lapses: Vec<Lapse>) -> impl IntoView {
    lapses
        .into_iter()
        .map(|lapse| {
            let (kind, tag, word) = if lapse.over {
                (NoticeKind::Bad, TagKind::Bad, "expired")
            } else {
                (NoticeKind::Warn, TagKind::Warn, "expires soon")
            };
            view! { <Callout kind><p><Tag kind=tag text=word/>" "{prose(&lapse.text)}</p></Callout> }
        })
        .collect_view()
}
