//! Signing keys and certificates: generating, loading, describing.
//!
//! Owns RSA keys in PKCS#8 and the self-signed certificates that carry them into metadata. Refuses keys under 2048 bits
//! and everything that is not RSA: the signature algorithms of this crate are RSA.

mod certificate;
mod signer;
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

pub use certificate::Certificate;
pub(crate) use signer::saml_signer;

/// Why a key or certificate was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key size that is not offered.
    #[error("RSA keys have 2048, 3072 or 4096 bits, not {0}")]
    Size(usize),
    /// The operating system's generator or the key library failed.
    #[error("The key could not be generated")]
    Generation,
    /// Not an RSA private key in PKCS#8, or one the library finds inconsistent.
    #[error("The private key is not a valid RSA key in PKCS#8")]
    PrivateKey,
    /// The certificate is for another key.
    #[error("The certificate does not belong to this private key")]
    Mismatch,
    /// The self-signed certificate could not be made from these values.
    #[error("The certificate could not be made: {0}")]
    SelfSigned(String),
    /// Nothing was given.
    #[error("The certificate is empty")]
    Empty,
    /// PEM with another label, a private key for instance.
    #[error("This is PEM for \"{0}\", not for a certificate")]
    NotACertificate(String),
    /// A bundle.
    #[error("There is more than one PEM block; one certificate is expected")]
    Several,
    /// Neither PEM, nor Base64, nor DER.
    #[error("The certificate is neither PEM nor Base64 nor DER")]
    Encoding,
    /// Decoded, but not an X.509 certificate.
    #[error("The certificate is not a valid X.509 certificate")]
    Malformed,
}

/// An RSA private key with its certificate. Cloning shares the key.
#[derive(Clone)]
pub struct KeyPair {
    key: Arc<RsaKeyPair>,
    pkcs8: Arc<Zeroizing<Vec<u8>>>,
    certificate: Certificate,
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

    /// Loads a key from PKCS#8 DER and the certificate that goes with it (PEM, Base64 or DER).
    ///
    /// # Errors
    /// [`KeyError::PrivateKey`], [`KeyError::Mismatch`], or what is wrong with the certificate.
    pub fn from_pkcs8(der: &[u8], certificate: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::PrivateKey)?;
        let bits = key.public_modulus_len() * 8;
        if bits < Certificate::MIN_RSA_BITS {
            return Err(KeyError::Size(bits));
        }
        let certificate = Certificate::parse(certificate)?;
        if !certificate.carries(aws_lc_rs::signature::KeyPair::public_key(&key).as_ref()) {
            return Err(KeyError::Mismatch);
        }
        Ok(Self {
            key: Arc::new(key),
            pkcs8: Arc::new(Zeroizing::new(der.to_vec())),
            certificate,
        })
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

    pub(crate) fn rsa(&self) -> Arc<RsaKeyPair> {
        Arc::clone(&self.key)
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
