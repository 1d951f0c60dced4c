//! Reading metadata.
//!
//! Only the role that is asked for is read, so that mistakes in contacts, organizations or foreign roles do not stop an
//! import. Every certificate is taken: products lost all but the first for years, and with them key rollover.

use chrono::{DateTime, Utc};
use gamlastan::metadata::types::endpoint::{EndpointRef, IndexedEndpointRef};
use gamlastan::metadata::types::idp::IdpSsoDescriptorRef;
use gamlastan::metadata::types::sp::{AttributeConsumingServiceRef, SpSsoDescriptorRef};
use gamlastan::xml::helpers::parse_optional_datetime_attr;
use gamlastan::xml::{Document, NodeId, SamlDeserialize, XmlError as LibraryError};

use super::{Endpoint, IdpMetadata, MetadataError, RequestedAttribute, SpMetadata};
use crate::identifier::{NS_DSIG, NS_METADATA};
use crate::keys::Certificate;
use crate::read::trimmed;
use crate::xml::{self, elements, is};

/// Reads a service provider's metadata.
///
/// # Errors
/// [`MetadataError`]; [`MetadataError::Several`] for an aggregate of more than one entity.
pub fn parse_sp(text: &str) -> Result<SpMetadata, MetadataError> {
    let document = xml::parse(text, xml::METADATA)?;
    let entity = only_entity(&document)?;
    read_sp(&document, entity)
}

/// Reads one service provider out of an aggregate.
///
/// # Errors
/// [`MetadataError`]; [`MetadataError::NoSuchEntity`] if it is not there.
pub fn parse_sp_entity(text: &str, entity_id: &str) -> Result<SpMetadata, MetadataError> {
    let document = xml::parse(text, xml::METADATA)?;
    let entity = entities(&document)?
        .into_iter()
        .find(|node| document.get_attribute(*node, "entityID") == Some(entity_id))
        .ok_or_else(|| MetadataError::NoSuchEntity(entity_id.to_owned()))?;
    read_sp(&document, entity)
}

/// Reads an identity provider's metadata.
///
/// # Errors
/// [`MetadataError`].
pub fn parse_idp(text: &str) -> Result<IdpMetadata, MetadataError> {
    let document = xml::parse(text, xml::METADATA)?;
    let entity = only_entity(&document)?;
    let role = role(&document, entity, "IDPSSODescriptor", "identity provider")?;
    let parsed = IdpSsoDescriptorRef::from_xml(&document, role).map_err(invalid)?;
    Ok(IdpMetadata {
        entity_id: entity_id(&document, entity)?,
        sso: parsed.single_sign_on_services.iter().map(plain).collect(),
        slo: parsed.sso_base.single_logout_services.iter().map(plain).collect(),
        certificates: certificates(&document, role, "signing")?,
        name_id_formats: formats(&parsed.sso_base.name_id_formats),
        want_authn_requests_signed: parsed.want_authn_requests_signed.unwrap_or(false),
        valid_until: valid_until(&document, role)?,
    })
}

fn read_sp(document: &Document<'_>, entity: NodeId) -> Result<SpMetadata, MetadataError> {
    let role = role(document, entity, "SPSSODescriptor", "service provider")?;
    let parsed = SpSsoDescriptorRef::from_xml(document, role).map_err(invalid)?;
    let acs: Vec<_> = parsed.assertion_consumer_services.iter().map(indexed).collect();
    if acs.is_empty() {
        return Err(MetadataError::NoAcs);
    }
    Ok(SpMetadata {
        entity_id: entity_id(document, entity)?,
        acs,
        slo: parsed.sso_base.single_logout_services.iter().map(plain).collect(),
        signing_certificates: certificates(document, role, "signing")?,
        encryption_certificates: certificates(document, role, "encryption")?,
        name_id_formats: formats(&parsed.sso_base.name_id_formats),
        requested_attributes: parsed.attribute_consuming_services.iter().flat_map(requested).collect(),
        authn_requests_signed: parsed.authn_requests_signed.unwrap_or(false),
        want_assertions_signed: parsed.want_assertions_signed.unwrap_or(false),
        valid_until: valid_until(document, role)?,
    })
}

