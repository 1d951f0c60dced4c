//! What a field holds and nobody sees, said under it: white space around a value, characters without a shape, quotes that
//! a word processor has made of others. Decides nothing: what is refused is the rules' business.

use leptos::prelude::*;

/// Names of the fields whose surrounding white space was left out when they were saved, as `input[name]` has them.
#[derive(Clone, Debug, Default)]
pub struct Trimmed(pub Vec<String>);

/// The note of a field: what was known about it before, then what there is to say about its value.
pub(super) fn note_of(known: Option<String>, name: &str, value: &str, wire: bool) -> Option<String> {
    let trimmed = use_context::<Trimmed>().is_some_and(|trimmed| {
        let field = name.strip_prefix("input[").and_then(|rest| rest.strip_suffix(']'));
        field.is_some_and(|field| trimmed.0.iter().any(|one| one == field))
    });
    let trimmed = trimmed.then(|| "White space around it was left out.".to_owned());
    let said: Vec<_> = known.into_iter().chain(trimmed).chain(unseen(value, wire)).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// What is in a value that does not show. `wire`: what other programs read, where a quote is not just a quote.
fn unseen(value: &str, wire: bool) -> Vec<String> {
    let mut said = Vec::new();
    let (begins, ends) = (
        value.starts_with(char::is_whitespace),
        value.ends_with(char::is_whitespace),
    );
    said.extend(match (begins, ends) {
        _ if value.trim().is_empty() => None,
        (true, true) => Some("It begins and ends with white space.".to_owned()),
        (true, false) => Some("It begins with white space.".to_owned()),
        (false, true) => Some("It ends with white space.".to_owned()),
        (false, false) => None,
    });
    let hidden = named(value.trim(), is_hidden);
    if !hidden.is_empty() {
        said.push(format!("It holds what cannot be seen: {}.", hidden.join(", ")));
    }
    let quotes = named(value, |c| {
        "\u{201c}\u{201d}\u{201e}\u{2018}\u{2019}\u{ab}\u{bb}".contains(c)
    });
    if wire && !quotes.is_empty() {
        said.push(format!(
            "It holds typographic quotes, which other programs do not take for plain ones: {}.",
            quotes.join(", ")
        ));
    }
    said
}

/// Without a shape of their own, or turning the direction of what stands beside them. Joiners are left alone: emoji and
/// some scripts are put together with them.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The first few of the characters that are meant, with their places counted from 1.
fn named(value: &str, is_meant: impl Fn(char) -> bool) -> Vec<String> {
    const FIRST: usize = 3;
    let all = value.chars().enumerate().filter(|(_, c)| is_meant(*c));
    let place = |(at, c): (usize, char)| {
        let shown = if is_hidden(c) { String::new() } else { format!("{c} ") };
        format!("{shown}U+{:04X} at {}", u32::from(c), at + 1)
    };
    all.take(FIRST).map(place).collect()
}

/// A help text with how long the value may be; near the end also how long it is.
pub(super) fn with_limit(help: Option<AnyView>, limit: Option<usize>, value: &str) -> Option<AnyView> {
    let Some(limit) = limit else { return help };
    let length = value.chars().count();
    let text = if length * 10 >= limit * 9 {
        format!("{length} of at most {limit} characters.")
    } else {
        format!("At most {limit} characters.")
    };
    let gap = help.is_some().then_some(" ");
    Some(view! { {help}{gap}{text} }.into_any())
}

#[cfg(test)]
mod tests {
    use super::unseen;

    #[test]
    fn what_does_not_show_is_said() {
        for (value, wire, expected) in [
            ("plain", true, &[][..]),
            ("", true, &[]),
            ("   ", true, &[]),
            (" a", false, &["It begins with white space."]),
            ("a\u{a0}", false, &["It ends with white space."]),
            ("\ta ", false, &["It begins and ends with white space."]),
            ("a\u{200b}b", false, &["It holds what cannot be seen: U+200B at 2."]),
            ("\u{202e}nimda", false, &["It holds what cannot be seen: U+202E at 1."]),
            // Put together with joiners, and seen.
            ("👩\u{200d}👩\u{200d}👧 نام", false, &[]),
            ("\u{201c}a\u{201d}", false, &[]),
            (
                "\u{201c}a\u{201d}",
                true,
                &[
                    "It holds typographic quotes, which other programs do not take for plain ones: \u{201c} U+201C at 1, \u{201d} U+201D at 3.",
                ],
            ),
        ] {
            assert_eq!(unseen(value, wire), expected, "{value:?}");
        }
        assert_eq!(unseen(&"\u{200b}".repeat(99), false)[0].matches("U+").count(), 3);
    }
}
