//! Reads an XML text into regions: where values can stand and where they cannot. Checks well-formedness as far as
//! a receiver would refuse the document; resolves nothing.

use std::ops::Range;

use crate::token;

/// A stretch of a document.
pub(super) struct Region {
    pub range: Range<usize>,
    pub kind: Kind,
    /// The element or attribute whose content it is.
    pub name: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Attribute,
    /// Where no value can be escaped; in words.
    Closed(&'static str),
}

/// An offset and what is wrong there, in words.
type Fault = (usize, String);

/// The regions of a document, and its first fault. What comes after a fault is read as well as it can be, for it may hold keys.
pub(super) fn regions(text: &str) -> (Vec<Region>, Option<Fault>) {
    let mut scanner = Scanner {
        text,
        at: 0,
        regions: Vec::new(),
        open: Vec::new(),
        seen_root: false,
        fault: None,
    };
    scanner.document();
    (scanner.regions, scanner.fault)
}

/// Reads a document from its beginning. Each of its readers leaves `at` further on.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    regions: Vec<Region>,
    open: Vec<&'a str>,
    seen_root: bool,
    fault: Option<Fault>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn document(&mut self) {
        while !self.rest().is_empty() {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.closed("-->", "a comment");
            } else if rest.starts_with("<![CDATA[") {
                self.closed("]]>", "a CDATA section");
                // Where no value can be escaped a key can be typed all the same.
                if let (Some(region), Some(element)) = (self.regions.last_mut(), self.open.last()) {
                    region.name = (*element).to_owned();
                }
            } else if rest.starts_with("<?") {
                self.instruction();
            } else if rest.starts_with("<!") {
                self.doctype();
            } else if rest.starts_with("</") {
                self.end_tag();
            } else if rest.starts_with('<') {
                self.start_tag();
            } else {
                self.characters();
            }
        }
        match self.open.last().copied() {
            Some(name) => self.fault(self.at, format!("The element {name} is not closed. Add </{name}>.")),
            None if !self.seen_root => self.fault(0, "The payload holds no XML element."),
            None => {}
        }
    }

    fn fault(&mut self, at: usize, message: impl Into<String>) {
        if self.fault.is_none() {
            self.fault = Some((at, message.into()));
        }
    }

    fn push(&mut self, range: Range<usize>, kind: Kind, name: &str) {
        self.regions.push(Region {
            range,
            kind,
            name: name.to_owned(),
        });
    }

    /// Reads to `end`, or to the end of the text.
    fn closed(&mut self, end: &str, what: &'static str) -> &'a str {
        let start = self.at;
        let length = self.rest().find(end);
        let stop = length.map_or(self.text.len(), |length| start + length + end.len());
        self.push(start..stop, Kind::Closed(what), "");
        self.at = stop;
        if length.is_none() {
            self.fault(start, format!("This begins {what} that never ends. Add {end}."));
        }
        &self.text[start..stop]
    }

    fn instruction(&mut self) {
        let start = self.at;
        let content = self.closed("?>", "a processing instruction").to_ascii_lowercase();
        let encoding = content.split_once("encoding").and_then(|(_, after)| {
            after
                .trim_start()
                .strip_prefix('=')?
                .trim_start()
                .split(['"', '\''])
                .nth(1)
        });
        if let Some(name) = encoding
            && !matches!(name, "utf-8" | "us-ascii")
        {
            let message = format!("The payload is sent as UTF-8, and this declares {name}. Write encoding=\"UTF-8\".");
            self.fault(start, message);
        }
    }

    fn doctype(&mut self) {
        let start = self.at;
        if self.closed(">", "a document type").contains('[') {
            self.fault(
                start,
                "A document type with declarations of its own is not supported. Delete them.",
            );
        }
    }

    fn end_tag(&mut self) {
        let start = self.at;
        let content = self.closed(">", "a tag");
        let name = content.trim_start_matches("</").trim_end_matches('>').trim_end();
        match self.open.pop() {
            Some(open) if open == name => {}
            Some(open) => self.fault(
                start,
                format!("This closes {name}, but {open} is open. Write </{open}> first."),
            ),
            None => self.fault(start, format!("This closes {name}, which is not open. Delete it.")),
        }
    }

    fn start_tag(&mut self) {
        let start = self.at;
        if self.open.is_empty() && self.seen_root {
            self.fault(start, "XML has one outermost element; this begins a second one.");
        }
        self.at += 1;
        let name = self.name();
        self.push(start..self.at, Kind::Closed("a tag's name"), "");
        if !is_name(name) {
            return self.fault(start, "This < begins no tag. Write &lt; for the sign itself.");
        }
        self.seen_root = true;
        loop {
            self.gap();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                return;
            } else if rest.starts_with('>') {
                self.at += 1;
                self.open.push(name);
                return;
            } else if rest.is_empty() {
                return self.fault(start, format!("The tag {name} never ends. Add >."));
            }
            self.attribute();
        }
    }

    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest
            .find(|c: char| c.is_whitespace() || "/>=\"'<".contains(c))
            .unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn gap(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn attribute(&mut self) {
        let start = self.at;
        let name = self.name();
        self.push(start..self.at, Kind::Closed("an attribute's name"), "");
        self.gap();
        let value = self.rest().strip_prefix('=').map(str::trim_start);
        let quote = value
            .and_then(|value| value.chars().next())
            .filter(|quote| matches!(quote, '"' | '\''));
        let (Some(value), Some(quote), false) = (value, quote, !is_name(name)) else {
            return self.no_attribute(start, name, value);
        };
        let from = self.text.len() - value.len() + 1;
        let end = value[1..].find(quote).map(|length| from + length);
        let range = from..end.unwrap_or(self.text.len());
        self.push(range.clone(), Kind::Attribute, name);
        self.at = (range.end + 1).min(self.text.len());
        if end.is_none() {
            return self.fault(start, format!("The value of {name} never ends. Add {quote}."));
        }
        if let Some(at) = self.text[range.clone()].find('<') {
            self.fault(range.start + at, "Write &lt; for a < in an attribute's value.");
        }
        self.references(range);
    }

    /// Reads on to the next gap or the tag's end.
    fn no_attribute(&mut self, start: usize, name: &str, value: Option<&str>) {
        let from = value.map_or(self.at, |value| self.text.len() - value.len());
        let rest = &self.text[from..];
        // A character is passed in any case, so that the tag comes to an end.
        let passed = if from > start {
            0
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        let length = rest[passed..]
            .find(|c: char| c.is_whitespace() || c == '>')
            .unwrap_or(rest.len() - passed);
        self.push(start..self.text.len(), Kind::Closed("a tag"), "");
        self.push(from..from + passed + length, Kind::Attribute, name);
        self.at = from + passed + length;
        self.fault(start, "An attribute is written name=\"value\", with straight quotes.");
    }

    fn characters(&mut self) {
        let rest = self.rest();
        let range = self.at..self.at + rest.find('<').unwrap_or(rest.len());
        self.at = range.end;
        let Some(element) = self.open.last().copied() else {
            self.push(range.clone(), Kind::Closed("the text outside the elements"), "");
            let content = self.text[range.clone()].trim_start_matches('\u{feff}').trim();
            if !content.is_empty() {
                self.fault(
                    range.start,
                    "Text stands outside the outermost element. Delete it or move it inside.",
                );
            }
            return;
        };
        self.push(range.clone(), Kind::Text, element);
        self.references(range);
    }

    /// An `&` that is neither a placeholder nor a reference would make the receiver refuse the document.
    fn references(&mut self, range: Range<usize>) {
        for token in token::in_part(self.text, range)
            .into_iter()
            .filter(|token| token.slot.is_none())
        {
            let text = &self.text[token.range.clone()];
            for (at, _) in text.match_indices('&') {
                let name = text[at + 1..]
                    .split(';')
                    .next()
                    .filter(|name| name.len() < text.len() - at - 1);
                if !name.is_some_and(is_reference) {
                    self.fault(token.range.start + at, "Write &amp; for an & in XML.");
                }
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

fn is_reference(name: &str) -> bool {
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    match name.strip_prefix('#') {
        Some(number) => number
            .strip_prefix('x')
            .map_or(digits(number, 10), |hex| digits(hex, 16)),
        None => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    }
}
