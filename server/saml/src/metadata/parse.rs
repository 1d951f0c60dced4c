//! Reading metadata.
//!
//! Only the role that is asked for is read, so that mistakes in contacts, organizations or foreign roles do not stop an
//! import.

use gamlastan::metadata::types::endpoint::{EndpointRef, IndexedEndpointRef};
use gamlastan::metadata::types::idp::IdpSsoDescriptorRef;
use gamlastan::metadata::types::sp::{AttributeConsumingServiceRef, SpSsoDescriptorRef};
use gamlastan::xml::{Document, NodeId, SamlDeserialize, XmlError as LibraryError};

use super::{
    Endpoint, EntitySummary, IdpMetadata, MetadataError, Note, RequestedAttribute, SpMetadata, keys, lifetime, names,
};
use crate::identifier::{BINDING_POST, NS_METADATA, NS_PROTOCOL};
use crate::keys::Certificate;
use crate::read::trimmed;
use crate::xml::{self, MAX_METADATA, elements, is};

/// Reads a service provider's metadata.
///
/// # Errors
/// [`MetadataError`]; [`MetadataError::Several`] for an aggregate of more than one entity.
pub fn parse_sp(text: &str) -> Result<SpMetadata, MetadataError> {
    let document = parse(text)?;
    let entity = only_entity(&document)?;
    read_sp(&document, entity)
}

/// Reads one service provider out of an aggregate.
///
/// # Errors
/// [`MetadataError`]; [`MetadataError::NoSuchEntity`] if it is not there.
pub fn parse_sp_entity(text: &str, entity_id: &str) -> Result<SpMetadata, MetadataError> {
    let document = parse(text)?;
    let entity = entity_nodes(&document)?
        .into_iter()
        .find(|node| self::entity_id(&document, *node).as_deref() == Ok(entity_id))
        .ok_or_else(|| MetadataError::NoSuchEntity(entity_id.to_owned()))?;
    read_sp(&document, entity)
}

/// The entities that a file describes, in document order. One without an entity ID cannot be chosen and is left out.
///
/// # Errors
/// [`MetadataError`], for what is no metadata at all.
pub fn entities(text: &str) -> Result<Vec<EntitySummary>, MetadataError> {
    let document = parse(text)?;
    let summary = |entity: NodeId| {
        let role = role(&document, entity, SP_ROLE, SP_NAME).ok();
        Some(EntitySummary {
            entity_id: entity_id(&document, entity).ok()?,
            display_name: names::display_name(&document, entity, role),
            is_service_provider: role.is_some(),
        })
    };
    Ok(entity_nodes(&document)?.into_iter().filter_map(summary).collect())
}

/// Reads an identity provider's metadata.
///
/// # Errors
/// [`MetadataError`].
pub fn parse_idp(text: &str) -> Result<IdpMetadata, MetadataError> {
    let document = parse(text)?;
    let entity = only_entity(&document)?;
    let role = role(&document, entity, "IDPSSODescriptor", "identity provider")?;
    let parsed = IdpSsoDescriptorRef::from_xml(&document, role).map_err(invalid)?;
    Ok(IdpMetadata {
        entity_id: entity_id(&document, entity)?,
        sso: parsed.single_sign_on_services.iter().map(plain).collect(),
        slo: parsed.sso_base.single_logout_services.iter().map(plain).collect(),
        certificates: keys::read(&document, role)?.signing,
        name_id_formats: formats(&parsed.sso_base.name_id_formats),
        want_authn_requests_signed: parsed.want_authn_requests_signed.unwrap_or(false),
        valid_until: lifetime::valid_until(&document, role)?,
    })
}

const SP_ROLE: &str = "SPSSODescriptor";
const SP_NAME: &str = "service provider";

/// What can be said about a text before it is parsed is said first, in words that help.
fn parse(text: &str) -> Result<Document<'_>, MetadataError> {
    if text.len() > MAX_METADATA {
        return Err(MetadataError::TooLarge);
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.is_empty() {
        return Err(MetadataError::Empty);
    }
    let html = |tag: &str| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag));
    if html("<!doctype html") || html("<html") {
        return Err(MetadataError::WebPage);
    }
    Ok(xml::parse(text, xml::METADATA)?)
}

