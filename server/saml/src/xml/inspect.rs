//! What a well-formed document may hold, node by node.
//!
//! Refuses what the parent module promises to refuse and cannot see before parsing.

use std::collections::HashSet;

use gamlastan::xml::uppsala::{Element, NodeKind};
use gamlastan::xml::{Document, NodeId};

use super::XmlError;
use crate::identifier::{NS_ASSERTION, NS_DSIG, NS_METADATA, NS_PROTOCOL, NS_XENC};

const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// Walks the whole document once. `message` says that signatures may be verified in it.
pub(super) fn inspect(document: &Document<'_>, message: bool) -> Result<(), XmlError> {
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
            let undeclared = !message && prefix.is_empty() && uri.is_empty();
            if !undeclared && !is_absolute(uri) {
                return Err(XmlError::RelativeNamespace);
            }
        }
        check_attributes(element, message)?;
        if message {
            check_ids(element, &mut ids)?;
        }
        check_text(document, node, element)?;
    }
    Ok(())
}

fn check_attributes(element: &Element<'_>, message: bool) -> Result<(), XmlError> {
    for attribute in &element.attributes {
        let local: &str = &attribute.name.local_name;
        // An endpoint of Holder-of-Key has one of the profile's own (SAML V2.0 Holder-of-Key Web Browser SSO Profile, 2.6.1);
        // metadata has no other.
        if !message && local == "ProtocolBinding" {
            continue;
        }
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
        if matches!(local, "ID" | "Id" | "id" | "AssertionID") && !seen.insert(attribute.value.to_string()) {
            return Err(XmlError::DuplicateId(attribute.value.to_string()));
        }
    }
    Ok(())
}

fn check_text(document: &Document<'_>, node: NodeId, element: &Element<'_>) -> Result<(), XmlError> {
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
