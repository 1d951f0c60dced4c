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

/// The regions of a document up to its end or its first fault, and the fault.
pub(super) fn regions(text: &str) -> (Vec<Region>, Option<Fault>) {
    let mut scanner = Scanner {
        text,
        at: 0,
        regions: Vec::new(),
        open: Vec::new(),
        seen_root: false,
    };
    let fault = scanner.document().err();
    (scanner.regions, fault)
}

/// Reads a document from its beginning.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    regions: Vec<Region>,
    open: Vec<&'a str>,
    seen_root: bool,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn document(&mut self) -> Result<(), Fault> {
        while !self.rest().is_empty() {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.closed("-->", "a comment")?;
            } else if rest.starts_with("<![CDATA[") {
                self.closed("]]>", "a CDATA section")?;
            } else if rest.starts_with("<?") {
                self.instruction()?;
            } else if rest.starts_with("<!") {
                self.doctype()?;
            } else if rest.starts_with("</") {
                self.end_tag()?;
            } else if rest.starts_with('<') {
                self.start_tag()?;
            } else {
                self.characters()?;
            }
        }
        match self.open.last() {
            Some(name) => Err((self.at, format!("The element {name} is not closed. Add </{name}>."))),
            None if !self.seen_root => Err((0, "The payload holds no XML element.".to_owned())),
            None => Ok(()),
        }
    }

    fn push(&mut self, range: Range<usize>, kind: Kind, name: &str) {
        self.regions.push(Region {
            range,
            kind,
            name: name.to_owned(),
        });
    }

    fn closed(&mut self, end: &str, what: &'static str) -> Result<&'a str, Fault> {
        let start = self.at;
        let length = self.rest().find(end);
        let stop = length.map_or(self.text.len(), |length| start + length + end.len());
        self.push(start..stop, Kind::Closed(what), "");
        self.at = stop;
        match length {
            Some(_) => Ok(&self.text[start..stop]),
            None => Err((start, format!("This begins {what} that never ends. Add {end}."))),
        }
    }

    fn instruction(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let content = self.closed("?>", "a processing instruction")?.to_ascii_lowercase();
        let encoding = content.split_once("encoding").and_then(|(_, after)| {
            after
                .trim_start()
                .strip_prefix('=')?
                .trim_start()
                .split(['"', '\''])
                .nth(1)
        });
        match encoding {
            Some(name) if !matches!(name, "utf-8" | "us-ascii") => Err((
                start,
                format!("The payload is sent as UTF-8, and this declares {name}. Write encoding=\"UTF-8\"."),
            )),
            _ => Ok(()),
        }
    }

    fn doctype(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let content = self.closed(">", "a document type")?;
        if content.contains('[') {
            return Err((
                start,
                "A document type with declarations of its own is not supported. Delete them.".to_owned(),
            ));
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let content = self.closed(">", "a tag")?;
        let name = content.trim_start_matches("</").trim_end_matches('>').trim_end();
        match self.open.pop() {
            Some(open) if open == name => Ok(()),
            Some(open) => Err((
                start,
                format!("This closes {name}, but {open} is open. Write </{open}> first."),
            )),
            None => Err((start, format!("This closes {name}, which is not open. Delete it."))),
        }
    }

    fn start_tag(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.open.is_empty() && self.seen_root {
            return Err((
                start,
                "XML has one outermost element; this begins a second one.".to_owned(),
            ));
        }
        self.at += 1;
        let name = self.name();
        self.push(start..self.at, Kind::Closed("a tag's name"), "");
        if !is_name(name) {
            return Err((
                start,
                "This < begins no tag. Write &lt; for the sign itself.".to_owned(),
            ));
        }
        self.seen_root = true;
        loop {
            self.gap();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                return Ok(());
            } else if rest.starts_with('>') {
                self.at += 1;
                self.open.push(name);
                return Ok(());
            } else if rest.is_empty() {
                return Err((start, format!("The tag {name} never ends. Add >.")));
            }
            self.attribute()?;
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

    fn attribute(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let name = self.name();
        self.push(start..self.at, Kind::Closed("an attribute's name"), "");
        self.gap();
        let value = self.rest().strip_prefix('=').map(str::trim_start);
        let quote = value
            .and_then(|value| value.chars().next())
            .filter(|quote| matches!(quote, '"' | '\''));
        let (Some(value), Some(quote), false) = (value, quote, !is_name(name)) else {
            self.push(start..self.text.len(), Kind::Closed("a tag"), "");
            return Err((
                start,
                "An attribute is written name=\"value\", with straight quotes.".to_owned(),
            ));
        };
        let from = self.text.len() - value.len() + 1;
        let Some(length) = value[1..].find(quote) else {
            return Err((start, format!("The value of {name} never ends. Add {quote}.")));
        };
        let range = from..from + length;
        self.push(range.clone(), Kind::Attribute, name);
        self.at = range.end + 1;
        if let Some(at) = self.text[range.clone()].find('<') {
            return Err((
                range.start + at,
                "Write &lt; for a < in an attribute's value.".to_owned(),
            ));
        }
        self.references(range)
    }

    fn characters(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        let range = self.at..self.at + rest.find('<').unwrap_or(rest.len());
        self.at = range.end;
        let Some(element) = self.open.last().copied() else {
            self.push(range.clone(), Kind::Closed("the text outside the elements"), "");
            let content = self.text[range.clone()].trim_start_matches('\u{feff}').trim();
            return if content.is_empty() {
                Ok(())
            } else {
                Err((
                    range.start,
                    "Text stands outside the outermost element. Delete it or move it inside.".to_owned(),
                ))
            };
        };
        self.push(range.clone(), Kind::Text, element);
        self.references(range)
    }

    /// An `&` that is neither a placeholder nor a reference would make the receiver refuse the document.
    fn references(&self, range: Range<usize>) -> Result<(), Fault> {
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
                    return Err((token.range.start + at, "Write &amp; for an & in XML.".to_owned()));
                }
            }
        }
        Ok(())
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
