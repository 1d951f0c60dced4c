//! The list of deliveries, the newest first, under what they come to.

use domain::Permission;
use domain::view::delivery::{DeliveriesQuery, DeliveriesView};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::counts::counts_card;
use super::{LIST, columns, table};
use crate::console::list::{self, ExportLink, Listed, LiveRows, Nothing, Order, nothing_here, shown_count};
use crate::console::logs::with_any;
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SmsDeliveries),
        |request| async move {
            let query = asked(&request.query);
            let console = &request.console;
            let view = identity::deliveries::list(&console.services, &console.actor, &query).await?;
            let may_set_up = request.may(Permission::ViewIdentityProviders);
            let problems = view.problems.clone();
            let body = Body::new(content(query, view, may_set_up));
            Ok(if problems.is_empty() {
                body
            } else {
                body.with_notice(view! { <ErrorSummary problems outcome="Not filtered"/> })
            })
        },
    )
}

fn asked(query: &ParamsMap) -> DeliveriesQuery {
    let of = |name: &str| query.get(name).unwrap_or_default();
    DeliveriesQuery {
        list: list::asked(query),
        outcome: of("outcome"),
        identity_provider: of("identity_provider"),
        service_provider: of("service_provider"),
        country: of("country"),
        used: of("used"),
        from: of("from"),
        to: of("to"),
    }
}

