//! Unguessable texts from the operating system's generator, and their hashes.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::{Error, Result};

/// Random bytes from the operating system.
///
/// # Errors
/// `Internal`, should the generator fail; nothing goes on without it.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system's random generator failed"))?;
    Ok(bytes)
}

/// A row id that cannot be guessed: 128 bits, 22 characters.
///
/// # Errors
/// As [`random_bytes`].
pub fn id() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<16>()?))
}

/// What a cookie holds: 256 bits, 43 characters. Only its [`hash`] is stored.
///
/// # Errors
/// As [`random_bytes`].
pub fn secret() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// SHA-256 of a token, base64url: enough for values of 256 random bits, which no dictionary holds.
#[must_use]
pub fn hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.as_bytes()))
}

/// A SAML id: an xs:ID may not begin with a digit (XML Schema 1.0 part 2, section 3.3.8).
///
/// # Errors
/// As [`random_bytes`].
pub fn saml_id() -> Result<String> {
    let bytes = random_bytes::<20>()?;
    Ok(bytes.iter().fold(String::from("_"), |mut id, byte| {
        use std::fmt::Write;
        let _ = write!(id, "{byte:02x}");
        id
    }))
}
