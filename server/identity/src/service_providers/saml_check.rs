//! What the SAML2 Web SSO form may hold. Every field is looked at, so that all that is wrong is said at once; what comes
//! out is only what the engine can honour.

use std::collections::HashSet;

use domain::input::saml::{
    ATTRIBUTE_NAME_FORMATS, DIGEST_ALGORITHMS, ENCRYPTION_ALGORITHMS, KEY_ENCRYPTION_ALGORITHMS, LOGOUT_METHODS,
    NAME_ID_FORMATS, SIGNING_ALGORITHMS, SamlInput, WEAK_ENCRYPTION_ALGORITHMS,
};
use domain::{Problems, limits};
use saml::keys::{Certificate, KeyError};
use url::Url;

/// SAML Core section 8.3.6: an entity identifier has at most 1024 characters.
const ENTITY_MAX: usize = limits::ENTITY;
const URL_MAX: usize = limits::URL;
/// Several certificates only while a service provider rolls its key.
pub(super) const CERTIFICATES_MAX: usize = 10;

/// The form without empty rows and surrounding white space. `weak` are the encryption algorithms that may be chosen
/// beside those for everybody, since the service provider's metadata offers nothing else.
pub(super) fn check(input: &SamlInput, weak: List<'_>) -> Result<SamlInput, Problems> {
    let mut problems = Problems::default();
    let mut kept = input.clone();
    kept.version.clear();
    kept.press.clear();
    kept.issuer = entity(&mut problems, "issuer", "Issuer", &input.issuer, true);
    consumers(&mut problems, &mut kept);
    chosen(&mut problems, input, weak);
    certificate(&mut problems, &mut kept);
    encryption_certificate(&mut problems, &mut kept);
    for (field, label, value) in [
        ("slo_response_url", "SLO Response URL", &mut kept.slo_response_url),
        ("slo_request_url", "SLO Request URL", &mut kept.slo_request_url),
    ] {
        *value = value.trim().to_owned();
        if !value.is_empty() {
            url(&mut problems, field, label, value);
        }
    }
    kept.audiences = rows(
        &mut problems,
        "audiences",
        &input.audiences,
        |problems, field, value| {
            entity(problems, field, "Audience", value, true);
        },
    );
    kept.recipients = rows(
        &mut problems,
        "recipients",
        &input.recipients,
        |problems, field, value| {
            url(problems, field, "Recipient", value);
        },
    );
    kept.idp_entity_id_alias = entity(
        &mut problems,
        "idp_entity_id_alias",
        "IdP Entity ID Alias",
        &input.idp_entity_id_alias,
        false,
    );
    if problems.is_empty() { Ok(kept) } else { Err(problems) }
}

/// A name of an entity: compared character by character on both sides, so white space in it can only be a mistake.
fn entity(problems: &mut Problems, field: &str, label: &str, value: &str, required: bool) -> String {
    let value = value.trim();
    if value.contains(char::is_whitespace) {
        problems.add(
            field,
            format!("{label} holds white space. Type it exactly as the service provider sends it."),
        );
    } else {
        problems.text(field, label, value, required, ENTITY_MAX);
    }
    value.to_owned()
}

/// The rows that are not empty, each looked at under its own field; twice the same is refused.
fn rows(
    problems: &mut Problems,
    name: &str,
    typed: &[String],
    check: impl Fn(&mut Problems, &str, &str),
) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for (n, value) in typed.iter().enumerate() {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let field = format!("{name}[{n}]");
        if seen.insert(value) {
            check(problems, &field, value);
        } else {
            problems.add(
                field,
                format!("`{value}` is in this list twice. Remove one of the rows."),
            );
        }
        kept.push(value.to_owned());
    }
    kept
}

fn consumers(problems: &mut Problems, kept: &mut SamlInput) {
    kept.acs_urls = rows(problems, "acs_urls", &kept.acs_urls, |problems, field, value| {
        url(problems, field, "Assertion Consumer URL", value);
    });
    kept.default_acs_url = kept.default_acs_url.trim().to_owned();
    if kept.acs_urls.is_empty() {
        problems.add(
            "acs_urls[0]",
            "Assertion Consumer URLs is empty: without one no response can be sent.",
        );
    } else if !kept.default_acs_url.is_empty() && !kept.acs_urls.contains(&kept.default_acs_url) {
        let text = "Default Assertion Consumer URL is none of the assertion consumer URLs above. Copy one of them, or leave it empty for the first.";
        problems.add("default_acs_url", text);
    }
}

/// Where browsers are sent with an assertion: only what names one web address and nothing more.
fn url(problems: &mut Problems, field: &str, label: &str, value: &str) {
    if let Some(wrong) = url_problem(label, value) {
        problems.add(field, wrong);
    }
}

/// What is wrong with such an address.
pub(super) fn url_problem(label: &str, value: &str) -> Option<String> {
    Some(if value.chars().count() > URL_MAX {
        format!("{label} is too long: at most {URL_MAX} characters.")
    } else if value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        format!("{label} holds white space or a control character. Remove it.")
    } else {
        match Url::parse(value) {
            Err(_) => {
                format!("{label} is no absolute address. It begins with `https://` or `http://` and names a host.")
            }
            Ok(url) if !matches!(url.scheme(), "http" | "https") || !authority_follows(value) => {
                format!("{label} begins with `https://` or `http://`; other addresses are not sent anything.")
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                format!("{label} holds a user name or password before the host. Remove it.")
            }
            Ok(url) if url.fragment().is_some() => {
                format!("{label} ends in a fragment (`#…`), which browsers do not send. Remove it.")
            }
            Ok(_) => return None,
        }
    })
}

