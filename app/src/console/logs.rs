//! What the logs' pages share: times, tags, and the addresses of their parts.

use domain::view::watch::{FilterChoices, Severity};
use domain::view::{ListQuery, Page};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::context::encode;
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

/// Search and place in a list, as the address says.
#[must_use]
pub fn list_query(query: &ParamsMap) -> ListQuery {
    super::list::asked(query)
}

/// A filter's choices under the one that filters nothing.
#[must_use]
pub fn with_any(any: &str, choices: FilterChoices) -> FilterChoices {
    std::iter::once((String::new(), any.to_owned()))
        .chain(choices)
        .collect()
}

/// The addresses of the pages before and after this one, with the search and filters of this one.
#[must_use]
pub fn turns<T>(path: &str, filters: &[(&str, &str)], page: &Page<T>) -> (Option<String>, Option<String>) {
    let turn = |name: &str, key: &Option<String>| {
        let key = key.as_deref()?;
        let pairs = filters
            .iter()
            .copied()
            .chain([(name, key)])
            .filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        Some(format!("{path}?{}", query.join("&")))
    };
    (turn("before", &page.previous), turn("after", &page.next))
}

/// How many rows there are, as lists show it.
#[must_use]
pub fn shown_count<T>(page: &Page<T>) -> String {
    page.count.map_or_else(|| count_text(u64::MAX), count_text)
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

    #[test]
    fn turning_a_page_keeps_search_and_filters() {
        let page = Page::<()> {
            previous: Some("7".into()),
            next: None,
            ..Page::default()
        };
        let (prev, next) = turns("/console/audit", &[("q", "a&b"), ("kind", "")], &page);
        assert_eq!((prev.as_deref(), next), (Some("/console/audit?q=a%26b&before=7"), None));
        let page = Page::<()> {
            next: Some("7".into()),
            ..Page::default()
        };
        assert_eq!(turns("/x", &[], &page), (None, Some("/x?after=7".to_owned())));
    }
}
