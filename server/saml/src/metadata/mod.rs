//! Metadata (saml-metadata-2.0): what each side publishes about itself, and reading the other side's.
//!
//! Owns the mapping between the documents and plain values. Signatures on metadata are written but not judged on
//! import: an administrator who pastes or uploads a file decides to trust it. Refuses aggregates unless told which
//! entity is meant.

mod error;
mod keys;
mod lifetime;
mod names;
mod note;
mod parse;
mod write;

use chrono::{DateTime, TimeDelta, Utc};

use crate::identifier::BINDING_POST;
use crate::keys::Certificate;

pub use error::MetadataError;
pub use note::{CertificateUse, KeyDescriptor, Note};
pub use parse::{entities, parse_idp, parse_sp, parse_sp_entity};
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
    /// Its name for people, where it has one.
    pub display_name: Option<String>,
    /// What it is for, where it says so.
    pub description: Option<String>,
    /// Its assertion consumer services, in document order, whatever binding they speak; at least one speaks HTTP-POST.
    pub acs: Vec<Endpoint>,
    /// Its logout services.
    pub slo: Vec<Endpoint>,
    /// Every certificate it may sign with and that can be verified with.
    pub signing_certificates: Vec<Certificate>,
    /// Every certificate that can be encrypted for.
    pub encryption_certificates: Vec<Certificate>,
    /// Algorithms it decrypts, for content and for its key, in document order; none if it does not say.
    pub encryption_methods: Vec<String>,
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
    /// How long it asks to be kept before it is fetched anew: the shortest time on the way to the entity.
    pub cache_duration: Option<TimeDelta>,
    /// What was taken differently from how it stands there.
    pub notes: Vec<Note>,
}

impl SpMetadata {
    /// The assertion consumer services that responses can be sent to.
    pub fn post_acs(&self) -> impl Iterator<Item = &Endpoint> {
        self.acs.iter().filter(|e| e.binding == BINDING_POST)
    }

    /// The assertion consumer service to use where none is asked for (saml-metadata 2.2.3): of those for HTTP-POST the
    /// one marked as default, else the first.
    pub fn default_acs(&self) -> Option<&Endpoint> {
        self.post_acs()
            .find(|e| e.is_default)
            .or_else(|| self.post_acs().next())
    }

    /// Whether this description has lapsed. Expired metadata is read all the same; whether to take it is the caller's to
    /// decide.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.valid_until.is_some_and(|until| until <= now)
    }
}

/// An entity in a file of one or many, to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitySummary {
    /// Its entity ID.
    pub entity_id: String,
    /// Its name for people, where it has one.
    pub display_name: Option<String>,
    /// Whether it is a service provider that speaks SAML 2.0.
    pub is_service_provider: bool,
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
