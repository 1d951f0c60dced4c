//! Sets a message of ours out for people, in parts and in stretches of one ink. It is read as text: it was written by our
//! own builder a moment ago, and what persons or administrators typed is escaped in it, so that a line begins with `<`
//! only where an element does.

use domain::view::preview::Ink;

use crate::sign_ins::layout;

/// Longer tags get a line for each attribute.
const LONG_TAG: usize = 96;
/// How much of a signature or certificate is shown.
const SHORTENED: usize = 44;

/// What a part of a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Envelope,
    ResponseSignature,
    Status,
    Assertion,
    AssertionSignature,
    Subject,
    /// The nth confirmation, from 0.
    Confirmation(usize),
    Conditions,
    Authentication,
    /// The nth attribute, from 0.
    Attribute(usize),
}

/// The message in its parts: lines that belong together.
pub(super) fn parts(xml: &str) -> Vec<(About, String)> {
    let mut parts: Vec<(About, String)> = Vec::new();
    let (mut assertion, mut confirmations, mut attributes) = (false, 0, 0);
    for line in layout::lines(xml).lines() {
        let begins = match element(line) {
            "Response" => Some(About::Envelope),
            "Status" => Some(About::Status),
            "Signature" if assertion => Some(About::AssertionSignature),
            "Signature" => Some(About::ResponseSignature),
            "Assertion" => {
                assertion = true;
                Some(About::Assertion)
            }
            "Subject" => Some(About::Subject),
            "SubjectConfirmation" => {
                confirmations += 1;
                Some(About::Confirmation(confirmations - 1))
            }
            "Conditions" => Some(About::Conditions),
            "AuthnStatement" => Some(About::Authentication),
            // The statement's own line goes with its first attribute.
            "AttributeStatement" => Some(About::Attribute(0)),
            "Attribute" => {
                attributes += 1;
                (attributes > 1).then_some(About::Attribute(attributes - 1))
            }
            _ => None,
        };
        match (begins, parts.last_mut()) {
            (None, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            (begins, _) => parts.push((begins.unwrap_or(About::Envelope), line.to_owned())),
        }
    }
    parts
}

/// The local name of the element that a line opens; empty for any other line.
fn element(line: &str) -> &str {
    let Some(tag) = line.trim_start().strip_prefix('<') else {
        return "";
    };
    let name = tag.split([' ', '>', '/']).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

/// A part in stretches of one ink. What stands in a NameID or an attribute's value is about the person, and has the ink
/// `person`.
pub(super) fn inked(text: &str, person: Ink) -> Vec<(Ink, String)> {
    let mut inked = Inked(Vec::new());
    let mut inside = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_end(rest));
        if piece.starts_with('<') {
            let indent = indent_before(&inked.0);
            tag(&mut inked, piece, indent);
            element(piece).clone_into(&mut inside);
        } else {
            match inside.as_str() {
                "NameID" | "AttributeValue" => inked.push(person, piece),
                "SignatureValue" | "X509Certificate" => inked.push(Ink::Text, &shortened(piece)),
                _ => inked.push(Ink::Text, piece),
            }
        }
        rest = after;
    }
    inked.0
}

