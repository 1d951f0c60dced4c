//! The list of sign-ins, the newest first; under it, the refused requests.

use domain::Permission;
use domain::view::watch::{SearchedFor, SignInRow, SignInsQuery, SignInsView};
use leptos::prelude::*;

use super::refusals::{CaseAnswer, Refusals};
use super::under_way::UnderWay;
use super::{LIST, page_of};
use crate::console::list::{ExportLink, Listed, LiveRows, Nothing, Order, asked, nothing_here, shown_count};
use crate::console::logs::{OutcomeTag, When, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SignIns),
        |request| async move {
            let query = SignInsQuery {
                list: asked(&request.query),
                outcome: request.query.get("outcome").unwrap_or_default(),
                service_provider: request.query.get("service_provider").unwrap_or_default(),
                from: request.query.get("from").unwrap_or_default(),
                to: request.query.get("to").unwrap_or_default(),
            };
            let case_number = request.query.get("case").filter(|typed| !typed.trim().is_empty());
            let console = &request.console;
            let (services, actor) = (&console.services, &console.actor);
            let found = match &case_number {
                Some(typed) => identity::sign_ins::refusal(services, actor, typed).await?,
                None => None,
            };
            let view = identity::sign_ins::list(services, actor, &query).await?;
            let application = request.query.get("application").unwrap_or_default();
            let refusals = identity::sign_ins::refusals(services, actor, &application).await?;
            let under_way = identity::sign_ins::under_way(services, actor).await?;
            let problems = view.problems.clone();
            let (export, any) = (listed(&query).export(), !view.page.rows.is_empty());
            let body = Body::new(view! {
                <PageHead title="Sign-ins" subtitle="How every sign-in through a service provider ended, the newest first. Times are UTC."
                    crumbs=vec![Crumb::here("Sign-ins")]>
                    <ExportLink href=export shown=any/>
                </PageHead>
                {case_number.clone().map(|typed| view! { <CaseAnswer typed found/> })}
                <UnderWay rows=under_way/>
                {sign_ins(query, view)}
                <Refusals typed=case_number.unwrap_or_default() application view=refusals/>
            });
            Ok(if problems.is_empty() {
                body
            } else {
                body.with_notice(view! { <ErrorSummary problems outcome="Not filtered"/> })
            })
        },
    )
}

fn sign_ins(query: SignInsQuery, view: SignInsView) -> impl IntoView {
    let listed = listed(&query);
    let (search, kept) = (query.list.search, listed.kept());
    let (prev, next) = listed.turns(&view.page);
    let count = shown_count(&view.page);
    let range = if query.list.dir == "asc" {
        "Oldest first"
    } else {
        "Newest first"
    };
    let rows = match (view.page.rows, listed.nothing()) {
        (rows, _) if !rows.is_empty() => table(rows, listed.head("When", "", Order::Falling)),
        (_, Nothing::Yet) => view! { <EmptyState title="No sign-ins yet" text="Every sign-in through a service provider is listed here with how it ended."/> }.into_any(),
        _ => nothing_here(&listed, "Nothing found", nothing(view.searched)),
    };
    let (from, to) = (view.problems.of("from"), view.problems.of("to"));
    view! {
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search sign-ins" placeholder="User name, assertion ID, key ID" count=count.clone()>
                <FilterSelect name="outcome" label="Outcome" options=with_any("Any outcome", view.outcomes) value=query.outcome/>
                <FilterSelect name="service_provider" label="Service provider"
                    options=with_any("Any service provider", view.service_providers) value=query.service_provider/>
                <FilterTime name="from" label="From" value=query.from problem=from/>
                <FilterTime name="to" label="To" value=query.to problem=to/>
                {kept}
            </SearchBar>
            <LiveRows>
                {rows}
                <Pager prev next range count/>
            </LiveRows>
        </PlainCard>
    }
}

fn listed(query: &SignInsQuery) -> Listed {
    let filters = [
        ("outcome", query.outcome.as_str()),
        ("service_provider", &query.service_provider),
        ("from", &query.from),
        ("to", &query.to),
    ];
    Listed::new(LIST, &query.list, &filters)
}

/// The log is the answer to: did you issue this.
fn nothing(searched: SearchedFor) -> &'static str {
    match searched {
        SearchedFor::Username => "No sign-in is like this. Leave a filter out.",
        SearchedFor::AssertionId => {
            "No assertion with this ID is in the log: this server has not issued it, or over 400 days ago."
        }
        SearchedFor::KeyId => "No assertion in the log was signed with this key.",
    }
}

fn table(rows: Vec<SignInRow>, when: Column) -> AnyView {
    let others = ["Application", "User", "Outcome", "Assertion", "Signed with", "Address"].map(Column::from);
    let columns: Vec<Column> = std::iter::once(when).chain(others).collect();
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="Sign-ins" columns>{rows}</Table> }.into_any()
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
            <th scope="row" class="name"><a href=page_of(&row.id.to_string())><When at=row.at/></a></th>
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
    fn an_assertion_that_is_not_ours_is_said_to_be_none_of_ours() {
        let query = SignInsQuery {
            list: ListQuery {
                search: "_0".into(),
                ..ListQuery::default()
            },
            ..SignInsQuery::default()
        };
        let view = SignInsView {
            searched: SearchedFor::AssertionId,
            ..SignInsView::default()
        };
        let html = markup(move || sign_ins(query, view));
        assert!(html.contains("No assertion with this ID is in the log"), "{html}");
    }

    #[test]
    fn filters_stay_chosen_and_go_along() {
        let query = SignInsQuery {
            list: ListQuery {
                search: "ja".into(),
                ..ListQuery::default()
            },
            outcome: "locked".into(),
            ..SignInsQuery::default()
        };
        let view = SignInsView {
            page: Page {
                rows: vec![row()],
                count: None,
                next: Some("35".into()),
                previous: Some("60".into()),
            },
            outcomes: vec![("locked".into(), "user locked".into())],
            ..SignInsView::default()
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
            html.matches(" selected").count() == 2 && html.contains("10,000+"),
            "{html}"
        );
    }
}
