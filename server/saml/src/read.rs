//! From the library's parsed types to this crate's own.
//!
//! Owns the reading of requests and logout messages once the document has passed [`crate::xml`]. Refuses other SAML
//! versions, empty IDs and encrypted NameIDs in logout requests (no key is published for them).

use std::collections::HashSet;

use gamlastan::core::assertion::name_id::{NameIdOrEncryptedIdRef, NameIdRef};
use gamlastan::core::identifiers::SamlVersion;
use gamlastan::core::protocol::request::AuthnContextComparison;
use gamlastan::core::protocol::{AuthnRequestRef, LogoutRequestRef, LogoutResponseRef, StatusRef};
use gamlastan::xml::{Document, SamlDeserialize, XmlError as LibraryError, parse_saml};

use crate::identifier::{NS_ASSERTION, NS_PROTOCOL};
use crate::message::{
    AuthnRequest, Comparison, LogoutRequest, LogoutResponse, Message, NameId, NameIdPolicy, RequestedAuthnContext,
    Status,
};
use crate::xml::elements;

/// Why a well-formed document is not a message that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A SAML Response, which has its own way in.
    #[error("The message is a SAML Response, which is not expected here")]
    IsResponse,
    /// Another element, or another namespace.
    #[error("The message is a {0}, not an AuthnRequest, LogoutRequest or LogoutResponse")]
    Unexpected(String),
    /// Not SAML 2.0.
    #[error("The message is not SAML version 2.0")]
    Version,
    /// An encrypted NameID.
    #[error("The NameID is encrypted, which is not supported in logout requests")]
    EncryptedNameId,
    /// An element or attribute is missing or has no valid value.
    #[error("The message is not valid: {0}")]
    Invalid(String),
}

/// Reads the root element.
pub(crate) fn message(document: &Document<'_>) -> Result<Message, ReadError> {
    let root = document
        .document_element()
        .and_then(|root| document.element(root))
        .ok_or_else(|| ReadError::Unexpected("document without an element".to_owned()))?;
    let local: &str = &root.name.local_name;
    if root.name.namespace_uri.as_deref() != Some(NS_PROTOCOL) {
        return Err(ReadError::Unexpected(format!("{local} of another namespace")));
    }
    check_once(document)?;
    match local {
        "AuthnRequest" => authn_request(document).map(Message::AuthnRequest),
        "LogoutRequest" => logout_request(document).map(Message::LogoutRequest),
        "LogoutResponse" => logout_response(document).map(Message::LogoutResponse),
        "Response" => Err(ReadError::IsResponse),
        other => Err(ReadError::Unexpected(other.to_owned())),
    }
}

/// What the schema allows once stands there once: the library reads the first of several, another reader perhaps the
/// last. Signatures are [`crate::signature`]'s.
fn check_once(document: &Document<'_>) -> Result<(), ReadError> {
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let children = document
        .document_element()
        .into_iter()
        .flat_map(|root| elements(document, root));
    for name in children.filter_map(|child| Some(&document.element(child)?.name)) {
        let (namespace, local) = (name.namespace_uri.as_deref().unwrap_or_default(), &*name.local_name);
        if !matches!(namespace, NS_PROTOCOL | NS_ASSERTION) || local == "SessionIndex" {
            continue;
        }
        if !seen.insert((namespace, local)) {
            return Err(ReadError::Invalid(format!("{local} is given twice")));
        }
    }
    Ok(())
}

