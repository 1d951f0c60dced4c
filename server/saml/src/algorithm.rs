//! The algorithms this product signs and encrypts with, each with its URI.
//!
//! Closed lists: SHA-1, HMAC, DSA and RSA 1.5 have no variant, so no setting can choose them. CBC has one, marked as weak
//! and kept out of the list to offer: some service providers read nothing else, and we never decrypt it.

use crate::keys::KeyKind;

/// An XML signature algorithm (RFC 9231).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureAlgorithm {
    /// RSA PKCS#1 1.5 with SHA-256: what every SAML product verifies.
    #[default]
    RsaSha256,
    /// RSA PKCS#1 1.5 with SHA-384.
    RsaSha384,
    /// RSA PKCS#1 1.5 with SHA-512.
    RsaSha512,
    /// ECDSA with SHA-256, here always on the curve P-256.
    EcdsaSha256,
}

impl SignatureAlgorithm {
    /// Every variant, in the order to offer them.
    pub const ALL: [Self; 4] = [Self::RsaSha256, Self::RsaSha384, Self::RsaSha512, Self::EcdsaSha256];
    /// Those of RSA keys, in the order to offer them.
    pub const RSA: [Self; 3] = [Self::RsaSha256, Self::RsaSha384, Self::RsaSha512];

    /// The kind of key that signs with it.
    pub const fn kind(self) -> KeyKind {
        match self {
            Self::RsaSha256 | Self::RsaSha384 | Self::RsaSha512 => KeyKind::Rsa,
            Self::EcdsaSha256 => KeyKind::Ec,
        }
    }

    /// What a key of this kind signs with where nothing else is chosen.
    pub const fn default_of(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa => Self::RsaSha256,
            KeyKind::Ec => Self::EcdsaSha256,
        }
    }

    /// The URI for `SignatureMethod` and `SigAlg`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        }
    }

    /// The variant with this URI, if it is one that is accepted.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.uri() == uri)
    }
}

/// A digest algorithm for signature references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DigestAlgorithm {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every variant, in the order to offer them.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The URI for `DigestMethod`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The variant with this URI, if it is one that is accepted.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.uri() == uri)
    }
}

/// How an assertion's content is encrypted. Authenticated modes (SAML errata E93), and CBC for those who read nothing
/// else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataEncryption {
    /// AES-256-GCM.
    #[default]
    Aes256Gcm,
    /// AES-128-GCM.
    Aes128Gcm,
    /// AES-256-CBC, to encrypt with only: nothing in it notices a change, which is what padding oracles live on.
    Aes256Cbc,
    /// AES-128-CBC, likewise.
    Aes128Cbc,
}

impl DataEncryption {
    /// Every variant to offer, in order.
    pub const ALL: [Self; 2] = [Self::Aes256Gcm, Self::Aes128Gcm];
    /// Those for recipients that cannot read the others, to be offered with a warning.
    pub const WEAK: [Self; 2] = [Self::Aes256Cbc, Self::Aes128Cbc];

    /// Whether a change to the ciphertext goes unnoticed. Such content is written where a setting asks for it and never
    /// read.
    pub const fn is_weak(self) -> bool {
        match self {
            Self::Aes256Gcm | Self::Aes128Gcm => false,
            Self::Aes256Cbc | Self::Aes128Cbc => true,
        }
    }

    /// The URI for `EncryptionMethod` (xmlenc-core1 5.2.2 and 5.2.4).
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        }
    }

    /// The variant with this URI, weak ones included.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().chain(Self::WEAK).find(|a| a.uri() == uri)
    }
}

/// How the content's key is encrypted for the recipient. OAEP only: RSA 1.5 is open to Bleichenbacher's attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyEncryption {
    /// RSA-OAEP with SHA-1 as digest and in MGF1: the form that xmlsec1, node-saml, pysaml2, Shibboleth and .NET all
    /// read. OAEP does not rest on collision resistance, so SHA-1 is no weakness here.
    #[default]
    RsaOaepMgf1p,
    /// RSA-OAEP (xmlenc 1.1) with SHA-256 as digest and in MGF1, for recipients known to read it.
    RsaOaepSha256,
}

impl KeyEncryption {
    /// Every variant, in the order to offer them.
    pub const ALL: [Self; 2] = [Self::RsaOaepMgf1p, Self::RsaOaepSha256];

    /// The URI for the key's `EncryptionMethod` (xmlenc-core1 5.5.2).
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaOaepMgf1p => "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
            Self::RsaOaepSha256 => "http://www.w3.org/2009/xmlenc11#rsa-oaep",
        }
    }

    /// The variant with this URI, if it is one that is accepted.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.uri() == uri)
    }
}
