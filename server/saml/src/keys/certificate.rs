//! A certificate as an administrator pastes it and as metadata carries it.
//!
//! Trust in SAML is the registered key itself: chains are not built and dates are shown, not enforced, because
//! federation certificates are long-lived containers for a key (SAML metadata interoperability profile 2.6.1).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::KeyError;

/// An X.509 certificate and what a person wants to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// First instant of its validity.
    pub not_before: DateTime<Utc>,
    /// Last instant of its validity.
    pub not_after: DateTime<Utc>,
    /// Serial number, hex with colons.
    pub serial: String,
    /// SHA-256 of the whole certificate, lower-case hex: the fingerprint that tools show.
    pub sha256: String,
    /// `RSA`, `EC` or what else the key is.
    pub key_algorithm: String,
    /// Size of the public key in bits.
    pub key_bits: usize,
    der: Vec<u8>,
    spki: Vec<u8>,
    public_key: Vec<u8>,
}

impl Certificate {
    /// The smallest RSA key whose signatures are accepted (NIST SP 800-131A).
    pub const MIN_RSA_BITS: usize = 2048;
    /// The largest: verification time grows with the square.
    pub const MAX_RSA_BITS: usize = 8192;

    /// Reads a certificate in PEM, in bare Base64 (line breaks and spaces allowed) or in DER.
    ///
    /// # Errors
    /// [`KeyError::Empty`], [`KeyError::NotACertificate`], [`KeyError::Encoding`], [`KeyError::Malformed`].
    pub fn parse(input: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::from_der(decode(input.as_ref())?)
    }

    fn from_der(der: Vec<u8>) -> Result<Self, KeyError> {
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|_| KeyError::Malformed)?;
        if !rest.is_empty() {
            return Err(KeyError::Malformed);
        }
        let spki = parsed.public_key();
        let (key_algorithm, key_bits) = match spki.parsed() {
            Ok(PublicKey::RSA(rsa)) => ("RSA".to_owned(), rsa.key_size()),
            Ok(PublicKey::EC(point)) => ("EC".to_owned(), point.key_size()),
            _ => (spki.algorithm.algorithm.to_id_string(), 0),
        };
        let instant =
            |t: x509_parser::time::ASN1Time| DateTime::from_timestamp(t.timestamp(), 0).ok_or(KeyError::Malformed);
        Ok(Self {
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            not_before: instant(parsed.validity().not_before)?,
            not_after: instant(parsed.validity().not_after)?,
            serial: parsed.raw_serial_as_string(),
            sha256: hex(digest(&SHA256, &der).as_ref()),
            key_algorithm,
            key_bits,
            spki: spki.raw.to_vec(),
            public_key: spki.subject_public_key.data.to_vec(),
            der: der.clone(),
        })
    }

    /// The certificate, DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate, PEM with lines of 64 characters.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in text.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.
    pub fn key_id(&self) -> String {
        hex(digest(&SHA256, &self.spki).as_ref())
    }

    /// Whether this key is one to verify with and to encrypt for: RSA of 2048 to 8192 bits.
    pub fn is_usable(&self) -> bool {
        self.key_algorithm == "RSA" && (Self::MIN_RSA_BITS..=Self::MAX_RSA_BITS).contains(&self.key_bits)
    }

    /// The public key as SubjectPublicKeyInfo, DER.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether the certificate's key is this one (PKCS#1 DER).
    pub(crate) fn carries(&self, public_key: &[u8]) -> bool {
        self.public_key == public_key
    }
}

fn decode(input: &[u8]) -> Result<Vec<u8>, KeyError> {
    // DER of a certificate starts with a SEQUENCE of a two-byte length, which is no text.
    if input.starts_with(&[0x30, 0x82]) {
        return Ok(input.to_vec());
    }
    let text = std::str::from_utf8(input).map_err(|_| KeyError::Encoding)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(KeyError::Empty);
    }
    let body = match text.find("-----BEGIN ") {
        Some(start) => pem_body(&text[start..])?,
        None => text,
    };
    let compact: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(compact).map_err(|_| KeyError::Encoding)
}

fn pem_body(text: &str) -> Result<&str, KeyError> {
    let after = &text["-----BEGIN ".len()..];
    let (label, rest) = after.split_once("-----").ok_or(KeyError::Encoding)?;
    if !matches!(label, "CERTIFICATE" | "X509 CERTIFICATE") {
        return Err(KeyError::NotACertificate(label.to_lowercase()));
    }
    let (body, end) = rest.split_once("-----END ").ok_or(KeyError::Encoding)?;
    // Taking the first silently would lose the key that is rolled to.
    if end.contains("-----BEGIN ") {
        return Err(KeyError::Several);
    }
    Ok(body)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
