//! The Redirect binding's signature, T25: it is over the query's octets as they came, in the order of SAML Bindings
//! 3.4.4.1, and covers nothing else.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::support::{BOTH, Kind, Target, accepted, swap};
use crate::fake_sp::sp_key;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Base64 as a query carries it.
pub fn encoded(data: &[u8]) -> String {
    percent_encoding::utf8_percent_encode(&STANDARD.encode(data), percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Signs a query's octets with the service provider's key, whatever they are.
fn signed(octets: &str) -> String {
    let key = RsaKeyPair::from_pkcs8(sp_key().pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        octets.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{octets}&Signature={}", encoded(&signature))
}

fn parts(query: &str) -> Vec<&str> {
    query.split('&').collect()
}

/// What is signed: the query up to its signature.
fn octets(query: &str) -> &str {
    query.split("&Signature=").next().unwrap()
}

/// The parameters may come in any order; what was signed in another one than the specification's does not count.
async fn t25_order(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for order in [[3, 2, 1, 0], [1, 0, 2, 3], [2, 3, 0, 1]] {
            let query = target.query(kind, Some("relay"));
            let parts = parts(&query);
            accepted(kind, &target.get(&order.map(|at| parts[at]).join("&")).await);
            let attack = |query: &str| {
                let parts: Vec<_> = octets(query).split('&').collect();
                let shuffled: Vec<_> = order.iter().filter(|at| **at < 3).map(|at| parts[*at]).collect();
                signed(&shuffled.join("&"))
            };
            target.refused_query(kind, "signature", "does not match", attack).await;
        }
    }
}

async fn t25_duplicates_and_hidden_names(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let forged = target.query_of(&target.forged(kind, &target.xml(kind)), Some("evil"), None);
        let forged = parts(&forged);
        for more in [forged[0], forged[1], "SigAlg=x", "Signature=AAAA"] {
            let behind = |query: &str| format!("{query}&{more}");
            target.refused_query(kind, "decoding", "given twice", behind).await;
            let in_front = |query: &str| format!("{more}&{query}");
            target.refused_query(kind, "decoding", "given twice", in_front).await;
        }
        for (name, hidden) in [
            ("SAMLRequest", "%53AMLRequest"),
            ("RelayState", "Relay%53tate"),
            ("SigAlg", "%53igAlg"),
            ("Signature", "%53ignature"),
        ] {
            let attack = |query: &str| swap(query, &format!("{name}="), &format!("{hidden}="));
            target
                .refused_query(kind, "decoding", "not encoded properly", attack)
                .await;
        }
        let both = |query: &str| format!("{query}&SAMLResponse={}", forged[0].trim_start_matches("SAMLRequest="));
        target.refused_query(kind, "decoding", "both", both).await;
        let other = |query: &str| swap(query, "SAMLRequest=", "SAMLResponse=");
        target.refused_query(kind, "decoding", "the other kind", other).await;
        // Another case is another name.
        let small = |query: &str| swap(query, "Signature=", "signature=");
        target.refused_query(kind, "decoding", "incomplete", small).await;
        let small = |query: &str| swap(query, "RelayState=", "relaystate=");
        target.refused_query(kind, "signature", "does not match", small).await;
        let small = |query: &str| swap(query, "SAMLRequest=", "samlrequest=");
        target.refused_query(kind, "decoding", "neither", small).await;
        // A semicolon separates nothing.
        let semicolons = |query: &str| query.replace('&', ";");
        target.refused_query(kind, "decoding", "", semicolons).await;
    }
}

/// Octets are signed and not what they stand for: another spelling of the same text is another text.
async fn t25_percent_encoding(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let query = target.query(kind, Some("a b/c"));
        let lower = octets(&query)
            .replace("%2F", "%2f")
            .replace("%3A", "%3a")
            .replace("%2B", "%2b");
        assert_ne!(lower, octets(&query));
        accepted(kind, &target.get(&signed(&lower)).await);
        let attack = |query: &str| swap(query, "%3A", "%3a");
        target.refused_query(kind, "signature", "does not match", attack).await;
        // `+` and `%20` are both a space, and each verifies only as it was signed.
        for (signed_as, sent_as) in [("a+b", "a%20b"), ("a%20b", "a+b"), ("relay", "rel%61y")] {
            let query = target.query(kind, Some("relay"));
            let octets = swap(octets(&query), "RelayState=relay", &format!("RelayState={signed_as}"));
            accepted(kind, &target.get(&signed(&octets)).await);
            let attack = |query: &str| {
                let octets = swap(
                    super::redirect::octets(query),
                    "RelayState=relay",
                    &format!("RelayState={signed_as}"),
                );
                swap(&signed(&octets), signed_as, sent_as)
            };
            target.refused_query(kind, "signature", "does not match", attack).await;
        }
        let broken = |query: &str| swap(query, "RelayState=relay", "RelayState=%ff%fe");
        target
            .refused_query(kind, "decoding", "not encoded properly", broken)
            .await;
    }
}

