//! Messages as they arrive, over HTTP-Redirect, HTTP-POST or SOAP, and the verification of their signatures.
//!
//! Owns the decoding with its limits and the octets a signature was made over. Refuses to guess: a parameter given
//! twice, a message in two parameters or an incomplete signature is an error, not a choice. Who may send what is the
//! caller's business.

mod post;
mod redirect;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::keys::Certificate;
use crate::message::Message;
use crate::read;
pub use crate::read::ReadError;
use crate::redirect::Parameter;
use crate::signature::{self, Placed, SignatureError};
use crate::xml;
pub use crate::xml::XmlError;

pub use post::{decode_post, peek_post};
pub use redirect::{decode_redirect, peek_redirect};

/// The longest RelayState that is taken, in bytes. SAML says 80, but products in use send addresses; the text is kept
/// opaque and echoed, so only its storage matters.
pub const MAX_RELAY_STATE: usize = 1024;

/// Why a message could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No message at all.
    #[error("There is neither a SAMLRequest nor a SAMLResponse")]
    Missing,
    /// A request and a response together.
    #[error("There is both a SAMLRequest and a SAMLResponse")]
    Both,
    /// A parameter given twice.
    #[error("The parameter {0} is given twice")]
    Duplicate(&'static str),
    /// A parameter whose name is percent-encoded, or whose value is.
    #[error("The parameter {0} is not encoded properly")]
    Encoding(&'static str),
    /// A signature without its algorithm, or the reverse.
    #[error("The signature is incomplete: SigAlg and Signature have to come together")]
    IncompleteSignature,
    /// Another encoding than DEFLATE.
    #[error("The message's encoding is not DEFLATE")]
    SamlEncoding,
    /// Not Base64.
    #[error("The message is not valid Base64")]
    Base64,
    /// Not DEFLATE data.
    #[error("The message is not valid DEFLATE data")]
    Deflate,
    /// Larger than a message may be, before or after inflating.
    #[error("The message is larger than {} KiB", xml::MAX_MESSAGE / 1024)]
    TooLarge,
    /// RelayState over the limit.
    #[error("The RelayState is longer than {MAX_RELAY_STATE} bytes")]
    RelayStateTooLong,
    /// SAMLRequest with a response in it, or the reverse.
    #[error("The parameter {0} holds the other kind of message")]
    WrongParameter(&'static str),
    /// No SOAP envelope with one message in it, or a SOAP fault.
    #[error("This is not a SOAP envelope with exactly one SAML message")]
    Envelope,
    /// The document was refused.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The document is no message this product reads.
    #[error(transparent)]
    Message(#[from] ReadError),
    /// The signature inside the message is not formed as SAML requires.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// How a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// HTTP-Redirect.
    Redirect,
    /// HTTP-POST.
    Post,
    /// SOAP over HTTP.
    Soap,
}

impl Binding {
    /// The binding's URI.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Redirect => crate::identifier::BINDING_REDIRECT,
            Self::Post => crate::identifier::BINDING_POST,
            Self::Soap => crate::identifier::BINDING_SOAP,
        }
    }
}

/// A decoded message whose signature is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// What it says.
    pub message: Message,
    /// The XML it was read from: what a replay is compared by, and what an administrator is shown.
    pub xml: String,
    /// RelayState, opaque: to be echoed and never used as an address.
    pub relay_state: Option<String>,
    /// How it arrived.
    pub binding: Binding,
    proof: Proof,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Proof {
    None,
    /// Over the raw query (saml-bindings 3.4.4.1).
    Detached(redirect::Detached),
    /// Inside the message (saml-core 5).
    Enveloped,
}

impl Inbound {
    /// Whether the message carries a signature, verified or not.
    pub fn is_signed(&self) -> bool {
        self.proof != Proof::None
    }

    /// Verifies the signature with any one of the sender's registered certificates. A key in the message itself is
    /// never used.
    ///
    /// # Errors
    /// [`SignatureError::NotSigned`] if there is none, else what is wrong with it.
    pub fn verify(&self, certificates: &[Certificate]) -> Result<(), SignatureError> {
        match &self.proof {
            Proof::None => Err(SignatureError::NotSigned),
            Proof::Detached(detached) => detached.verify(certificates),
            Proof::Enveloped => {
                let document = xml::parse(&self.xml, xml::MESSAGE).map_err(|_| SignatureError::Invalid)?;
                let placed = root_signature(&document)?;
                signature::verify(&self.xml, &document, &placed, certificates)
            }
        }
    }
}

/// Everything after the binding's own decoding.
pub(crate) fn read(
    xml: Vec<u8>,
    parameter: Option<Parameter>,
    relay_state: Option<String>,
    binding: Binding,
    detached: Option<redirect::Detached>,
) -> Result<Inbound, DecodeError> {
    let xml = String::from_utf8(xml).map_err(|_| XmlError::NotUtf8)?;
    let document = xml::parse(&xml, xml::MESSAGE)?;
    let message = read::message(&document)?;
    match (&message, parameter) {
        (Message::LogoutResponse(_), Some(Parameter::Request)) => {
            return Err(DecodeError::WrongParameter("SAMLRequest"));
        }
        (Message::AuthnRequest(_) | Message::LogoutRequest(_), Some(Parameter::Response)) => {
            return Err(DecodeError::WrongParameter("SAMLResponse"));
        }
        _ => {}
    }
    // The form is checked here already: a message with a signature in a strange place is not "unsigned".
    let enveloped = !root_signature(&document)?.is_empty();
    let proof = match detached {
        Some(detached) => Proof::Detached(detached),
        None if enveloped => Proof::Enveloped,
        None => Proof::None,
    };
    drop(document);
    Ok(Inbound {
        message,
        xml,
        relay_state,
        binding,
        proof,
    })
}

fn root_signature(document: &gamlastan::xml::Document<'_>) -> Result<Vec<Placed>, SignatureError> {
    let root: Vec<_> = document.document_element().into_iter().collect();
    signature::survey(document, &root)
}

/// Base64 as forms carry it: line breaks allowed, padding optional, bounded before anything is copied.
pub(crate) fn base64(text: &str, limit: usize) -> Result<Vec<u8>, DecodeError> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    // A third more by Base64 itself, and line breaks.
    if text.len() > limit / 2 * 3 {
        return Err(DecodeError::TooLarge);
    }
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    LENIENT.decode(compact).map_err(|_| DecodeError::Base64)
}

fn relay_state(text: Option<String>) -> Result<Option<String>, DecodeError> {
    match text {
        Some(text) if text.len() > MAX_RELAY_STATE => Err(DecodeError::RelayStateTooLong),
        // Sending the parameter empty is a way of not sending it.
        Some(text) if text.is_empty() => Ok(None),
        other => Ok(other),
    }
}
