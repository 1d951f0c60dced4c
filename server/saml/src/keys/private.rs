//! The private half of a key pair: RSA or EC P-256, kept by aws-lc-rs.
//!
//! Owns the reading of private keys and the signature itself. A key is looked at before the library loads it, so that one
//! which is refused is refused by its name and not as damaged.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RsaEncoding, RsaKeyPair,
};
use x509_parser::asn1_rs::Class;
use x509_parser::der_parser::ber::BerObject;
use x509_parser::der_parser::der::parse_der;
use zeroize::Zeroizing;

use super::kind::{Algorithm, P256, curve};
use super::{Certificate, KeyError, KeyKind};
use crate::algorithm::SignatureAlgorithm;

#[derive(Clone)]
pub(crate) enum PrivateKey {
    Rsa(Arc<RsaKeyPair>),
    Ec(Arc<EcdsaKeyPair>),
}

impl PrivateKey {
    pub(super) fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa(_) => KeyKind::Rsa,
            Self::Ec(_) => KeyKind::Ec,
        }
    }

    /// `PrivateKeyInfo` (RFC 5208 5).
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let info = sequence(der)?;
        let [_, algorithm, key, ..] = info.as_slice() else {
            return Err(KeyError::PrivateKey);
        };
        let algorithm = algorithm.as_sequence().map_err(damaged)?;
        let oid = algorithm.first().ok_or(KeyError::PrivateKey)?;
        let parameters = algorithm.get(1).and_then(|p| p.as_oid().ok());
        match Algorithm::of(oid.as_oid().map_err(damaged)?, parameters) {
            Algorithm::Rsa => {
                check_modulus(key.as_slice().map_err(damaged)?)?;
                rsa(RsaKeyPair::from_pkcs8(der))
            }
            Algorithm::Ec(curve) if curve == P256 => ec(EcdsaKeyPair::from_pkcs8(EC, der)),
            Algorithm::Ec(curve) => Err(KeyError::Curve(curve)),
            Algorithm::Other(name) => Err(KeyError::Kind(name)),
        }
    }

    /// `RSAPrivateKey` (RFC 8017 A.1.2).
    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        check_modulus(der)?;
        rsa(RsaKeyPair::from_der(der))
    }

    /// `ECPrivateKey` (RFC 5915 3).
    pub(super) fn from_sec1(der: &[u8]) -> Result<Self, KeyError> {
        // The curve stands in the context-specific field 0, which the parser leaves unparsed.
        let named = sequence(der)?
            .iter()
            .find(|field| field.tag().0 == 0 && field.class() == Class::ContextSpecific)
            .and_then(|field| field.as_slice().ok())
            .and_then(|field| parse_der(field).ok())
            .and_then(|(_, oid)| oid.as_oid().ok().map(curve));
        match named {
            Some(other) if other != P256 => Err(KeyError::Curve(other)),
            _ => ec(EcdsaKeyPair::from_private_key_der(EC, der)),
        }
    }

    pub(super) fn generate_ec() -> Result<Self, KeyError> {
        EcdsaKeyPair::generate(EC)
            .map(|key| Self::Ec(Arc::new(key)))
            .map_err(|_| KeyError::Generation)
    }

    /// The key written anew, whatever form it came in.
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = match self {
            Self::Rsa(key) => AsDer::<Pkcs8V1Der<'static>>::as_der(&**key).map(|der| der.as_ref().to_vec()),
            Self::Ec(key) => key.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        der.map(Zeroizing::new).map_err(|_| KeyError::Generation)
    }

    /// The public half as a certificate's `subjectPublicKey` holds it: PKCS#1 DER, or an uncompressed point.
    pub(super) fn public_key(&self) -> &[u8] {
        match self {
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::Ec(key) => key.public_key().as_ref(),
        }
    }

    /// Signs with an algorithm of the key's kind. ECDSA gives r and s, 32 octets each (xmldsig-core1 6.4.3), which is
    /// what the Redirect binding carries as well.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, data: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match (self, algorithm) {
            (Self::Rsa(key), SignatureAlgorithm::RsaSha256) => sign_rsa(key, &RSA_PKCS1_SHA256, data),
            (Self::Rsa(key), SignatureAlgorithm::RsaSha384) => sign_rsa(key, &RSA_PKCS1_SHA384, data),
            (Self::Rsa(key), SignatureAlgorithm::RsaSha512) => sign_rsa(key, &RSA_PKCS1_SHA512, data),
            (Self::Ec(key), SignatureAlgorithm::EcdsaSha256) => key
                .sign(&SystemRandom::new(), data)
                .map(|signature| signature.as_ref().to_vec()),
            (Self::Rsa(_), SignatureAlgorithm::EcdsaSha256)
            | (
                Self::Ec(_),
                SignatureAlgorithm::RsaSha256 | SignatureAlgorithm::RsaSha384 | SignatureAlgorithm::RsaSha512,
            ) => Err(Unspecified),
        }
    }
}

const EC: &aws_lc_rs::signature::EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;

fn sign_rsa(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding, data: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), data, &mut signature)?;
    Ok(signature)
}

fn rsa<E>(loaded: Result<RsaKeyPair, E>) -> Result<PrivateKey, KeyError> {
    loaded
        .map(|key| PrivateKey::Rsa(Arc::new(key)))
        .map_err(|_| KeyError::PrivateKey)
}

fn ec<E>(loaded: Result<EcdsaKeyPair, E>) -> Result<PrivateKey, KeyError> {
    loaded
        .map(|key| PrivateKey::Ec(Arc::new(key)))
        .map_err(|_| KeyError::PrivateKey)
}

/// The size of an `RSAPrivateKey`, whose second field is the modulus.
fn check_modulus(pkcs1: &[u8]) -> Result<(), KeyError> {
    let fields = sequence(pkcs1)?;
    let modulus = fields.get(1).ok_or(KeyError::PrivateKey)?.as_slice().map_err(damaged)?;
    let leading = modulus.iter().take_while(|octet| **octet == 0).count();
    let bits = (modulus.len() - leading) * 8;
    if (Certificate::MIN_RSA_BITS..=Certificate::MAX_RSA_BITS).contains(&bits) {
        Ok(())
    } else {
        Err(KeyError::RsaBits(bits))
    }
}

fn sequence(der: &[u8]) -> Result<Vec<BerObject<'_>>, KeyError> {
    let (_, object) = parse_der(der).map_err(damaged)?;
    object.as_sequence().cloned().map_err(damaged)
}

fn damaged<E>(_: E) -> KeyError {
    KeyError::PrivateKey
}
