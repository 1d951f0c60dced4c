//! *Progress*: how far an import is, and in the end what came of it. The page asks for itself again until then.

use domain::view::user_import::{ImportFacts, ImportStatus, KindCount, ProgressView};
use domain::{Permission, Problems};
use identity::users::import as rules;
use leptos::prelude::*;

use super::super::{LIST, with_problems};
use super::{again_in, crumbs, form_of, grouped, page_of, users};
use crate::console::page::{Body, console_page};
use crate::context::see_other;
use crate::ui::*;

/// Seconds between two looks.
const AGAIN: u32 = 3;

#[component]
pub fn ProgressPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let view = rules::progress(&console.services, &console.actor, &request.param("id")?).await?;
            let id = view.facts.id.clone();
            let draft = console.draft::<()>(&form_of(&id, "progress"), &request.query).await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let body = match view.facts.status {
                ImportStatus::Reading | ImportStatus::Review | ImportStatus::Checking => {
                    see_other(&page_of(&id, "review"));
                    Body::new(())
                }
                ImportStatus::Running => {
                    again_in(AGAIN);
                    Body::new(running(&view))
                }
                _ => Body::new(ended(&view)),
            };
            Ok(with_problems(body, problems, "Not done"))
        },
    )
}

fn running(view: &ProgressView) -> impl IntoView + use<> {
    let id = view.facts.id.clone();
    let here = page_of(&id, "progress");
    let left = match view.seconds_left {
        None => "It begins within a few seconds.".to_owned(),
        Some(seconds) => format!("About {} left.", span(seconds)),
    };
    let done = format!("{} of {} added", grouped(view.added), users(view.to_add));
    let (max, value) = (view.to_add.to_string(), view.added.to_string());
    let subtitle = format!("{} is being imported.", view.facts.file);
    view! {
        <PageHead title="Import under way" subtitle crumbs=crumbs("Progress")>
            <LinkButton href=here>"Refresh"</LinkButton>
            <PostButton kind=ButtonKind::Danger action="/api/console/users/import/stop" label="Stop" hidden=vec![("id", id)]/>
        </PageHead>
        <PlainCard>
            <p>{done.clone()}". "{left}</p>
            <progress class="progress" max=max value=value aria-label="Users added">{done}</progress>
            <p class="field-help">
                "You can leave this page: it goes on, also after a restart. Passwords are hashed one at a time, so that sign-ins do not wait. \
                 Whoever was added stays if you stop it."
            </p>
        </PlainCard>
    }
}

/// `40 seconds`, `12 minutes`.
fn span(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn ended(view: &ProgressView) -> impl IntoView + use<> {
    let facts = &view.facts;
    let (title, text) = match facts.status {
        ImportStatus::Stopped => (
            "Import stopped",
            "It was stopped by hand. Users that were added stay; the rest of the file is deleted.",
        ),
        ImportStatus::Denied => (
            "Import stopped",
            "The permission to manage users was taken away while it ran. Users that were added stay; the rest of the file is deleted.",
        ),
        _ => (
            "Import finished",
            "Imported users have no roles until they are given some.",
        ),
    };
    let (file, added, left) = (facts.file.clone(), grouped(view.added), left(facts));
    // Where it was stopped, the rows that would be counted are deleted.
    let counts = (facts.status == ImportStatus::Done).then(|| {
        let [exists, problems, left_out] =
            [facts.counts.exists, facts.counts.problems, facts.counts.left_out].map(grouped);
        view! {
            <Fact label="Already there">{exists}</Fact>
            <Fact label="With problems">{problems}</Fact>
            <Fact label="Left out">{left_out}</Fact>
        }
    });
    view! {
        <PageHead title subtitle=text crumbs=crumbs("Progress")>
            <LinkButton href=LIST>"Users"</LinkButton>
        </PageHead>
        <PlainCard>
            <Facts>
                <Fact label="File">{file}</Fact>
                <Fact label="Added">{added}</Fact>
                {counts}
            </Facts>
        </PlainCard>
        {left}
    }
}

/// What became no user, and why.
fn left(facts: &ImportFacts) -> Option<AnyView> {
    let counts = &facts.counts;
    if counts.exists + counts.problems + counts.left_out == 0 {
        return None;
    }
    let why = |kind: KindCount| {
        let text = format!("{}: {}", kind.words, users(kind.rows).replace("user", "row"));
        view! { <li>{text}</li> }
    };
    let why = facts.kinds.iter().cloned().map(why).collect_view();
    let file = page_of(&facts.id, "left.csv");
    let hidden = vec![("id", facts.id.clone())];
    Some(
        view! {
            <PlainCard title="Not added">
                <ul class="import-kinds">{why}</ul>
                <p>"The file holds each row that was not added, with the reason and without its password. It is deleted when you discard it, and after a day."</p>
                <div class="buttons">
                    <LinkButton href=file download="not-added.csv">"Download CSV"</LinkButton>
                    <PostButton kind=ButtonKind::Danger action="/api/console/users/import/discard" label="Discard" hidden/>
                </div>
            </PlainCard>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use domain::view::user_import::ImportCounts;

    use super::*;
    use crate::ui::test_render::markup;

    fn view(status: ImportStatus, exists: u64) -> ProgressView {
        ProgressView {
            facts: ImportFacts {
                id: "i".into(),
                file: "staff.csv".into(),
                read_as: String::new(),
                country: String::new(),
                without_password: false,
                status,
                counts: ImportCounts {
                    exists,
                    ..ImportCounts::default()
                },
                kinds: Vec::new(),
            },
            to_add: 1000,
            added: 250,
            seconds_left: Some(120),
        }
    }

    #[test]
    fn how_far_it_is_stands_in_words_too() {
        let html = markup(|| running(&view(ImportStatus::Running, 0)));
        assert!(
            html.contains("250 of 1,000 users added") && html.contains("About 2 minutes left."),
            "{html}"
        );
        assert!(
            html.contains(r#"max="1000""#) && html.contains(r#"value="250""#),
            "{html}"
        );
    }

    #[test]
    fn what_was_not_added_can_be_taken_along() {
        assert!(markup(|| ended(&view(ImportStatus::Done, 1))).contains("/console/users/import/i/left.csv"));
        let html = markup(|| ended(&view(ImportStatus::Done, 0)));
        assert!(!html.contains("left.csv") && html.contains("Import finished"), "{html}");
        assert!(html.contains("With problems"), "{html}");
        let html = markup(|| ended(&view(ImportStatus::Denied, 0)));
        assert!(html.contains("taken away") && !html.contains("With problems"), "{html}");
    }
}
