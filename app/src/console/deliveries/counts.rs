//! What the deliveries that are shown come to: bars by hour, sums by outcome, the same as a table.

use domain::view::delivery::{DeliveryCounts, DeliverySum};
use leptos::prelude::*;

use crate::console::chart::{ChartWords, drawn, minute, numbers};
use crate::console::logs::OutcomeTag;
use crate::ui::*;

/// What the bars' colours mean.
pub(crate) const WORDS: ChartWords = ChartWords {
    what: "Messages",
    caption: "Deliveries by time",
    good: "Accepted",
    neutral: "Under way",
    warn: "Busy or not known",
    bad: "Failed",
};

pub(super) fn counts_card(counts: DeliveryCounts) -> impl IntoView {
    let title = if counts.by_day { "By day" } else { "By hour" };
    let hint = format!("{} to {}, UTC", minute(&counts.from), minute(&counts.to));
    let cut = counts.cut.then(|| {
        view! { <Callout kind=NoticeKind::Warn>"There are more than can be counted at once: these are the newest 50,000. Take a shorter range for exact sums."</Callout> }
    });
    let chart = drawn(&WORDS, counts.by_day, &counts.bars);
    let table = numbers(&WORDS, counts.by_day, &counts.bars, "As a table");
    view! {
        <PlainCard title=title hint=hint>
            {cut}
            {chart}
            {sums(counts.sums)}
            {table}
        </PlainCard>
    }
}

/// Each outcome with how often it was, and the SMS that go with it: what most providers bill by.
fn sums(sums: Vec<DeliverySum>) -> impl IntoView {
    let items = sums
        .into_iter()
        .map(|sum| {
            let segments = match sum.segments {
                0 => String::new(),
                1 => " (1 SMS)".to_owned(),
                more => format!(" ({} SMS)", count_text_whole(more)),
            };
            view! { <li><OutcomeTag severity=sum.severity text=sum.outcome/>{count_text_whole(sum.messages)}{segments}</li> }
        })
        .collect_view();
    view! {
        <ul class="sums" aria-label="By outcome">{items}</ul>
        <p class="sub">"In brackets: the SMS that the messages make. A long text is several, and most providers bill each."</p>
    }
}

/// Exact, however many.
fn count_text_whole(count: u64) -> String {
    let digits = count.to_string();
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if head > 0 {
        groups.push(&digits[..head]);
    }
    let mut at = head;
    while at < digits.len() {
        groups.push(&digits[at..at + 3]);
        at += 3;
    }
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use domain::view::delivery::DeliveryBar;
    use domain::view::watch::Severity;

    use super::*;
    use crate::ui::test_render::markup;

    fn counts() -> DeliveryCounts {
        let bar = |hour: u32, good, bad| DeliveryBar {
            at: format!("2026-11-23T{hour:02}:00:00Z"),
            good,
            bad,
            ..DeliveryBar::default()
        };
        DeliveryCounts {
            from: "2026-11-23T10:00:00Z".into(),
            to: "2026-11-23T12:30:01Z".into(),
            bars: vec![bar(10, 0, 0), bar(11, 1200, 1), bar(12, 3, 0)],
            sums: vec![DeliverySum {
                outcome: "accepted".into(),
                severity: Severity::Good,
                messages: 1203,
                segments: 2406,
            }],
            ..DeliveryCounts::default()
        }
    }

    #[test]
    fn the_chart_is_also_there_in_words_and_numbers() {
        let html = markup(|| counts_card(counts()));
        for part in [
            "By hour",
            "2026-11-23 10:00 to 2026-11-23 12:30, UTC",
            "Messages by hour, most at 2026-11-23 11:00: 1200 accepted, 1 failed.",
            "<title>2026-11-23 10:00: none</title>",
            "<title>2026-11-23 12:00: 3 accepted</title>",
            "1,203",
            "(2,406 SMS)",
            "As a table",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(
            html.matches("<tr>").count(),
            3,
            "the head, and the hours with any: {html}"
        );
        assert!(!html.contains("50,000"), "{html}");
    }

    #[test]
    fn a_cut_is_said_and_days_are_days() {
        let counts = DeliveryCounts {
            cut: true,
            by_day: true,
            ..counts()
        };
        let html = markup(|| counts_card(counts));
        assert!(html.contains("the newest 50,000") && html.contains("By day"), "{html}");
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (count, text) in [
            (0, "0"),
            (12, "12"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count_text_whole(count), text);
        }
    }
}
