//! *Review*: what the file holds, the rows with problems first. Here it is decided who is added.

use domain::view::ListQuery;
use domain::view::user_import::{ImportCounts, ImportFacts, ImportRow, ImportStatus, KindCount, ReviewView};
use domain::{Permission, Problems};
use identity::users::import as rules;
use leptos::prelude::*;

use super::super::with_problems;
use super::{again_in, crumbs, facts_line, form_of, grid, grouped, page_of, users};
use crate::console::page::{Body, console_page};
use crate::context::{encode, see_other};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "import-rows";

#[component]
pub fn ReviewPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let query = ListQuery {
                after: request.query.get("after"),
                before: request.query.get("before"),
                ..ListQuery::default()
            };
            let view = rules::review(&console.services, &console.actor, &request.param("id")?, &query).await?;
            let id = view.facts.id.clone();
            match view.facts.status {
                ImportStatus::Review => {}
                ImportStatus::Reading | ImportStatus::Checking => return Ok(Body::new(busy(view))),
                _ => {
                    see_other(&page_of(&id, "progress"));
                    return Ok(Body::new(()));
                }
            }
            if request.query.get("ask").as_deref() == Some("discard") {
                return Ok(Body::new(question(&view.facts)));
            }
            let draft = console.draft::<()>(&form_of(&id, "review"), &request.query).await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let body = Body::new(content(view, &query));
            Ok(with_problems(body, problems, "Not imported"))
        },
    )
}

/// While every row is looked at.
fn busy(view: ReviewView) -> AnyView {
    let again = view.can_check.then(|| {
        let hidden = vec![("id", view.facts.id.clone())];
        view! { <PostButton action="/api/console/users/import/check" label="Check again" hidden/> }
    });
    let text = if view.can_check {
        "The check was cut off. No row was changed by that."
    } else {
        again_in(3);
        "The rows are being looked at. This page shows itself again."
    };
    let discard = page_of(&view.facts.id, "review");
    view! {
        <PageHead title="Review" subtitle=facts_line(&view.facts) crumbs=crumbs("Review")/>
        <Callout>
            <p>{text}</p>
            {again}
            <LinkButton href=discard>"Refresh"</LinkButton>
        </Callout>
    }
    .into_any()
}

fn question(facts: &ImportFacts) -> impl IntoView + use<> {
    let review = page_of(&facts.id, "review");
    view! {
        <PageHead title="Discard" crumbs=crumbs("Discard")/>
        <ConfirmForm action="/api/console/users/import/discard" confirm="Discard" cancel=review
            question=format!("Discard the import of \u{201c}{}\u{201d}?", facts.file)
            hidden=vec![("id", facts.id.clone())]>
            <p>"What was uploaded and what was repaired is deleted. No user is changed."</p>
        </ConfirmForm>
    }
}

fn content(view: ReviewView, query: &ListQuery) -> impl IntoView + use<> {
    let ReviewView {
        facts, ignored, rows, ..
    } = view;
    let part = match (&query.after, &query.before) {
        (Some(key), _) => format!("after={}", encode(key)),
        (None, Some(key)) => format!("before={}", encode(key)),
        (None, None) => String::new(),
    };
    let turn = |name: &str, key: Option<String>| {
        key.map(|key| format!("{}?{name}={}", page_of(&facts.id, "review"), encode(&key)))
    };
    let (prev, next) = (turn("before", view.previous), turn("after", view.next));
    let [columns, review] = ["columns", "review"].map(|page| page_of(&facts.id, page));
    let ignored = (!ignored.is_empty()).then(|| {
        let text = format!(
            "Ignored: {}. Under Columns you can say what they are.",
            ignored.join(", ")
        );
        view! { <p>{text}</p> }
    });
    let subtitle = facts_line(&facts);
    let (counted, kinds) = (counts(&facts.counts), kinds(&facts.id, facts.kinds));
    let form = form(facts.id, &facts.counts, part, rows, prev, next);
    view! {
        <PageHead title="Review" subtitle crumbs=crumbs("Review")>
            <LinkButton href=columns>"Columns"</LinkButton>
            <LinkButton kind=ButtonKind::Danger href=format!("{review}?ask=discard")>"Discard"</LinkButton>
        </PageHead>
        <PlainCard>
            {counted}
            {ignored}
            {kinds}
            <p class="field-help">
                "Until you import, nobody is added. What was uploaded is kept encrypted, and deleted after a day. Imported users have no roles."
            </p>
        </PlainCard>
        {form}
    }
}

