//! The one door through which XML from outside comes in, and the checks on text that goes out.
//!
//! Owns the limits of size, depth and count, and refuses every construct in which two readers of one document could see
//! different things: DTDs and entities (XXE, expansion), comments, CDATA and instructions inside messages (they split
//! text, CVE-2017-11427), XInclude, relative namespace URIs (canonicalization of them is undefined and some libraries
//! then sign nothing, CVE-2025-66568), duplicate IDs, and namespaced attributes that share a name with SAML's own
//! (the library looks attributes up by local name).

mod inspect;

use gamlastan::xml::{Document, NodeId, SecureParseConfig, parse_secure_with_config};

const MAX_DEPTH: u32 = 32;
const MAX_ATTRIBUTES: usize = 256;
/// Two for every attribute value, as many products write them, leaves room for hundreds of values.
const MAX_NAMESPACES: usize = 2_000;

/// Why a document was refused before anything was read from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Longer than a message or metadata file may be.
    #[error("The XML is longer than {0} bytes")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("The XML is not valid UTF-8")]
    NotUtf8,
    /// The parser's complaint, with line and column.
    #[error("The XML is not well-formed: {0}")]
    NotWellFormed(String),
    /// A document type or entity declaration.
    #[error("The XML contains a document type or entity declaration (<!DOCTYPE or <!ENTITY), which is never accepted")]
    Doctype,
    /// A comment, CDATA section or processing instruction.
    #[error("The XML contains a {0}, which is not accepted in a SAML message")]
    SplitText(&'static str),
    /// More than 32 elements inside each other.
    #[error("The XML is nested more than {MAX_DEPTH} elements deep")]
    TooDeep,
    /// Too many elements or attributes.
    #[error("The XML has more than {0} elements or attributes")]
    TooMany(usize),
    /// Too many attributes on one element.
    #[error("An element has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// Too many namespace declarations.
    #[error("The XML declares more than {MAX_NAMESPACES} namespaces")]
    TooManyNamespaces,
    /// XInclude.
    #[error("The XML asks for other documents to be included, which is never accepted")]
    XInclude,
    /// A namespace that is no absolute URI.
    #[error("The XML declares a namespace that is not an absolute URI")]
    RelativeNamespace,
    /// Two elements with one ID.
    #[error("The XML uses the ID \"{0}\" twice")]
    DuplicateId(String),
    /// A namespaced attribute named like one of SAML's.
    #[error("The XML has an attribute \"{0}\" that could be read as SAML's own")]
    AmbiguousAttribute(String),
    /// Elements where SAML has plain text.
    #[error("The element {0} may hold only text")]
    MarkupInText(String),
    /// Another version or encoding declared than the one it is read in.
    #[error("The XML declares another version than 1.0 or another encoding than UTF-8")]
    Declaration,
}

/// How much a document may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    bytes: usize,
    count: usize,
    message: bool,
}

/// A protocol message: 256 KiB, 10 000 elements and 10 000 attributes.
pub(crate) const MESSAGE: Limits = Limits {
    bytes: MAX_MESSAGE,
    count: 10_000,
    message: true,
};
/// A metadata file: 4 MiB. Comments between elements are usual there and accepted.
pub(crate) const METADATA: Limits = Limits {
    bytes: MAX_METADATA,
    count: 200_000,
    message: false,
};
/// The longest message that is read, in bytes of XML.
pub(crate) const MAX_MESSAGE: usize = 256 * 1024;
/// The longest metadata that is read, in bytes of XML.
pub(crate) const MAX_METADATA: usize = 4 * 1024 * 1024;

/// Parses a document from outside.
///
/// # Errors
/// Everything [`XmlError`] names, cheap checks first: the work is bounded by the limits, not by the sender.
pub(crate) fn parse(xml: &str, limits: Limits) -> Result<Document<'_>, XmlError> {
    scan(xml, limits)?;
    let config = SecureParseConfig::default()
        .with_max_depth(MAX_DEPTH)
        .with_forbid_comments(limits.message)
        .with_forbid_pis(limits.message);
    let document = parse_secure_with_config(xml, &config).map_err(|e| {
        let text = e.to_string();
        if text.contains("depth") {
            XmlError::TooDeep
        } else {
            XmlError::NotWellFormed(text)
        }
    })?;
    if limits.message && !is_declared_as_read(&document) {
        return Err(XmlError::Declaration);
    }
    inspect::inspect(&document, limits.message)?;
    Ok(document)
}

/// Whoever believes the declaration reads another text than we do, who read UTF-8 in any case; and XML 1.1 has other
/// characters and other line ends.
fn is_declared_as_read(document: &Document<'_>) -> bool {
    document.xml_declaration.as_ref().is_none_or(|declared| {
        let encoding = declared.encoding.as_deref().unwrap_or("UTF-8");
        declared.version == "1.0"
            && ["UTF-8", "US-ASCII"]
                .iter()
                .any(|known| encoding.eq_ignore_ascii_case(known))
    })
}

/// What can be refused without parsing.
fn scan(xml: &str, limits: Limits) -> Result<(), XmlError> {
    if xml.len() > limits.bytes {
        return Err(XmlError::TooLong(limits.bytes));
    }
    if xml.contains("<!DOCTYPE") || xml.contains("<!ENTITY") {
        return Err(XmlError::Doctype);
    }
    count(xml, limits)?;
    if xml.contains("<![CDATA[") {
        return Err(XmlError::SplitText("CDATA section"));
    }
    if limits.message {
        if xml.contains("<!--") {
            return Err(XmlError::SplitText("comment"));
        }
        let body = xml.trim_start_matches('\u{feff}').trim_start();
        let body = body
            .strip_prefix("<?xml")
            .filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']))
            .unwrap_or(body);
        if body.contains("<?") {
            return Err(XmlError::SplitText("processing instruction"));
        }
    }
    Ok(())
}

/// Counts from above: each element takes up to two `<`, each attribute one `=`. An attribute value holds no `<`, so what
/// lies between two of them belongs to one element at most; the parser compares its attributes in pairs.
fn count(xml: &str, limits: Limits) -> Result<(), XmlError> {
    let mut tags = 0;
    let mut attributes = 0;
    for part in xml.as_bytes().split(|b| *b == b'<') {
        let here = part.iter().filter(|b| **b == b'=').count();
        if here > MAX_ATTRIBUTES {
            return Err(XmlError::TooManyAttributes);
        }
        tags += 1;
        attributes += here;
    }
    if tags > 2 * limits.count || attributes > limits.count {
        return Err(XmlError::TooMany(limits.count));
    }
    // Each prefix is looked up through all declarations around it.
    if limits.message && xml.matches("xmlns").count() > MAX_NAMESPACES {
        return Err(XmlError::TooManyNamespaces);
    }
    Ok(())
}

/// Whether a string can stand in XML 1.0 (section 2.2); control characters cannot.
pub(crate) fn is_legal_text(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
}

/// Whether a string is an xs:ID, in the ASCII subset that message IDs use.
pub(crate) fn is_id(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && text.len() <= 256
}

/// The direct children that are elements.
pub(crate) fn elements(document: &Document<'_>, parent: NodeId) -> Vec<NodeId> {
    document
        .children_iter(parent)
        .filter(|n| document.element(*n).is_some())
        .collect()
}

/// Whether a node is this element.
pub(crate) fn is(document: &Document<'_>, node: NodeId, namespace: &str, local: &str) -> bool {
    document
        .element(node)
        .is_some_and(|e| e.matches_name_ns(namespace, local))
}
