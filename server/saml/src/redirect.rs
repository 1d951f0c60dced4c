//! HTTP-Redirect binding, outgoing (saml-bindings 3.4): the address to send the browser to.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::build::BuildError;
use crate::keys::KeyPair;

/// RFC 3986's unreserved characters stay; every other octet is encoded, in upper case.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameter a message travels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// `SAMLRequest`
    Request,
    /// `SAMLResponse`
    Response,
}

impl Parameter {
    /// Its name, the same for forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// The address that carries `xml` to `endpoint`, signed with the key's algorithm if there is one. The XML itself must not be
/// signed (saml-bindings 3.4.4.1). A query that the endpoint has already stays in front; a fragment is dropped.
///
/// # Errors
/// [`BuildError::Signing`].
pub fn url(
    endpoint: &str,
    parameter: Parameter,
    xml: &str,
    relay_state: Option<&str>,
    key: Option<&KeyPair>,
) -> Result<String, BuildError> {
    let mut query = format!("{}={}", parameter.name(), encode(&deflate(xml)?));
    if let Some(relay_state) = relay_state {
        query.push_str("&RelayState=");
        query.push_str(&encode(relay_state));
    }
    if let Some(key) = key {
        let algorithm = key.signature_algorithm();
        query.push_str("&SigAlg=");
        query.push_str(&encode(algorithm.uri()));
        let signature = key
            .private()
            .sign(algorithm, query.as_bytes())
            .map_err(|_| BuildError::Signing("the key library refused".to_owned()))?;
        query.push_str("&Signature=");
        query.push_str(&encode(&STANDARD.encode(signature)));
    }
    let endpoint = endpoint.split_once('#').map_or(endpoint, |(base, _)| base);
    let separator = match endpoint.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, existing)) if existing.ends_with('&') => "",
        Some(_) => "&",
    };
    Ok(format!("{endpoint}{separator}{query}"))
}

fn deflate(xml: &str) -> Result<String, BuildError> {
    let failed = |e: std::io::Error| BuildError::Serialization(e.to_string());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(xml.as_bytes()).map_err(failed)?;
    Ok(STANDARD.encode(encoder.finish().map_err(failed)?))
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
