//! Writing metadata.
//!
//! Addresses, certificates and formats come from the caller; keys stand in the order they are given, so the one in use
//! comes first and the next one can be published before it is used.

use chrono::{DateTime, Utc};
use gamlastan::core::assertion::attribute::Attribute;
use gamlastan::metadata::types::endpoint::{Endpoint as LibraryEndpoint, IndexedEndpoint};
use gamlastan::metadata::types::entity_descriptor::{EntityDescriptor, EntityRoles};
use gamlastan::metadata::types::idp::IdpSsoDescriptor;
use gamlastan::metadata::types::key_descriptor::KeyDescriptor;
use gamlastan::metadata::types::localized::LocalizedName;
use gamlastan::metadata::types::role_descriptor::{RoleDescriptorBase, SsoDescriptorBase};
use gamlastan::metadata::types::sp::{
    AttributeConsumingService, RequestedAttribute as LibraryRequested, SpSsoDescriptor,
};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Endpoint, RequestedAttribute};
use crate::build::{self, BuildError, legal, legal_option, serialize};
use crate::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NS_DSIG, NS_PROTOCOL};
use crate::keys::{Certificate, KeyPair};
use crate::signing::Written;

/// What an identity provider publishes.
#[derive(Debug, Clone)]
pub struct IdpSpec {
    /// The document's ID; signatures refer to it.
    pub id: String,
    /// The entity ID.
    pub entity_id: String,
    /// The sign-in address, for Redirect and POST.
    pub sso_url: String,
    /// The logout address, for Redirect, POST and SOAP.
    pub slo_url: String,
    /// Signing certificates, the one in use first.
    pub certificates: Vec<Certificate>,
    /// NameID formats that can be given.
    pub name_id_formats: Vec<String>,
    /// Whether every request has to be signed.
    pub want_authn_requests_signed: bool,
    /// When this description lapses.
    pub valid_until: Option<DateTime<Utc>>,
}

/// What a service provider publishes.
#[derive(Debug, Clone)]
pub struct SpSpec {
    /// The document's ID; signatures refer to it.
    pub id: String,
    /// The entity ID.
    pub entity_id: String,
    /// Its name for people, shown with the attributes it asks for.
    pub service_name: String,
    /// Assertion consumer services; those without an index get their place in the list.
    pub acs: Vec<Endpoint>,
    /// Logout services.
    pub slo: Vec<Endpoint>,
    /// Certificates of the keys it signs with.
    pub signing_certificates: Vec<Certificate>,
    /// Certificates to encrypt for.
    pub encryption_certificates: Vec<Certificate>,
    /// NameID formats it takes, best first.
    pub name_id_formats: Vec<String>,
    /// Attributes it asks for.
    pub requested_attributes: Vec<RequestedAttribute>,
    /// It signs its requests.
    pub authn_requests_signed: bool,
    /// It wants assertions signed.
    pub want_assertions_signed: bool,
    /// When this description lapses.
    pub valid_until: Option<DateTime<Utc>>,
}

/// An identity provider's metadata, signed if there is a key.
///
/// # Errors
/// [`BuildError`].
pub fn idp(spec: &IdpSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    let both = |location: &str| {
        vec![
            LibraryEndpoint::new(BINDING_REDIRECT, location),
            LibraryEndpoint::new(BINDING_POST, location),
        ]
    };
    for url in [&spec.sso_url, &spec.slo_url] {
        legal("An address", url)?;
    }
    let mut slo = both(&spec.slo_url);
    slo.push(LibraryEndpoint::new(BINDING_SOAP, &spec.slo_url));
    let role = IdpSsoDescriptor {
        sso_base: base(&spec.certificates, &[], slo, &spec.name_id_formats),
        want_authn_requests_signed: Some(spec.want_authn_requests_signed),
        single_sign_on_services: both(&spec.sso_url),
        name_id_mapping_services: Vec::new(),
        assertion_id_request_services: Vec::new(),
        attribute_profiles: Vec::new(),
        attributes: Vec::new(),
    };
    entity(&spec.id, &spec.entity_id, spec.valid_until, vec![role], Vec::new(), key)
}

