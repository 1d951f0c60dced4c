//! The keys of a role: its `KeyDescriptor` elements (saml-metadata 2.4.1.1).
//!
//! Every certificate is taken: products lost all but the first for years, and with them key rollover.

use gamlastan::xml::{Document, NodeId};

use super::MetadataError;
use super::note::{CertificateUse, KeyDescriptor, Note};
use crate::identifier::{NS_DSIG, NS_METADATA};
use crate::keys::Certificate;
use crate::read::trimmed;
use crate::xml::{elements, is};

/// The role's certificates by use, with everything else its keys say.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) signing: Vec<Certificate>,
    pub(super) encryption: Vec<Certificate>,
    /// The algorithms that may be encrypted with, in document order.
    pub(super) encryption_methods: Vec<String>,
    pub(super) notes: Vec<Note>,
}

/// Reads all keys, usable or not, with a note on those that are not; a key without a use is for both (errata E62).
pub(super) fn read(document: &Document<'_>, role: NodeId) -> Result<Keys, MetadataError> {
    let mut keys = Keys::default();
    let descriptors = elements(document, role)
        .into_iter()
        .filter(|node| is(document, *node, NS_METADATA, "KeyDescriptor"));
    for (node, number) in descriptors.zip(1..) {
        let place = KeyDescriptor {
            number,
            usage: document.get_attribute(node, "use").map(str::to_owned),
        };
        let certificates = certificates(document, node, &place)?;
        if certificates.is_empty() {
            keys.notes.push(Note::NoCertificate(place.clone()));
        }
        for certificate in certificates {
            keys.add(certificate, &place);
        }
        if place.usage.as_deref() != Some("signing") {
            keys.add_methods(document, node);
        }
    }
    Ok(keys)
}

impl Keys {
    fn add(&mut self, certificate: Certificate, place: &KeyDescriptor) {
        let usage = place.usage.as_deref();
        let mut again = false;
        for (list, usable, meant) in [
            (&mut self.signing, certificate.can_verify(), CertificateUse::Signing),
            (
                &mut self.encryption,
                certificate.can_encrypt_for(),
                CertificateUse::Encryption,
            ),
        ] {
            if usage.is_some_and(|usage| usage != meant.name()) {
                continue;
            }
            if list.contains(&certificate) {
                again = true;
                continue;
            }
            if !usable {
                self.notes.push(Note::UnusableCertificate {
                    place: place.clone(),
                    subject: certificate.subject.clone(),
                    key: certificate.key_description(),
                    usage: meant,
                });
            }
            list.push(certificate.clone());
        }
        if again {
            self.notes.push(Note::DuplicateCertificate {
                place: place.clone(),
                subject: certificate.subject,
            });
        }
    }

    fn add_methods(&mut self, document: &Document<'_>, descriptor: NodeId) {
        for method in elements(document, descriptor) {
            if !is(document, method, NS_METADATA, "EncryptionMethod") {
                continue;
            }
            let uri = document
                .get_attribute(method, "Algorithm")
                .map(trimmed)
                .unwrap_or_default();
            if !uri.is_empty() && !self.encryption_methods.contains(&uri) {
                self.encryption_methods.push(uri);
            }
        }
    }
}

fn certificates(
    document: &Document<'_>,
    descriptor: NodeId,
    place: &KeyDescriptor,
) -> Result<Vec<Certificate>, MetadataError> {
    document
        .descendants(descriptor)
        .into_iter()
        .filter(|node| is(document, *node, NS_DSIG, "X509Certificate"))
        .map(|node| {
            Certificate::parse(document.text_content_deep(node)).map_err(|error| MetadataError::Certificate {
                place: place.clone(),
                error,
            })
        })
        .collect()
}
