//! The kinds of keys there are, by the object identifiers that files name them with.

use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION, Oid};

/// A kind of key that signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA of 2048 to 8192 bits.
    Rsa,
    /// Elliptic curve P-256.
    Ec,
}

impl KeyKind {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Ec => "EC P-256",
        }
    }
}

/// What an algorithm identifier says a key is (RFC 3279 2.3, RFC 5480 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rsa,
    /// With the curve's name.
    Ec(String),
    /// Named as well as we can.
    Other(String),
}

impl Algorithm {
    pub(super) fn of(algorithm: &Oid<'_>, parameters: Option<&Oid<'_>>) -> Self {
        if *algorithm == OID_PKCS1_RSAENCRYPTION {
            Self::Rsa
        } else if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
            // RFC 5480 2.1.1 forbids every other way of saying which curve: spelled-out parameters are how CVE-2020-0601
            // passed off a curve with another generator.
            Self::Ec(parameters.map_or_else(|| "of its own making".to_owned(), curve))
        } else {
            Self::Other(name(&algorithm.to_id_string()))
        }
    }
}

/// The name of P-256 here; the other curves are named to say what was refused.
pub(super) const P256: &str = "P-256";

pub(super) fn curve(oid: &Oid<'_>) -> String {
    if *oid == OID_EC_P256 {
        return P256.to_owned();
    }
    match oid.to_id_string().as_str() {
        "1.3.132.0.34" => "P-384",
        "1.3.132.0.35" => "P-521",
        "1.3.132.0.10" => "secp256k1",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn name(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.10040.4.1" => "DSA",
        "1.3.101.110" => "X25519",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    }
    .to_owned()
}
