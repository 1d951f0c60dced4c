//! *Trusted certificates*: what one identity provider's connections trust besides the system's certificate authorities.
//!
//! Reads PEM (RFC 7468), several blocks in one text, with anything between them. Refuses private keys, which have no
//! business here, and leaves out of use what has expired.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::certificate;

/// More than a provider and its authorities can need, and few enough to be read at each connection.
const MOST: usize = 20;
/// The longest text, in bytes.
const TEXT_MAX: usize = 64 * 1024;
const BEGIN: &str = "-----BEGIN ";

/// Certificates in the order in which they were given.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trusted(Vec<CertificateDer<'static>>);

impl fmt::Debug for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trusted({})", self.0.len())
    }
}

impl Trusted {
    /// Reads every block of a text; an empty text holds none.
    ///
    /// # Errors
    /// A sentence for each block that is no certificate, led by its number and line; or one for the whole text.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        if text.len() > TEXT_MAX {
            return Err(vec![format!(
                "Trusted certificates holds {} bytes; at most {TEXT_MAX}.",
                text.len()
            )]);
        }
        let blocks = blocks(text);
        if blocks.is_empty() && !text.trim().is_empty() {
            let message = "This holds no certificate. Paste it in PEM, from -----BEGIN CERTIFICATE----- to its end.";
            return Err(vec![message.to_owned()]);
        }
        if blocks.len() > MOST {
            return Err(vec![format!(
                "Trusted certificates holds {} blocks; at most {MOST}.",
                blocks.len()
            )]);
        }
        let (mut certificates, mut problems) = (Vec::new(), Vec::new());
        for (at, (line, block)) in blocks.into_iter().enumerate() {
            match read(block) {
                Ok(certificate) => certificates.push(certificate),
                Err(why) => problems.push(format!("Block {} (line {line}): {why}", at + 1)),
            }
        }
        if problems.is_empty() {
            Ok(Self(certificates))
        } else {
            Err(problems)
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is trusted at a time, in a sentence each; what has expired is said to be of no use.
    #[must_use]
    pub fn notes(&self, now: DateTime<Utc>) -> Vec<String> {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        self.0
            .iter()
            .enumerate()
            .map(|(at, der)| {
                let described = certificate::describe(der).unwrap_or_default();
                let state = match in_time(der, now) {
                    Ok(()) => "",
                    Err(CertificateError::NotValidYet) => " It is not valid yet, so it is not used.",
                    Err(_) => " It has expired, so it is not used.",
                };
                format!("{}: {described}.{state}", at + 1)
            })
            .collect()
    }

    /// Holds a server's certificate against these: it is one of them, or leads to one of them.
    ///
    /// # Errors
    /// Why it is not trusted.
    pub(super) fn verify(
        &self,
        server: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<(), rustls::Error> {
        let parsed = ParsedCertificate::try_from(server)?;
        let itself = self.0.iter().any(|trusted| trusted.as_ref() == server.as_ref());
        if itself {
            // Often made by `openssl req -x509`, which marks it as an authority: no chain of one could be built.
            in_time(server, now)?;
        } else {
            let mut roots = RootCertStore::empty();
            for trusted in self.0.iter().filter(|trusted| in_time(trusted, now).is_ok()) {
                roots.add(trusted.clone())?;
            }
            verify_server_cert_signed_by_trust_anchor(&parsed, &roots, others, now, algorithms.all)?;
        }
        verify_server_name(&parsed, name)
    }
}

/// Each block with the line it begins in, up to where the next one begins.
fn blocks(text: &str) -> Vec<(usize, &str)> {
    let starts: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| (text[..start].matches('\n').count() + 1, &text[start..end]))
        .collect()
}

/// One block as a certificate that a connection can be held against.
fn read(block: &str) -> Result<CertificateDer<'static>, String> {
    let (label, rest) = block[BEGIN.len()..].split_once("-----").unwrap_or(("", ""));
    if label.contains("PRIVATE KEY") {
        return Err("this is a private key. Take it out; only certificates belong here.".to_owned());
    }
    if label != "CERTIFICATE" {
        let label = label.to_lowercase();
        return Err(format!("this is no certificate but `{label}`. Take it out."));
    }
    let Some((body, _)) = rest.split_once("-----END CERTIFICATE-----") else {
        return Err("its end is missing. Paste it with the line -----END CERTIFICATE-----.".to_owned());
    };
    let compact: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD
        .decode(compact)
        .map_err(|error| format!("this is not Base64 ({error}). Copy the block again, whole."))?;
    match X509Certificate::from_der(&der) {
        Ok(([], _)) => {}
        _ => return Err("this is Base64, and not a certificate. Copy the block again, whole.".to_owned()),
    }
    let certificate = CertificateDer::from(der);
    RootCertStore::empty()
        .add(certificate.clone())
        .map_err(|error| format!("nothing can be held against this certificate ({error})."))?;
    Ok(certificate)
}

/// Whether a certificate is valid at a time.
fn in_time(der: &CertificateDer<'_>, now: UnixTime) -> Result<(), CertificateError> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = certificate.validity();
    if now < validity.not_before.timestamp() {
        Err(CertificateError::NotValidYet)
    } else if now > validity.not_after.timestamp() {
        Err(CertificateError::Expired)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn made(name: &str, until: i32) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap()
    }

    #[test]
    fn several_are_read_with_anything_between_them() {
        let (first, _) = made("one.example", 2031);
        let (second, _) = made("two.example", 2024);
        let text = format!(
            "\u{feff}Subject: one\r\n{}\n\nsecond:\n{second}\nend",
            first.replace('\n', "\r\n")
        );
        let trusted = Trusted::parse(&text).unwrap();
        let notes = trusted.notes(now());
        assert_eq!(notes.len(), 2);
        assert!(
            notes[0].starts_with("1: one.example, issued by one.example, valid until 2031-01-01."),
            "{notes:?}"
        );
        assert!(notes[1].ends_with("It has expired, so it is not used."), "{notes:?}");
        let in_one_line = first.replace('\n', " ");
        assert_eq!(Trusted::parse(&in_one_line).unwrap().0.len(), 1);
        assert!(Trusted::parse(" \n").unwrap().is_empty());
    }

    #[test]
    fn each_bad_block_is_named_with_its_place_and_reason() {
        let (good, key) = made("one.example", 2031);
        let cut = good.replace("-----END CERTIFICATE-----", "");
        let text = format!(
            "{good}{key}-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nMII=\n-----END PUBLIC KEY-----\n{cut}"
        );
        let problems = Trusted::parse(&text).unwrap_err();
        let line = good.matches('\n').count() + 1;
        assert_eq!(problems.len(), 5, "{problems:?}");
        assert!(
            problems[0].starts_with(&format!("Block 2 (line {line}): this is a private key.")),
            "{problems:?}"
        );
        for (problem, words) in
            problems[1..]
                .iter()
                .zip(["not Base64", "not a certificate", "`public key`", "end is missing"])
        {
            assert!(problem.contains(words), "{words}: {problem}");
        }
        assert!(
            !problems.concat().contains(key.lines().nth(1).unwrap()),
            "no part of a key is repeated"
        );
        assert!(Trusted::parse("hello").unwrap_err()[0].contains("no certificate"));
        assert!(Trusted::parse(&"x".repeat(TEXT_MAX + 1)).unwrap_err()[0].contains("at most 65536"));
        assert!(Trusted::parse(&good.repeat(MOST + 1)).unwrap_err()[0].contains("at most 20"));
    }
}