fn authn_request(document: &Document<'_>) -> Result<AuthnRequest, ReadError> {
    let request: AuthnRequestRef<'_> = parse(document)?;
    check(request.base.id, request.base.version)?;
    let subject = match request.subject.as_ref().and_then(|s| s.name_id.as_ref()) {
        None => None,
        Some(name_id) => Some(self::name_id(name_id)?),
    };
    Ok(AuthnRequest {
        id: request.base.id.to_owned(),
        issue_instant: request.base.issue_instant,
        destination: request.base.destination.map(str::to_owned),
        issuer: request.base.issuer.as_ref().map(|i| trimmed(i.value)),
        issuer_format: request.base.issuer.as_ref().and_then(|i| i.format).map(str::to_owned),
        force_authn: request.force_authn.unwrap_or(false),
        is_passive: request.is_passive.unwrap_or(false),
        acs_url: request.assertion_consumer_service_url.map(str::to_owned),
        acs_index: request.assertion_consumer_service_index,
        attribute_consuming_service_index: request.attribute_consuming_service_index,
        protocol_binding: request.protocol_binding.map(str::to_owned),
        provider_name: request.provider_name.map(str::to_owned),
        name_id_policy: request.name_id_policy.map(|policy| NameIdPolicy {
            format: policy.format.map(str::to_owned),
            allow_create: policy.allow_create,
            sp_name_qualifier: policy.sp_name_qualifier.map(str::to_owned),
        }),
        requested_authn_context: request.requested_authn_context.map(|context| RequestedAuthnContext {
            comparison: match context.comparison {
                AuthnContextComparison::Exact => Comparison::Exact,
                AuthnContextComparison::Minimum => Comparison::Minimum,
                AuthnContextComparison::Maximum => Comparison::Maximum,
                AuthnContextComparison::Better => Comparison::Better,
            },
            classes: texts(&context.authn_context_class_refs),
            declarations: texts(&context.authn_context_decl_refs),
        }),
        subject,
        subject_confirmation: request
            .subject
            .as_ref()
            .is_some_and(|subject| !subject.subject_confirmations.is_empty()),
    })
}

fn logout_request(document: &Document<'_>) -> Result<LogoutRequest, ReadError> {
    let request: LogoutRequestRef<'_> = parse(document)?;
    check(request.id, request.version)?;
    Ok(LogoutRequest {
        id: request.id.to_owned(),
        issue_instant: request.issue_instant,
        destination: request.destination.map(str::to_owned),
        issuer: request.issuer.as_ref().map(|i| trimmed(i.value)),
        name_id: name_id(&request.name_id)?,
        session_indexes: request.session_indexes.iter().map(|s| (*s).to_owned()).collect(),
        not_on_or_after: request.not_on_or_after,
        reason: request.reason.map(str::to_owned),
    })
}

fn logout_response(document: &Document<'_>) -> Result<LogoutResponse, ReadError> {
    let response: LogoutResponseRef<'_> = parse(document)?;
    check(response.id, response.version)?;
    Ok(LogoutResponse {
        id: response.id.to_owned(),
        issue_instant: response.issue_instant,
        destination: response.destination.map(str::to_owned),
        issuer: response.issuer.as_ref().map(|i| trimmed(i.value)),
        in_response_to: response.in_response_to.map(str::to_owned),
        status: status(&response.status),
    })
}

pub(crate) fn status(status: &StatusRef<'_>) -> Status {
    Status {
        code: status.status_code.value.to_owned(),
        sub_code: status.status_code.sub_status.as_ref().map(|s| s.value.to_owned()),
        message: status.status_message.map(str::to_owned),
    }
}

pub(crate) fn plain_name_id(name_id: &NameIdRef<'_>) -> NameId {
    NameId {
        value: name_id.value.to_owned(),
        format: name_id.format.map(str::to_owned),
        name_qualifier: name_id.name_qualifier.map(str::to_owned),
        sp_name_qualifier: name_id.sp_name_qualifier.map(str::to_owned),
    }
}

fn name_id(name_id: &NameIdOrEncryptedIdRef<'_>) -> Result<NameId, ReadError> {
    match name_id {
        NameIdOrEncryptedIdRef::NameId(plain) => Ok(plain_name_id(plain)),
        NameIdOrEncryptedIdRef::EncryptedId(_) => Err(ReadError::EncryptedNameId),
    }
}

fn parse<'a, T: SamlDeserialize<'a>>(document: &'a Document<'a>) -> Result<T, ReadError> {
    parse_saml(document).map_err(|e| match e {
        LibraryError::InvalidAttributeValue { attribute, .. } if attribute == "Version" => ReadError::Version,
        other => ReadError::Invalid(other.to_string()),
    })
}

fn check(id: &str, version: SamlVersion) -> Result<(), ReadError> {
    if !version.is_v2_0() {
        return Err(ReadError::Version);
    }
    if id.is_empty() {
        return Err(ReadError::Invalid("the ID is empty".to_owned()));
    }
    Ok(())
}

/// Pretty-printed messages put line breaks around URIs; no URI begins or ends with a space.
pub(crate) fn trimmed(text: &str) -> String {
    text.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned()
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|v| trimmed(v)).collect()
}
