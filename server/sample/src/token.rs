//! Unguessable names: session cookies, tickets, message IDs.
//!
//! Owns the crate's only use of randomness (the operating system's generator) and the comparison of secrets. Refuses to
//! go on without randomness: a guessable session would be worse than none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The generator gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator failed")]
pub(crate) struct NoRandomness;

/// 256 random bits in 43 characters that are safe in cookies and URLs.
pub(crate) fn random() -> Result<String, NoRandomness> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A random SAML message ID: an `xs:ID` must not begin with a digit or a hyphen, hence the underscore.
pub(crate) fn message_id() -> Result<String, NoRandomness> {
    Ok(format!("_{}", random()?))
}

/// Whether `candidate` has the form that [`random`] gives.
pub(crate) fn is_well_formed(candidate: &str) -> bool {
    candidate.len() == 43
        && candidate
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Compares two secrets in a time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}
