//! The list of sign-ins, the newest first; under it, the refused requests.

use domain::Permission;
use domain::view::watch::{SignInRow, SignInsQuery, SignInsView};
use leptos::prelude::*;

use super::LIST;
use super::refusals::{CaseAnswer, Refusals};
use crate::console::logs::{OutcomeTag, WhenCell, list_query, shown_count, turns, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SignIns),
        |request| async move {
            let query = SignInsQuery {
                list: list_query(&request.query),
                outcome: request.query.get("outcome").unwrap_or_default(),
            };
            let case_number = request.query.get("case").filter(|typed| !typed.trim().is_empty());
            let console = &request.console;
            let (services, actor) = (&console.services, &console.actor);
            let found = match &case_number {
                Some(typed) => identity::sign_ins::refusal(services, actor, typed).await?,
                None => None,
            };
            let view = identity::sign_ins::list(services, actor, &query).await?;
            let newest = identity::sign_ins::refusals(services, actor).await?;
            let may_open = request.may(Permission::ViewServiceProviders);
            Ok(Body::new(view! {
                <PageHead title="Sign-ins" subtitle="How every sign-in through a service provider ended, the newest first. Times are UTC."
                    crumbs=vec![Crumb::here("Sign-ins")]/>
                {case_number.clone().map(|typed| view! { <CaseAnswer typed found may_open/> })}
                {sign_ins(query, view)}
                <Refusals typed=case_number.unwrap_or_default() rows=newest/>
            }))
        },
    )
}

fn sign_ins(query: SignInsQuery, view: SignInsView) -> impl IntoView {
    let search = query.list.search;
    let filters = [("q", search.as_str()), ("outcome", &query.outcome)];
    let (prev, next) = turns(LIST, &filters, &view.page);
    let count = shown_count(&view.page);
    let unfiltered = filters.iter().all(|(_, value)| value.is_empty());
    let rows = match (view.page.rows, unfiltered) {
        (rows, _) if !rows.is_empty() => table(rows),
        (_, true) => view! { <EmptyState title="No sign-ins yet" text="Every sign-in through a service provider is listed here with how it ended."/> }.into_any(),
        (_, false) => view! { <EmptyState title="Nothing found" text="No sign-in is like this. Leave a filter out."/> }.into_any(),
    };
    view! {
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search sign-ins" placeholder="User name" count=count.clone()>
                <FilterSelect name="outcome" label="Outcome" options=with_any("Any outcome", view.outcomes) value=query.outcome/>
            </SearchBar>
            {rows}
            <Pager prev next range="Newest first" count/>
        </PlainCard>
    }
}

fn table(rows: Vec<SignInRow>) -> AnyView {
    let columns = [
        "When",
        "Application",
        "User",
        "Outcome",
        "Assertion",
        "Signed with",
        "Address",
    ]
    .map(Column::from);
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="Sign-ins" columns=columns.to_vec()>{rows}</Table> }.into_any()
}

fn row_view(row: SignInRow) -> impl IntoView {
    // Names that nobody has are not kept: people type passwords into that field.
    let user = if row.username.is_empty() {
        "unknown".to_owned()
    } else {
        row.username
    };
    let mono = |text: String| (!text.is_empty()).then(|| view! { <Mono text/> });
    view! {
        <tr>
            <WhenCell at=row.at sub=""/>
            <Cell label="Application">{row.application}</Cell>
            <Cell label="User">{user}</Cell>
            <Cell label="Outcome"><OutcomeTag severity=row.severity text=row.outcome/></Cell>
            <Cell label="Assertion">{mono(row.assertion_id)}</Cell>
            <Cell label="Signed with">{mono(row.key_id)}</Cell>
            <Cell label="Address">{row.address}</Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use domain::view::watch::Severity;
    use domain::view::{ListQuery, Page};

    use super::*;
    use crate::ui::test_render::markup;

    fn row() -> SignInRow {
        SignInRow {
            at: "2026-11-23T12:00:00Z".into(),
            application: "<script>app</script>".into(),
            username: "jane".into(),
            outcome: "signed in".into(),
            severity: Severity::Good,
            assertion_id: "_a1".into(),
            key_id: "k1".into(),
            address: "192.0.2.1".into(),
            ..SignInRow::default()
        }
    }

    #[test]
    fn a_row_says_it_all_and_hostile_text_stays_text() {
        let html = markup(|| row_view(row()));
        for part in [
            "<code>_a1</code>",
            "<code>k1</code>",
            "192.0.2.1",
            ">signed in<",
            "jane",
            "&lt;script&gt;app",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script"), "{html}");
        let nobody = SignInRow {
            username: String::new(),
            assertion_id: String::new(),
            key_id: String::new(),
            ..row()
        };
        let html = markup(|| row_view(nobody));
        assert!(html.contains("unknown") && !html.contains("<code>"), "{html}");
    }

    #[test]
    fn filters_stay_chosen_and_go_along() {
        let query = SignInsQuery {
            list: ListQuery {
                search: "ja".into(),
                ..ListQuery::default()
            },
            outcome: "locked".into(),
        };
        let view = SignInsView {
            page: Page {
                rows: vec![row()],
                count: None,
                next: Some("35".into()),
                previous: Some("60".into()),
            },
            outcomes: vec![("locked".into(), "user locked".into())],
        };
        let html = markup(move || sign_ins(query, view));
        assert!(
            html.contains("/console/sign-ins?q=ja&amp;outcome=locked&amp;after=35"),
            "{html}"
        );
        assert!(
            html.contains("/console/sign-ins?q=ja&amp;outcome=locked&amp;before=60"),
            "{html}"
        );
        assert!(
            html.matches(" selected").count() == 1 && html.contains("10,000+"),
            "{html}"
        );
    }
}
