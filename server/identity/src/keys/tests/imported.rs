//! Key pairs that were made elsewhere.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::Duration;
use domain::input::signing_key::ImportKeyInput;
use domain::signing_key::KeyState::{Active, Next, Retiring};
use saml::keys::KeyPair;

use super::{Test, words};
use crate::clock::Clock;
use crate::keys;
use crate::{Error, Result};

/// A private key as it stands in a file.
fn pem(pair: &KeyPair) -> String {
    let label = "PRIVATE KEY";
    let text = BASE64_STANDARD.encode(pair.pkcs8_der());
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

impl Test {
    /// A pair that is valid between these days from now.
    fn pair(&self, from: i64, to: i64) -> KeyPair {
        let now = self.clock.now();
        KeyPair::generate_rsa(
            2048,
            "brought.example",
            now + Duration::days(from),
            now + Duration::days(to),
        )
        .unwrap()
    }

    async fn import(&self, private_key: &str, certificate: &str) -> Result<i64> {
        let input = ImportKeyInput {
            private_key: private_key.into(),
            certificate: certificate.into(),
        };
        Ok(keys::import(&self.services, &self.actor(), &input).await?.id)
    }
}

#[tokio::test]
async fn a_pair_of_ones_own_signs_after_use() {
    let test = Test::new().await;
    let pair = test.pair(-1, 100);
    let id = test.import(&pem(&pair), &pair.certificate_pem()).await.unwrap();
    assert_eq!(test.states().await, [Active, Next]);
    test.activate(id).await.unwrap();
    let active = keys::active(&test.services).await.unwrap();
    assert_eq!(active.key_id(), pair.key_id());
    assert_eq!(active.certificate().subject, "CN=brought.example");
    let row = test.rows().await[1].clone();
    assert!(
        !row.private_key_sealed
            .windows(32)
            .any(|part| pair.pkcs8_der().windows(32).any(|other| part == other)),
        "it is sealed"
    );
}

/// Each refusal stands at the half that has to be pasted again, and quotes nothing of a private key.
#[tokio::test]
async fn what_is_no_pair_is_refused_at_its_field() {
    let test = Test::new().await;
    let (one, other, old) = (test.pair(-1, 100), test.pair(-1, 100), test.pair(-100, -1));
    let (key, certificate) = (pem(&one), one.certificate_pem());
    for (private_key, certificate, field, says) in [
        ("", "", "private_key", "missing"),
        (key.as_str(), "", "certificate", "missing"),
        (key.as_str(), &other.certificate_pem(), "certificate", "does not belong"),
        (&certificate, &certificate, "private_key", ""),
        (&key, &key, "certificate", "private key"),
        ("nonsense", &certificate, "private_key", ""),
        (
            &pem(&old),
            &old.certificate_pem(),
            "certificate",
            "expired on 2026-11-22",
        ),
        (&"x".repeat(70_000), &certificate, "private_key", "too long"),
    ] {
        match test.import(private_key, certificate).await {
            Err(Error::Invalid(problems)) => {
                let problem = &problems.0[0];
                assert_eq!(problem.field, field, "{problem:?}");
                assert!(problem.message.contains(says), "{problem:?}");
                assert!(
                    !problem
                        .message
                        .contains(&BASE64_STANDARD.encode(one.pkcs8_der())[600..640]),
                    "{problem:?}"
                );
            }
            other => panic!("{field}: {other:?}"),
        }
    }
    assert_eq!(test.states().await, [Active]);
}

#[tokio::test]
async fn the_same_key_is_not_taken_twice() {
    let test = Test::new().await;
    let pair = test.pair(-1, 100);
    let (key, certificate) = (pem(&pair), pair.certificate_pem());
    let id = test.import(&key, &certificate).await.unwrap();
    assert!(words(test.import(&key, &certificate).await).contains("is here already"));
    test.retire(id).await.unwrap();
    assert!(words(test.import(&key, &certificate).await).contains("does not come back"));
}

#[tokio::test]
async fn outside_its_dates_a_certificate_is_not_used() {
    let test = Test::new().await;
    let early = test.pair(3, 100);
    let id = test.import(&pem(&early), &early.certificate_pem()).await.unwrap();
    assert!(words(test.activate(id).await).contains("valid from 2026-11-26 on only"));
    assert!(
        words(keys::activate(&test.services, &test.actor(), id, true).await).contains("valid from"),
        "not even anyway"
    );
    test.clock.advance(Duration::days(4));
    test.activate(id).await.unwrap();
    test.clock.advance(Duration::days(97));
    // Back and forth again: it has expired meanwhile.
    let first = test.rows().await[0].id;
    test.activate(first).await.unwrap();
    assert!(words(test.activate(id).await).contains("expired on"));
    assert_eq!(test.states().await, [Active, Retiring]);
}
