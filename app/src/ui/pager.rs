//! Paging: which part of the list is shown, and the way to the next. Counts are exact to 10,000, the
//! bound to which lists are counted.

use leptos::prelude::*;

/// Counting stops here.
const COUNTED_TO: u64 = 10_000;

/// A count as lists show it: `0`, `812`, `9,430`, `10,000+`.
#[must_use]
pub fn count_text(count: u64) -> String {
    if count > COUNTED_TO {
        return "10,000+".to_owned();
    }
    match count {
        0..1000 => count.to_string(),
        _ => format!("{},{:03}", count / 1000, count % 1000),
    }
}

/// The foot of a list. Nothing when the list fits on one page.
#[component]
pub fn Pager(
    #[prop(optional_no_strip)] prev: Option<String>,
    #[prop(optional_no_strip)] next: Option<String>,
    /// What is shown, such as `26–50`.
    #[prop(into)]
    range: String,
    /// Of how many, as [`count_text`] gives it.
    #[prop(optional, into)]
    count: Option<String>,
) -> impl IntoView {
    (prev.is_some() || next.is_some()).then(|| {
        let shown = match count {
            Some(count) => format!("{range} of {count}"),
            None => range,
        };
        view! {
            <nav class="pager" aria-label="Pages">
                <span>{shown}</span>
                <span class="pager-links">
                    {prev.map(|href| view! { <a href=href rel="prev">"Previous"</a> })}
                    {next.map(|href| view! { <a href=href rel="next">"Next"</a> })}
                </span>
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::count_text;

    #[test]
    fn counts_are_exact_to_ten_thousand() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (9_043, "9,043"),
            (10_000, "10,000"),
            (10_001, "10,000+"),
        ] {
            assert_eq!(count_text(count), text);
        }
    }
}
