//! Why a key or a certificate is not taken, in words for the person who pasted it.

use super::Certificate;

/// Why a key or certificate was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key size that is not offered.
    #[error("RSA keys have 2048, 3072 or 4096 bits, not {0}")]
    Size(usize),
    /// The operating system's generator or the key library failed.
    #[error("The key could not be generated")]
    Generation,
    /// Not a private key of a known form, or one the library finds inconsistent.
    #[error("The private key cannot be read: it is damaged, or not an RSA or EC key in PKCS#8, PKCS#1 or SEC 1")]
    PrivateKey,
    /// Nothing was given for the private key.
    #[error("The private key is empty")]
    PrivateKeyEmpty,
    /// No PEM, or PEM with a damaged frame or content.
    #[error(
        "The private key is not PEM: paste it whole, from the line that begins it to the line that ends it, both included"
    )]
    PrivateKeyEncoding,
    /// PEM with another label, a certificate for instance.
    #[error("This is PEM for \"{0}\", not for a private key")]
    NotAPrivateKey(String),
    /// More than the key.
    #[error("There is more than one PEM block in the private key; paste the private key alone")]
    SeveralPrivateKeys,
    /// Encrypted with a password, in PKCS#8 or in OpenSSL's older way.
    #[error(
        "The private key is encrypted with a password. Decrypt it first, with `openssl pkey -in key.pem -out plain.pem`, and paste what is in plain.pem"
    )]
    EncryptedPrivateKey,
    /// An RSA key outside the sizes that are accepted.
    #[error(
        "The private key is RSA with {0} bits; {least} to {most} bits are accepted",
        least = Certificate::MIN_RSA_BITS,
        most = Certificate::MAX_RSA_BITS
    )]
    RsaBits(usize),
    /// An EC key on another curve.
    #[error("The private key is on the curve {0}; P-256 is the one that is accepted")]
    Curve(String),
    /// Neither RSA nor EC.
    #[error("The private key is of the kind {0}; RSA and EC on the curve P-256 are accepted")]
    Kind(String),
    /// The certificate is for another key.
    #[error("The certificate does not belong to this private key")]
    Mismatch,
    /// A chain whose first certificate is another's.
    #[error(
        "The first certificate does not belong to this private key, but number {0} does: the certificate of the key comes first, those that signed it after it"
    )]
    ChainOrder(usize),
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
