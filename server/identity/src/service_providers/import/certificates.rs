//! Certificates that came or went. Each is a difference of its own: while a service provider changes its key, the old
//! and the new one have to be known together.

use saml::keys::Certificate;

use super::diff::{Change, State};
use super::offer::{Offer, pem};

/// As much of a fingerprint as tells certificates apart in a label.
const SHORT: usize = 12;

pub(super) fn changes(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let (stored, offered) = (parsed(&state.saml.certificate), parsed(&offer.saml.certificate));
    for added in offered.iter().filter(|one| !stored.contains(one)) {
        found.push(adding(added));
    }
    // Metadata without any certificate says nothing about those that are known.
    if !offered.is_empty() {
        for removed in stored.iter().filter(|one| !offered.contains(one)) {
            found.push(removing(removed));
        }
    }
    encryption(found, state, offer);
}

fn name(certificate: &Certificate) -> String {
    certificate.sha256.chars().take(SHORT).collect()
}

fn adding(certificate: &Certificate) -> Change {
    let text = pem(&[certificate]);
    Change::new(
        format!("add-{}", certificate.sha256),
        format!("Certificate: add {}", name(certificate)),
        Vec::new(),
        in_words(certificate),
        move |state| {
            let before = state.saml.certificate.trim_end();
            state.saml.certificate = format!("{before}\n{text}").trim_start().to_owned();
        },
    )
}

fn removing(certificate: &Certificate) -> Change {
    let removed = certificate.clone();
    Change::new(
        format!("remove-{}", certificate.sha256),
        format!("Certificate: remove {}", name(certificate)),
        in_words(certificate),
        Vec::new(),
        move |state| {
            let left = parsed(&state.saml.certificate);
            let left: Vec<_> = left.iter().filter(|one| **one != removed).collect();
            state.saml.certificate = pem(&left);
        },
    )
}

/// The one that assertions are encrypted for, unless it is still among those that can be decrypted with.
fn encryption(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let stored = parsed(&state.saml.encryption_certificate);
    let offered: Vec<_> = offer
        .encryption_certificates
        .iter()
        .flat_map(|pem| parsed(pem))
        .collect();
    if stored.iter().any(|one| offered.contains(one)) || (stored.is_empty() && offered.is_empty()) {
        return;
    }
    let text = offer.saml.encryption_certificate.clone();
    let words = |certificate: Option<&Certificate>| certificate.map(in_words).unwrap_or_default();
    found.push(Change::new(
        "encryption_certificate",
        "Encrypt assertions to",
        words(stored.first()),
        words(offered.first()),
        move |state| state.saml.encryption_certificate.clone_from(&text),
    ));
}

/// What a certificate is told from others by.
fn in_words(certificate: &Certificate) -> Vec<String> {
    vec![
        certificate.subject.clone(),
        format!(
            "{}, expires {}",
            certificate.key_description(),
            certificate.not_after.format("%Y-%m-%d")
        ),
        format!("SHA-256 {}", certificate.sha256),
    ]
}

fn parsed(text: &str) -> Vec<Certificate> {
    Certificate::parse_all(text).unwrap_or_default()
}
