//! SOAP binding (saml-bindings 3.2), which carries back-channel logout.
//!
//! Owns the envelope. Refuses headers' meaning: none is understood, and a message has to be the body's only element.

use gamlastan::bindings::soap::soap_envelope_wrap;
use gamlastan::xml::{Document, NodeId};

use crate::inbound::{Binding, DecodeError, Inbound, read};
use crate::xml::{self, XmlError, elements, is};

const NS_SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// The `Content-Type` of a SOAP 1.1 request and answer.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
/// The value of the `SOAPAction` header (saml-bindings 3.2.3.1), quotes included.
pub const ACTION: &str = "\"http://www.oasis-open.org/committees/security\"";

/// Puts a message into an envelope.
pub fn wrap(xml: &str) -> String {
    soap_envelope_wrap(xml, None)
}

/// Whose fault it is that a request was not taken (SOAP 1.1 section 4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The sender's: the message is not formed as it has to be.
    Client,
    /// Ours.
    Server,
}

/// An envelope with a fault, for what is answered with HTTP status 500 (saml-bindings 3.2.3.3).
pub fn fault(code: FaultCode, text: &str) -> String {
    let code = match code {
        FaultCode::Client => "Client",
        FaultCode::Server => "Server",
    };
    format!(
        "<soap:Envelope xmlns:soap=\"{NS_SOAP}\"><soap:Body><soap:Fault><faultcode>soap:{code}</faultcode>\
         <faultstring>{}</faultstring></soap:Fault></soap:Body></soap:Envelope>",
        attribute(text)
    )
}

/// Takes the message out of an envelope.
///
/// # Errors
/// [`DecodeError::Envelope`] if it is none, holds a fault or not exactly one element; else as for any message.
pub fn decode(body: &[u8]) -> Result<Inbound, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| XmlError::NotUtf8)?;
    let document = xml::parse(text, xml::MESSAGE)?;
    let message = content(&document).ok_or(DecodeError::Envelope)?;
    let xml = standalone(&document, message).ok_or(DecodeError::Envelope)?;
    read(xml.into_bytes(), None, None, Binding::Soap, None)
}

/// `Envelope`, an optional `Header`, one `Body` with one element that is no `Fault`.
fn content(document: &Document<'_>) -> Option<NodeId> {
    let envelope = document.document_element()?;
    if !is(document, envelope, NS_SOAP, "Envelope") {
        return None;
    }
    let parts = elements(document, envelope);
    let body = match parts.as_slice() {
        [body] => *body,
        [header, body] if is(document, *header, NS_SOAP, "Header") => *body,
        _ => return None,
    };
    if !is(document, body, NS_SOAP, "Body") {
        return None;
    }
    match elements(document, body).as_slice() {
        [only] if !is(document, *only, NS_SOAP, "Fault") => Some(*only),
        _ => None,
    }
}

/// The element's own text, with the namespaces that were declared around it. Exclusive canonicalization leaves out those
/// it does not use, so its signature stays what it was.
fn standalone(document: &Document<'_>, message: NodeId) -> Option<String> {
    let source = document.node_source(message)?;
    let mut known: Vec<&str> = declared(document, message).map(|(prefix, _)| prefix).collect();
    let mut declarations = String::new();
    let mut node = document.parent(message);
    while let Some(outer) = node {
        for (prefix, uri) in declared(document, outer) {
            if known.contains(&prefix) {
                continue;
            }
            known.push(prefix);
            let name = if prefix.is_empty() { "" } else { ":" };
            declarations.push_str(&format!(" xmlns{name}{prefix}=\"{}\"", attribute(uri)));
        }
        node = document.parent(outer);
    }
    let name_end = source.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))?;
    let (name, rest) = source.split_at(name_end);
    Some(format!("{name}{declarations}{rest}"))
}

fn declared<'d>(document: &'d Document<'_>, node: NodeId) -> impl Iterator<Item = (&'d str, &'d str)> {
    document
        .element(node)
        .into_iter()
        .flat_map(|element| &element.namespace_declarations)
        .map(|(prefix, uri)| (&**prefix, &**uri))
}

fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
