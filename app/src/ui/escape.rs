//! Escaping for the two places where the framework writes text as it is: the content of `<textarea>` and
//! of the document's `<title>`. Unescaped, `</textarea><script>` typed by one administrator would run for
//! the next, and a service provider could do the same through its name.

use leptos::prelude::*;
use leptos_meta::Title;

/// `text` as the content of an element in which only character references and the end tag count
/// (HTML, "escapable raw text").
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

/// Names the document. Use this, never `leptos_meta::Title`, which does not escape.
#[component]
pub fn DocumentTitle(#[prop(into)] text: String) -> impl IntoView {
    view! { <Title text=escaped(&text)/> }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_leaves_its_element() {
        assert_eq!(
            escaped("a & b</title><script>"),
            "a &amp; b&lt;/title&gt;&lt;script&gt;"
        );
        assert_eq!(escaped("{“text”:”&msg“}\n"), "{“text”:”&amp;msg“}\n");
    }
}
