//! The audit log, the newest first.

use domain::Permission;
use domain::view::watch::{AuditQuery, AuditRow, AuditView};
use leptos::prelude::*;

use crate::console::logs::{WhenCell, list_query, shown_count, turns, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

const LIST: &str = "/console/audit";

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::AuditLog),
        |request| async move {
            let query = AuditQuery {
                list: list_query(&request.query),
                kind: request.query.get("kind").unwrap_or_default(),
            };
            let console = &request.console;
            let view = identity::audit_log::list(&console.services, &console.actor, &query).await?;
            Ok(Body::new(content(query, view)))
        },
    )
}

fn content(query: AuditQuery, view: AuditView) -> impl IntoView {
    let search = query.list.search;
    let filters = [("q", search.as_str()), ("kind", &query.kind)];
    let (prev, next) = turns(LIST, &filters, &view.page);
    let count = shown_count(&view.page);
    let unfiltered = filters.iter().all(|(_, value)| value.is_empty());
    let rows = match (view.page.rows, unfiltered) {
        (rows, _) if !rows.is_empty() => table(rows),
        (_, true) => view! { <EmptyState title="Nothing has been changed yet" text="Every change is listed here, with who made it."/> }.into_any(),
        (_, false) => view! { <EmptyState title="Nothing found" text="No entry is like this. Leave a filter out."/> }.into_any(),
    };
    view! {
        <PageHead title="Audit Log" subtitle="Who changed what, the newest first. Times are UTC." crumbs=vec![Crumb::here("Audit Log")]/>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search the audit log" placeholder="Who" count=count.clone()>
                <FilterSelect name="kind" label="Kind of target" options=with_any("Everything", view.kinds) value=query.kind/>
            </SearchBar>
            {rows}
            <Pager prev next range="Newest first" count/>
        </PlainCard>
    }
}

fn table(rows: Vec<AuditRow>) -> AnyView {
    let columns = ["When", "Who", "What", "Target", "Address"].map(Column::from);
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="Audit log" columns=columns.to_vec()>{rows}</Table> }.into_any()
}

fn row_view(row: AuditRow) -> impl IntoView {
    view! {
        <tr>
            <WhenCell at=row.at sub=row.detail/>
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
        };
        let view = AuditView {
            page: Page {
                rows: vec![row],
                count: Some(30),
                next: Some("5".into()),
                previous: None,
            },
            kinds: vec![("users".into(), "Users".into())],
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
        assert_eq!(html.matches(" selected").count(), 1, "{html}");
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
