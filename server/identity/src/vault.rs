//! The master key and what is derived from it: sealing of rows, keyed hashes of codes.
//!
//! The keys never leave this module. Sealing binds a value to its table, column and row, so that nobody who can write
//! to the database can move one provider's settings to another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::token::random_bytes;
use crate::{Error, Result};

/// Bytes of a master key.
pub const MASTER_KEY_LEN: usize = 32;

/// Where a sealed value belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: &'a str,
}

/// Where the key of hashes is kept once it is no longer the master key's own.
const HASH_KEY: Place<'static> = Place {
    table: "setting",
    column: "value",
    row: "hash_key",
};

/// Seals, opens and hashes under keys derived from one master key.
pub struct Vault {
    seal: LessSafeKey,
    codes: hmac::Key,
    /// What `codes` is made from, for [`Vault::seal_hash_key`].
    hash_key: Zeroizing<[u8; MASTER_KEY_LEN]>,
    check: String,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// # Errors
    /// `Internal`, should a key not derive.
    pub fn new(master: &[u8; MASTER_KEY_LEN]) -> Result<Self> {
        let prk = Salt::new(HKDF_SHA256, b"gatehouse").extract(master);
        let seal = derive(&prk, b"seal rows v1")?;
        let codes = derive(&prk, b"hash codes v1")?;
        let check = derive(&prk, b"check value v1")?;
        Ok(Self {
            seal: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*seal).map_err(|_| Error::internal("sealing key"))?),
            codes: hmac::Key::new(hmac::HMAC_SHA256, &*codes),
            hash_key: codes,
            check: BASE64_STANDARD.encode(&check[..16]),
        })
    }

    /// This vault, but hashing as `other` does: hashes outlive a master key.
    #[must_use]
    pub fn hashing_as(mut self, other: &Self) -> Self {
        self.codes = other.codes.clone();
        self.hash_key = other.hash_key.clone();
        self
    }

    /// The key of hashes, sealed, for the store.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_hash_key(&self) -> Result<String> {
        Ok(BASE64_STANDARD.encode(self.seal(HASH_KEY, &*self.hash_key)?))
    }

    /// This vault, hashing with the key that [`Vault::seal_hash_key`] has sealed.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn with_hash_key(mut self, sealed: &str) -> Result<Self> {
        let sealed = BASE64_STANDARD.decode(sealed).map_err(Error::internal)?;
        let opened = self.open(HASH_KEY, &sealed)?;
        let mut key = Zeroizing::new([0_u8; MASTER_KEY_LEN]);
        if opened.len() != key.len() {
            return Err(Error::internal("the hash key has another length"));
        }
        key.copy_from_slice(&opened);
        self.codes = hmac::Key::new(hmac::HMAC_SHA256, &*key);
        self.hash_key = key;
        Ok(self)
    }

    /// A value that tells this master key from another without giving it away; the store keeps it.
    #[must_use]
    pub fn check_value(&self) -> &str {
        &self.check
    }

    /// AES-256-GCM (NIST SP 800-38D) under a random nonce, which stands before the ciphertext.
    ///
    /// # Errors
    /// `Internal`, should the generator or the cipher fail.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random_bytes::<NONCE_LEN>()?;
        let mut sealed = plain.to_vec();
        self.seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(place), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// # Errors
    /// `Internal` for a value that was sealed elsewhere, with another key, or has been changed.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let failed = || {
            Error::internal(format!(
                "{}.{} of row {} does not open",
                place.table, place.column, place.row
            ))
        };
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
        let mut buffer = Zeroizing::new(rest.to_vec());
        let length = self
            .seal
            .open_in_place(nonce, aad(place), &mut buffer)
            .map_err(|_| failed())?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    /// What `self` has sealed, sealed by `new` for the same place.
    ///
    /// # Errors
    /// As [`Vault::open`] and [`Vault::seal`].
    pub fn reseal(&self, new: &Self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        new.seal(place, &self.open(place, sealed)?)
    }

    /// Seals a value as JSON.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_json<T: Serialize>(&self, place: Place<'_>, value: &T) -> Result<Vec<u8>> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(Error::internal)?);
        self.seal(place, &plain)
    }

    /// Opens a value sealed as JSON.
    ///
    /// # Errors
    /// As [`Vault::open`], and for JSON of another shape.
    pub fn open_json<T: DeserializeOwned>(&self, place: Place<'_>, sealed: &[u8]) -> Result<T> {
        serde_json::from_slice(&self.open(place, sealed)?).map_err(Error::internal)
    }

    /// HMAC-SHA-256 of a code within its challenge: without the master key no list of a million codes helps.
    #[must_use]
    pub fn code_hash(&self, challenge: &str, code: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.codes);
        context.update(challenge.as_bytes());
        context.update(&[0]);
        context.update(code.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// A keyed name for something that must not stand in the clear: a phone number in a counter's name.
    #[must_use]
    pub fn blind(&self, text: &str) -> String {
        BASE64_STANDARD.encode(&self.code_hash("blind", text)[..18])
    }
}

/// Compares without telling by time how much was right.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    verify_slices_are_equal(left, right).is_ok()
}

fn aad(place: Place<'_>) -> Aad<Vec<u8>> {
    Aad::from([place.table, place.column, place.row].join("/").into_bytes())
}

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        MASTER_KEY_LEN
    }
}

fn derive(prk: &Prk, purpose: &[u8]) -> Result<Zeroizing<[u8; MASTER_KEY_LEN]>> {
    let mut key = Zeroizing::new([0_u8; MASTER_KEY_LEN]);
    prk.expand(&[purpose], KeyLength)
        .and_then(|okm| okm.fill(&mut *key))
        .map_err(|_| Error::internal("a key could not be derived"))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place {
        table: "t",
        column: "c",
        row: "1",
    };

    #[test]
    fn a_sealed_value_opens_only_in_its_place_with_its_key() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let sealed = vault.seal(HERE, b"secret").unwrap();
        assert_eq!(vault.open(HERE, &sealed).unwrap().as_slice(), b"secret");
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert!(vault.open(Place { row: "2", ..HERE }, &sealed).is_err());
        assert!(Vault::new(&[8; 32]).unwrap().open(HERE, &sealed).is_err());
        let mut bent = sealed.clone();
        *bent.last_mut().unwrap() ^= 1;
        assert!(vault.open(HERE, &bent).is_err());
        assert!(vault.open(HERE, &sealed[..5]).is_err());
    }

    #[test]
    fn two_seals_of_one_value_differ() {
        let vault = Vault::new(&[7; 32]).unwrap();
        assert_ne!(vault.seal(HERE, b"x").unwrap(), vault.seal(HERE, b"x").unwrap());
    }

    #[test]
    fn a_code_hash_belongs_to_its_challenge() {
        let vault = Vault::new(&[7; 32]).unwrap();
        assert_ne!(vault.code_hash("a", "123456"), vault.code_hash("b", "123456"));
        assert_ne!(vault.check_value(), Vault::new(&[8; 32]).unwrap().check_value());
    }
}
