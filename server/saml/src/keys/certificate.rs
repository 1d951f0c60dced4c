//! A certificate as an administrator pastes it and as metadata carries it.
//!
//! Trust in SAML is the registered key itself: chains are not built and dates are shown, not enforced, because
//! federation certificates are long-lived containers for a key (SAML metadata interoperability profile 2.6.1).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::kind::{Algorithm, P256};
use super::{KeyError, KeyKind};

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
    /// The curve's name, for EC keys.
    pub curve: Option<String>,
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
        let parameters = spki.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok());
        let (key_algorithm, curve) = match Algorithm::of(&spki.algorithm.algorithm, parameters.as_ref()) {
            Algorithm::Rsa => ("RSA".to_owned(), None),
            Algorithm::Ec(curve) => ("EC".to_owned(), Some(curve)),
            Algorithm::Other(name) => (name, None),
        };
        let key_bits = spki.parsed().map_or(0, |key| key.key_size());
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
            curve,
            spki: spki.raw.to_vec(),
            public_key: spki.subject_public_key.data.to_vec(),
            der: der.clone(),
        })
    }

    /// Every certificate of a text, in the order in which they stand; none for an empty one. Each PEM block (RFC 7468)
    /// goes to where the next begins; without any, the text is one certificate in Base64.
    ///
    /// # Errors
    /// As [`Certificate::parse`], for the first that is none.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let starts: Vec<usize> = text.match_indices("-----BEGIN ").map(|(at, _)| at).collect();
        if starts.is_empty() {
            return Ok(vec![Self::parse(text)?]);
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let blocks = starts.iter().copied().zip(ends);
        blocks
            .map(|(start, end)| Self::parse(text.get(start..end).unwrap_or_default()))
            .collect()
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

    /// The kind of key it is, if it is one to verify signatures with: RSA of 2048 to 8192 bits, or EC P-256.
    pub fn kind(&self) -> Option<KeyKind> {
        match (self.key_algorithm.as_str(), self.curve.as_deref()) {
            ("RSA", _) if (Self::MIN_RSA_BITS..=Self::MAX_RSA_BITS).contains(&self.key_bits) => Some(KeyKind::Rsa),
            // A compressed point (SEC 1 2.3.3) is one that not everybody reads; products write the whole point.
            ("EC", Some(P256)) if matches!(self.public_key.as_slice(), [4, point @ ..] if point.len() == 64) => {
                Some(KeyKind::Ec)
            }
            _ => None,
        }
    }

    /// Whether signatures are verified with this key.
    pub fn can_verify(&self) -> bool {
        self.kind().is_some()
    }

    /// Whether assertions are encrypted for this key: only RSA transports keys here.
    pub fn can_encrypt_for(&self) -> bool {
        self.kind() == Some(KeyKind::Rsa)
    }

    /// Whether this key is good for both, verifying and encrypting.
    pub fn is_usable(&self) -> bool {
        self.can_verify() && self.can_encrypt_for()
    }

    /// The key in words: `RSA, 2048 bits`, `EC P-256`, `Ed25519`.
    pub fn key_description(&self) -> String {
        match &self.curve {
            Some(curve) => format!("{} {curve}", self.key_algorithm),
            None if self.key_bits > 0 => format!("{}, {} bits", self.key_algorithm, self.key_bits),
            None => self.key_algorithm.clone(),
        }
    }

    /// The public key as SubjectPublicKeyInfo, DER.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether the certificate's key is this one (PKCS#1 DER, or an uncompressed point).
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
