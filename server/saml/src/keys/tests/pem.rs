//! Keys that somebody else made, as an administrator pastes them.

use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{KeyError, KeyKind, KeyPair, elliptic, key, p384};

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn pkcs8(key: &KeyPair) -> String {
    pem("PRIVATE KEY", key.pkcs8_der())
}

/// The RSAPrivateKey inside: after the version, the algorithm and the octet string's head.
fn pkcs1(key: &KeyPair) -> String {
    pem("RSA PRIVATE KEY", &key.pkcs8_der()[26..])
}

fn sec1(key: &KeyPair) -> String {
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.pkcs8_der()).unwrap();
    let der: EcPrivateKeyRfc5915Der<'static> = key.private_key().as_der().unwrap();
    pem("EC PRIVATE KEY", der.as_ref())
}

fn refused(private_key: &str, certificate: &str) -> KeyError {
    let error = KeyPair::from_pem(private_key, certificate).unwrap_err();
    assert!(!error.to_string().is_empty());
    error
}

#[test]
fn every_form_is_the_same_key() {
    let (rsa, ec) = (key(), elliptic());
    for (original, kind, text) in [
        (&rsa, KeyKind::Rsa, pkcs8(&rsa)),
        (&rsa, KeyKind::Rsa, pkcs1(&rsa)),
        (&ec, KeyKind::Ec, pkcs8(&ec)),
        (&ec, KeyKind::Ec, sec1(&ec)),
        // As `openssl ecparam -genkey` writes it, with the curve in a block of its own.
        (
            &ec,
            KeyKind::Ec,
            format!(
                "{}{}",
                pem("EC PARAMETERS", b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
                sec1(&ec)
            ),
        ),
        (
            &rsa,
            KeyKind::Rsa,
            format!(
                "\u{feff}Bag Attributes\r\n    friendlyName: idp\r\n{}",
                pkcs8(&rsa).replace('\n', "\r\n")
            ),
        ),
        (&rsa, KeyKind::Rsa, pkcs1(&rsa).replace('\n', " ")),
    ] {
        let loaded = KeyPair::from_pem(&text, &original.certificate_pem()).unwrap();
        assert_eq!(loaded.kind(), kind);
        assert_eq!(loaded.certificate(), original.certificate());
        // What is stored is PKCS#8 whatever came in, and loads again.
        let stored = KeyPair::from_pkcs8(loaded.pkcs8_der(), loaded.certificate_pem()).unwrap();
        assert_eq!(stored.key_id(), original.key_id());
    }
}

#[test]
fn encrypted_keys_are_refused_with_a_way_out() {
    let (key, certificate) = (key(), key().certificate_pem());
    let legacy = pkcs1(&key).replacen(
        '\n',
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF0123456789ABCDEF\n\n",
        1,
    );
    for encrypted in [pem("ENCRYPTED PRIVATE KEY", b"anything"), legacy] {
        let error = refused(&encrypted, &certificate);
        assert_eq!(error, KeyError::EncryptedPrivateKey);
        assert!(error.to_string().contains("openssl pkey"));
    }
}

#[test]
fn what_is_no_private_key() {
    let key = key();
    let certificate = key.certificate_pem();
    let good = pkcs8(&key);
    for (text, error) in [
        (String::new(), KeyError::PrivateKeyEmpty),
        (" \n\t".to_owned(), KeyError::PrivateKeyEmpty),
        ("hello world".to_owned(), KeyError::PrivateKeyEncoding),
        (STANDARD.encode(key.pkcs8_der()), KeyError::PrivateKeyEncoding),
        (good.replace("-----END", ""), KeyError::PrivateKeyEncoding),
        (
            good.replace("END PRIVATE", "END RSA PRIVATE"),
            KeyError::PrivateKeyEncoding,
        ),
        (good.replacen("MII", "M!I", 1), KeyError::PrivateKeyEncoding),
        (good.replacen("MII", "MIA", 1), KeyError::PrivateKey),
        (pem("PRIVATE KEY", b"nonsense"), KeyError::PrivateKey),
        (pem("RSA PRIVATE KEY", b"nonsense"), KeyError::PrivateKey),
        (pem("EC PRIVATE KEY", b"nonsense"), KeyError::PrivateKey),
        (format!("{good}{good}"), KeyError::SeveralPrivateKeys),
        (format!("{good}{certificate}"), KeyError::SeveralPrivateKeys),
        (certificate.clone(), KeyError::NotAPrivateKey("certificate".to_owned())),
        (pem("DSA PRIVATE KEY", b"x"), KeyError::Kind("DSA".to_owned())),
        (pem("OPENSSH PRIVATE KEY", b"x"), KeyError::Kind("OpenSSH".to_owned())),
    ] {
        assert_eq!(refused(&text, &certificate), error, "{text}");
    }
}

#[test]
fn weak_keys_and_other_curves_are_named() {
    let certificate = key().certificate_pem();
    // An RSAPrivateKey as far as its modulus of 1024 bits.
    let mut weak = vec![0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x02, 0x81, 0x81, 0x00];
    weak.extend([0xab; 128]);
    assert_eq!(
        refused(&pem("RSA PRIVATE KEY", &weak), &certificate),
        KeyError::RsaBits(1024)
    );
    let (other, other_certificate) = p384();
    let curve = KeyError::Curve("P-384".to_owned());
    let text = pem("PRIVATE KEY", &other.serialize_der());
    assert_eq!(refused(&text, &other_certificate.pem()), curve);
    let other = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let der: EcPrivateKeyRfc5915Der<'static> = other.private_key().as_der().unwrap();
    assert_eq!(refused(&pem("EC PRIVATE KEY", der.as_ref()), &certificate), curve);
}

#[test]
fn a_chain_begins_with_the_certificate_of_the_key() {
    let (key, issuer) = (key(), elliptic());
    let (mine, theirs) = (key.certificate_pem(), issuer.certificate_pem());
    let text = pkcs8(&key);
    let loaded = KeyPair::from_pem(&text, &format!("# leaf\n{mine}# issuer\n{theirs}")).unwrap();
    assert_eq!(loaded.certificate(), key.certificate());
    assert_eq!(
        refused(&text, &format!("{theirs}{mine}")),
        KeyError::ChainOrder(2),
        "the order is told, not guessed"
    );
    assert_eq!(refused(&text, &format!("{theirs}{theirs}")), KeyError::Mismatch);
    assert_eq!(refused(&text, &theirs), KeyError::Mismatch);
    assert_eq!(refused(&text, ""), KeyError::Empty);
    assert_eq!(refused(&text, &mine.replacen("MII", "MIA", 1)), KeyError::Malformed);
    assert_eq!(
        refused(&text, &format!("{mine}{text}")),
        KeyError::NotACertificate("private key".to_owned())
    );
}
