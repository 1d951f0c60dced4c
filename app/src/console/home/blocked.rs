//! How many users cannot pass the SMS step of each service provider, with the list behind each figure.

use domain::view::home::{BlockedFigure, BlockedRow, BlockedView};
use leptos::prelude::*;

use crate::console::service_providers::blocked_users_of;
use crate::ui::*;

pub(super) fn card(view: BlockedView) -> AnyView {
    let title = "Users who cannot pass the SMS step";
    if view.rows.is_empty() {
        let text = "No service provider asks for a code by SMS yet. Authentication steps on its page make it one.";
        return view! { <PlainCard title=title><p>{text}</p></PlainCard> }.into_any();
    }
    let labels = view.rows.first().map(|row| row.figures.clone()).unwrap_or_default();
    let columns = std::iter::once(Column::text("Service provider"))
        .chain(labels.into_iter().map(|figure| Column::number(figure.label)));
    let columns: Vec<Column> = columns.collect();
    let rows = view.rows.into_iter().map(row_view).collect_view();
    let more = view.more.then(|| {
        view! { <p class="card-note">"These are the first ten by name. "<a href="/console/service-providers">"All service providers"</a></p> }
    });
    view! {
        <PlainCard title=title hint="Each figure leads to its list" flush=true>
            <Table caption=title columns>{rows}</Table>
            {more}
        </PlainCard>
    }
    .into_any()
}

fn row_view(row: BlockedRow) -> impl IntoView {
    let href = format!("/console/service-providers/{}", row.id);
    let name = row.name.clone();
    let cells = row
        .figures
        .into_iter()
        .map(|figure| cell(row.id, &name, figure))
        .collect_view();
    view! { <tr><NameCell name=row.name href/>{cells}</tr> }
}

fn cell(id: i64, name: &str, figure: BlockedFigure) -> impl IntoView + use<> {
    let count = figure.count.map_or_else(|| count_text(u64::MAX), count_text);
    // A figure by itself says nothing to whoever hears one link after the other.
    let label = format!("{count}: {} ({name})", figure.label);
    let href = blocked_users_of(id, &figure.reason);
    let shown = if figure.count == Some(0) {
        view! { <span class="none">"0"</span> }.into_any()
    } else {
        view! { <a href=href aria-label=label>{count}</a> }.into_any()
    };
    view! { <Cell label=figure.label number=true>{shown}</Cell> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn figure(reason: &str, count: Option<u64>) -> BlockedFigure {
        BlockedFigure {
            reason: reason.into(),
            label: "Some reason".into(),
            count,
        }
    }

    #[test]
    fn each_figure_leads_to_its_list() {
        let view = BlockedView {
            rows: vec![BlockedRow {
                id: 7,
                name: "<b>wiki</b>".into(),
                figures: vec![
                    figure("no_number", Some(3)),
                    figure("locked", Some(0)),
                    figure("country", None),
                ],
            }],
            more: true,
        };
        let html = markup(move || card(view));
        for part in [
            "/console/service-providers/7/blocked-users?reason=no_number",
            "/console/service-providers/7/blocked-users?reason=country",
            "10,000+",
            "first ten by name",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("reason=locked"), "nothing is behind a nought: {html}");
        assert!(!html.contains("<b>"), "{html}");
        assert!(markup(|| card(BlockedView::default())).contains("No service provider asks"));
    }
}
