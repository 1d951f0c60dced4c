//! The audit log, the newest first.

use domain::Permission;
use domain::view::watch::{AuditQuery, AuditRow, AuditView};
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::list::{ExportLink, Listed, LiveRows, Nothing, Order, asked, nothing_here, shown_count};
use crate::console::logs::{When, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::AuditLog),
        |request| async move {
            let query = AuditQuery {
                list: asked(&request.query),
                kind: request.query.get("kind").unwrap_or_default(),
                action: request.query.get("action").unwrap_or_default(),
                from: request.query.get("from").unwrap_or_default(),
                to: request.query.get("to").unwrap_or_default(),
            };
            let console = &request.console;
            let view = identity::audit_log::list(&console.services, &console.actor, &query).await?;
            let problems = view.problems.clone();
            let body = Body::new(content(query, view));
            Ok(if problems.is_empty() {
                body
            } else {
                body.with_notice(view! { <ErrorSummary problems outcome="Not filtered"/> })
            })
        },
    )
}

fn content(query: AuditQuery, view: AuditView) -> impl IntoView {
    let filters = [
        ("kind", query.kind.as_str()),
        ("action", &query.action),
        ("from", &query.from),
        ("to", &query.to),
    ];
    let listed = Listed::new(LIST, &query.list, &filters);
    let search = query.list.search;
    let (prev, next) = listed.turns(&view.page);
    let count = shown_count(&view.page);
    let (export, kept) = (listed.export(), listed.kept());
    let any = !view.page.rows.is_empty();
    let range = if query.list.dir == "asc" {
        "Oldest first"
    } else {
        "Newest first"
    };
    let rows = match (view.page.rows, listed.nothing()) {
        (rows, _) if any => table(rows, listed.head("When", "", Order::Falling)),
        (_, Nothing::Yet) => view! { <EmptyState title="Nothing has been changed yet" text="Every change is listed here, with who made it."/> }.into_any(),
        _ => nothing_here(&listed, "Nothing found", "No entry is like this. Leave a filter out."),
    };
    let (from, to) = (view.problems.of("from"), view.problems.of("to"));
    view! {
        <PageHead title="Audit Log" subtitle="Who changed what, the newest first. Times are UTC." crumbs=vec![Crumb::here("Audit Log")]>
            <ExportLink href=export shown=any/>
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search the audit log" placeholder="Who" count=count.clone()>
                <FilterSelect name="kind" label="Kind of target" options=with_any("Everything", view.kinds) value=query.kind/>
                <FilterSelect name="action" label="Action" options=with_any("Any action", view.actions) value=query.action/>
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

fn table(rows: Vec<AuditRow>, when: Column) -> AnyView {
    let others = ["Who", "What", "Target", "Address"].map(Column::from);
    let columns: Vec<Column> = std::iter::once(when).chain(others).collect();
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="Audit log" columns>{rows}</Table> }.into_any()
}

fn row_view(row: AuditRow) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=page_of(row.id)><When at=row.at/></a>
                {(!row.detail.is_empty()).then(|| view! { <div class="sub">{row.detail}</div> })}
            </th>
            <Cell label="Who">{row.actor}</Cell>
            <Cell label="What">{row.action}</Cell>
            <Cell label="Target">{row.target}<div class="sub">{row.kind}</div></Cell>
            <Cell label="Address">{row.address}</Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use domain::view::{ListQuery, Page};

    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn entries_say_it_all_and_hostile_text_stays_text() {
        let row = AuditRow {
            at: "2026-11-23T12:00:00Z".into(),
            actor: "jane".into(),
            action: "update".into(),
            kind: "Users".into(),
            target: "<script>target</script>".into(),
            detail: "<script>detail</script>".into(),
            address: "192.0.2.1".into(),
            ..AuditRow::default()
        };
        let query = AuditQuery {
            list: ListQuery {
                search: "ja".into(),
                ..ListQuery::default()
            },
            kind: "users".into(),
            ..AuditQuery::default()
        };
        let view = AuditView {
            page: Page {
                rows: vec![row],
                count: Some(30),
                next: Some("5".into()),
                previous: None,
            },
            kinds: vec![("users".into(), "Users".into())],
            ..AuditView::default()
        };
        let html = markup(move || content(query, view));
        assert!(!html.contains("<script"), "{html}");
        for part in [
            "&lt;script&gt;target",
            "&lt;script&gt;detail",
            "jane",
            "update",
            "192.0.2.1",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(
            html.contains("/console/audit?q=ja&amp;kind=users&amp;after=5"),
            "{html}"
        );
        assert_eq!(html.matches(" selected").count(), 2, "{html}");
    }

    #[test]
    fn an_empty_log_says_what_it_is_for() {
        assert!(
            markup(|| content(AuditQuery::default(), AuditView::default())).contains("Nothing has been changed yet")
        );
        let filtered = AuditQuery {
            kind: "users".into(),
            ..AuditQuery::default()
        };
        assert!(markup(|| content(filtered, AuditView::default())).contains("Nothing found"));
    }
}
