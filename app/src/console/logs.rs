//! What the logs' pages share: times, tags and filters.

use domain::view::watch::{FilterChoices, Severity};
use leptos::prelude::*;

use crate::ui::*;

/// A time of a log: UTC to the second, as RFC 3339 writes it.
#[component]
pub fn When(#[prop(into)] at: String) -> impl IntoView {
    let shown = at.replace('T', " ").trim_end_matches('Z').to_owned();
    view! { <time datetime=at>{shown}</time> }
}

/// The first cell of a log's row: when it was, and under it what it came to. `sub` is shown as it is: it may quote what
/// strangers have sent.
#[component]
pub fn WhenCell(#[prop(into)] at: String, #[prop(into)] sub: String) -> impl IntoView {
    let sub = (!sub.is_empty()).then(|| view! { <div class="sub">{sub}</div> });
    view! { <th scope="row" class="name"><When at/>{sub}</th> }
}

/// An outcome in words.
#[component]
pub fn OutcomeTag(severity: Severity, #[prop(into)] text: String) -> impl IntoView {
    let kind = match severity {
        Severity::Good => TagKind::Good,
        Severity::Neutral => TagKind::Neutral,
        Severity::Warn => TagKind::Warn,
        Severity::Bad => TagKind::Bad,
    };
    view! { <Tag kind text/> }
}

/// A filter's choices under the one that filters nothing.
#[must_use]
pub fn with_any(any: &str, choices: FilterChoices) -> FilterChoices {
    std::iter::once((String::new(), any.to_owned()))
        .chain(choices)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn a_time_is_read_by_people_and_programs() {
        let html = markup(|| view! { <When at="2026-11-23T12:00:00Z"/> });
        assert_eq!(
            html,
            r#"<time datetime="2026-11-23T12:00:00Z">2026-11-23 12:00:00</time>"#
        );
    }

    #[test]
    fn what_strangers_sent_stays_text() {
        let html = markup(|| view! { <WhenCell at="2026-11-23T12:00:00Z" sub="<b>`x`</b>"/> });
        assert!(
            html.contains(r#"<div class="sub">&lt;b&gt;`x`&lt;/b&gt;</div>"#),
            "{html}"
        );
        let html = markup(|| view! { <OutcomeTag severity=Severity::Bad text="</span><script>"/> });
        assert!(
            html.contains(r#"class="tag bad""#) && !html.contains("<script"),
            "{html}"
        );
    }
}
