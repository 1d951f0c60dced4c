//! A log's amounts by hour or by day: bars, the same in words for whoever does not see them, and as a table.

use domain::view::delivery::DeliveryBar;
use leptos::prelude::*;

use super::logs::WhenCell;
use crate::ui::*;

/// What a chart is of, and what its colours mean.
#[derive(Debug)]
pub struct ChartWords {
    /// `Messages`: begins the chart's label.
    pub what: &'static str,
    /// Of the table.
    pub caption: &'static str,
    pub good: &'static str,
    pub neutral: &'static str,
    pub warn: &'static str,
    pub bad: &'static str,
}

impl ChartWords {
    /// `3 accepted, 1 failed`.
    fn of(&self, bar: &DeliveryBar) -> String {
        let there: Vec<String> = self
            .parts(bar)
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {}", words.to_lowercase()))
            .collect();
        if there.is_empty() {
            "none".to_owned()
        } else {
            there.join(", ")
        }
    }

    fn parts(&self, bar: &DeliveryBar) -> [(u64, &'static str); 4] {
        [
            (bar.good, self.good),
            (bar.neutral, self.neutral),
            (bar.warn, self.warn),
            (bar.bad, self.bad),
        ]
    }
}

/// `2026-11-23 12:00` of a time as views give it.
#[must_use]
pub fn minute(at: &str) -> String {
    at.chars().take(16).collect::<String>().replace('T', " ")
}

/// How much a bar holds.
#[must_use]
pub fn total(bar: &DeliveryBar) -> u64 {
    bar.good + bar.neutral + bar.warn + bar.bad
}

/// The bars, with a title each and a label for all.
pub fn drawn(words: &'static ChartWords, by_day: bool, bars: &[DeliveryBar]) -> AnyView {
    let ends = |bar: Option<&DeliveryBar>| bar.map_or_else(String::new, |bar| minute(&bar.at));
    let (first, last) = (ends(bars.first()), ends(bars.last()));
    let label = label(words, by_day, bars);
    let bar = |bar: &DeliveryBar| Bar {
        title: format!("{}: {}", minute(&bar.at), words.of(bar)),
        parts: vec![
            (TagKind::Good, bar.good),
            (TagKind::Neutral, bar.neutral),
            (TagKind::Warn, bar.warn),
            (TagKind::Bad, bar.bad),
        ],
    };
    let bars: Vec<Bar> = bars.iter().map(bar).collect();
    view! { <Bars label first last bars/> }.into_any()
}

fn label(words: &ChartWords, by_day: bool, bars: &[DeliveryBar]) -> String {
    let (what, every) = (words.what, if by_day { "day" } else { "hour" });
    match bars.iter().max_by_key(|bar| total(bar)).filter(|bar| total(bar) > 0) {
        Some(most) => format!(
            "{what} by {every}, most at {}: {}. All numbers are in the table below.",
            minute(&most.at),
            words.of(most)
        ),
        None => format!("{what} by {every}: none in this range."),
    }
}

/// The bars as a table, without the empty ones; `summary` names it among others of the page.
pub fn numbers(words: &'static ChartWords, by_day: bool, bars: &[DeliveryBar], summary: impl Into<String>) -> AnyView {
    let columns = [words.good, words.neutral, words.warn, words.bad].map(Column::number);
    let first = Column::text(if by_day { "Day" } else { "Hour" });
    let rows: Vec<DeliveryBar> = bars.iter().filter(|bar| total(bar) > 0).cloned().collect();
    let rows = rows
        .into_iter()
        .map(|bar| {
            let cells = words.parts(&bar).map(|(count, words)| {
                view! { <Cell label=words number=true>{count}</Cell> }
            });
            view! { <tr><WhenCell at=bar.at sub=""/>{cells.collect_view()}</tr> }
        })
        .collect_view();
    let columns: Vec<Column> = std::iter::once(first).chain(columns).collect();
    let summary: String = summary.into();
    view! {
        <details class="in-numbers">
            <summary>{summary}</summary>
            <Table caption=words.caption columns>{rows}</Table>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    const WORDS: ChartWords = ChartWords {
        what: "Sign-ins",
        caption: "Sign-ins by time",
        good: "Signed in",
        neutral: "Left",
        warn: "Wrong passwords",
        bad: "Failed",
    };

    #[test]
    fn a_chart_is_also_there_in_words_and_numbers() {
        let bar = |hour: u32, good, warn| DeliveryBar {
            at: format!("2026-11-23T{hour:02}:00:00Z"),
            good,
            warn,
            ..DeliveryBar::default()
        };
        let bars = vec![bar(10, 0, 0), bar(11, 2, 1)];
        let html = markup(|| drawn(&WORDS, false, &bars));
        for part in [
            "Sign-ins by hour, most at 2026-11-23 11:00: 2 signed in, 1 wrong passwords.",
            "<title>2026-11-23 10:00: none</title>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let html = markup(|| numbers(&WORDS, true, &bars, "Sign-ins as a table"));
        assert!(html.contains("Sign-ins as a table") && html.contains(">Day<"), "{html}");
        assert_eq!(
            html.matches("<tr>").count(),
            2,
            "the head, and what is not empty: {html}"
        );
        assert!(markup(|| drawn(&WORDS, true, &[])).contains("Sign-ins by day: none in this range."));
    }
}
