//! Sign-ins and messages of the last day and the last month.

use domain::view::home::{ChartView, ChartsView};
use leptos::prelude::*;

use crate::console::chart::{ChartWords, drawn, numbers};
use crate::console::deliveries::counts::WORDS as MESSAGES;
use crate::ui::*;

const SIGN_INS: ChartWords = ChartWords {
    what: "Sign-ins",
    caption: "Sign-ins by time",
    good: "Signed in",
    neutral: "Left or not finished",
    warn: "Wrong passwords and the like",
    bad: "Failed",
};

pub(super) fn cards(charts: ChartsView) -> impl IntoView {
    view! {
        {card("Sign-ins", "/console/sign-ins", &SIGN_INS, charts.sign_ins_by_hour, charts.sign_ins_by_day)}
        {card("SMS", "/console/deliveries", &MESSAGES, charts.messages_by_hour, charts.messages_by_day)}
    }
}

fn card(
    title: &'static str,
    list: &'static str,
    words: &'static ChartWords,
    by_hour: ChartView,
    by_day: ChartView,
) -> impl IntoView {
    let cut = by_day.cut.then(|| {
        view! { <Callout kind=NoticeKind::Warn>"There are more than can be counted at once: these are the newest 50,000."</Callout> }
    });
    let link = format!("All {}", words.what.to_lowercase());
    view! {
        <PlainCard title=title hint="24 hours and 30 days">
            <div class="charts">
                {chart(words, by_hour, "Last 24 hours")}
                {chart(words, by_day, "Last 30 days")}
            </div>
            {cut}
            <p><a href=list>{link}</a></p>
        </PlainCard>
    }
}

fn chart(words: &'static ChartWords, chart: ChartView, title: &'static str) -> impl IntoView {
    let summary = format!("{title}: {} as a table", words.what.to_lowercase());
    view! {
        <div>
            <h3>{title}</h3>
            {drawn(words, chart.by_day, &chart.bars)}
            {numbers(words, chart.by_day, &chart.bars, summary)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn four_charts_have_a_label_and_a_table_each() {
        let html = markup(|| cards(ChartsView::default()));
        assert_eq!(html.matches(r#"role="img""#).count(), 4, "{html}");
        for part in [
            "Sign-ins by hour: none in this range.",
            "Last 24 hours: sign-ins as a table",
            "Last 30 days: messages as a table",
            r#"href="/console/deliveries""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("50,000"), "{html}");
        let cut = ChartsView {
            sign_ins_by_day: ChartView {
                cut: true,
                ..ChartView::default()
            },
            ..ChartsView::default()
        };
        assert!(markup(|| cards(cut)).contains("50,000"));
    }
}
