//! Keys and certificates in every form an administrator may paste them, and those that are refused.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Certificate, KeyError, KeyKind, KeyPair};
use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};

mod pem;

/// A certificate for an RSA key of 1024 bits.
const RSA_1024: &str = "\
-----BEGIN CERTIFICATE-----
MIICEjCCAXugAwIBAgIUO8xLaeeZExikxFbaJkmS6bn19TAwDQYJKoZIhvcNAQEL
BQAwGzEZMBcGA1UEAwwQd2Vhay5leGFtcGxlLmNvbTAeFw0yNjExMjMwMzQwNTda
Fw0zNjExMjAwMzQwNTdaMBsxGTAXBgNVBAMMEHdlYWsuZXhhbXBsZS5jb20wgZ8w
DQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBANH8X19YmjBast+yH1x/HnimZuyVT8wd
yWkmhIu7MfSdyyvzucxJkkLEMyFLy7HJUAQSc2LgQqCxrg+pOMo1WJWKeV/9k/87
CkfUhBGpGOpDcPc/uyOvUw3AUaIsnmjR7LMq8TjK8Pmjd5mQb3VbJ361vJX3AVEF
91QzMO+lUzTTAgMBAAGjUzBRMB0GA1UdDgQWBBTc1UyIJjOhAYX/lsNuYBh8BYJj
oDAfBgNVHSMEGDAWgBTc1UyIJjOhAYX/lsNuYBh8BYJjoDAPBgNVHRMBAf8EBTAD
AQH/MA0GCSqGSIb3DQEBCwUAA4GBABBVt6rDqK5OXU9Bg1HXwmSa13si2d67X6FF
zFu9+70qysa99ZbMhpeVr1rKXmTdH2dEOtJOTDCIy9qs40S8+FphehtlWkks9/lo
FU4NcCUxkIhGXul64hgF8ZBj7GGSeyNf03Wjxm+jaDg4kgcF9GwFAufTFJLIBbyt
9Y/NfCGt
-----END CERTIFICATE-----";

fn from() -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_478_400, 0).unwrap()
}

fn key() -> KeyPair {
    KeyPair::generate_rsa(2048, "gatehouse.example.com", from(), from() + TimeDelta::days(30)).unwrap()
}

#[test]
fn a_generated_key_says_what_it_was_made_from() {
    let key = key();
    let certificate = key.certificate();
    assert_eq!(certificate.subject, "CN=gatehouse.example.com");
    assert_eq!(certificate.issuer, certificate.subject);
    assert_eq!(certificate.not_before, from());
    assert_eq!(certificate.not_after, from() + TimeDelta::days(30));
    assert_eq!(certificate.key_algorithm, "RSA");
    assert_eq!(certificate.key_bits, 2048);
    assert!(certificate.is_usable());
    for digest in [&certificate.sha256, &key.key_id()] {
        assert_eq!(digest.len(), 64);
        assert!(digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    }
    assert_ne!(certificate.sha256, key.key_id());
    assert!(!certificate.serial.is_empty());
}

#[test]
fn a_stored_key_is_the_same_key() {
    let key = key();
    let loaded = KeyPair::from_pkcs8(key.pkcs8_der(), key.certificate_pem()).unwrap();
    assert_eq!(loaded.key_id(), key.key_id());
    assert_eq!(loaded.certificate(), key.certificate());
}

#[test]
fn certificates_in_every_encoding() {
    let key = key();
    let pem = key.certificate_pem();
    let base64 = key.certificate_der_base64();
    let wrapped = base64.replace("MII", "MII\r\n\t ");
    let expected = key.certificate();
    for text in [
        pem.clone(),
        format!("\u{feff}\n{pem}\n\n"),
        format!("subject=CN = x\n{pem}"),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', " "),
        pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
        base64,
        wrapped,
    ] {
        assert_eq!(Certificate::parse(&text).as_ref(), Ok(expected), "{text}");
    }
    assert_eq!(Certificate::parse(expected.der()).as_ref(), Ok(expected));
}

#[test]
fn what_is_no_certificate() {
    let pem = key().certificate_pem();
    let mut longer = key().certificate().der().to_vec();
    longer.push(0);
    for (input, error) in [
        (b"".to_vec(), KeyError::Empty),
        (b" \n ".to_vec(), KeyError::Empty),
        (b"hello world".to_vec(), KeyError::Encoding),
        (b"AAAA".to_vec(), KeyError::Malformed),
        (vec![0xff, 0xfe, 0x00], KeyError::Encoding),
        (longer, KeyError::Malformed),
        (pem.replace("-----END", "").into_bytes(), KeyError::Encoding),
        (format!("{pem}{pem}").into_bytes(), KeyError::Several),
        (
            pem.replace("CERTIFICATE", "PRIVATE KEY").into_bytes(),
            KeyError::NotACertificate("private key".to_owned()),
        ),
    ] {
        assert_eq!(Certificate::parse(&input), Err(error));
    }
}

fn elliptic() -> KeyPair {
    KeyPair::generate_ec("gatehouse.example.com", from(), from() + TimeDelta::days(30)).unwrap()
}

/// A key on another curve and its certificate.
fn p384() -> (rcgen::KeyPair, Certificate) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let params = rcgen::CertificateParams::new(vec!["x.example".to_owned()]).unwrap();
    let certificate = Certificate::parse(params.self_signed(&key).unwrap().pem()).unwrap();
    (key, certificate)
}