/// What is filtered by, as the address has it.
fn filters(query: &DeliveriesQuery) -> [(&'static str, &str); 7] {
    [
        ("outcome", &query.outcome),
        ("identity_provider", &query.identity_provider),
        ("service_provider", &query.service_provider),
        ("country", &query.country),
        ("used", &query.used),
        ("from", &query.from),
        ("to", &query.to),
    ]
}

fn content(query: DeliveriesQuery, view: DeliveriesView, may_set_up: bool) -> impl IntoView {
    let listed = Listed::new(LIST, &query.list, &filters(&query));
    let (prev, next) = listed.turns(&view.page);
    let count = shown_count(&view.page);
    let range = if query.list.dir == "asc" {
        "Oldest first"
    } else {
        "Newest first"
    };
    let export = listed.export();
    let bar = search_bar(query, &view, listed.kept(), count.clone());
    let none = view.page.rows.is_empty();
    let rows = match (none, listed.nothing()) {
        (false, _) => table(columns(listed.head("When", "", Order::Falling)), view.page.rows),
        (true, Nothing::Yet) => nothing_yet(may_set_up),
        (true, _) => nothing_here(
            &listed,
            "Nothing found",
            "No delivery is like this. Leave a filter out, or take a wider range.",
        ),
    };
    // Where nothing was ever sent there is nothing to draw.
    let counts = (!none || !view.counts.sums.is_empty()).then(|| counts_card(view.counts));
    view! {
        <PageHead title="SMS Deliveries" subtitle="Every attempt to send a code or a test SMS, the newest first. Times are UTC."
            crumbs=vec![Crumb::here("SMS Deliveries")]>
            <ExportLink href=export shown=!none/>
        </PageHead>
        <div class="live-rows" data-live="counts">{counts}</div>
        <PlainCard flush=true>
            {bar}
            <LiveRows>
                {rows}
                <Pager prev next range count/>
            </LiveRows>
        </PlainCard>
    }
}

fn nothing_yet(may_set_up: bool) -> AnyView {
    let text = "Every code and every test SMS is listed here with what became of it. Send test SMS on an identity provider's page sends the first.";
    view! {
        <EmptyState title="No deliveries yet" text=text>
            {may_set_up.then(|| view! { <LinkButton href="/console/identity-providers">"Identity Providers"</LinkButton> })}
        </EmptyState>
    }
    .into_any()
}

fn search_bar(query: DeliveriesQuery, view: &DeliveriesView, kept: impl IntoView + 'static, count: String) -> AnyView {
    let choices = view.choices.clone();
    let used = [("used", "Used"), ("not_used", "Not used")].map(|(name, words)| (name.to_owned(), words.to_owned()));
    let (from, to) = (view.problems.of("from"), view.problems.of("to"));
    view! {
        <SearchBar action=LIST value=query.list.search label="Search deliveries" placeholder="User or service provider" count>
            <FilterSelect name="outcome" label="Outcome" options=with_any("Any outcome", choices.outcomes) value=query.outcome/>
            <FilterSelect name="identity_provider" label="Identity provider"
                options=with_any("Any identity provider", choices.identity_providers) value=query.identity_provider/>
            <FilterSelect name="service_provider" label="Service provider"
                options=with_any("Any service provider", choices.service_providers) value=query.service_provider/>
            <FilterSelect name="country" label="Country" options=with_any("Any country", choices.countries) value=query.country/>
            <FilterSelect name="used" label="Code" options=with_any("Used or not", used.into()) value=query.used/>
            <FilterTime name="from" label="From" value=query.from problem=from/>
            <FilterTime name="to" label="To" value=query.to problem=to/>
            {kept}
        </SearchBar>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::Problems;
    use domain::view::delivery::{DeliveryChoices, DeliveryCounts, DeliverySum};
    use domain::view::{ListQuery, Page};

    use super::super::sample;
    use super::*;
    use crate::ui::test_render::markup;

    fn pair(name: &str, words: &str) -> Vec<(String, String)> {
        vec![(name.into(), words.into())]
    }

    fn query() -> DeliveriesQuery {
        DeliveriesQuery {
            list: ListQuery {
                search: "ja".into(),
                ..ListQuery::default()
            },
            outcome: "sent".into(),
            identity_provider: "7".into(),
            service_provider: "3".into(),
            country: "LK".into(),
            used: "not_used".into(),
            from: "2026-11-23T12:00".into(),
            to: "2026-11-24T12:00".into(),
        }
    }

    fn view() -> DeliveriesView {
        DeliveriesView {
            page: Page {
                rows: vec![sample()],
                count: Some(60),
                next: Some("35".into()),
                previous: None,
            },
            choices: DeliveryChoices {
                outcomes: pair("sent", "accepted"),
                identity_providers: pair("7", "SMSOTP"),
                service_providers: pair("3", "Travelocity"),
                countries: pair("LK", "LK"),
            },
            ..DeliveriesView::default()
        }
    }

    #[test]
    fn filters_stay_chosen_and_go_along() {
        let html = markup(|| content(query(), view(), true));
        assert_eq!(html.matches(" selected").count(), 5, "{html}");
        let filters = "q=ja&amp;outcome=sent&amp;identity_provider=7&amp;service_provider=3&amp;country=LK&amp;used=not_used\
                       &amp;from=2026-11-23T12%3A00&amp;to=2026-11-24T12%3A00";
        for part in [
            format!("/console/deliveries?{filters}&amp;after=35"),
            format!("/console/deliveries.csv?{filters}\""),
            r#"value="2026-11-23T12:00""#.to_owned(),
        ] {
            assert!(html.contains(&part), "{part}: {html}");
        }
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let html = markup(|| content(DeliveriesQuery::default(), DeliveriesView::default(), true));
        assert!(
            html.contains("No deliveries yet") && html.contains(r#"href="/console/identity-providers""#),
            "{html}"
        );
        assert!(
            !html.contains("Export") && !html.contains("<svg viewBox=\"0 0 10"),
            "{html}"
        );
        let html = markup(|| content(DeliveriesQuery::default(), DeliveriesView::default(), false));
        assert!(!html.contains(r#"href="/console/identity-providers""#), "{html}");
        let html = markup(|| content(query(), DeliveriesView::default(), true));
        assert!(
            html.contains("Nothing found") && html.contains(r#"<a href="/console/deliveries" class="btn">Show all"#),
            "{html}"
        );
    }

    #[test]
    fn a_range_that_cannot_be_read_is_said_at_its_field() {
        let view = DeliveriesView {
            problems: Problems::one("from", "From is no time."),
            ..view()
        };
        let html = markup(|| content(query(), view, true));
        assert!(
            html.contains("From is no time.") && html.contains(r#"aria-invalid="true""#),
            "{html}"
        );
    }

    #[test]
    fn what_was_counted_stays_when_a_page_is_beyond_the_end() {
        let counts = DeliveryCounts {
            sums: vec![DeliverySum {
                outcome: "accepted".into(),
                messages: 3,
                ..DeliverySum::default()
            }],
            ..DeliveryCounts::default()
        };
        let view = DeliveriesView {
            counts,
            ..DeliveriesView::default()
        };
        assert!(markup(|| content(query(), view, true)).contains(r#"class="sums""#));
    }
}
