//! The bridge from the XML signature library to aws-lc-rs.
//!
//! The library's own RSA takes four times as long and is not constant in time (RUSTSEC-2023-0071); through its interface
//! for hardware keys it hands the octets to us instead.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};
use gamlastan::crypto::kryptering::{Error, HashAlgorithm, Result, SignatureAlgorithm as LibraryAlgorithm, Signer};
use gamlastan::crypto::{KeysManager, SamlSigner};

use super::KeyPair;
use crate::algorithm::SignatureAlgorithm;

struct AwsLcSigner {
    key: Arc<RsaKeyPair>,
    algorithm: SignatureAlgorithm,
}

impl Signer for AwsLcSigner {
    fn algorithm(&self) -> LibraryAlgorithm {
        LibraryAlgorithm::RsaPkcs1v15(match self.algorithm {
            SignatureAlgorithm::RsaSha256 => HashAlgorithm::Sha256,
            SignatureAlgorithm::RsaSha384 => HashAlgorithm::Sha384,
            SignatureAlgorithm::RsaSha512 => HashAlgorithm::Sha512,
        })
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>> {
        let encoding: &'static dyn RsaEncoding = match self.algorithm {
            SignatureAlgorithm::RsaSha256 => &RSA_PKCS1_SHA256,
            SignatureAlgorithm::RsaSha384 => &RSA_PKCS1_SHA384,
            SignatureAlgorithm::RsaSha512 => &RSA_PKCS1_SHA512,
        };
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(encoding, &SystemRandom::new(), data, &mut signature)
            .map_err(|_| Error::Crypto("RSA signing failed".to_owned()))?;
        Ok(signature)
    }
}

/// A signer for XML and for redirect queries, backed by aws-lc-rs.
pub(crate) fn saml_signer(key: &KeyPair, algorithm: SignatureAlgorithm) -> SamlSigner {
    SamlSigner::with_hsm_signer(
        KeysManager::new(),
        Arc::new(AwsLcSigner {
            key: key.rsa(),
            algorithm,
        }),
    )
}
