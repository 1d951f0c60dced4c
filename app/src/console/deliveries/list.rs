//! The list of deliveries, the newest first.

use domain::Permission;
use domain::view::watch::{DeliveriesQuery, DeliveriesView, DeliveryRow};
use leptos::prelude::*;

use crate::console::logs::{OutcomeTag, When, WhenCell, list_query, shown_count, turns, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

const LIST: &str = "/console/deliveries";

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SmsDeliveries),
        |request| async move {
            let query = DeliveriesQuery {
                list: list_query(&request.query),
                outcome: request.query.get("outcome").unwrap_or_default(),
                identity_provider: request.query.get("identity_provider").unwrap_or_default(),
            };
            let console = &request.console;
            let view = identity::deliveries::list(&console.services, &console.actor, &query).await?;
            Ok(Body::new(content(query, view)))
        },
    )
}

fn content(query: DeliveriesQuery, view: DeliveriesView) -> impl IntoView {
    let search = query.list.search;
    let filters = [
        ("q", search.as_str()),
        ("outcome", &query.outcome),
        ("identity_provider", &query.identity_provider),
    ];
    let (prev, next) = turns(LIST, &filters, &view.page);
    let count = shown_count(&view.page);
    let unfiltered = filters.iter().all(|(_, value)| value.is_empty());
    let rows = match (view.page.rows, unfiltered) {
        (rows, _) if !rows.is_empty() => table(rows),
        (_, true) => view! { <EmptyState title="No deliveries yet" text="Every code and every test SMS is listed here with what became of it."/> }.into_any(),
        (_, false) => view! { <EmptyState title="Nothing found" text="No delivery is like this. Leave a filter out."/> }.into_any(),
    };
    view! {
        <PageHead title="SMS Deliveries" subtitle="Every attempt to send a code or a test SMS, the newest first. Times are UTC."
            crumbs=vec![Crumb::here("SMS Deliveries")]/>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search deliveries" placeholder="User name" count=count.clone()>
                <FilterSelect name="outcome" label="Outcome" options=with_any("Any outcome", view.outcomes) value=query.outcome/>
                <FilterSelect name="identity_provider" label="Identity provider"
                    options=with_any("Any identity provider", view.identity_providers) value=query.identity_provider/>
            </SearchBar>
            {rows}
            <Pager prev next range="Newest first" count/>
        </PlainCard>
    }
}

fn table(rows: Vec<DeliveryRow>) -> AnyView {
    let columns = ["When", "Application", "Number", "Sent by", "Outcome", "Reached"]
        .map(Column::from)
        .into_iter();
    let columns = columns.chain([Column::number("Took"), Column::text("Code")]);
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="SMS deliveries" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: DeliveryRow) -> impl IntoView {
    let whom = row
        .username
        .map_or_else(|| row.purpose.clone(), |name| format!("{} of {name}", row.purpose));
    let status = row
        .status
        .map(|status| view! { <div class="sub">{format!("HTTP {status}")}</div> });
    let tries = (row.attempts > 1).then(|| view! { <div class="sub">{format!("{} tries", row.attempts)}</div> });
    let code = match row.used_at {
        Some(at) => view! { "used"<div class="sub"><When at/></div> }.into_any(),
        None if row.purpose == "test" => ().into_any(),
        None => "not used".into_any(),
    };
    view! {
        <tr>
            <WhenCell at=row.at sub=row.rule/>
            <Cell label="Application">{row.application}<div class="sub">{whom}</div></Cell>
            <Cell label="Number">{row.masked_number}<div class="sub">{row.country}</div></Cell>
            <Cell label="Sent by">{row.identity_provider}</Cell>
            <Cell label="Outcome"><OutcomeTag severity=row.severity text=row.outcome/></Cell>
            <Cell label="Reached">{row.phase}{status}</Cell>
            <Cell label="Took" number=true>{row.duration_millis.map(|millis| format!("{millis} ms"))}{tries}</Cell>
            <Cell label="Code">{code}</Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use domain::view::watch::Severity;
    use domain::view::{ListQuery, Page};

    use super::*;
    use crate::ui::test_render::markup;

    fn row() -> DeliveryRow {
        DeliveryRow {
            at: "2026-11-23T12:00:00Z".into(),
            application: "<script>app</script>".into(),
            identity_provider: "<i>SMSOTP</i>".into(),
            username: Some("jane".into()),
            masked_number: "•• ••• ••• •67".into(),
            country: "LK".into(),
            purpose: "sign-in".into(),
            outcome: "accepted".into(),
            severity: Severity::Good,
            phase: "done".into(),
            status: Some(200),
            rule: "`<b>` is 0".into(),
            attempts: 3,
            duration_millis: Some(412),
            ..DeliveryRow::default()
        }
    }

    #[test]
    fn a_row_says_it_all_and_hostile_text_stays_text() {
        let html = markup(|| row_view(row()));
        for part in [
            r#"<time datetime="2026-11-23T12:00:00Z">"#,
            "`&lt;b&gt;` is 0",
            "sign-in of jane",
            "•• ••• ••• •67",
            "LK",
            r#"class="tag good">accepted<"#,
            "done",
            "HTTP 200",
            "412 ms",
            "3 tries",
            "not used",
            "&lt;script&gt;app",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<i>"), "{html}");
    }

    #[test]
    fn a_test_has_no_code_to_use() {
        let html = markup(|| {
            row_view(DeliveryRow {
                purpose: "test".into(),
                username: None,
                ..row()
            })
        });
        assert!(
            !html.contains("used") && html.contains(r#"<div class="sub">test</div>"#),
            "{html}"
        );
        let used = DeliveryRow {
            used_at: Some("2026-11-23T12:00:09Z".into()),
            ..row()
        };
        assert!(markup(|| row_view(used)).contains("2026-11-23 12:00:09"));
    }

    #[test]
    fn filters_stay_chosen_and_go_along() {
        let query = DeliveriesQuery {
            list: ListQuery {
                search: "ja".into(),
                ..ListQuery::default()
            },
            outcome: "sent".into(),
            identity_provider: "7".into(),
        };
        let view = DeliveriesView {
            page: Page {
                rows: vec![row()],
                count: Some(60),
                next: Some("35".into()),
                previous: None,
            },
            outcomes: vec![("sent".into(), "accepted".into())],
            identity_providers: vec![("7".into(), "SMSOTP".into())],
        };
        let html = markup(move || content(query, view));
        assert_eq!(html.matches(" selected").count(), 2, "{html}");
        assert!(
            html.contains("Any outcome") && html.contains("Any identity provider"),
            "{html}"
        );
        assert!(
            html.contains("/console/deliveries?q=ja&amp;outcome=sent&amp;identity_provider=7&amp;after=35"),
            "{html}"
        );
        let empty = markup(|| content(DeliveriesQuery::default(), DeliveriesView::default()));
        assert!(empty.contains("No deliveries yet"), "{empty}");
        let none = DeliveriesQuery {
            outcome: "sent".into(),
            ..DeliveriesQuery::default()
        };
        assert!(markup(|| content(none, DeliveriesView::default())).contains("Nothing found"));
    }
}
