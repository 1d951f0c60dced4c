//! What an import takes differently from how the metadata says it.
//!
//! A closed list: each is one sentence for the administrator, none stops the import.

use super::Endpoint;
use crate::keys::Certificate;

/// A `KeyDescriptor`, by its place in the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescriptor {
    /// Its number, counted from 1.
    pub number: usize,
    /// Its `use`: `signing`, `encryption`, or none for both.
    pub usage: Option<String>,
}

impl std::fmt::Display for KeyDescriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyDescriptor number {}", self.number)?;
        match &self.usage {
            Some(usage) => write!(f, " (use=\"{usage}\")"),
            None => write!(f, " (for signing and encryption)"),
        }
    }
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateUse {
    /// Verifying the entity's signatures.
    Signing,
    /// Encrypting for the entity.
    Encryption,
}

impl CertificateUse {
    /// Its name in metadata.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Encryption => "encryption",
        }
    }
}

/// Something an importer tells the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A certificate that stands there more than once for the same use, and was taken once.
    DuplicateCertificate {
        /// Where it stands again.
        place: KeyDescriptor,
        /// Whom it names.
        subject: String,
    },
    /// A certificate that was left out because its key cannot be used.
    UnusableCertificate {
        /// Where it stands.
        place: KeyDescriptor,
        /// Whom it names.
        subject: String,
        /// Its key in words.
        key: String,
        /// For what it cannot be used.
        usage: CertificateUse,
    },
    /// A `KeyDescriptor` that holds no certificate: a bare key or only a name.
    NoCertificate(KeyDescriptor),
    /// An assertion consumer service for another binding than HTTP-POST.
    UnsupportedAcs(Endpoint),
    /// Endpoints where artifacts are resolved.
    ArtifactResolution,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DuplicateCertificate { place, subject } => write!(
                f,
                "The certificate of `{subject}` stands in {place} once more and is taken once."
            ),
            Self::UnusableCertificate {
                place,
                subject,
                key,
                usage,
            } => {
                write!(
                    f,
                    "The certificate of `{subject}` in {place} is left out: its key is {key}, "
                )?;
                let (least, most) = (Certificate::MIN_RSA_BITS, Certificate::MAX_RSA_BITS);
                match usage {
                    CertificateUse::Signing => write!(
                        f,
                        "and signatures are verified with RSA of {least} to {most} bits or EC P-256."
                    ),
                    CertificateUse::Encryption => {
                        write!(f, "and assertions are encrypted for RSA of {least} to {most} bits.")
                    }
                }
            }
            Self::NoCertificate(place) => write!(f, "{place} is left out: it holds no certificate."),
            Self::UnsupportedAcs(endpoint) => write!(
                f,
                "The assertion consumer service {} is left out: responses are sent over HTTP-POST, not over {}.",
                endpoint.location, endpoint.binding
            ),
            Self::ArtifactResolution => write!(
                f,
                "The artifact resolution services are left out: artifacts are not used here."
            ),
        }
    }
}
