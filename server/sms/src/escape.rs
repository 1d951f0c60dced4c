//! Writes a value so that the receiver's parser gives back exactly that value: one function per place.

use std::fmt::Write as _;

/// Where in the request a placeholder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A segment of the URL's path.
    UrlPath,
    /// A name or value of the URL's query or of a form payload.
    FormField,
    /// A header's value.
    Header,
    /// Inside a JSON string.
    JsonString,
    /// XML character data.
    XmlText,
    /// An XML attribute's value, in either quote.
    XmlAttribute,
    /// A payload of which only the user knows the syntax.
    Plain,
}

/// The place cannot hold the value, however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit;

/// Escapes `value` for `place`.
///
/// # Errors
/// [`Unfit`] for anything but printable ASCII in a header, and for characters XML 1.0 has no way to carry.
pub(crate) fn escape(place: Place, value: &str) -> Result<String, Unfit> {
    match place {
        Place::UrlPath | Place::FormField => Ok(percent(value)),
        Place::Header if is_printable_ascii(value) => Ok(value.to_owned()),
        Place::Header => Err(Unfit),
        Place::JsonString => Ok(json_string(value)),
        Place::XmlText => xml(value, false),
        Place::XmlAttribute => xml(value, true),
        Place::Plain => Ok(value.to_owned()),
    }
}

/// Only U+0020 to U+007E: no line break can end a header early, no byte needs a charset (RFC 9110, 5.5).
pub(crate) fn is_printable_ascii(value: &str) -> bool {
    value.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// Everything but RFC 3986's unreserved characters is encoded, so `+` and the space mean themselves to readers of
/// either convention.
fn percent(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            push_percent(&mut out, byte);
        }
    }
    out
}

/// Appends `%XX`.
pub(crate) fn push_percent(out: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

fn json_string(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // U+2028 and U+2029 are legal in JSON but end a line for receivers that evaluate it as JavaScript.
            c if c < ' ' || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}') => push_json_unicode(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

fn push_json_unicode(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

fn xml(value: &str, attribute: bool) -> Result<String, Unfit> {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\'' if attribute => out.push_str("&#39;"),
            // Parsers turn a bare CR into LF (XML 1.0, 2.11) and white space in attributes into spaces (3.3.3).
            '\r' => out.push_str("&#13;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return Err(Unfit),
            c => out.push(c),
        }
    }
    Ok(out)
}
