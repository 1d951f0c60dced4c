//! The SAML2 Web SSO configuration.

use domain::claim;
use domain::input::saml::{
    DIGEST_ALGORITHMS, ENCRYPTION_ALGORITHMS, KEY_ENCRYPTION_ALGORITHMS, NAME_ID_FORMATS, SIGNING_ALGORITHMS,
};
use saml::algorithm::{DataEncryption, DigestAlgorithm, KeyEncryption, SignatureAlgorithm};

use super::super::{by_issuer, get, saml_by_id, saml_form, save_saml, update};
use super::*;
use crate::testing;

#[tokio::test]
async fn a_new_form_has_the_documented_defaults() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let view = saml_form(&services, &actor, id).await.unwrap();
    assert!(!view.registered);
    assert_eq!(view.input, SamlInput::default());
    assert!(view.input.response_signing_algorithm.ends_with("rsa-sha256") && view.input.attribute_name_format == "uri");
}

#[tokio::test]
async fn registered_at_once_then_changed_in_place() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let typed = SamlInput {
        issuer: " travelocity.com ".into(),
        acs_urls: vec![String::new(), " http://localhost:8080/saml/acs ".into(), String::new()],
        press: "x".into(),
        ..SamlInput::default()
    };
    save_saml(&services, &actor, id, &typed).await.unwrap();
    assert_eq!(audited(&services).await.0, "create");
    let view = saml_form(&services, &actor, id).await.unwrap();
    assert!(view.registered);
    let stored = SamlInput {
        version: "1".into(),
        ..saml("travelocity.com")
    };
    assert_eq!(
        view.input,
        SamlInput {
            acs_urls: vec!["http://localhost:8080/saml/acs".into()],
            ..stored
        }
    );

    save_saml(
        &services,
        &actor,
        id,
        &SamlInput {
            issuer: "other".into(),
            ..view.input
        },
    )
    .await
    .unwrap();
    assert_eq!(audited(&services).await.0, "update");
    assert!(by_issuer(&services.db, "travelocity.com").await.unwrap().is_none());
    assert_eq!(by_issuer(&services.db, "other").await.unwrap().unwrap().id, id);
    assert!(
        by_issuer(&services.db, "Other").await.unwrap().is_none(),
        "compared exactly"
    );
}

#[tokio::test]
async fn saving_it_leaves_the_page_outside_savable() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let opened = get(&services, &actor, id).await.unwrap().input;
    save_saml(&services, &actor, id, &saml("wiki")).await.unwrap();
    update(&services, &actor, id, &opened).await.unwrap();
}

#[tokio::test]
async fn nobody_overwrites_unseen() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    save_saml(&services, &actor, id, &saml("first")).await.unwrap();
    assert!(
        matches!(
            save_saml(&services, &actor, id, &saml("second")).await,
            Err(Error::Stale)
        ),
        "a second tab registers"
    );
    let input = SamlInput {
        version: "1".into(),
        ..saml("second")
    };
    save_saml(&services, &actor, id, &input).await.unwrap();
    assert!(matches!(
        save_saml(&services, &actor, id, &input).await,
        Err(Error::Stale)
    ));
}

#[tokio::test]
async fn an_issuer_belongs_to_one_service_provider() {
    let (services, _, actor) = testing::services().await;
    let wiki = add(&services, &actor, "Wiki").await;
    let payroll = add(&services, &actor, "Payroll").await;
    save_saml(&services, &actor, wiki, &saml("wiki")).await.unwrap();
    let problems = refused(
        save_saml(
            &services,
            &actor,
            payroll,
            &SamlInput {
                acs_urls: vec![],
                ..saml("wiki")
            },
        )
        .await,
    );
    assert!(problems.of("issuer").unwrap().contains("Wiki"), "{problems:?}");
    assert!(
        problems.of("acs_urls[0]").is_some(),
        "said together with the rest: {problems:?}"
    );
}

fn rows(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|row| (*row).to_owned()).collect()
}

/// A change to a form that is fine without it.
type Change = fn(&mut SamlInput);

#[tokio::test]
async fn what_the_engine_cannot_honour_is_refused_field_by_field() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let cases: [(Change, &[&str]); 17] = [
        (|form| form.issuer = " ".into(), &["issuer"]),
        (|form| form.issuer = "travel ocity".into(), &["issuer"]),
        (|form| form.issuer = "x".repeat(1025), &["issuer"]),
        (|form| form.acs_urls = rows(&["", " "]), &["acs_urls[0]"]),
        (
            |form| form.acs_urls = rows(&["https://a.example/", "", "https://a.example/"]),
            &["acs_urls[2]"],
        ),
        (
            |form| form.default_acs_url = "https://sp.example.org/ACS".into(),
            &["default_acs_url"],
        ),
        (|form| form.name_id_format = "email".into(), &["name_id_format"]),
        (
            |form| form.response_signing_algorithm = "rsa-sha1".into(),
            &["response_signing_algorithm"],
        ),
        (
            |form| form.response_digest_algorithm.clear(),
            &["response_digest_algorithm"],
        ),
        (
            |form| form.assertion_encryption_algorithm = "cbc".into(),
            &["assertion_encryption_algorithm"],
        ),
        (
            |form| form.key_encryption_algorithm = "rsa-1_5".into(),
            &["key_encryption_algorithm"],
        ),
        (|form| form.logout_method = "phone".into(), &["logout_method"]),
        (
            |form| form.attribute_name_format = "unspecified".into(),
            &["attribute_name_format"],
        ),
        (
            |form| (form.slo_response_url, form.slo_request_url) = ("/slo".into(), "slo".into()),
            &["slo_response_url", "slo_request_url"],
        ),
        (
            |form| form.audiences = rows(&["a", "", "b c", "a"]),
            &["audiences[2]", "audiences[3]"],
        ),
        (|form| form.recipients = rows(&["", "sp"]), &["recipients[1]"]),
        (|form| form.idp_entity_id_alias = "a b".into(), &["idp_entity_id_alias"]),
    ];
    for (change, fields) in cases {
        let mut form = saml("wiki");
        change(&mut form);
        assert_eq!(
            refused_fields(save_saml(&services, &actor, id, &form).await),
            fields,
            "{form:?}"
        );
    }
    assert!(!saml_form(&services, &actor, id).await.unwrap().registered);
}

