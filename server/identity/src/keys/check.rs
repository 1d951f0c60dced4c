//! What may be published: what was typed, made into a kind and a size, or into a key pair.

use chrono::{DateTime, Utc};
use domain::Problems;
use domain::input::signing_key::{ImportKeyInput, PublishKeyInput};
use domain::signing_key::{KeyKind, RSA_SIZES};
use saml::keys::{Certificate, KeyError, KeyPair};

use crate::{Error, Result};

/// A PEM pair of the largest key that is taken is under 20 kB.
const LONGEST_PEM: usize = 64 * 1024;

/// The kind and, of an RSA key, the size.
pub(super) fn wanted(input: &PublishKeyInput) -> Result<(KeyKind, u16)> {
    let mut problems = Problems::default();
    let kind = KeyKind::from_name(&input.kind);
    if kind.is_none() {
        problems.add("kind", "Choose the kind of key: RSA or ECDSA.");
    }
    let bits = RSA_SIZES.into_iter().find(|bits| bits.to_string() == input.bits);
    if bits.is_none() && kind != Some(KeyKind::Ec) {
        problems.add(
            "bits",
            "RSA keys are made with 2048, 3072 or 4096 bits. Choose one of them.",
        );
    }
    match kind {
        Some(kind) if problems.is_empty() => Ok((kind, bits.unwrap_or(RSA_SIZES[0]))),
        _ => Err(Error::Invalid(problems)),
    }
}

/// The key pair, if both halves are there, belong together, and are good for something.
pub(super) fn pair(input: &ImportKeyInput, now: DateTime<Utc>) -> Result<KeyPair> {
    let mut problems = Problems::default();
    for (field, label, value) in [
        ("private_key", "Private Key", &input.private_key),
        ("certificate", "Certificate", &input.certificate),
    ] {
        if value.trim().is_empty() {
            problems.add(field, format!("{label} is missing. Paste it in PEM."));
        } else if value.len() > LONGEST_PEM {
            problems.add(field, format!("{label} is too long: at most {LONGEST_PEM} bytes."));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let pair = KeyPair::from_pem(&input.private_key, &input.certificate)
        .map_err(|error| Error::field(field_of(&error), format!("{error}.")))?;
    let not_after = pair.certificate().not_after;
    if not_after <= now {
        let text = format!(
            "This certificate expired on {}. Import a pair whose certificate is still valid.",
            not_after.date_naive()
        );
        return Err(Error::field("certificate", text));
    }
    Ok(pair)
}

/// The half of the pair that has to be pasted again.
fn field_of(error: &KeyError) -> &'static str {
    match error {
        KeyError::Mismatch
        | KeyError::ChainOrder(_)
        | KeyError::Empty
        | KeyError::NotACertificate(_)
        | KeyError::Several
        | KeyError::Encoding
        | KeyError::Malformed => "certificate",
        _ => "private_key",
    }
}

/// Why a certificate cannot be signed under now.
pub(super) fn objection(certificate: &Certificate, now: DateTime<Utc>) -> Option<String> {
    if certificate.not_after <= now {
        let day = certificate.not_after.date_naive();
        Some(format!(
            "Its certificate expired on {day}: service providers that look at the dates refuse what it signs. Retire it and \
             publish another key."
        ))
    } else if certificate.not_before > now {
        let day = certificate.not_before.date_naive();
        Some(format!(
            "Its certificate is valid from {day} on only: service providers that look at the dates refuse what it signs. \
             Use it then."
        ))
    } else {
        None
    }
}
