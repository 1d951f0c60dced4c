//! The one door through which XML from outside comes in, and the checks on text that goes out.
//!
//! Owns the limits of size, depth and count, and refuses every construct in which two readers of one document could see
//! different things: DTDs and entities (XXE, expansion), comments, CDATA and instructions inside messages (they split
//! text, CVE-2017-11427), XInclude, relative namespace URIs (canonicalization of them is undefined and some libraries
//! then sign nothing, CVE-2025-66568), duplicate IDs, and namespaced attributes that share a name with SAML's own
//! (the library looks attributes up by local name).

use std::collections::HashSet;

use gamlastan::xml::uppsala::{Element, NodeKind};
use gamlastan::xml::{Document, NodeId, SecureParseConfig, parse_secure_with_config};

use crate::identifier::{NS_ASSERTION, NS_DSIG, NS_METADATA, NS_PROTOCOL, NS_XENC};

const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";
const MAX_DEPTH: u32 = 32;

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
    #[error("The XML contains a document type or entity declaration, which is never accepted")]
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
    bytes: 4 * 1024 * 1024,
    count: 200_000,
    message: false,
};
/// The longest message that is read, in bytes of XML.
pub(crate) const MAX_MESSAGE: usize = 256 * 1024;

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
    inspect(&document, limits)?;
    Ok(document)
}

/// What can be refused without parsing.
fn scan(xml: &str, limits: Limits) -> Result<(), XmlError> {
    if xml.len() > limits.bytes {
        return Err(XmlError::TooLong(limits.bytes));
    }
    if xml.contains("<!DOCTYPE") || xml.contains("<!ENTITY") {
        return Err(XmlError::Doctype);
    }
    // Each element takes up to two `<`, each attribute one `=`; Base64 and URLs add few.
    let bytes = xml.as_bytes();
    let tags = bytes.iter().filter(|b| **b == b'<').count();
    let equals = bytes.iter().filter(|b| **b == b'=').count();
    if tags > 2 * limits.count || equals > limits.count {
        return Err(XmlError::TooMany(limits.count));
    }
    if xml.contains("<![CDATA[") {
        return Err(XmlError::SplitText("CDATA section"));
    }
    if limits.message {
        if xml.contains("<!--") {
            return Err(XmlError::SplitText("comment"));
        }
        let body = xml.trim_start_matches('\u{feff}').trim_start();
        let body = body.strip_prefix("<?xml ").unwrap_or(body);
        if body.contains("<?") {
            return Err(XmlError::SplitText("processing instruction"));
        }
    }
    Ok(())
}

fn inspect(document: &Document<'_>, limits: Limits) -> Result<(), XmlError> {
    let mut ids = HashSet::new();
    for node in document.descendants(document.root()) {
        let Some(element) = document.element(node) else {
            continue;
        };
        if element.name.namespace_uri.as_deref() == Some(XINCLUDE) {
            return Err(XmlError::XInclude);
        }
        for (prefix, uri) in &element.namespace_declarations {
            // Metadata is read, never canonicalized: there `xmlns=""` does no harm and some tools write it.
            let undeclared = !limits.message && prefix.is_empty() && uri.is_empty();
            if !undeclared && !is_absolute(uri) {
                return Err(XmlError::RelativeNamespace);
            }
        }
        check_attributes(element)?;
        if limits.message {
            check_ids(element, &mut ids)?;
        }
        check_text(document, node, element)?;
    }
    Ok(())
}

fn check_attributes(element: &Element<'_>) -> Result<(), XmlError> {
    for attribute in &element.attributes {
        let local: &str = &attribute.name.local_name;
        if attribute.name.namespace_uri.is_some() && SAML_ATTRIBUTES.contains(&local) {
            return Err(XmlError::AmbiguousAttribute(
                attribute.name.prefixed_name().into_owned(),
            ));
        }
    }
    Ok(())
}

fn check_ids(element: &Element<'_>, seen: &mut HashSet<String>) -> Result<(), XmlError> {
    for attribute in &element.attributes {
        let local: &str = &attribute.name.local_name;
        if matches!(local, "ID" | "Id" | "id" | "AssertionID")
            && !seen.insert(attribute.value.to_string())
        {
            return Err(XmlError::DuplicateId(attribute.value.to_string()));
        }
    }
    Ok(())
}

fn check_text(
    document: &Document<'_>,
    node: NodeId,
    element: &Element<'_>,
) -> Result<(), XmlError> {
    let local: &str = &element.name.local_name;
    let ours = matches!(
        element.name.namespace_uri.as_deref(),
        Some(NS_ASSERTION | NS_PROTOCOL | NS_DSIG | NS_XENC | NS_METADATA)
    );
    if ours && TEXT_ELEMENTS.contains(&local) {
        let mut texts = 0;
        for child in document.children_iter(node) {
            match document.node_kind(child) {
                Some(NodeKind::Text(_)) => texts += 1,
                _ => return Err(XmlError::MarkupInText(local.to_owned())),
            }
        }
        // The library reads the first text node only; one node is the whole text.
        if texts > 1 {
            return Err(XmlError::MarkupInText(local.to_owned()));
        }
    }
    Ok(())
}

/// Whether a namespace URI has a scheme (RFC 3986 3.1).
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else {
        return false;
    };
    let mut characters = scheme.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether a string can stand in XML 1.0 (section 2.2); control characters cannot.
pub(crate) fn is_legal_text(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    })
}

/// Whether a string is an xs:ID, in the ASCII subset that message IDs use.
pub(crate) fn is_id(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
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

const TEXT_ELEMENTS: [&str; 20] = [
    "NameID",
    "Issuer",
    "Audience",
    "SessionIndex",
    "AuthnContextClassRef",
    "AuthnContextDeclRef",
    "AuthenticatingAuthority",
    "StatusMessage",
    "RequesterID",
    "DigestValue",
    "SignatureValue",
    "X509Certificate",
    "KeyName",
    "CipherValue",
    "OAEPparams",
    "NameIDFormat",
    "GetComplete",
    "AssertionIDRef",
    "AssertionURIRef",
    "AttributeProfile",
];

const SAML_ATTRIBUTES: [&str; 40] = [
    "ID",
    "Id",
    "id",
    "AssertionID",
    "Version",
    "IssueInstant",
    "Destination",
    "Consent",
    "InResponseTo",
    "Recipient",
    "NotBefore",
    "NotOnOrAfter",
    "Address",
    "Method",
    "Format",
    "NameQualifier",
    "SPNameQualifier",
    "SPProvidedID",
    "AllowCreate",
    "Value",
    "Name",
    "NameFormat",
    "Comparison",
    "Reason",
    "ForceAuthn",
    "IsPassive",
    "AssertionConsumerServiceURL",
    "AssertionConsumerServiceIndex",
    "AttributeConsumingServiceIndex",
    "ProtocolBinding",
    "AuthnInstant",
    "SessionIndex",
    "SessionNotOnOrAfter",
    "URI",
    "Algorithm",
    "PrefixList",
    "Type",
    "entityID",
    "Location",
    "Binding",
];