#[tokio::test]
async fn assertions_go_to_plain_web_addresses_only() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let long = format!("https://sp.example.org/{}", "x".repeat(2048));
    for url in [
        "sp.example.org/acs",
        "/acs",
        "//sp.example.org/acs",
        "https:sp.example.org",
        "https:\\\\sp.example.org",
        "ftp://sp.example.org/",
        "javascript:alert(1)",
        "https://",
        "https://sp.example.org/#top",
        "https://user@sp.example.org/",
        "https://:pw@sp.example.org/",
        "https://sp.example.org/a b",
        "https://sp.example.org/a\nb",
        &long,
    ] {
        let form = SamlInput {
            acs_urls: rows(&["https://ok.example/", url]),
            ..saml("wiki")
        };
        assert_eq!(
            refused_fields(save_saml(&services, &actor, id, &form).await),
            ["acs_urls[1]"],
            "{url}"
        );
    }
    let fine = SamlInput {
        acs_urls: rows(&["https://a.example/acs?tenant=1", "http://127.0.0.1:8080/saml/acs"]),
        default_acs_url: "http://127.0.0.1:8080/saml/acs".into(),
        audiences: rows(&["", "urn:b"]),
        ..saml("wiki")
    };
    save_saml(&services, &actor, id, &fine).await.unwrap();
    assert_eq!(
        saml_by_id(&services.db, id).await.unwrap().unwrap().saml.audiences,
        ["urn:b"]
    );
}

#[tokio::test]
async fn the_engine_gets_claims_roles_and_subject() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    assert!(
        saml_by_id(&services.db, id).await.unwrap().is_none(),
        "no SAML configuration yet"
    );
    save_saml(&services, &actor, id, &saml("wiki")).await.unwrap();
    let mut input = get(&services, &actor, id).await.unwrap().input;
    input.claims = vec![claim_row(claim::EMAIL, ""), claim_row(MOBILE, "")];
    input.roles = vec![role_row("admin", "root")];
    update(&services, &actor, id, &input).await.unwrap();
    let found = by_issuer(&services.db, "wiki").await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.name.as_str(), found.subject_claim.as_str()),
        (id, "Wiki", claim::USERNAME)
    );
    assert_eq!(
        found
            .claims
            .iter()
            .map(|claim| claim.local.as_str())
            .collect::<Vec<_>>(),
        [claim::EMAIL, MOBILE]
    );
    assert_eq!(found.roles, [("admin".to_owned(), "root".to_owned())]);
    assert!(!found.custom_dialect);
}

#[test]
fn what_the_form_offers_is_what_the_library_does() {
    let uris = |list: &[(&'static str, &'static str)]| list.iter().map(|(uri, _)| *uri).collect::<Vec<_>>();
    assert_eq!(
        uris(&SIGNING_ALGORITHMS),
        SignatureAlgorithm::ALL.map(SignatureAlgorithm::uri)
    );
    assert_eq!(uris(&DIGEST_ALGORITHMS), DigestAlgorithm::ALL.map(DigestAlgorithm::uri));
    assert_eq!(
        uris(&ENCRYPTION_ALGORITHMS),
        DataEncryption::ALL.map(DataEncryption::uri)
    );
    assert_eq!(
        uris(&KEY_ENCRYPTION_ALGORITHMS),
        KeyEncryption::ALL.map(KeyEncryption::uri)
    );
    use saml::identifier::{NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED};
    assert_eq!(
        uris(&NAME_ID_FORMATS),
        [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT]
    );
}

#[tokio::test]
async fn viewing_is_not_managing() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let viewer = viewer(&actor);
    saml_form(&services, &viewer, id).await.unwrap();
    assert!(matches!(
        save_saml(&services, &viewer, id, &saml("wiki")).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        save_saml(&services, &actor, id + 1, &saml("wiki")).await,
        Err(Error::NotFound)
    ));
    let nobody = Actor {
        permissions: [Permission::ManageUsers].into_iter().collect(),
        ..actor
    };
    assert!(matches!(saml_form(&services, &nobody, id).await, Err(Error::Denied(_))));
}
