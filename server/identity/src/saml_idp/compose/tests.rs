use chrono::TimeZone;
use domain::input::saml::SamlInput;
use saml::algorithm::{DataEncryption, KeyEncryption};
use saml::identifier::{CONTEXT_PASSWORD_PROTECTED_TRANSPORT as PPT, NAMEID_EMAIL};
use saml::keys::KeyPair;

use super::*;

const EC: &str = include_str!("../../service_providers/tests/ec-certificate.pem");
const WEAK: &str = include_str!("../../service_providers/tests/rsa-1024-certificate.pem");

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap()
}

fn pem(name: &str) -> String {
    let hour = chrono::Duration::hours(1);
    let pair = KeyPair::generate_rsa(2048, name, now() - hour, now() + hour).unwrap();
    pair.certificate_pem()
}

fn sp(change: impl FnOnce(&mut SamlServiceProvider)) -> SamlServiceProvider {
    let mut sp = SamlServiceProvider {
        id: 7,
        name: "Wiki".into(),
        saml: SamlInput {
            issuer: "wiki.example".into(),
            acs_urls: vec!["https://wiki.example/acs".into()],
            enable_attribute_profile: true.into(),
            include_attributes_always: true.into(),
            ..SamlInput::default()
        },
        subject_claim: claim::USERNAME.into(),
        custom_dialect: false,
        acs_indexes: Vec::new(),
        logout_responses: Vec::new(),
        claims: Vec::new(),
        roles: Vec::new(),
    };
    change(&mut sp);
    sp
}

fn requested(local: &str, remote: &str, mandatory: bool) -> RequestedClaim {
    RequestedClaim {
        local: local.into(),
        remote: remote.into(),
        mandatory,
    }
}

