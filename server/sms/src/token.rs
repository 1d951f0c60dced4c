//! Finds the placeholders in a text. Owns the whole-token rule; knows nothing of the place a placeholder stands in.

use std::ops::Range;

/// What a placeholder of the request stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    /// `&num`, `$ctx.num`.
    Number,
    /// `&msg`, `$ctx.msg`.
    Message,
    /// `&otp`, `$ctx.otp`.
    Code,
    /// `{{secret:name}}`.
    Secret(String),
}

/// What a placeholder of *Message* stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageSlot {
    /// `&otp`, `$ctx.otp`.
    Code,
    /// `&min`.
    Minutes,
}

/// A stretch of a text: a placeholder, or what stands between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<S = Slot> {
    /// The bytes of the text it covers.
    pub range: Range<usize>,
    /// The placeholder, or `None` for text.
    pub slot: Option<S>,
}

const IN_REQUEST: &[(&str, Slot)] = &[
    ("&num", Slot::Number),
    ("&msg", Slot::Message),
    ("&otp", Slot::Code),
    ("$ctx.num", Slot::Number),
    ("$ctx.msg", Slot::Message),
    ("$ctx.otp", Slot::Code),
];
const IN_MESSAGE: &[(&str, MessageSlot)] = &[
    ("&otp", MessageSlot::Code),
    ("$ctx.otp", MessageSlot::Code),
    ("&min", MessageSlot::Minutes),
];

const SECRET_OPEN: &str = "{{secret:";
const SECRET_CLOSE: &str = "}}";
const MAX_SECRET_NAME: usize = 64;

/// The placeholders of the URL, the headers and the payload.
pub(crate) fn in_request(text: &str) -> Vec<Token> {
    in_part(text, 0..text.len())
}

/// The placeholders in a part of such a text; ranges count from the text's beginning.
pub(crate) fn in_part(text: &str, part: Range<usize>) -> Vec<Token> {
    scan(text, part, |rest| named(rest, IN_REQUEST).or_else(|| secret_at(rest)))
}

/// The placeholders of *Message*.
pub(crate) fn in_message(text: &str) -> Vec<Token<MessageSlot>> {
    scan(text, 0..text.len(), |rest| named(rest, IN_MESSAGE))
}

fn scan<S>(text: &str, part: Range<usize>, slot_at: impl Fn(&str) -> Option<(usize, S)>) -> Vec<Token<S>> {
    let mut tokens = Vec::new();
    let (mut from, mut at) = (part.start, part.start);
    while at < part.end {
        let rest = &text[at..part.end];
        let Some((length, slot)) = slot_at(rest) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if from < at {
            tokens.push(Token {
                range: from..at,
                slot: None,
            });
        }
        tokens.push(Token {
            range: at..at + length,
            slot: Some(slot),
        });
        at += length;
        from = at;
    }
    if from < part.end {
        tokens.push(Token {
            range: from..part.end,
            slot: None,
        });
    }
    tokens
}

fn named<S: Clone>(rest: &str, names: &[(&str, S)]) -> Option<(usize, S)> {
    if !rest.starts_with(['&', '$']) {
        return None;
    }
    names.iter().find_map(|(name, slot)| {
        let after = rest.strip_prefix(name)?;
        let whole = after.chars().next().is_none_or(|next| !continues_name(next));
        whole.then(|| (name.len(), slot.clone()))
    })
}

fn secret_at(rest: &str) -> Option<(usize, Slot)> {
    let inner = rest.strip_prefix(SECRET_OPEN)?;
    let name = &inner[..inner.find(SECRET_CLOSE)?];
    is_secret_name(name).then(|| {
        (
            SECRET_OPEN.len() + name.len() + SECRET_CLOSE.len(),
            Slot::Secret(name.to_owned()),
        )
    })
}

/// Whether a secret may be called so: 1 to 64 of ASCII letters, digits, `_`, `-` and `.`.
pub(crate) fn is_secret_name(name: &str) -> bool {
    (1..=MAX_SECRET_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// A character that makes `&num` the beginning of a longer name (`&number`) or a parameter of its own (`&num=5`).
/// Letters of scripts that write words without spaces between them do not: `&otp입니다` holds a placeholder.
fn continues_name(next: char) -> bool {
    matches!(next, '_' | '-' | '=') || (next.is_alphanumeric() && !writes_without_spaces(next))
}

fn writes_without_spaces(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF      // Thai, Lao
        | 0x1000..=0x109F    // Myanmar
        | 0x1100..=0x11FF    // Hangul Jamo
        | 0x1780..=0x17FF    // Khmer
        | 0x2E80..=0xD7FF    // CJK, kana, Hangul syllables
        | 0xF900..=0xFAFF    // CJK compatibility
        | 0xFF10..=0xFFDC    // full- and half-width forms
        | 0x2_0000..=0x3_FFFF)
}

/// Where `{{secret` begins without being a proper slot.
pub(crate) fn malformed_secrets(text: &str) -> Vec<usize> {
    text.match_indices("{{secret")
        .map(|(at, _)| at)
        .filter(|&at| secret_at(&text[at..]).is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(text: &str) -> Vec<&str> {
        in_request(text)
            .into_iter()
            .filter(|t| t.slot.is_some())
            .map(|t| &text[t.range])
            .collect()
    }

    #[test]
    fn a_placeholder_is_a_whole_token() {
        let none: &[&str] = &[];
        for (text, want) in [
            ("to=&num&text=&msg", &["&num", "&msg"][..]),
            ("&number=1", none),
            ("&msgtype=text", none),
            ("&num=5", none),
            ("&num_a &num-b &num9 &numé", none),
            ("&NUM &Num", none),
            ("$ctx.num $ctx.number $ctx.num=5 $ctx.msg", &["$ctx.num", "$ctx.msg"]),
            ("$ctxxnum ctx.num", none),
            ("&num&num", &["&num", "&num"]),
            ("\u{201c}&msg\u{201c}", &["&msg"]),
            ("&otp입니다", &["&otp"]),
            ("&amp;num", none),
            ("{{secret:a.b-c_9}}{{secret:}}{{secret:a b}}", &["{{secret:a.b-c_9}}"]),
        ] {
            assert_eq!(slots(text), want, "{text}");
        }
    }

    #[test]
    fn tokens_cover_the_text_without_gaps() {
        let text = "a&num{{secret:x}}é&msgz $ctx.otp";
        let joined: String = in_request(text).into_iter().map(|t| &text[t.range]).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn a_message_has_its_own_names() {
        let found: Vec<_> = in_message("&otp &min &num &minutes {{secret:x}}")
            .into_iter()
            .filter_map(|t| t.slot)
            .collect();
        assert_eq!(found, [MessageSlot::Code, MessageSlot::Minutes]);
    }

    #[test]
    fn a_broken_secret_slot_is_found() {
        assert_eq!(malformed_secrets("{{secret:ok}} {{secret:no no}} {{secret"), [14, 31]);
    }
}
