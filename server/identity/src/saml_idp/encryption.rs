//! For whom an assertion is encrypted.

use saml::algorithm::{DataEncryption, KeyEncryption};
use saml::keys::Certificate;
use saml::response::Encryption;

use super::receive;
use crate::service_providers::SamlServiceProvider;

/// There is no key to encrypt for.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoCertificate;

/// How assertions for a service provider are encrypted; `None` where the box is not ticked.
///
/// # Errors
/// [`NoCertificate`]: the box is ticked, and nothing that is registered can be encrypted for.
pub(super) fn encryption(sp: &SamlServiceProvider) -> Result<Option<Encryption>, NoCertificate> {
    let saml = &sp.saml;
    if !saml.enable_assertion_encryption.0 {
        return Ok(None);
    }
    let certificate = encryption_certificate(sp).ok_or(NoCertificate)?;
    Ok(Some(Encryption {
        certificate,
        data: DataEncryption::from_uri(&saml.assertion_encryption_algorithm).unwrap_or_default(),
        key: KeyEncryption::from_uri(&saml.key_encryption_algorithm).unwrap_or_default(),
    }))
}

/// The certificate that assertions are encrypted for: the one registered for that, else the first RSA one of those that
/// messages are verified with. A key that cannot be used is passed over, never replaced by sending in clear.
fn encryption_certificate(sp: &SamlServiceProvider) -> Option<Certificate> {
    let own = sp.saml.encryption_certificate.trim();
    let candidates = if own.is_empty() {
        receive::certificates(sp)
    } else {
        Certificate::parse_all(own).unwrap_or_default()
    };
    candidates.into_iter().find(Certificate::is_usable)
}
