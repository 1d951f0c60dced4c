//! A private key and its certificate as an administrator pastes them: PEM (RFC 7468), in any of the forms that tools write.
//!
//! Refuses keys that are still encrypted: a password for the sake of one paste would be one more secret to carry through
//! this product, and `openssl` takes it off.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::private::PrivateKey;
use super::{Certificate, KeyError};

/// Reads the one private key in a text.
pub(super) fn private_key(text: &str) -> Result<PrivateKey, KeyError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(KeyError::PrivateKeyEmpty);
    }
    let blocks = blocks(text).ok_or(KeyError::PrivateKeyEncoding)?;
    // `openssl ecparam -genkey` writes the curve in front of the key, which names it as well.
    let mut keys = blocks.iter().filter(|block| block.label != "EC PARAMETERS");
    let key = keys.next().ok_or(KeyError::PrivateKeyEncoding)?;
    if keys.next().is_some() {
        return Err(KeyError::SeveralPrivateKeys);
    }
    if key.label == "ENCRYPTED PRIVATE KEY" || key.body.contains("4,ENCRYPTED") {
        return Err(KeyError::EncryptedPrivateKey);
    }
    let load = match key.label {
        "PRIVATE KEY" => PrivateKey::from_pkcs8,
        "RSA PRIVATE KEY" => PrivateKey::from_pkcs1,
        "EC PRIVATE KEY" => PrivateKey::from_sec1,
        "DSA PRIVATE KEY" => return Err(KeyError::Kind("DSA".to_owned())),
        "OPENSSH PRIVATE KEY" => return Err(KeyError::Kind("OpenSSH".to_owned())),
        other => return Err(KeyError::NotAPrivateKey(other.to_lowercase())),
    };
    let compact: Zeroizing<String> = Zeroizing::new(key.body.chars().filter(|c| !c.is_whitespace()).collect());
    let der = STANDARD
        .decode(compact.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| KeyError::PrivateKeyEncoding)?;
    load(&der)
}

/// The certificate of this key: the first of a chain, or the only one there is.
pub(super) fn certificate(text: &str, key: &PrivateKey) -> Result<Certificate, KeyError> {
    let mut chain = Certificate::parse_all(text)?;
    if chain.is_empty() {
        chain.push(Certificate::parse(text)?);
    }
    match chain.iter().position(|one| one.carries(key.public_key())) {
        Some(0) => Ok(chain.swap_remove(0)),
        Some(place) => Err(KeyError::ChainOrder(place + 1)),
        None => Err(KeyError::Mismatch),
    }
}

const BEGIN: &str = "-----BEGIN ";

struct Block<'a> {
    label: &'a str,
    body: &'a str,
}

/// The blocks of a text, whatever stands between them (RFC 7468 2); none if one of them has no proper frame.
fn blocks(text: &str) -> Option<Vec<Block<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (label, after) = rest.get(start + BEGIN.len()..)?.split_once("-----")?;
        let (body, after) = after.split_once(&format!("-----END {label}-----"))?;
        found.push(Block { label, body });
        rest = after;
    }
    (!found.is_empty()).then_some(found)
}