/// `https:host` and `https:\\host` parse as well, but are not what anybody compares with.
fn authority_follows(value: &str) -> bool {
    value
        .split_once(':')
        .is_some_and(|(_, rest)| rest.starts_with("//") && !value.contains('\\'))
}

/// What a select offers: what is sent, and how it is shown.
type List<'a> = &'a [(&'static str, &'static str)];

fn chosen(problems: &mut Problems, input: &SamlInput, weak: List<'_>) {
    let encryption = [ENCRYPTION_ALGORITHMS.as_slice(), weak].concat();
    let lists: [(&str, &str, &str, List<'_>); 7] = [
        (
            "name_id_format",
            "NameID format",
            &input.name_id_format,
            &NAME_ID_FORMATS,
        ),
        (
            "response_signing_algorithm",
            "Response Signing Algorithm",
            &input.response_signing_algorithm,
            &SIGNING_ALGORITHMS,
        ),
        (
            "response_digest_algorithm",
            "Response Digest Algorithm",
            &input.response_digest_algorithm,
            &DIGEST_ALGORITHMS,
        ),
        (
            "assertion_encryption_algorithm",
            "Assertion Encryption Algorithm",
            &input.assertion_encryption_algorithm,
            &encryption,
        ),
        (
            "key_encryption_algorithm",
            "Key Encryption Algorithm",
            &input.key_encryption_algorithm,
            &KEY_ENCRYPTION_ALGORITHMS,
        ),
        ("logout_method", "Logout Method", &input.logout_method, &LOGOUT_METHODS),
        (
            "attribute_name_format",
            "Attribute Name Format",
            &input.attribute_name_format,
            &ATTRIBUTE_NAME_FORMATS,
        ),
    ];
    for (field, label, value, list) in lists {
        if list.iter().any(|(known, _)| *known == value) {
            continue;
        }
        let text = if WEAK_ENCRYPTION_ALGORITHMS.iter().any(|(known, _)| *known == value) {
            format!(
                "{label}: AES-CBC is weak and used only where a service provider's metadata offers nothing else. Choose another, or update from its metadata."
            )
        } else {
            format!("{label}: choose one of the list.")
        };
        problems.add(field, text);
    }
}

fn certificate(problems: &mut Problems, kept: &mut SamlInput) {
    kept.certificate = kept.certificate.trim().to_owned();
    let encrypts = kept.enable_assertion_encryption.0 && kept.encryption_certificate.trim().is_empty();
    let needed = match (kept.enable_signature_validation.0, encrypts) {
        (true, true) => Some("checking signatures and encrypting assertions need it"),
        (true, false) => Some("checking signatures needs it"),
        (false, true) => Some("encrypting assertions needs it"),
        (false, false) => None,
    };
    if kept.certificate.is_empty() {
        if let Some(why) = needed {
            problems.add(
                "certificate",
                format!("Certificate is missing: {why}. Paste the service provider's certificate in PEM."),
            );
        }
        return;
    }
    match Certificate::parse_all(&kept.certificate) {
        Ok(all) if all.len() > CERTIFICATES_MAX => {
            problems.add(
                "certificate",
                format!(
                    "Certificate holds {} certificates; at most {CERTIFICATES_MAX}.",
                    all.len()
                ),
            );
        }
        Ok(all) => {
            for weak in all.iter().filter(|certificate| !certificate.can_verify()) {
                problems.add("certificate", unusable(weak, " or EC P-256"));
            }
            if encrypts && problems.of("certificate").is_none() && !all.iter().any(Certificate::can_encrypt_for) {
                let text = "Certificate holds no RSA certificate, and assertions are encrypted for one. Put one in under Encrypt assertions to.";
                problems.add("certificate", text);
            }
        }
        Err(error) => problems.add("certificate", unreadable(&error)),
    }
}

/// One certificate, with an RSA key that assertions can be encrypted for.
fn encryption_certificate(problems: &mut Problems, kept: &mut SamlInput) {
    const FIELD: &str = "encryption_certificate";
    kept.encryption_certificate = kept.encryption_certificate.trim().to_owned();
    match Certificate::parse_all(&kept.encryption_certificate).as_deref() {
        Ok([]) => {}
        Ok([one]) if one.can_encrypt_for() => {}
        Ok([one]) => problems.add(FIELD, unusable(one, "")),
        Ok(several) => problems.add(
            FIELD,
            format!(
                "Encrypt assertions to holds {} certificates; assertions are encrypted for one.",
                several.len()
            ),
        ),
        Err(error) => problems.add(FIELD, unreadable(error)),
    }
}

fn unusable(certificate: &Certificate, besides: &str) -> String {
    format!(
        "The certificate of `{}` has a key of the kind {}. RSA of {} to {} bits{besides} is accepted.",
        certificate.subject,
        certificate.key_description(),
        Certificate::MIN_RSA_BITS,
        Certificate::MAX_RSA_BITS
    )
}

fn unreadable(error: &KeyError) -> String {
    format!("{error}. Paste it in PEM, from `-----BEGIN CERTIFICATE-----` to its end.")
}