/// All entities of the document, whether it describes one or, in groups within groups, many.
fn entities(document: &Document<'_>) -> Result<Vec<NodeId>, MetadataError> {
    let root = document
        .document_element()
        .ok_or_else(|| MetadataError::NotMetadata("document without an element".to_owned()))?;
    if is(document, root, NS_METADATA, "EntityDescriptor") {
        return Ok(vec![root]);
    }
    if !is(document, root, NS_METADATA, "EntitiesDescriptor") {
        let name = document
            .element(root)
            .map_or_else(String::new, |e| e.name.local_name.to_string());
        return Err(MetadataError::NotMetadata(name));
    }
    Ok(document
        .descendants(root)
        .into_iter()
        .filter(|node| is(document, *node, NS_METADATA, "EntityDescriptor"))
        .collect())
}

fn only_entity(document: &Document<'_>) -> Result<NodeId, MetadataError> {
    match entities(document)?.as_slice() {
        [only] => Ok(*only),
        [] => Err(MetadataError::NotMetadata(
            "aggregate without a single entity".to_owned(),
        )),
        several => Err(MetadataError::Several(
            several
                .iter()
                .filter_map(|node| document.get_attribute(*node, "entityID"))
                .map(str::to_owned)
                .collect(),
        )),
    }
}

fn entity_id(document: &Document<'_>, entity: NodeId) -> Result<String, MetadataError> {
    document
        .get_attribute(entity, "entityID")
        .map(trimmed)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| MetadataError::Invalid("an EntityDescriptor has no entityID".to_owned()))
}

fn role(document: &Document<'_>, entity: NodeId, element: &str, name: &'static str) -> Result<NodeId, MetadataError> {
    const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
    elements(document, entity)
        .into_iter()
        .filter(|node| is(document, *node, NS_METADATA, element))
        .find(|node| {
            document
                .get_attribute(*node, "protocolSupportEnumeration")
                .is_some_and(|list| list.split_whitespace().any(|p| p == PROTOCOL))
        })
        .ok_or(MetadataError::NoRole(name))
}

/// The certificates of the role's keys for this use; a key without a use is for both (errata E62).
fn certificates(document: &Document<'_>, role: NodeId, usage: &str) -> Result<Vec<Certificate>, MetadataError> {
    let mut found: Vec<Certificate> = Vec::new();
    for key in elements(document, role) {
        if !is(document, key, NS_METADATA, "KeyDescriptor")
            || document.get_attribute(key, "use").is_some_and(|u| u != usage)
        {
            continue;
        }
        for node in document.descendants(key) {
            if is(document, node, NS_DSIG, "X509Certificate") {
                let certificate = Certificate::parse(document.text_content_deep(node))?;
                if !found.contains(&certificate) {
                    found.push(certificate);
                }
            }
        }
    }
    Ok(found)
}

/// The earliest `validUntil` from the role outwards.
fn valid_until(document: &Document<'_>, role: NodeId) -> Result<Option<DateTime<Utc>>, MetadataError> {
    let mut earliest: Option<DateTime<Utc>> = None;
    let mut node = Some(role);
    while let Some(current) = node {
        if document.element(current).is_some()
            && let Some(until) = parse_optional_datetime_attr(document, current, "validUntil").map_err(invalid)?
        {
            earliest = Some(earliest.map_or(until, |known| known.min(until)));
        }
        node = document.parent(current);
    }
    Ok(earliest)
}

fn plain(endpoint: &EndpointRef<'_>) -> Endpoint {
    Endpoint {
        binding: trimmed(endpoint.binding),
        location: trimmed(endpoint.location),
        response_location: endpoint.response_location.map(trimmed),
        index: None,
        is_default: false,
    }
}

fn indexed(endpoint: &IndexedEndpointRef<'_>) -> Endpoint {
    Endpoint {
        index: Some(endpoint.index),
        is_default: endpoint.is_default.unwrap_or(false),
        ..plain(&endpoint.endpoint)
    }
}

fn requested(service: &AttributeConsumingServiceRef<'_>) -> Vec<RequestedAttribute> {
    service
        .requested_attributes
        .iter()
        .map(|requested| RequestedAttribute {
            name: requested.attribute.name.to_owned(),
            name_format: requested.attribute.name_format.map(str::to_owned),
            friendly_name: requested.attribute.friendly_name.map(str::to_owned),
            required: requested.is_required.unwrap_or(false),
            service_index: service.index,
        })
        .collect()
}

fn formats(formats: &[&str]) -> Vec<String> {
    formats.iter().map(|f| trimmed(f)).filter(|f| !f.is_empty()).collect()
}

fn invalid(error: LibraryError) -> MetadataError {
    MetadataError::Invalid(error.to_string())
}
