//! SOAP binding (saml-bindings 3.2), which carries back-channel logout.
//!
//! Owns the envelope. Refuses headers' meaning: none is understood, and a message has to be the body's only element.

use gamlastan::bindings::soap::{soap_envelope_unwrap, soap_envelope_wrap};

use crate::inbound::{Binding, DecodeError, Inbound, read};
use crate::xml::{self, XmlError};

/// The `Content-Type` of a SOAP 1.1 request and answer.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
/// The value of the `SOAPAction` header (saml-bindings 3.2.3.1), quotes included.
pub const ACTION: &str = "\"http://www.oasis-open.org/committees/security\"";

/// Puts a message into an envelope.
pub fn wrap(xml: &str) -> String {
    soap_envelope_wrap(xml, None)
}

/// Takes the message out of an envelope.
///
/// # Errors
/// [`DecodeError`]; the envelope has to pass the same checks as a message.
pub fn decode(body: &[u8]) -> Result<Inbound, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| XmlError::NotUtf8)?;
    xml::parse(text, xml::MESSAGE)?;
    let unwrapped = soap_envelope_unwrap(body)
        .map_err(|e| XmlError::NotWellFormed(e.to_string()))?;
    read(unwrapped.body_xml.into_bytes(), None, None, Binding::Soap, None)
}