/// A service provider's metadata, signed if there is a key.
///
/// # Errors
/// [`BuildError`].
pub fn sp(spec: &SpSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    for endpoint in spec.acs.iter().chain(&spec.slo) {
        legal("An address", &endpoint.location)?;
        legal("A binding", &endpoint.binding)?;
        legal_option("An address", endpoint.response_location.as_deref())?;
    }
    legal("The service's name", &spec.service_name)?;
    for attribute in &spec.requested_attributes {
        legal("A requested attribute", &attribute.name)?;
    }
    let role = SpSsoDescriptor {
        sso_base: base(
            &spec.signing_certificates,
            &spec.encryption_certificates,
            spec.slo.iter().map(library_endpoint).collect(),
            &spec.name_id_formats,
        ),
        authn_requests_signed: Some(spec.authn_requests_signed),
        want_assertions_signed: Some(spec.want_assertions_signed),
        assertion_consumer_services: spec
            .acs
            .iter()
            .zip(0..)
            .map(|(endpoint, place)| IndexedEndpoint {
                endpoint: library_endpoint(endpoint),
                index: endpoint.index.unwrap_or(place),
                is_default: endpoint.is_default.then_some(true),
            })
            .collect(),
        attribute_consuming_services: attribute_services(spec),
    };
    entity(&spec.id, &spec.entity_id, spec.valid_until, Vec::new(), vec![role], key)
}

fn base(
    signing: &[Certificate],
    encryption: &[Certificate],
    single_logout_services: Vec<LibraryEndpoint>,
    name_id_formats: &[String],
) -> SsoDescriptorBase {
    let mut base = RoleDescriptorBase::new(vec![NS_PROTOCOL.to_owned()]);
    base.key_descriptors = signing
        .iter()
        .map(|c| KeyDescriptor::signing(key_info(c)))
        .chain(encryption.iter().map(|c| KeyDescriptor::encryption(key_info(c))))
        .collect();
    SsoDescriptorBase {
        base,
        artifact_resolution_services: Vec::new(),
        single_logout_services,
        manage_name_id_services: Vec::new(),
        name_id_formats: name_id_formats.to_vec(),
    }
}

fn key_info(certificate: &Certificate) -> String {
    format!(
        concat!(
            r#"<ds:KeyInfo xmlns:ds="{dsig}"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"#,
            r#"</ds:X509Data></ds:KeyInfo>"#,
        ),
        dsig = NS_DSIG,
        certificate = STANDARD.encode(certificate.der()),
    )
}

fn library_endpoint(endpoint: &Endpoint) -> LibraryEndpoint {
    LibraryEndpoint {
        binding: endpoint.binding.clone(),
        location: endpoint.location.clone(),
        response_location: endpoint.response_location.clone(),
    }
}

/// One service an index, in order of first appearance; the first is the default.
fn attribute_services(spec: &SpSpec) -> Vec<AttributeConsumingService> {
    let mut services: Vec<AttributeConsumingService> = Vec::new();
    for attribute in &spec.requested_attributes {
        let requested = LibraryRequested {
            attribute: Attribute {
                name: attribute.name.clone(),
                name_format: attribute.name_format.clone(),
                friendly_name: attribute.friendly_name.clone(),
                values: Vec::new(),
            },
            is_required: Some(attribute.required),
        };
        match services.iter_mut().find(|s| s.index == attribute.service_index) {
            Some(service) => service.requested_attributes.push(requested),
            None => services.push(AttributeConsumingService {
                index: attribute.service_index,
                is_default: services.is_empty().then_some(true),
                service_names: vec![LocalizedName::new("en", spec.service_name.as_str())],
                service_descriptions: Vec::new(),
                requested_attributes: vec![requested],
            }),
        }
    }
    services
}

fn entity(
    id: &str,
    entity_id: &str,
    valid_until: Option<DateTime<Utc>>,
    idp_sso: Vec<IdpSsoDescriptor>,
    sp_sso: Vec<SpSsoDescriptor>,
    key: Option<&KeyPair>,
) -> Result<String, BuildError> {
    build::id(id)?;
    legal("The entity ID", entity_id)?;
    let xml = serialize(&EntityDescriptor {
        entity_id: entity_id.to_owned(),
        id: Some(id.to_owned()),
        valid_until,
        cache_duration: None,
        has_signature: false,
        extensions: None,
        roles: EntityRoles::Roles {
            idp_sso,
            sp_sso,
            authn_authority: Vec::new(),
            attr_authority: Vec::new(),
            pdp: Vec::new(),
        },
        organization: None,
        contact_persons: Vec::new(),
        additional_metadata_locations: Vec::new(),
    })?;
    let Some(key) = key else { return Ok(xml) };
    Ok(Written::new(xml)?.signed(after_start_tag, id, key)?.into_xml())
}

/// The signature is the first child (saml-metadata 2.3.2). A `>` within an attribute's value is not escaped in canonical form,
/// a quotation mark is.
fn after_start_tag(xml: &str) -> Option<usize> {
    let mut quoted = false;
    xml.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == '>' && !quoted).then_some(at + 1)
    })
}