fn form(
    id: String,
    counts: &ImportCounts,
    part: String,
    rows: Vec<ImportRow>,
    prev: Option<String>,
    next: Option<String>,
) -> impl IntoView + use<> {
    let total = counts.problems + counts.exists + counts.ready + counts.left_out;
    let rows = rows.into_iter().map(grid::row).collect_view();
    let ready = counts.ready;
    let import = (ready > 0).then(|| {
        let label = import_label(ready);
        view! { <Button kind=ButtonKind::Primary name="input[press]" value="import">{label}</Button> }
    });
    view! {
        <PostForm action="/api/console/users/import/save" id=FORM>
            // What Enter presses: the first submit button of a form (HTML, "implicit submission").
            <button type="submit" class="hear-only" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="id" value=id/>
            <Hidden name="ready" value=ready.to_string()/>
            <Hidden name="input[part]" value=part/>
            <PlainCard flush=true>
                <ol class="import-rows">{rows}</ol>
                <Pager prev next range="Problems first" count=grouped(total)/>
            </PlainCard>
            <SaveBar>
                {import}
                <Button>"Save and check again"</Button>
            </SaveBar>
        </PostForm>
        <UnsavedGuard form=FORM.to_owned() draft=false/>
    }
}

/// `Import 1 User`, `Import 12,000 Users`.
fn import_label(ready: u64) -> String {
    match ready {
        1 => "Import 1 User".to_owned(),
        n => format!("Import {} Users", grouped(n)),
    }
}

/// How many rows stand where.
fn counts(counts: &ImportCounts) -> impl IntoView + use<> {
    let [ready, exists, problems, left_out] =
        [counts.ready, counts.exists, counts.problems, counts.left_out].map(grouped);
    view! {
        <Facts>
            <Fact label="Will be added">{ready}</Fact>
            <Fact label="Already there">{exists}</Fact>
            <Fact label="With problems">{problems}</Fact>
            <Fact label="Left out">{left_out}</Fact>
        </Facts>
    }
}

/// Each kind of problem, and the button that leaves out all that have it. A form of its own: what is typed below is saved
/// by the buttons there.
fn kinds(id: &str, kinds: Vec<KindCount>) -> Option<AnyView> {
    if kinds.is_empty() {
        return None;
    }
    let items = kinds
        .into_iter()
        .map(|kind| {
            let text = format!("{}: {}", kind.words, users(kind.rows).replace("user", "row"));
            let hear = format!(": {}", kind.words);
            view! {
                <li>
                    <span>{text}</span>
                    <Button kind=ButtonKind::Quiet small=true name="input[press]" value=format!("leave-out-all {}", kind.name)>
                        "Leave out all of these"<span class="hear-only">{hear}</span>
                    </Button>
                </li>
            }
        })
        .collect_view();
    let id = id.to_owned();
    Some(
        view! {
            <form method="post" action="/api/console/users/import/save">
                <Hidden name="id" value=id/>
                <ul class="import-kinds">{items}</ul>
            </form>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view(ready: u64) -> ReviewView {
        ReviewView {
            facts: ImportFacts {
                id: "i".into(),
                file: "<staff>.csv".into(),
                read_as: "Read as UTF-16, separated by tabs.".into(),
                country: String::new(),
                without_password: false,
                status: ImportStatus::Review,
                counts: ImportCounts {
                    ready,
                    problems: 3,
                    ..ImportCounts::default()
                },
                kinds: vec![KindCount {
                    name: "mobile".into(),
                    words: "not a mobile number".into(),
                    rows: 1,
                }],
            },
            ignored: vec!["Shoe size".into()],
            rows: Vec::new(),
            next: Some("2.7".into()),
            previous: None,
            can_check: false,
        }
    }

    #[test]
    fn it_says_what_would_happen_and_offers_it() {
        let html = markup(|| content(view(1200), &ListQuery::default()));
        for part in [
            ">Import 1,200 Users</button>",
            "Read as UTF-16, separated by tabs.",
            "&lt;staff&gt;.csv",
            "Ignored: Shoe size.",
            "not a mobile number: 1 row<",
            "?after=2.7",
            r#"value="leave-out-all mobile""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!markup(|| content(view(0), &ListQuery::default())).contains(r#"value="import""#));
        assert!(markup(|| content(view(1), &ListQuery::default())).contains(">Import 1 User<"));
    }
}
