//! Writes an element in canonical form to begin with (xml-exc-c14n 1.0, xml-c14n 1.1 section 2.3), for what is written
//! most: an assertion and the response around it.
//!
//! The library writes a message, reads it again and canonicalizes what it has read (`docs/adr/0009`). In debug builds its
//! canonical form is compared with this one before every signature ([`Written::signed`]).

use crate::signing::Written;

/// An element under way: names of elements and attributes, and the order of attributes, are the caller's, who gives them
/// in canonical order: declarations of namespaces, then attributes without a prefix by name, then the others.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// As it is sent.
    xml: String,
    canonical: String,
}

impl Writer {
    pub fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.open(None, name, attributes);
    }

    /// Starts an element that declares a namespace (attribute, URI) without being of it: the declaration is sent, and the
    /// canonical form leaves it out.
    pub fn start_declaring(&mut self, declaration: (&str, &str), name: &str, attributes: &[(&str, &str)]) {
        self.open(Some(declaration), name, attributes);
    }

    fn open(&mut self, sent_only: Option<(&str, &str)>, name: &str, attributes: &[(&str, &str)]) {
        for (text, first) in [(&mut self.xml, sent_only), (&mut self.canonical, None)] {
            text.push('<');
            text.push_str(name);
            for (name, value) in first.iter().chain(attributes) {
                text.push(' ');
                text.push_str(name);
                text.push_str("=\"");
                escape(text, value, |c| match c {
                    '&' => Some("&amp;"),
                    '<' => Some("&lt;"),
                    '"' => Some("&quot;"),
                    '\t' => Some("&#x9;"),
                    '\n' => Some("&#xA;"),
                    '\r' => Some("&#xD;"),
                    _ => None,
                });
                text.push('"');
            }
            text.push('>');
        }
    }

    pub fn text(&mut self, value: &str) {
        for text in [&mut self.xml, &mut self.canonical] {
            escape(text, value, |c| match c {
                '&' => Some("&amp;"),
                '<' => Some("&lt;"),
                '>' => Some("&gt;"),
                '\r' => Some("&#xD;"),
                _ => None,
            });
        }
    }

    pub fn end(&mut self, name: &str) {
        for text in [&mut self.xml, &mut self.canonical] {
            text.push_str("</");
            text.push_str(name);
            text.push('>');
        }
    }

    /// An element that holds nothing but text.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)], value: &str) {
        self.start(name, attributes);
        self.text(value);
        self.end(name);
    }

    pub fn written(self) -> Written {
        Written::of(self.xml, self.canonical)
    }
}

/// What XML cannot carry at all was refused before (`build::legal`).
fn escape(to: &mut String, value: &str, escaped: impl Fn(char) -> Option<&'static str>) {
    let mut from = 0;
    for (at, c) in value.char_indices() {
        if let Some(escaped) = escaped(c) {
            to.push_str(&value[from..at]);
            to.push_str(escaped);
            from = at + c.len_utf8();
        }
    }
    to.push_str(&value[from..]);
}
