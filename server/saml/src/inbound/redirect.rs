//! HTTP-Redirect binding (saml-bindings 3.4): DEFLATE and Base64 in the query, signed over its raw octets.
//!
//! The signature is verified over the parameters exactly as they were received: encoding them anew would change
//! lower-case percent-encoding and break good signatures, or repair bad ones.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use percent_encoding::percent_decode_str;

use super::{Binding, DecodeError, Inbound, base64, read, relay_state};
use crate::algorithm::SignatureAlgorithm;
use crate::keys::Certificate;
use crate::redirect::Parameter;
use crate::signature::{SignatureError, usable};
use crate::xml::MAX_MESSAGE;

const NAMES: [&str; 6] = [
    "SAMLRequest",
    "SAMLResponse",
    "RelayState",
    "SigAlg",
    "Signature",
    "SAMLEncoding",
];
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// A signature over the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detached {
    octets: String,
    algorithm: String,
    signature: Vec<u8>,
}

impl Detached {
    pub(super) fn verify(&self, certificates: &[Certificate]) -> Result<(), SignatureError> {
        let algorithm = SignatureAlgorithm::from_uri(&self.algorithm)
            .ok_or_else(|| SignatureError::Algorithm(self.algorithm.clone()))?;
        let verification: &'static dyn VerificationAlgorithm = match algorithm {
            SignatureAlgorithm::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
            SignatureAlgorithm::RsaSha384 => &RSA_PKCS1_2048_8192_SHA384,
            SignatureAlgorithm::RsaSha512 => &RSA_PKCS1_2048_8192_SHA512,
            SignatureAlgorithm::EcdsaSha256 => &ECDSA_P256_SHA256_FIXED,
        };
        let matches = usable(certificates)?
            .into_iter()
            .filter(|certificate| certificate.kind() == Some(algorithm.kind()))
            .any(|certificate| {
                UnparsedPublicKey::new(verification, certificate.spki())
                    .verify(self.octets.as_bytes(), &self.signature)
                    .is_ok()
            });
        if matches { Ok(()) } else { Err(SignatureError::Invalid) }
    }
}

/// Decodes the query of a redirect, as it stands in the request line (without `?`).
///
/// # Errors
/// [`DecodeError`]; a message that inflates to more than 256 KiB is dropped at that point.
pub fn decode_redirect(raw_query: &str) -> Result<Inbound, DecodeError> {
    let query = Query::parse(raw_query)?;
    let (name, parameter) = match (query.raw("SAMLRequest"), query.raw("SAMLResponse")) {
        (Some(_), Some(_)) => return Err(DecodeError::Both),
        (Some(_), None) => ("SAMLRequest", Parameter::Request),
        (None, Some(_)) => ("SAMLResponse", Parameter::Response),
        (None, None) => return Err(DecodeError::Missing),
    };
    if query
        .decoded("SAMLEncoding")?
        .is_some_and(|encoding| encoding != DEFLATE)
    {
        return Err(DecodeError::SamlEncoding);
    }
    // Base64 has `+` and no space, so a `+` that a sender forgot to encode still means itself.
    let text = query.decoded(name)?.ok_or(DecodeError::Missing)?;
    let xml = inflate(&base64(&text, MAX_MESSAGE)?)?;
    let relay = query
        .raw("RelayState")
        .map(|raw| percent_decode(&raw.replace('+', " "), "RelayState"))
        .transpose()?;
    let detached = detached(&query, name)?;
    read(xml, Some(parameter), relay_state(relay)?, Binding::Redirect, detached)
}

/// The XML as far as it can be decoded, for an administrator to look at when [`decode_redirect`] failed. Never to be
/// acted on.
pub fn peek_redirect(raw_query: &str) -> Option<String> {
    let (_, text) = raw_query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| matches!(*key, "SAMLRequest" | "SAMLResponse"))?;
    let text = percent_decode(text, "SAMLRequest").ok()?;
    String::from_utf8(inflate(&base64(&text, MAX_MESSAGE).ok()?).ok()?).ok()
}

fn detached(query: &Query<'_>, name: &'static str) -> Result<Option<Detached>, DecodeError> {
    let (algorithm, signature) = match (query.decoded("SigAlg")?, query.decoded("Signature")?) {
        (None, None) => return Ok(None),
        (Some(algorithm), Some(signature)) => (algorithm, signature),
        _ => return Err(DecodeError::IncompleteSignature),
    };
    // The order is the specification's, whatever order the parameters came in.
    let octets = [name, "RelayState", "SigAlg"]
        .into_iter()
        .filter_map(|name| query.pair(name))
        .collect::<Vec<_>>()
        .join("&");
    Ok(Some(Detached {
        octets,
        algorithm,
        signature: base64(&signature, 4096).map_err(|_| DecodeError::Encoding("Signature"))?,
    }))
}

/// The SAML parameters of a query, undecoded.
struct Query<'a> {
    pairs: Vec<(&'static str, &'a str)>,
}

impl<'a> Query<'a> {
    fn parse(raw: &'a str) -> Result<Self, DecodeError> {
        let mut pairs: Vec<(&'static str, &'a str)> = Vec::new();
        for pair in raw.split('&') {
            let key = pair.split_once('=').map_or(pair, |(key, _)| key);
            let decoded = percent_decode_str(key).decode_utf8_lossy();
            let Some(name) = NAMES.into_iter().find(|name| **name == *decoded) else {
                continue;
            };
            // An encoded name would be signed under one spelling and found under another.
            if key != name {
                return Err(DecodeError::Encoding(name));
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(DecodeError::Duplicate(name));
            }
            pairs.push((name, pair));
        }
        Ok(Self { pairs })
    }

    fn pair(&self, name: &str) -> Option<&'a str> {
        self.pairs
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, pair)| *pair)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.pair(name)
            .map(|pair| pair.split_once('=').map_or("", |(_, value)| value))
    }

    fn decoded(&self, name: &'static str) -> Result<Option<String>, DecodeError> {
        self.raw(name).map(|raw| percent_decode(raw, name)).transpose()
    }
}

fn percent_decode(text: &str, name: &'static str) -> Result<String, DecodeError> {
    if text.len() > 4 * MAX_MESSAGE {
        return Err(DecodeError::TooLarge);
    }
    percent_decode_str(text)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| DecodeError::Encoding(name))
}

/// Raw DEFLATE (RFC 1951). Reading stops one byte past the limit, so a bomb costs no more than a message.
fn inflate(data: &[u8]) -> Result<Vec<u8>, DecodeError> {
    decompress_to_vec_with_limit(data, MAX_MESSAGE).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => DecodeError::TooLarge,
        _ => DecodeError::Deflate,
    })
}