fn person(claims: &[(&str, &str)], roles: &[&str]) -> Person {
    let named = [(claim::USERNAME, "jane")];
    Person {
        user: user::Model {
            id: 3,
            username: "jane".into(),
            username_lower: "jane".into(),
            password_hash: String::new(),
            locked: false,
            has_mobile: false,
            version: 1,
            created_at: now(),
            updated_at: now(),
        },
        claims: named
            .iter()
            .chain(claims)
            .map(|(uri, value)| ((*uri).to_owned(), (*value).to_owned()))
            .collect(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

fn composed(sp: &SamlServiceProvider, person: &Person, kept: &Kept) -> Result<Composed, Obstacle> {
    let question = Question {
        kept,
        in_response_to: Some("_request"),
        acs_url: "https://wiki.example/acs",
    };
    let session = Authenticated {
        truth: PPT,
        at: now(),
        session_index: "_session".into(),
        session_ends: now() + chrono::Duration::hours(24),
    };
    let fresh = Fresh {
        id: "_response".into(),
        assertion_id: "_assertion".into(),
        now: now(),
        identifiers: Identifiers {
            issuer: "urn:us".into(),
            persistent: "always".into(),
            transient: "once".into(),
        },
    };
    compose(sp, person, question, &session, fresh)
}

fn answer(sp: &SamlServiceProvider, person: &Person) -> Result<ResponseSpec, Obstacle> {
    composed(sp, person, &Kept::default())?.answer()
}

#[test]
fn an_email_format_tells_the_email_address() {
    let email = sp(|sp| sp.saml.name_id_format = NAMEID_EMAIL.into());
    let spec = answer(&email, &person(&[(claim::EMAIL, "jane@example.org")], &[])).unwrap();
    assert_eq!(spec.name_id.value, "jane@example.org");
    let missing = Obstacle::NoSubject {
        claim: claim::EMAIL.into(),
    };
    assert_eq!(answer(&email, &person(&[], &[])).unwrap_err(), missing);
    assert_eq!(
        answer(&email, &person(&[(claim::EMAIL, "")], &[])).unwrap_err(),
        missing
    );
    let chosen = sp(|sp| {
        sp.saml.name_id_format = NAMEID_EMAIL.into();
        sp.subject_claim = claim::MOBILE.into();
    });
    let spec = answer(&chosen, &person(&[(claim::MOBILE, "+94771234567")], &[])).unwrap();
    assert_eq!(spec.name_id.value, "+94771234567");
}

#[test]
fn attributes_follow_dialect_and_name_format() {
    let claims = vec![
        requested(claim::MOBILE, "phone", false),
        requested(claim::ROLE, "groups", false),
        requested(claim::EMAIL, "mail", false),
    ];
    let jane = person(&[(claim::MOBILE, "+94771234567")], &["admin", "staff"]);
    for (custom, basic, names, format) in [
        (
            false,
            false,
            [claim::MOBILE, claim::ROLE],
            saml::identifier::ATTRNAME_URI,
        ),
        (true, true, ["phone", "groups"], saml::identifier::ATTRNAME_BASIC),
    ] {
        let sp = sp(|sp| {
            sp.custom_dialect = custom;
            sp.claims.clone_from(&claims);
            sp.roles = vec![("staff".into(), "employees".into())];
            if basic {
                sp.saml.attribute_name_format = "basic".into();
            }
        });
        let composed = composed(&sp, &jane, &Kept::default()).unwrap();
        assert_eq!(composed.trace.without_value, claims[2..]);
        assert_eq!(composed.trace.attributes, claims[..2]);
        let attributes = composed.answer().unwrap().attributes;
        let sent: Vec<_> = attributes.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(sent, names);
        assert!(attributes.iter().all(|one| one.name_format.as_deref() == Some(format)));
        assert_eq!(attributes[1].values, ["admin", "employees"], "a value for each role");
    }
}

#[test]
fn nothing_leaves_past_an_obstacle() {
    let sp = sp(|sp| {
        sp.claims = vec![requested(claim::EMAIL, "", true), requested(claim::ROLE, "", true)];
        sp.saml.enable_assertion_encryption = true.into();
    });
    let composed = composed(&sp, &person(&[], &[]), &Kept::default()).unwrap();
    let mandatory = Obstacle::MandatoryClaims(vec![claim::EMAIL.to_owned()]);
    assert_eq!(
        composed.obstacles(),
        [mandatory.clone(), Obstacle::NoEncryptionCertificate]
    );
    assert_eq!(composed.answer().unwrap_err(), mandatory);
    let with_email = person(&[(claim::EMAIL, "jane@example.org")], &[]);
    assert_eq!(answer(&sp, &with_email).unwrap_err(), Obstacle::NoEncryptionCertificate);
}

/// The certificate for encryption, else the first RSA one that verifies; a key that cannot be used is passed over.
#[test]
fn encrypted_for_the_right_key() {
    let (first, second) = (pem("first"), pem("second"));
    for (certificate, encryption_certificate, expected) in [
        (first.clone(), String::new(), Some("CN=first")),
        (format!("{first}{second}"), String::new(), Some("CN=first")),
        (first.clone(), second.clone(), Some("CN=second")),
        (format!("{EC}\n{WEAK}\n{second}"), String::new(), Some("CN=second")),
        (format!("{EC}\n{WEAK}"), String::new(), None),
        // What was registered for it is not replaced by a key that was not.
        (first.clone(), EC.to_owned(), None),
        (first.clone(), "nonsense".to_owned(), None),
    ] {
        let sp = sp(|sp| {
            sp.saml.enable_assertion_encryption = true.into();
            sp.saml.certificate = certificate;
            sp.saml.encryption_certificate = encryption_certificate;
        });
        match (answer(&sp, &person(&[], &[])), expected) {
            (Ok(spec), Some(expected)) => {
                let encrypt = spec.encrypt.unwrap();
                assert_eq!(encrypt.certificate.subject, expected);
                assert_eq!(
                    (encrypt.data, encrypt.key),
                    (DataEncryption::default(), KeyEncryption::default())
                );
            }
            (Err(obstacle), None) => assert_eq!(obstacle, Obstacle::NoEncryptionCertificate),
            (other, _) => panic!("{expected:?}: {other:?}"),
        }
    }
    let off = sp(|sp| sp.saml.certificate = first);
    assert!(answer(&off, &person(&[], &[])).unwrap().encrypt.is_none());
}

#[test]
fn a_subject_is_compared_in_all_that_it_says() {
    let sp = sp(|_| ());
    let jane = person(&[(claim::EMAIL, "jane@example.org")], &[]);
    let subject = |value: &str, format: &str, qualifier: &str| Kept {
        subject: Some(value.to_owned()),
        subject_format: (!format.is_empty()).then(|| format.to_owned()),
        subject_name_qualifier: (!qualifier.is_empty()).then(|| qualifier.to_owned()),
        ..Kept::default()
    };
    const PERSISTENT: &str = saml::identifier::NAMEID_PERSISTENT;
    const TRANSIENT: &str = saml::identifier::NAMEID_TRANSIENT;
    for (value, format, qualifier, is_her) in [
        ("jane", "", "", true),
        ("jane", saml::identifier::NAMEID_UNSPECIFIED, "", true),
        ("Jane", "", "", false),
        ("jane@example.org", NAMEID_EMAIL, "", true),
        ("jane", NAMEID_EMAIL, "", false),
        ("always", PERSISTENT, "urn:us", true),
        ("always", PERSISTENT, "urn:others", false),
        ("jane", "", "urn:us", false),
        ("earlier", TRANSIENT, "", false),
        ("jane", "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos", "", false),
    ] {
        let found = composed(&sp, &jane, &subject(value, format, qualifier));
        match found {
            Ok(_) => assert!(is_her, "{value} {format}"),
            Err(obstacle) => assert!(
                !is_her && obstacle == Obstacle::AnotherSubject,
                "{value} {format} {obstacle:?}"
            ),
        }
    }
    // The policy of the request goes before the format of its Subject: then they have to agree.
    let both = Kept {
        name_id_format: Some(PERSISTENT.to_owned()),
        ..subject("jane", NAMEID_EMAIL, "")
    };
    assert_eq!(composed(&sp, &jane, &both).unwrap_err(), Obstacle::AnotherSubject);
}
