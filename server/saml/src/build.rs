//! What all outgoing messages share: the check of what goes in, serialization, the place of the signature.

use gamlastan::core::assertion::Issuer;
use gamlastan::xml::SamlSerialize;

use crate::keys::{Certificate, KeyPair};
use crate::signing::Written;
use crate::xml::{is_id, is_legal_text};

/// Why a message could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Control characters cannot be written in XML 1.0, not even escaped.
    #[error("{0} contains a character that XML cannot carry")]
    IllegalCharacter(String),
    /// Message IDs have to start with a letter or `_` (xs:ID).
    #[error("\"{0}\" is not a message ID")]
    InvalidId(String),
    /// The encryption certificate holds another key than RSA of 2048 to 8192 bits.
    #[error(
        "The service provider's certificate cannot be encrypted for: that takes an RSA key of {} to {} bits, and an EC key can only verify signatures",
        Certificate::MIN_RSA_BITS,
        Certificate::MAX_RSA_BITS
    )]
    EncryptionCertificate,
    /// The key library refused to encrypt.
    #[error("The assertion could not be encrypted")]
    Encryption,
    /// The signature could not be computed.
    #[error("The message could not be signed: {0}")]
    Signing(String),
    /// The library could not write the message.
    #[error("The message could not be written: {0}")]
    Serialization(String),
}

/// Refuses what XML cannot carry, naming the field.
pub(crate) fn legal(field: &str, text: &str) -> Result<(), BuildError> {
    if is_legal_text(text) {
        Ok(())
    } else {
        Err(BuildError::IllegalCharacter(field.to_owned()))
    }
}

/// [`legal`] for a field that may be absent.
pub(crate) fn legal_option(field: &str, text: Option<&str>) -> Result<(), BuildError> {
    text.map_or(Ok(()), |text| legal(field, text))
}

/// Refuses what is no xs:ID.
pub(crate) fn id(text: &str) -> Result<(), BuildError> {
    if is_id(text) {
        Ok(())
    } else {
        Err(BuildError::InvalidId(text.to_owned()))
    }
}

/// An issuer without Format: `entity` is its default (saml-core 2.2.5), and some service providers compare the element
/// as a whole.
pub(crate) fn issuer(entity_id: &str) -> Issuer {
    Issuer {
        value: entity_id.to_owned(),
        format: None,
        name_qualifier: None,
        sp_name_qualifier: None,
    }
}

pub(crate) fn serialize(message: &impl SamlSerialize) -> Result<String, BuildError> {
    message
        .to_xml_string()
        .map_err(|e| BuildError::Serialization(e.to_string()))
}

/// Where the signature of a message or an assertion of ours stands: after its Issuer (saml-core 3.2.1).
pub(crate) fn after_issuer(xml: &str) -> Option<usize> {
    const END: &str = "</saml:Issuer>";
    // Text and attribute values are escaped, so the first match is the outermost element's own Issuer.
    xml.find(END).map(|at| at + END.len())
}

/// A whole message, signed if there is a key.
pub(crate) fn message(message: &impl SamlSerialize, id: &str, key: Option<&KeyPair>) -> Result<String, BuildError> {
    let xml = serialize(message)?;
    match key {
        None => Ok(xml),
        Some(key) => Ok(Written::new(xml)?.signed(after_issuer, id, key)?.into_xml()),
    }
}