fn read_sp(document: &Document<'_>, entity: NodeId) -> Result<SpMetadata, MetadataError> {
    let role = role(document, entity, SP_ROLE, SP_NAME)?;
    let parsed = SpSsoDescriptorRef::from_xml(document, role).map_err(invalid)?;
    let acs: Vec<_> = parsed.assertion_consumer_services.iter().map(indexed).collect();
    let mut keys = keys::read(document, role)?;
    keys.signing.retain(Certificate::can_verify);
    keys.encryption.retain(Certificate::can_encrypt_for);
    let mut notes = keys.notes;
    notes.extend(unsupported(&acs)?);
    if !parsed.sso_base.artifact_resolution_services.is_empty() {
        notes.push(Note::ArtifactResolution);
    }
    Ok(SpMetadata {
        entity_id: entity_id(document, entity)?,
        display_name: names::display_name(document, entity, Some(role)),
        description: names::description(document, role),
        acs,
        slo: parsed.sso_base.single_logout_services.iter().map(plain).collect(),
        signing_certificates: keys.signing,
        encryption_certificates: keys.encryption,
        encryption_methods: keys.encryption_methods,
        name_id_formats: formats(&parsed.sso_base.name_id_formats),
        requested_attributes: parsed.attribute_consuming_services.iter().flat_map(requested).collect(),
        authn_requests_signed: parsed.authn_requests_signed.unwrap_or(false),
        want_assertions_signed: parsed.want_assertions_signed.unwrap_or(false),
        valid_until: lifetime::valid_until(document, role)?,
        cache_duration: lifetime::cache_duration(document, role),
        notes,
    })
}

/// A note on each assertion consumer service that responses are not sent to; without one that they are, all is lost.
fn unsupported(acs: &[Endpoint]) -> Result<Vec<Note>, MetadataError> {
    let (post, other): (Vec<_>, Vec<_>) = acs.iter().partition(|e| e.binding == BINDING_POST);
    match (post.is_empty(), other.is_empty()) {
        (true, true) => Err(MetadataError::NoAcs),
        (true, false) => Err(MetadataError::NoPostAcs(
            other.into_iter().map(|e| e.binding.clone()).collect(),
        )),
        _ => Ok(other.into_iter().cloned().map(Note::UnsupportedAcs).collect()),
    }
}

/// All entities of the document, whether it describes one or, in groups within groups, many.
fn entity_nodes(document: &Document<'_>) -> Result<Vec<NodeId>, MetadataError> {
    let root = document
        .document_element()
        .ok_or_else(|| MetadataError::NotMetadata("document without an element".to_owned()))?;
    if is(document, root, NS_METADATA, "EntityDescriptor") {
        return Ok(vec![root]);
    }
    if !is(document, root, NS_METADATA, "EntitiesDescriptor") {
        let name = document
            .element(root)
            .map_or_else(String::new, |e| format!("\"{}\"", e.name.local_name));
        return Err(MetadataError::NotMetadata(name));
    }
    Ok(document
        .descendants(root)
        .into_iter()
        .filter(|node| is(document, *node, NS_METADATA, "EntityDescriptor"))
        .collect())
}

fn only_entity(document: &Document<'_>) -> Result<NodeId, MetadataError> {
    match entity_nodes(document)?.as_slice() {
        [only] => Ok(*only),
        [] => Err(MetadataError::NotMetadata(
            "aggregate without a single entity".to_owned(),
        )),
        several => Err(MetadataError::Several(
            several
                .iter()
                .filter_map(|node| entity_id(document, *node).ok())
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
    elements(document, entity)
        .into_iter()
        .filter(|node| is(document, *node, NS_METADATA, element))
        .find(|node| {
            document
                .get_attribute(*node, "protocolSupportEnumeration")
                .is_some_and(|list| list.split_whitespace().any(|p| p == NS_PROTOCOL))
        })
        .ok_or(MetadataError::NoRole(name))
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
