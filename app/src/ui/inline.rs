//! Short running text in props: help, subtitles, problems. Text between backticks is set as code.
//! Refuses any other markup: what a prop holds may quote what somebody typed.

use leptos::prelude::*;

/// One line of text or a ready-made view, for props that take either.
pub struct Inline(AnyView);

impl Inline {
    /// The view to place in the page.
    #[must_use]
    pub fn into_any(self) -> AnyView {
        self.0
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self(prose(text))
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self(prose(&text))
    }
}

impl From<AnyView> for Inline {
    fn from(view: AnyView) -> Self {
        Self(view)
    }
}

/// Renders `text` with every pair of backticks as `<code>`. An unpaired backtick leaves the text as it is.
#[must_use]
pub fn prose(text: &str) -> AnyView {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len() < 3 || parts.len().is_multiple_of(2) {
        return text.to_owned().into_any();
    }
    parts
        .into_iter()
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| {
            let part = part.to_owned();
            if at % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect::<Vec<_>>()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::prose;
    use crate::ui::test_render::markup;

    #[test]
    fn backticks_become_code_and_everything_is_escaped() {
        assert_eq!(
            markup(|| prose("put quotes around `&num`.")),
            "put quotes around <code>&amp;num</code>."
        );
        assert_eq!(markup(|| prose("<b>`")), "&lt;b&gt;`");
    }
}
