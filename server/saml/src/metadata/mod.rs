//! Metadata (saml-metadata-2.0): what each side publishes about itself, and reading the other side's.
//!
//! Owns the mapping between the documents and plain values. Signatures on metadata are written but not judged on
//! import: an administrator who pastes or uploads a file decides to trust it. Refuses aggregates unless told which
//! entity is meant.

mod parse;
mod write;

use chrono::{DateTime, Utc};

use crate::keys::{Certificate, KeyError};
use crate::xml::XmlError;

pub use parse::{parse_idp, parse_sp, parse_sp_entity};
pub use write::{IdpSpec, SpSpec, idp, sp};

/// The media type of metadata (RFC 7303, saml-metadata appendix A).
pub const CONTENT_TYPE: &str = "application/samlmetadata+xml";

/// An address with the binding it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The binding's URI.
    pub binding: String,
    /// The address.
    pub location: String,
    /// Where responses go, if elsewhere (logout only).
    pub response_location: Option<String>,
    /// Its index (assertion consumer services only).
    pub index: Option<u16>,
    /// Whether it is marked as the default.
    pub is_default: bool,
}

impl Endpoint {
    /// An address without index.
    pub fn new(binding: &str, location: &str) -> Self {
        Self {
            binding: binding.to_owned(),
            location: location.to_owned(),
            response_location: None,
            index: None,
            is_default: false,
        }
    }

    /// An assertion consumer service.
    pub fn indexed(binding: &str, location: &str, index: u16, is_default: bool) -> Self {
        Self {
            index: Some(index),
            is_default,
            ..Self::new(binding, location)
        }
    }
}

/// An attribute a service provider asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedAttribute {
    /// Its name.
    pub name: String,
    /// How the name is to be read.
    pub name_format: Option<String>,
    /// Its name for people.
    pub friendly_name: Option<String>,
    /// Whether the service provider cannot do without.
    pub required: bool,
    /// The index of the set it belongs to, which an AuthnRequest can name.
    pub service_index: u16,
}

/// What a service provider says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpMetadata {
    /// Its entity ID.
    pub entity_id: String,
    /// Its assertion consumer services, in document order.
    pub acs: Vec<Endpoint>,
    /// Its logout services.
    pub slo: Vec<Endpoint>,
    /// Every certificate it may sign with.
    pub signing_certificates: Vec<Certificate>,
    /// Every certificate that may be encrypted for.
    pub encryption_certificates: Vec<Certificate>,
    /// NameID formats it takes, best first.
    pub name_id_formats: Vec<String>,
    /// Attributes it asks for.
    pub requested_attributes: Vec<RequestedAttribute>,
    /// It signs its requests.
    pub authn_requests_signed: bool,
    /// It wants assertions signed (they always are).
    pub want_assertions_signed: bool,
    /// When this description lapses: the earliest instant on the way to the entity.
    pub valid_until: Option<DateTime<Utc>>,
}

impl SpMetadata {
    /// The assertion consumer service to use where none is asked for (saml-metadata 2.2.3): the one marked as default,
    /// else the first.
    pub fn default_acs(&self) -> Option<&Endpoint> {
        self.acs.iter().find(|e| e.is_default).or_else(|| self.acs.first())
    }
}

/// What an identity provider says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdpMetadata {
    /// Its entity ID.
    pub entity_id: String,
    /// Its sign-in services.
    pub sso: Vec<Endpoint>,
    /// Its logout services.
    pub slo: Vec<Endpoint>,
    /// Every certificate it may sign with.
    pub certificates: Vec<Certificate>,
    /// NameID formats it gives.
    pub name_id_formats: Vec<String>,
    /// It wants requests signed.
    pub want_authn_requests_signed: bool,
    /// When this description lapses.
    pub valid_until: Option<DateTime<Utc>>,
}

impl IdpMetadata {
    /// The address of the sign-in service that speaks this binding.
    pub fn sso_location(&self, binding: &str) -> Option<&str> {
        location(&self.sso, binding)
    }

    /// The address of the logout service that speaks this binding.
    pub fn slo_location(&self, binding: &str) -> Option<&str> {
        location(&self.slo, binding)
    }
}

fn location<'a>(endpoints: &'a [Endpoint], binding: &str) -> Option<&'a str> {
    endpoints
        .iter()
        .find(|e| e.binding == binding)
        .map(|e| e.location.as_str())
}

/// Why metadata could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// The document was refused.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Something else than metadata.
    #[error("This is a {0}, not SAML metadata")]
    NotMetadata(String),
    /// An aggregate: choose one of these entity IDs.
    #[error("The metadata describes {} entities; choose one of them", .0.len())]
    Several(Vec<String>),
    /// No such entity in the aggregate.
    #[error("The metadata does not describe the entity {0}")]
    NoSuchEntity(String),
    /// The entity plays no such role.
    #[error("The metadata describes no {0}")]
    NoRole(&'static str),
    /// Nowhere to send a response to.
    #[error("The metadata names no assertion consumer service")]
    NoAcs,
    /// A certificate that cannot be read.
    #[error("A certificate in the metadata cannot be read: {0}")]
    Certificate(#[from] KeyError),
    /// An element or attribute is missing or has no valid value.
    #[error("The metadata is not valid: {0}")]
    Invalid(String),
}