/// Where the tag or text that `rest` begins with ends. A `>` inside quotes does not end a tag.
fn piece_end(rest: &str) -> usize {
    if !rest.starts_with('<') {
        return rest.find('<').unwrap_or(rest.len());
    }
    let mut quoted = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// How far the line that is being written is indented.
fn indent_before(inked: &[(Ink, String)]) -> usize {
    let line: String = inked
        .iter()
        .rev()
        .take(2)
        .rev()
        .map(|(_, text)| text.as_str())
        .collect();
    let line = line.rsplit('\n').next().unwrap_or_default();
    line.len() - line.trim_start_matches(' ').len()
}

fn tag(inked: &mut Inked, tag: &str, indent: usize) {
    let long = tag.len() > LONG_TAG && !tag.starts_with("</");
    let mut quoted = false;
    let mut start = 0;
    for (at, c) in tag.char_indices() {
        match c {
            ' ' if !quoted && long => {
                inked.push(Ink::Markup, &tag[start..at]);
                inked.push(Ink::Markup, &format!("\n{:indent$}    ", ""));
                start = at + 1;
            }
            '"' if quoted => {
                inked.push(Ink::Text, &tag[start..at]);
                start = at;
                quoted = false;
            }
            '"' => {
                inked.push(Ink::Markup, &tag[start..=at]);
                start = at + 1;
                quoted = true;
            }
            _ => {}
        }
    }
    inked.push(Ink::Markup, &tag[start..]);
}

fn shortened(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.len() <= SHORTENED {
        return text.to_owned();
    }
    let start: String = compact.chars().take(SHORTENED).collect();
    format!("{start}\u{2026}")
}

/// Stretches, of which no two neighbours have the same ink.
struct Inked(Vec<(Ink, String)>);

impl Inked {
    fn push(&mut self, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, before)) if *last == ink => before.push_str(text),
            _ => self.0.push((ink, text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = concat!(
        r#"<samlp:Response ID="_1"><saml:Issuer>us</saml:Issuer><ds:Signature><ds:SignatureValue>AAAA"#,
        r#"</ds:SignatureValue></ds:Signature><samlp:Status><samlp:StatusCode Value="ok"/></samlp:Status>"#,
        r#"<saml:Assertion><ds:Signature><ds:SignedInfo/></ds:Signature><saml:Subject><saml:NameID>jane</saml:NameID>"#,
        r#"<saml:SubjectConfirmation/><saml:SubjectConfirmation/></saml:Subject><saml:Conditions></saml:Conditions>"#,
        r#"<saml:AuthnStatement/><saml:AttributeStatement><saml:Attribute Name="a"><saml:AttributeValue>1 &lt; 2"#,
        "\n  two</saml:AttributeValue></saml:Attribute><saml:Attribute Name=\"b\"/></saml:AttributeStatement>",
        r#"</saml:Assertion></samlp:Response>"#,
    );

    #[test]
    fn every_line_is_in_one_part() {
        let parts = parts(MESSAGE);
        let about: Vec<_> = parts.iter().map(|(about, _)| *about).collect();
        assert_eq!(
            about,
            [
                About::Envelope,
                About::ResponseSignature,
                About::Status,
                About::Assertion,
                About::AssertionSignature,
                About::Subject,
                About::Confirmation(0),
                About::Confirmation(1),
                About::Conditions,
                About::Authentication,
                About::Attribute(0),
                About::Attribute(1),
            ]
        );
        let together: Vec<_> = parts.into_iter().map(|(_, text)| text).collect();
        assert_eq!(together.join("\n"), layout::lines(MESSAGE));
    }

    #[test]
    fn what_is_about_the_person_has_its_ink() {
        let inked = inked(
            "<a:NameID F=\"x>y\">jane</a:NameID>\n  <b:Audience>wiki</b:Audience>",
            Ink::Number,
        );
        let expected = [
            (Ink::Markup, "<a:NameID F=\""),
            (Ink::Text, "x>y"),
            (Ink::Markup, "\">"),
            (Ink::Number, "jane"),
            (Ink::Markup, "</a:NameID>"),
            (Ink::Text, "\n  "),
            (Ink::Markup, "<b:Audience>"),
            (Ink::Text, "wiki"),
            (Ink::Markup, "</b:Audience>"),
        ];
        assert_eq!(inked, expected.map(|(ink, text)| (ink, text.to_owned())));
    }

    #[test]
    fn long_tags_break_and_long_keys_are_cut() {
        let value = "v".repeat(60);
        let text: String = inked(&format!("  <a x=\"{value}\" y=\"{value}\"/>"), Ink::Person)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(text, format!("  <a\n      x=\"{value}\"\n      y=\"{value}\"/>"));
        let key = inked(
            &format!("<ds:SignatureValue>{value}{value}</ds:SignatureValue>"),
            Ink::Person,
        );
        assert_eq!(key[1], (Ink::Text, format!("{}\u{2026}", "v".repeat(44))));
    }

    #[test]
    fn nothing_of_a_person_begins_a_part() {
        // Typed by a person, the tag is escaped, whatever lines it is typed in.
        let typed = "<a:AttributeValue>x\n&lt;saml:Subject&gt;\n</a:AttributeValue>";
        assert_eq!(parts(typed).len(), 1);
    }
}
