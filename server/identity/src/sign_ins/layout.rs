//! Sets XML out a line an element, for people to read. It may be cut off, broken or hostile: nothing is parsed, and no
//! character but white space between elements is added or left out.

/// Deeper elements are not indented further: their spaces would outgrow the message.
const DEEPEST: usize = 24;

/// The message with a line for each element; an element that holds only text stays on one.
pub(crate) fn lines(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len() + xml.len() / 4);
    let mut depth = 0_usize;
    let mut last = Last::Start;
    for part in Parts(xml.trim()) {
        let kind = Kind::of(part);
        if kind == Kind::Text {
            if part.trim().is_empty() {
                continue;
            }
            out.push_str(part);
            last = Last::Text;
            continue;
        }
        if kind == Kind::Close {
            depth = depth.saturating_sub(1);
        }
        let same_line = matches!(
            (last, kind),
            (Last::Start, _) | (Last::Text, _) | (Last::Open, Kind::Close)
        );
        if !same_line {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth.min(DEEPEST)));
        }
        out.push_str(part);
        last = Last::Tag;
        if kind == Kind::Open {
            depth += 1;
            last = Last::Open;
        }
    }
    out
}

/// What stands before the place that is written to.
#[derive(Clone, Copy)]
enum Last {
    Start,
    Text,
    Open,
    Tag,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Open,
    Close,
    /// Empty elements, comments, declarations.
    Single,
}

impl Kind {
    fn of(part: &str) -> Self {
        if !part.starts_with('<') {
            Self::Text
        } else if part.starts_with("</") {
            Self::Close
        } else if part.starts_with("<!") || part.starts_with("<?") || part.ends_with("/>") {
            Self::Single
        } else {
            Self::Open
        }
    }
}

/// Markup and the text in between, one after the other; together they are the whole.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let end = if self.0.starts_with('<') {
            markup_end(self.0)
        } else {
            self.0.find('<')
        };
        let (part, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        Some(part)
    }
}

/// Where the markup that `text` begins with ends. A `>` inside quotes does not end a tag.
fn markup_end(text: &str) -> Option<usize> {
    for (begin, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if let Some(rest) = text.strip_prefix(begin) {
            return rest.find(end).map(|at| begin.len() + at + end.len());
        }
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn each_element_has_its_line_and_its_depth() {
        let xml =
            r#"<?xml version="1.0"?><a x="1>2" y='"'><b>text &lt; more</b>  <c/><d></d><!-- <e> --><f><g/></f></a>"#;
        let expected = "<?xml version=\"1.0\"?>\n<a x=\"1>2\" y='\"'>\n  <b>text &lt; more</b>\n  <c/>\n  <d></d>\n  <!-- <e> -->\n  \
                        <f>\n    <g/>\n  </f>\n</a>";
        assert_eq!(lines(xml), expected);
        assert_eq!(lines(expected), expected, "what is set out already stays");
    }

    #[test]
    fn nothing_is_lost_of_what_is_no_xml() {
        for text in [
            "",
            "no XML",
            "<a",
            "<a b=\"",
            "</a></a>",
            "<<<",
            "<a><![CDATA[ </a> ",
            ">",
            "<!--",
            "<\u{202e}>é<",
            "a<b>c",
        ] {
            let without = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(without(&lines(text)), without(text), "{text}");
        }
    }

    #[test]
    fn a_deep_message_does_not_outgrow_itself() {
        let deep = "<a>".repeat(20_000);
        assert!(lines(&deep).len() < deep.len() * 20);
    }
}
