//! Which algorithms assertions are encrypted with, by what the service provider's metadata offers.
//!
//! AES-GCM wherever it is offered or nothing is said; AES-CBC only for those who offer nothing else, since a change to its
//! ciphertext goes unnoticed (SAML errata E93).

use domain::input::saml::WEAK_ENCRYPTION_ALGORITHMS;
use saml::algorithm::{DataEncryption, KeyEncryption};

/// The algorithms for content and for its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub data: DataEncryption,
    pub key: KeyEncryption,
}

/// The best that the offered `methods` (URIs of `EncryptionMethod`) have in common with this server.
///
/// # Errors
/// A sentence, where they have none.
pub(super) fn choose(methods: &[String]) -> Result<Chosen, &'static str> {
    let data: Vec<_> = methods.iter().filter(|uri| !is_key_transport(uri)).collect();
    let key: Vec<_> = methods.iter().filter(|uri| is_key_transport(uri)).collect();
    let offered = |uri: &str, among: &[&String]| among.is_empty() || among.iter().any(|one| *one == uri);
    let data = DataEncryption::ALL
        .into_iter()
        .chain(DataEncryption::WEAK)
        .find(|algorithm| offered(algorithm.uri(), &data))
        .ok_or("It decrypts only algorithms that are not used here, so assertions are not encrypted.")?;
    let key = KeyEncryption::ALL
        .into_iter()
        .find(|algorithm| offered(algorithm.uri(), &key))
        .ok_or(
            "It takes the key of an encrypted assertion only by an algorithm that is not used here (RSA-OAEP is), so assertions are not encrypted.",
        )?;
    Ok(Chosen { data, key })
}

/// The weak algorithms that may be chosen: those of `methods`, if it offers no other.
pub(in crate::service_providers) fn weak_offered(methods: &[String]) -> Vec<(&'static str, &'static str)> {
    match choose(methods) {
        Ok(chosen) if chosen.data.is_weak() => WEAK_ENCRYPTION_ALGORITHMS
            .into_iter()
            .filter(|(uri, _)| methods.iter().any(|one| one == uri))
            .collect(),
        _ => Vec::new(),
    }
}

/// Key transport (xmlenc-core1 5.5) and key wrapping; everything else is for content.
fn is_key_transport(uri: &str) -> bool {
    let name = uri.rsplit('#').next().unwrap_or(uri);
    name.starts_with("rsa-") || name.starts_with("kw-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GCM_256: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
    const GCM_128: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
    const CBC_256: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
    const CBC_128: &str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
    const TRIPLE_DES: &str = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc";
    const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    const OAEP_11: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
    const RSA_15: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";

    fn list(methods: &[&str]) -> Vec<String> {
        methods.iter().map(|uri| (*uri).to_owned()).collect()
    }

    #[test]
    fn gcm_wherever_it_is_offered_or_nothing_is_said() {
        for (methods, data, key) in [
            (&[][..], GCM_256, OAEP),
            (&[CBC_128, GCM_128], GCM_128, OAEP),
            (&[GCM_128, GCM_256, OAEP_11], GCM_256, OAEP_11),
            (&[RSA_15, OAEP], GCM_256, OAEP),
            (&[CBC_128], CBC_128, OAEP),
            (&[CBC_128, CBC_256, TRIPLE_DES, OAEP], CBC_256, OAEP),
        ] {
            let chosen = choose(&list(methods)).unwrap();
            assert_eq!((chosen.data.uri(), chosen.key.uri()), (data, key), "{methods:?}");
        }
        assert!(choose(&list(&[TRIPLE_DES])).is_err());
        assert!(choose(&list(&[GCM_256, RSA_15])).is_err());
    }

    #[test]
    fn cbc_can_be_chosen_only_where_nothing_else_is_offered() {
        let weak = |methods: &[&str]| {
            weak_offered(&list(methods))
                .into_iter()
                .map(|(uri, _)| uri)
                .collect::<Vec<_>>()
        };
        assert_eq!(weak(&[]), [""; 0]);
        assert_eq!(weak(&[CBC_256, GCM_128]), [""; 0]);
        assert_eq!(weak(&[TRIPLE_DES]), [""; 0]);
        assert_eq!(weak(&[CBC_128, OAEP]), [CBC_128]);
        assert_eq!(weak(&[CBC_128, CBC_256]), [CBC_256, CBC_128]);
        assert!(
            WEAK_ENCRYPTION_ALGORITHMS
                .iter()
                .all(|(_, label)| label.contains("(weak)"))
        );
        let uris = DataEncryption::WEAK.map(DataEncryption::uri);
        assert_eq!(WEAK_ENCRYPTION_ALGORITHMS.map(|(uri, _)| uri), uris);
    }
}
