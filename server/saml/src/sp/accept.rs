//! From a posted response to the one assertion a verified signature covers.
//!
//! The order matters: the document's form, then every signature in it, then reading. What is read is a child of the very
//! root node that was verified, or the assertion node that was; no element is looked up by name or ID a second time.

use gamlastan::core::assertion::types::AssertionRef;
use gamlastan::core::protocol::response::ResponseRef;
use gamlastan::xml::{Document, NodeId, SamlDeserialize, XmlError as LibraryError};

use super::checks::{self, Checked, check_assertion};
use super::{Accepted, Expectation, Rejected};
use crate::encryption::{self, DecryptionError};
use crate::identifier::{NS_ASSERTION, NS_PROTOCOL};
use crate::inbound::{self, DecodeError};
use crate::keys::KeyPair;
use crate::signature::{self, SignatureError};
use crate::xml::{self, MAX_MESSAGE, elements, is};

/// Decodes the form value `SAMLResponse`, verifies every signature and checks everything that can be checked without a
/// memory of earlier responses.
///
/// # Errors
/// [`Rejected`] with the first check that failed.
pub fn accept_response(form_value: &str, expectation: &Expectation<'_>) -> Result<Accepted, Rejected> {
    let xml = String::from_utf8(inbound::base64(form_value, MAX_MESSAGE)?)
        .map_err(|_| DecodeError::Xml(xml::XmlError::NotUtf8))?;
    let document = parse(&xml)?;
    let root = document
        .document_element()
        .filter(|root| is(&document, *root, NS_PROTOCOL, "Response"))
        .ok_or_else(|| unexpected(&document))?;
    let content = content(&document, root);
    let response_signed = verify_response(&xml, &document, root, &content, expectation)?;
    let response = ResponseRef::from_xml(&document, root).map_err(invalid)?;
    checks::check_response(&response, expectation)?;

    let (assertion, encrypted) = match content.as_slice() {
        [Content::Plain(node)] => (*node, false),
        [Content::Encrypted(node)] => (*node, true),
        other => return Err(Rejected::AssertionCount(other.len())),
    };
    if encrypted {
        let key = expectation.decryption_key.ok_or(Rejected::Encrypted)?;
        let plain = decrypt(&document, assertion, key)?;
        let accepted = accept_decrypted(&plain, response_signed, &response, expectation)?;
        return Ok(accepted.into_accepted(&xml, &plain));
    }
    let assertion_signed = has_signature(&document, assertion);
    require_signatures(response_signed, assertion_signed, expectation)?;
    let read = AssertionRef::from_xml(&document, assertion).map_err(invalid)?;
    check_condition_names(&document, assertion)?;
    let source = document.node_source(assertion).unwrap_or_default();
    Ok(check_assertion(&read, &response, expectation)?.into_accepted(&xml, source))
}

/// An assertion in a response.
enum Content {
    Plain(NodeId),
    Encrypted(NodeId),
}

/// Only direct children count (saml-core 3.3.3). An assertion elsewhere is not read, and a signature in it is refused.
fn content(document: &Document<'_>, root: NodeId) -> Vec<Content> {
    elements(document, root)
        .into_iter()
        .filter_map(|node| {
            if is(document, node, NS_ASSERTION, "Assertion") {
                Some(Content::Plain(node))
            } else if is(document, node, NS_ASSERTION, "EncryptedAssertion") {
                Some(Content::Encrypted(node))
            } else {
                None
            }
        })
        .collect()
}

/// Verifies every signature in the response and says whether the response itself has one.
fn verify_response(
    xml: &str,
    document: &Document<'_>,
    root: NodeId,
    content: &[Content],
    expectation: &Expectation<'_>,
) -> Result<bool, Rejected> {
    let mut allowed = vec![root];
    allowed.extend(content.iter().filter_map(|c| match c {
        Content::Plain(node) => Some(*node),
        Content::Encrypted(_) => None,
    }));
    let placed = signature::survey(document, &allowed)?;
    if !placed.is_empty() {
        signature::verify(xml, document, &placed, expectation.idp_certificates)?;
    }
    let response_signed = placed.iter().any(|p| p.parent == root);
    if expectation.want_response_signed && !response_signed {
        return Err(Rejected::ResponseNotSigned);
    }
    Ok(response_signed)
}

/// The decrypted assertion is a document of its own: its signature, its IDs and its text pass all checks anew.
fn accept_decrypted(
    plain: &str,
    response_signed: bool,
    response: &ResponseRef<'_>,
    expectation: &Expectation<'_>,
) -> Result<Checked, Rejected> {
    let document = parse(plain)?;
    let assertion = document
        .document_element()
        .filter(|root| is(&document, *root, NS_ASSERTION, "Assertion"))
        .ok_or(Rejected::Decryption)?;
    let placed = signature::survey(&document, &[assertion])?;
    if !placed.is_empty() {
        signature::verify(plain, &document, &placed, expectation.idp_certificates)?;
    }
    require_signatures(response_signed, !placed.is_empty(), expectation)?;
    let read = AssertionRef::from_xml(&document, assertion).map_err(invalid)?;
    check_condition_names(&document, assertion)?;
    check_assertion(&read, response, expectation)
}

/// The library skips conditions it has no type for.
fn check_condition_names(document: &Document<'_>, assertion: NodeId) -> Result<(), Rejected> {
    const KNOWN: [&str; 3] = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
    for conditions in elements(document, assertion) {
        if !is(document, conditions, NS_ASSERTION, "Conditions") {
            continue;
        }
        for condition in elements(document, conditions) {
            if !KNOWN
                .into_iter()
                .any(|name| is(document, condition, NS_ASSERTION, name))
            {
                let name = document
                    .element(condition)
                    .map_or_else(String::new, |e| e.name.local_name.to_string());
                return Err(Rejected::UnknownCondition(name));
            }
        }
    }
    Ok(())
}

fn require_signatures(
    response_signed: bool,
    assertion_signed: bool,
    expectation: &Expectation<'_>,
) -> Result<(), Rejected> {
    if expectation.want_assertion_signed && !assertion_signed {
        return Err(Rejected::AssertionNotSigned);
    }
    if !response_signed && !assertion_signed {
        return Err(SignatureError::NotSigned.into());
    }
    Ok(())
}

fn decrypt(document: &Document<'_>, encrypted: NodeId, key: &KeyPair) -> Result<String, Rejected> {
    encryption::decrypt(document, encrypted, key).map_err(|e| match e {
        DecryptionError::Algorithm => Rejected::EncryptionAlgorithm,
        DecryptionError::Failed => Rejected::Decryption,
    })
}

/// Every signature in the document was verified, so one in this place was.
fn has_signature(document: &Document<'_>, node: NodeId) -> bool {
    elements(document, node)
        .into_iter()
        .any(|child| is(document, child, crate::identifier::NS_DSIG, "Signature"))
}

fn parse(xml: &str) -> Result<Document<'_>, Rejected> {
    xml::parse(xml, xml::MESSAGE).map_err(|e| Rejected::Decode(DecodeError::Xml(e)))
}

fn unexpected(document: &Document<'_>) -> Rejected {
    let name = document
        .document_element()
        .and_then(|root| document.element(root))
        .map_or_else(String::new, |e| e.name.local_name.to_string());
    Rejected::NotAResponse(name)
}

fn invalid(error: LibraryError) -> Rejected {
    Rejected::Invalid(error.to_string())
}
