//! The certificates of a SAML configuration.

use chrono::{TimeZone, Utc};
use domain::view::{CertificateState, ListQuery};
use saml::keys::KeyPair;

use super::super::{list, saml_form, save_saml};
use super::*;
use crate::testing;

/// A certificate for an RSA key, valid for this year and the next three.
fn certificate(name: &str) -> String {
    let at = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    KeyPair::generate_rsa(2048, name, at(2026), at(2029))
        .unwrap()
        .certificate_pem()
}

#[tokio::test]
async fn a_certificate_is_there_where_it_is_needed_and_strong_enough() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let weak = "-----BEGIN CERTIFICATE-----\nMIIBpTCCAQ6gAwIBAgIUUEX5\n-----END CERTIFICATE-----";
    let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----";
    let two = format!("{}\n{}", certificate("one"), certificate("two"));
    for (signatures, encryption, certificate, fine) in [
        (false, false, "", true),
        (true, false, "", false),
        (false, true, "", false),
        (true, true, &*two, true),
        (false, false, weak, false),
        (false, false, key, false),
        (false, false, "nonsense", false),
        (false, false, &format!("{two}{key}"), false),
    ] {
        let version = saml_form(&services, &actor, id).await.unwrap().input.version;
        let input = SamlInput {
            version,
            enable_signature_validation: signatures.into(),
            enable_assertion_encryption: encryption.into(),
            certificate: certificate.into(),
            ..saml("wiki")
        };
        let result = save_saml(&services, &actor, id, &input).await;
        if fine {
            result.unwrap();
        } else {
            assert_eq!(
                refused_fields(result),
                ["certificate"],
                "{signatures} {encryption} {certificate}"
            );
        }
    }
    let shown = saml_form(&services, &actor, id).await.unwrap().certificates;
    assert_eq!(shown.len(), 2);
    assert_eq!(
        (shown[1].subject.as_str(), shown[1].not_after.as_str(), shown[1].expired),
        ("CN=two", "2029-01-01", false)
    );
}

/// EC P-256, self-signed: signatures are checked with it, and nothing can be encrypted for it.
const EC_CERTIFICATE: &str = include_str!("ec-certificate.pem");
/// RSA of 1024 bits, self-signed.
const SHORT_CERTIFICATE: &str = include_str!("rsa-1024-certificate.pem");

#[tokio::test]
async fn a_key_is_of_a_kind_and_size_that_serves() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let rsa = certificate("one");
    for (to_verify, to_encrypt, encrypted, refused_at, words) in [
        (EC_CERTIFICATE, "", true, "certificate", "no RSA certificate"),
        (SHORT_CERTIFICATE, "", false, "certificate", "RSA, 1024 bits"),
        (&*rsa, EC_CERTIFICATE, true, "encryption_certificate", "EC P-256"),
        (
            &*rsa,
            SHORT_CERTIFICATE,
            false,
            "encryption_certificate",
            "RSA, 1024 bits",
        ),
        (&*rsa, "nonsense", false, "encryption_certificate", "PEM"),
        (
            &*rsa,
            &format!("{rsa}{rsa}"),
            false,
            "encryption_certificate",
            "2 certificates",
        ),
    ] {
        let input = SamlInput {
            certificate: to_verify.into(),
            encryption_certificate: to_encrypt.into(),
            enable_assertion_encryption: encrypted.into(),
            ..saml("wiki")
        };
        let problems = refused(save_saml(&services, &actor, id, &input).await);
        assert_eq!(problems.0.len(), 1, "{problems:?}");
        assert!(problems.of(refused_at).unwrap().contains(words), "{problems:?}");
    }
    // The one for signatures, the other to encrypt for; alone the second is enough for that.
    for (version, to_verify) in [("", EC_CERTIFICATE), ("1", "")] {
        let input = SamlInput {
            version: version.into(),
            certificate: to_verify.into(),
            encryption_certificate: rsa.clone(),
            enable_assertion_encryption: true.into(),
            ..saml("wiki")
        };
        save_saml(&services, &actor, id, &input).await.unwrap();
        let shown = saml_form(&services, &actor, id).await.unwrap();
        assert_eq!(shown.encryption_certificate[0].subject, "CN=one");
    }
}

#[tokio::test]
async fn the_list_counts_the_days_of_the_first_certificate_to_end() {
    let (services, clock, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    save_saml(
        &services,
        &actor,
        id,
        &SamlInput {
            certificate: certificate("one"),
            ..saml("wiki")
        },
    )
    .await
    .unwrap();
    let state = async || {
        let rows = list(&services, &actor, &ListQuery::default()).await.unwrap().rows;
        rows[0].certificate
    };
    // 23 November 2026 to 1 January 2029.
    assert_eq!(state().await, CertificateState::Days(769));
    clock.advance(chrono::Duration::days(800));
    assert!(matches!(state().await, CertificateState::Days(..0)));
}
