//! Amounts side by side, as bars of parts on top of each other: made on the server, coloured by the page's own style.
//! Says its whole content as text, too: a bar has a title, and the page puts a table beside it.

use leptos::prelude::*;

use super::tag::TagKind;

/// The height of the drawing, which is stretched to the room there is.
const HEIGHT: u64 = 1000;
/// A part that is there is seen, however small it is.
const LEAST: u64 = 15;
const STEP: usize = 10;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is and what is in it, in words.
    pub title: String,
    /// From the bottom up.
    pub parts: Vec<(TagKind, u64)>,
}

/// Bars over a common ground.
#[component]
pub fn Bars(
    /// What is drawn, for whoever does not see it.
    #[prop(into)]
    label: String,
    /// Under the first bar, and under the last.
    #[prop(into)]
    first: String,
    #[prop(into)] last: String,
    bars: Vec<Bar>,
) -> impl IntoView {
    let total = |bar: &Bar| bar.parts.iter().map(|(_, amount)| amount).sum::<u64>();
    let most = bars.iter().map(total).max().unwrap_or_default();
    let view_box = format!("0 0 {} {HEIGHT}", (bars.len() * STEP).max(STEP));
    let drawn = bars
        .into_iter()
        .enumerate()
        .map(|(place, bar)| drawn(place, bar, most.max(1)))
        .collect_view();
    view! {
        <figure class="bars">
            <div class="bars-most" aria-hidden="true">{most}</div>
            <svg viewBox=view_box preserveAspectRatio="none" role="img" aria-label=label>{drawn}</svg>
            <figcaption aria-hidden="true"><span>{first}</span><span>{last}</span></figcaption>
        </figure>
    }
}

fn drawn(place: usize, bar: Bar, most: u64) -> impl IntoView {
    let mut top = HEIGHT;
    let rects = bar
        .parts
        .into_iter()
        .filter(|(_, amount)| *amount > 0)
        .map(|(kind, amount)| {
            let height = (amount.saturating_mul(HEIGHT) / most).max(LEAST).min(top);
            top -= height;
            let class = match kind {
                TagKind::Neutral => "neutral",
                TagKind::Good => "good",
                TagKind::Warn => "warn",
                TagKind::Bad => "bad",
            };
            view! { <rect class=class x=place * STEP + 1 y=top width=STEP - 2 height=height></rect> }
        })
        .collect_view();
    // All of its height answers to a pointer, so that an empty hour tells that it is one.
    view! {
        <g>
            <title>{bar.title}</title>
            <rect class="ground" x=place * STEP y="0" width=STEP height=HEIGHT></rect>
            {rects}
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn parts_stand_on_each_other_and_the_highest_bar_fills_the_height() {
        let bar = |good, bad| Bar {
            title: format!("{good} & {bad}"),
            parts: vec![(TagKind::Good, good), (TagKind::Bad, bad)],
        };
        let bars = vec![bar(3, 1), bar(0, 0), bar(2, 0)];
        let html = markup(|| view! { <Bars label="Messages" first="12:00" last="14:00" bars/> });
        for part in [
            r#"viewBox="0 0 30 1000""#,
            r#"<rect x="1" y="250" width="8" height="750" class="good">"#,
            r#"<rect x="1" y="0" width="8" height="250" class="bad">"#,
            r#"<rect x="21" y="500" width="8" height="500" class="good">"#,
            "<title>3 &amp; 1</title>",
            r#"role="img" aria-label="Messages""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches(r#"class="good""#).count(), 2, "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn what_is_small_is_seen_and_nothing_is_higher_than_the_drawing() {
        let parts = vec![(TagKind::Good, 1_000_000), (TagKind::Bad, 1)];
        let bars = vec![Bar {
            title: String::new(),
            parts,
        }];
        let html = markup(|| view! { <Bars label="" first="" last="" bars/> });
        assert!(
            html.contains(r#"x="1" y="1" width="8" height="999" class="good""#),
            "{html}"
        );
        assert!(
            html.contains(r#"x="1" y="0" width="8" height="1" class="bad""#),
            "{html}"
        );
        assert!(markup(|| view! { <Bars label="" first="" last="" bars=Vec::new()/> }).contains("0 0 10 1000"));
    }
}