#[test]
fn a_generated_elliptic_key_says_what_it_was_made_from() {
    let key = elliptic();
    let certificate = key.certificate();
    assert_eq!(key.kind(), KeyKind::Ec);
    assert_eq!(certificate.subject, "CN=gatehouse.example.com");
    assert_eq!(
        (certificate.not_before, certificate.not_after),
        (from(), from() + TimeDelta::days(30))
    );
    assert_eq!((certificate.key_algorithm.as_str(), certificate.key_bits), ("EC", 256));
    assert_eq!(certificate.curve.as_deref(), Some("P-256"));
    assert_eq!(certificate.key_description(), "EC P-256");
    let loaded = KeyPair::from_pkcs8(key.pkcs8_der(), key.certificate_pem()).unwrap();
    assert_eq!((loaded.kind(), loaded.key_id()), (KeyKind::Ec, key.key_id()));
    assert!(matches!(
        KeyPair::generate_ec("x", from(), from()).unwrap_err(),
        KeyError::SelfSigned(_)
    ));
}

#[test]
fn a_key_signs_with_the_algorithms_of_its_kind_only() {
    for (key, default) in [
        (key(), SignatureAlgorithm::RsaSha256),
        (elliptic(), SignatureAlgorithm::EcdsaSha256),
    ] {
        assert_eq!(key.signature_algorithm(), default);
        for algorithm in SignatureAlgorithm::ALL {
            let using = key.using(algorithm, DigestAlgorithm::Sha512);
            let expected = if algorithm.kind() == key.kind() {
                algorithm
            } else {
                default
            };
            assert_eq!(using.signature_algorithm(), expected);
            assert_eq!(using.digest_algorithm(), DigestAlgorithm::Sha512);
            assert!(using.private().sign(using.signature_algorithm(), b"x").is_ok());
        }
        let other = SignatureAlgorithm::ALL.into_iter().find(|a| a.kind() != key.kind());
        assert!(key.private().sign(other.unwrap(), b"x").is_err());
    }
}

#[test]
fn what_each_kind_of_certificate_is_good_for() {
    let weak = Certificate::parse(RSA_1024).unwrap();
    assert_eq!((weak.key_algorithm.as_str(), weak.key_bits), ("RSA", 1024));
    let (_, other_curve) = p384();
    assert_eq!(other_curve.key_description(), "EC P-384");
    let ed25519 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let params = rcgen::CertificateParams::new(vec!["x.example".to_owned()]).unwrap();
    let ed25519 = Certificate::parse(params.self_signed(&ed25519).unwrap().pem()).unwrap();
    assert_eq!(ed25519.key_description(), "Ed25519");
    for (certificate, verifies, encrypts) in [
        (key().certificate(), true, true),
        (elliptic().certificate(), true, false),
        (&weak, false, false),
        (&other_curve, false, false),
        (&ed25519, false, false),
    ] {
        let name = certificate.key_description();
        assert_eq!(certificate.can_verify(), verifies, "{name}");
        assert_eq!(certificate.can_encrypt_for(), encrypts, "{name}");
        assert_eq!(certificate.is_usable(), verifies && encrypts, "{name}");
    }
}

#[test]
fn key_pairs_that_are_refused() {
    let until = from() + TimeDelta::days(1);
    assert_eq!(
        KeyPair::generate_rsa(1024, "x", from(), until).unwrap_err(),
        KeyError::Size(1024)
    );
    assert!(matches!(
        KeyPair::generate_rsa(2048, "x", until, from()).unwrap_err(),
        KeyError::SelfSigned(_)
    ));
    let (one, other) = (key(), key());
    assert_eq!(
        KeyPair::from_pkcs8(one.pkcs8_der(), other.certificate_pem()).unwrap_err(),
        KeyError::Mismatch
    );
    assert_eq!(
        KeyPair::from_pkcs8(b"nonsense", one.certificate_pem()).unwrap_err(),
        KeyError::PrivateKey
    );
    assert_eq!(
        KeyPair::from_pkcs8(one.pkcs8_der(), elliptic().certificate_pem()).unwrap_err(),
        KeyError::Mismatch
    );
    let (key, certificate) = p384();
    assert_eq!(
        KeyPair::from_pkcs8(&key.serialize_der(), certificate.pem()).unwrap_err(),
        KeyError::Curve("P-384".to_owned())
    );
    let ed25519 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    assert_eq!(
        KeyPair::from_pkcs8(&ed25519.serialize_der(), certificate.pem()).unwrap_err(),
        KeyError::Kind("Ed25519".to_owned())
    );
}

#[test]
fn debug_output_holds_no_key() {
    for key in [key(), elliptic()] {
        let text = format!("{key:?}");
        assert!(text.contains(&key.key_id()));
        assert!(text.len() < 120, "{text}");
    }
}
