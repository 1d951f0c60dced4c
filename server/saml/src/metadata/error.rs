//! Why metadata is not taken, in words for the administrator who pasted or uploaded it.

use super::KeyDescriptor;
use crate::keys::KeyError;
use crate::xml::{MAX_METADATA, XmlError};

/// Why metadata could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Nothing was given.
    #[error("The metadata is empty")]
    Empty,
    /// Longer than metadata may be.
    #[error(
        "The metadata is larger than {} MiB. Take the service provider's own file, not that of a whole federation",
        MAX_METADATA / 1024 / 1024
    )]
    TooLarge,
    /// HTML, as an address that asks for a sign-in answers.
    #[error(
        "This is a web page, not SAML metadata. Open its address in a browser to see what it says: it may ask to sign in"
    )]
    WebPage,
    /// The document was refused.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Something else than metadata.
    #[error("This is not SAML metadata: it is a {0}, where an EntityDescriptor or EntitiesDescriptor is expected")]
    NotMetadata(String),
    /// An aggregate: choose one of these entity IDs.
    #[error("The metadata describes {} entities; choose one of them", .0.len())]
    Several(Vec<String>),
    /// No such entity in the aggregate.
    #[error("The metadata does not describe the entity {0}")]
    NoSuchEntity(String),
    /// The entity plays no such role.
    #[error("The metadata describes no {0} that speaks SAML 2.0")]
    NoRole(&'static str),
    /// Nowhere to send a response to.
    #[error("The metadata names no assertion consumer service")]
    NoAcs,
    /// Assertion consumer services, but none for the binding responses are sent over; theirs are these.
    #[error("No assertion consumer service in the metadata takes HTTP-POST, the binding of responses; theirs: {}", .0.join(", "))]
    NoPostAcs(Vec<String>),
    /// A certificate that cannot be read.
    #[error("The certificate in {place} cannot be read: {error}")]
    Certificate {
        /// Where it stands.
        place: KeyDescriptor,
        /// What is wrong with it.
        error: KeyError,
    },
    /// An element or attribute is missing or has no valid value.
    #[error("The metadata is not valid: {0}")]
    Invalid(String),
}
