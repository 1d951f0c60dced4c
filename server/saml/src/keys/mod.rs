//! Signing keys and certificates: generating, loading, describing.
//!
//! Owns RSA and EC P-256 keys in PKCS#8 and the self-signed certificates that carry them into metadata. Refuses RSA under
//! 2048 and over 8192 bits, other curves and other kinds: no signature algorithm of this crate is for them.

mod certificate;
mod error;
mod kind;
mod pem;
mod private;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyUsagePurpose};
use zeroize::Zeroizing;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};

use private::PrivateKey;

pub use certificate::Certificate;
pub use error::KeyError;
pub use kind::KeyKind;

/// A private key with its certificate, and the algorithms it signs with. Cloning shares the key.
#[derive(Clone)]
pub struct KeyPair {
    key: PrivateKey,
    pkcs8: Arc<Zeroizing<Vec<u8>>>,
    certificate: Certificate,
    signature_algorithm: SignatureAlgorithm,
    digest_algorithm: DigestAlgorithm,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyPair")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl KeyPair {
    /// Generates an RSA key of `bits` (2048, 3072 or 4096) and a self-signed certificate for `common_name`.
    ///
    /// # Errors
    /// [`KeyError::Size`], [`KeyError::Generation`], [`KeyError::SelfSigned`].
    pub fn generate_rsa(
        bits: usize,
        common_name: &str,
        not_before: DateTime<Utc>,
        not_after: DateTime<Utc>,
    ) -> Result<Self, KeyError> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            other => return Err(KeyError::Size(other)),
        };
        let key = RsaKeyPair::generate(size).map_err(|_| KeyError::Generation)?;
        let pkcs8 = AsDer::<Pkcs8V1Der<'static>>::as_der(&key).map_err(|_| KeyError::Generation)?;
        let pem = self_signed(pkcs8.as_ref(), common_name, not_before, not_after)?;
        Self::from_pkcs8(pkcs8.as_ref(), &pem)
    }

    /// Generates an EC key on the curve P-256 and a self-signed certificate for `common_name`.
    ///
    /// # Errors
    /// [`KeyError::Generation`], [`KeyError::SelfSigned`].
    pub fn generate_ec(
        common_name: &str,
        not_before: DateTime<Utc>,
        not_after: DateTime<Utc>,
    ) -> Result<Self, KeyError> {
        let key = PrivateKey::generate_ec()?;
        let pkcs8 = key.to_pkcs8()?;
        let pem = self_signed(&pkcs8, common_name, not_before, not_after)?;
        Self::new(key, pkcs8, Certificate::parse(pem)?)
    }

    /// Loads a key of either kind from PKCS#8 DER and the certificate that goes with it (PEM, Base64 or DER).
    ///
    /// # Errors
    /// [`KeyError::PrivateKey`], [`KeyError::RsaBits`], [`KeyError::Curve`], [`KeyError::Kind`], [`KeyError::Mismatch`],
    /// or what is wrong with the certificate.
    pub fn from_pkcs8(der: &[u8], certificate: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = PrivateKey::from_pkcs8(der)?;
        Self::new(key, Zeroizing::new(der.to_vec()), Certificate::parse(certificate)?)
    }

    /// Loads a key that somebody else made: in PEM as PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted, with its
    /// certificate or the chain that begins with it. What follows in a chain is not kept: nobody builds chains in SAML.
    ///
    /// # Errors
    /// [`KeyError`], one variant for each thing that can be wrong.
    pub fn from_pem(private_key_pem: &str, certificate_pem: &str) -> Result<Self, KeyError> {
        let key = pem::private_key(private_key_pem)?;
        let certificate = pem::certificate(certificate_pem, &key)?;
        let pkcs8 = key.to_pkcs8()?;
        Self::new(key, pkcs8, certificate)
    }

    fn new(key: PrivateKey, pkcs8: Zeroizing<Vec<u8>>, certificate: Certificate) -> Result<Self, KeyError> {
        if !certificate.carries(key.public_key()) {
            return Err(KeyError::Mismatch);
        }
        Ok(Self {
            signature_algorithm: SignatureAlgorithm::default_of(key.kind()),
            digest_algorithm: DigestAlgorithm::default(),
            key,
            pkcs8: Arc::new(pkcs8),
            certificate,
        })
    }

    /// The same key, signing with these algorithms from now on. A new pair signs with RSA-SHA256 or ECDSA-SHA256, by its
    /// kind, and SHA-256. A signature algorithm of the other kind is not taken: the pair then signs with its kind's
    /// default, for a message nobody can verify helps nobody.
    #[must_use]
    pub fn using(&self, signature: SignatureAlgorithm, digest: DigestAlgorithm) -> Self {
        Self {
            signature_algorithm: if signature.kind() == self.kind() {
                signature
            } else {
                SignatureAlgorithm::default_of(self.kind())
            },
            digest_algorithm: digest,
            ..self.clone()
        }
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.key.kind()
    }

    /// The algorithm of its signatures.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The digest algorithm of the references in its XML signatures.
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest_algorithm
    }

    /// The private key, PKCS#8 DER: to be sealed before it is stored.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The certificate with all its particulars.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        self.certificate.pem()
    }

    /// The certificate as it stands in `ds:X509Certificate`.
    pub fn certificate_der_base64(&self) -> String {
        STANDARD.encode(self.certificate.der())
    }

    /// SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.
    pub fn key_id(&self) -> String {
        self.certificate.key_id()
    }

    pub(crate) fn private(&self) -> &PrivateKey {
        &self.key
    }
}

fn self_signed(
    pkcs8: &[u8],
    common_name: &str,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
) -> Result<String, KeyError> {
    let failed = |e: rcgen::Error| KeyError::SelfSigned(e.to_string());
    if not_after <= not_before {
        return Err(KeyError::SelfSigned("it would end before it begins".to_owned()));
    }
    let signing = rcgen::KeyPair::try_from(pkcs8).map_err(failed)?;
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let seconds = |t: DateTime<Utc>| {
        u64::try_from(t.timestamp()).map_err(|_| KeyError::SelfSigned("its dates lie before 1970".to_owned()))
    };
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + std::time::Duration::from_secs(seconds(not_before)?);
    params.not_after = epoch + std::time::Duration::from_secs(seconds(not_after)?);
    Ok(params.self_signed(&signing).map_err(failed)?.pem())
}