async fn t25_algorithm_swaps(app: &TestApp) {
    let target = Target::signed(app).await;
    let curve = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    for kind in BOTH {
        target.control(kind).await;
        for other in [
            "rsa-sha1",
            "rsa-md5",
            "hmac-sha256",
            "none",
            "rsa-sha256%20",
            "RSA-SHA256",
        ] {
            let attack = |query: &str| swap(query, "rsa-sha256", other);
            target.refused_query(kind, "signature", "is not accepted", attack).await;
        }
        for other in ["rsa-sha384", "rsa-sha512"] {
            let attack = |query: &str| swap(query, "rsa-sha256", other);
            target.refused_query(kind, "signature", "does not match", attack).await;
        }
        // An elliptic curve's algorithm and an RSA certificate: with the RSA signature, and with one that is good for
        // a key of the attacker's.
        let attack = |query: &str| swap(query, "rsa-sha256", "ecdsa-sha256");
        target.refused_query(kind, "signature", "", attack).await;
        let attack = |query: &str| {
            let octets = swap(octets(query), "rsa-sha256", "ecdsa-sha256");
            let signature = curve.sign(&SystemRandom::new(), octets.as_bytes()).unwrap();
            format!("{octets}&Signature={}", encoded(signature.as_ref()))
        };
        target.refused_query(kind, "signature", "", attack).await;
        let empty = |query: &str| format!("{}&SigAlg=&Signature=AAAA", parts(query)[..2].join("&"));
        target.refused_query(kind, "signature", "is not accepted", empty).await;
    }
}

async fn t25_missing_parts(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let relay = |query: &str| swap(query, "&RelayState=relay", "");
        target.refused_query(kind, "signature", "does not match", relay).await;
        let other = |query: &str| swap(query, "RelayState=relay", "RelayState=https%3A%2F%2Fevil.example");
        target.refused_query(kind, "signature", "does not match", other).await;
        let empty = |query: &str| swap(query, "RelayState=relay", "RelayState=");
        target.refused_query(kind, "signature", "does not match", empty).await;
        let added = |_: &str| {
            let query = target.query(kind, None);
            swap(&query, "&SigAlg", "&RelayState=added&SigAlg")
        };
        target.refused_query(kind, "signature", "does not match", added).await;
        let neither = |query: &str| parts(query)[..2].join("&");
        target
            .refused_query(kind, "signature", "it is not signed", neither)
            .await;
        let no_signature = |query: &str| octets(query).to_owned();
        target.refused_query(kind, "decoding", "incomplete", no_signature).await;
        let no_algorithm = |query: &str| {
            let parts = parts(query);
            [parts[0], parts[1], parts[3]].join("&")
        };
        target.refused_query(kind, "decoding", "incomplete", no_algorithm).await;
        for value in ["", "AAAA", "AA", "%25%25"] {
            let attack = |query: &str| format!("{}&Signature={value}", octets(query));
            let check = if value == "%25%25" { "decoding" } else { "signature" };
            target.refused_query(kind, check, "", attack).await;
        }
    }
}

/// Another message under a signature that was good for the first.
async fn t25_another_message(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let attack = |query: &str| {
            let forged = target.query_of(&target.forged(kind, &target.xml_by(kind, None)), None, None);
            swap(query, parts(query)[0], &forged)
        };
        target.refused_query(kind, "signature", "does not match", attack).await;
    }
    // A logout's signature is none of a sign-in.
    let attack = |query: &str| {
        let other = target.query(Kind::Logout, Some("relay"));
        swap(query, parts(query)[3], parts(&other)[3])
    };
    target
        .refused_query(Kind::SignIn, "signature", "does not match", attack)
        .await;
}

/// What is not signed is not read.
async fn t25_extra_parameters_and_encodings(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for extra in [
            "&lang=de",
            "&spEntityID=evil.example",
            "&slo=true&spEntityID=wiki.example",
            "&&=&flag",
            "&acs=https://evil.example",
        ] {
            accepted(
                kind,
                &target
                    .get(&format!("{}{extra}", target.query(kind, Some("relay"))))
                    .await,
            );
            let front = format!(
                "{}&{}",
                extra.trim_start_matches('&'),
                target.query(kind, Some("relay"))
            );
            accepted(kind, &target.get(&front).await);
        }
        let deflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
        accepted(
            kind,
            &target
                .get(&format!("{}&SAMLEncoding={deflate}", target.query(kind, None)))
                .await,
        );
        for other in [
            "",
            "urn:gzip",
            "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:deflate",
        ] {
            let attack = |query: &str| format!("{query}&SAMLEncoding={other}");
            target.refused_query(kind, "decoding", "not DEFLATE", attack).await;
        }
        let twice = |query: &str| format!("{query}&SAMLEncoding={deflate}&SAMLEncoding={deflate}");
        target.refused_query(kind, "decoding", "given twice", twice).await;
    }
}

on_both_stores!(
    t25_order,
    t25_duplicates_and_hidden_names,
    t25_percent_encoding,
    t25_algorithm_swaps,
    t25_missing_parts,
    t25_another_message,
    t25_extra_parameters_and_encodings,
);
