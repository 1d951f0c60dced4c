//! Registering a service provider from its metadata: all of it, or nothing and the reason.

use domain::input::saml::ENCRYPTION_ALGORITHMS;
use domain::view::{CertificateState, ListQuery};

use super::super::import::{self, Outcome};
use super::super::{get, list, saml_by_id, saml_form, save_saml};
use super::metadata_support::*;
use super::*;
use crate::sms::transport::{Cut, SendFailure};
use crate::sms::{FailureKind, transport};
use crate::testing;

const CBC_256: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const CBC_128: &str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
const GCM_128: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";

#[tokio::test]
async fn everything_that_metadata_holds_is_taken() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let form = saml_form(&services, &actor, id).await.unwrap();
    let saml = &form.input;
    assert_eq!(saml.issuer, ENTITY);
    assert_eq!(
        saml.acs_urls,
        ["https://shop.example.org/acs/1", "https://shop.example.org/acs/2"]
    );
    assert_eq!(saml.default_acs_url, "https://shop.example.org/acs/2");
    assert_eq!(saml.name_id_format, saml::identifier::NAMEID_EMAIL);
    assert!(saml.enable_signature_validation.0 && saml.enable_response_signing.0);
    let subjects =
        |views: &[domain::view::CertificateView]| views.iter().map(|one| one.subject.clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&form.certificates), ["CN=shop 0", "CN=shop 1"]);
    assert_eq!(subjects(&form.encryption_certificate), ["CN=shop 2"]);
    assert!(saml.enable_assertion_encryption.0);
    assert_eq!(saml.assertion_encryption_algorithm, ENCRYPTION_ALGORITHMS[0].0);
    assert!(saml.enable_single_logout.0);
    assert_eq!(
        (
            saml.logout_method.as_str(),
            saml.slo_request_url.as_str(),
            saml.slo_response_url.as_str()
        ),
        (
            "front_channel_redirect",
            "https://shop.example.org/slo",
            "https://shop.example.org/slo/done"
        )
    );
    assert!(saml.enable_attribute_profile.0 && saml.include_attributes_always.0);
    assert_eq!(saml.attribute_name_format, "uri");

    let page = get(&services, &actor, id).await.unwrap();
    assert_eq!(
        (page.name.as_str(), page.steps),
        ("The Shop", vec!["password".to_owned()])
    );
    assert_eq!(page.input.claim_dialect, "custom");
    let claims: Vec<_> = page
        .input
        .claims
        .iter()
        .map(|row| (row.local.as_str(), row.remote.as_str(), row.mandatory.0))
        .collect();
    assert_eq!(
        claims,
        [
            (claim::EMAIL, "urn:oid:0.9.2342.19200300.100.1.3", true),
            (claim::MOBILE, claim::MOBILE, false),
        ]
    );
    let facts = page.metadata.unwrap();
    assert_eq!(
        (facts.source_url, facts.valid_until.as_deref()),
        (None, Some("2027-01-31"))
    );
    for (what, times) in [
        ("HTTP-Artifact", 1),
        ("shoeSize", 1),
        ("soap", 1),
        ("urn:example:format", 0),
    ] {
        let notes = facts.notes.iter().filter(|note| note.contains(what)).count();
        assert_eq!(notes, times, "{what}: {:?}", facts.notes);
    }
    let (action, target, detail) = audited(&services).await;
    assert_eq!((action.as_str(), target.as_str()), ("import", "The Shop"));
    assert!(
        detail.contains(ENTITY) && detail.contains("2 certificates") && !detail.contains("BEGIN"),
        "{detail}"
    );

    let sp = saml_by_id(&services.db, id).await.unwrap().unwrap();
    for (index, url) in [
        (0, None),
        (1, Some("https://shop.example.org/acs/1")),
        (2, Some("https://shop.example.org/acs/2")),
        (3, None),
    ] {
        assert_eq!(sp.acs_by_index(index).map(String::as_str), url, "index {index}");
    }
}

/// Names that are all claim URIs stay in the local dialect.
#[tokio::test]
async fn claim_uris_need_no_dialect_of_their_own() {
    let (services, _, actor) = testing::services().await;
    let xml = xml_of(|spec| spec.requested_attributes = vec![asks(claim::MOBILE, None, true)]);
    let id = registered(&services, &actor, &xml).await;
    let page = get(&services, &actor, id).await.unwrap().input;
    assert_eq!((page.claim_dialect.as_str(), page.claims.len()), ("local", 1));
    assert!(page.claims[0].mandatory.0);
}

#[tokio::test]
async fn little_metadata_gives_a_plain_configuration() {
    let (services, _, actor) = testing::services().await;
    let xml = xml_of(|spec| {
        spec.acs.truncate(1);
        spec.slo.clear();
        spec.signing_certificates.clear();
        spec.encryption_certificates.clear();
        spec.name_id_formats.clear();
        spec.requested_attributes.clear();
        spec.authn_requests_signed = false;
        spec.valid_until = None;
    });
    let id = registered(&services, &actor, &xml).await;
    let form = saml_form(&services, &actor, id).await.unwrap().input;
    let plain = SamlInput {
        version: "1".into(),
        issuer: ENTITY.into(),
        acs_urls: vec!["https://shop.example.org/acs/2".into()],
        enable_response_signing: true.into(),
        ..SamlInput::default()
    };
    assert_eq!(form, plain);
    let page = get(&services, &actor, id).await.unwrap();
    assert_eq!(
        page.name, ENTITY,
        "without a name of its own it is called by its issuer"
    );
    assert_eq!(page.metadata.unwrap().notes, [""; 0]);
}

#[tokio::test]
async fn a_name_is_typed_or_its_own_and_made_unique() {
    let (services, _, actor) = testing::services().await;
    let name = async |typed: &str, issuer: &str, own: &str| {
        let xml = xml_of(|spec| {
            spec.entity_id = issuer.into();
            spec.service_name = own.into();
        });
        let outcome = import::import(&services, &actor, &named(typed), &pasted(&xml))
            .await
            .unwrap();
        let Outcome::Registered(id) = outcome else {
            panic!("{outcome:?}")
        };
        get(&services, &actor, id).await.unwrap().name
    };
    assert_eq!(name("Till", "urn:1", "The Shop").await, "Till");
    assert_eq!(name(" ", "urn:2", "The  Shop").await, "The Shop");
    assert_eq!(name("", "urn:3", "the shop").await, "the shop (2)");
    assert_eq!(name("", "urn:4", "The Shop").await, "The Shop (3)");
    assert_eq!(name("", "urn:5", &"n".repeat(300)).await, "n".repeat(100));
    assert_eq!(
        name("", "urn:6", &"n".repeat(300)).await,
        format!("{} (2)", "n".repeat(50))
    );
}

#[tokio::test]
async fn one_of_several_is_chosen() {
    let (services, _, actor) = testing::services().await;
    let entities: String = (0..60)
        .map(|n| {
            xml_of(|spec| {
                spec.entity_id = format!("urn:sp:{n}");
                spec.service_name = format!("Shop {n}");
            })
        })
        .collect();
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{entities}</md:EntitiesDescriptor>"
    );
    let outcome = import::import(&services, &actor, &named("Mine"), &pasted(&xml))
        .await
        .unwrap();
    let Outcome::Choose { file } = outcome else {
        panic!("{outcome:?}")
    };
    let choices = async |search: &str| import::entity_choices(&services, &actor, &file, search).await.unwrap();
    let all = choices("").await;
    assert_eq!(
        (all.total, all.matching, all.choices.len(), all.input.name.as_str()),
        (60, 60, 50, "Mine")
    );
    assert_eq!(choices("SHOP 59").await.choices[0].entity_id, "urn:sp:59");
    assert_eq!(choices("urn:sp:1").await.matching, 11);
    let other_session = Actor {
        session_id: "another".into(),
        ..actor.clone()
    };
    assert!(matches!(
        import::entity_choices(&services, &other_session, &file, "").await,
        Err(Error::NotFound)
    ));
    let choose = async |entity: &str, name: &str| {
        let input = domain::input::metadata::EntityInput {
            file: file.clone(),
            name: name.into(),
            entity_id: entity.into(),
        };
        import::import_entity(&services, &actor, &input).await
    };
    assert_eq!(refused_fields(choose("", "").await), ["entity_id"]);
    assert_eq!(refused_fields(choose("urn:sp:60", "").await), ["entity_id"]);
    let Outcome::Registered(id) = choose("urn:sp:7", "").await.unwrap() else {
        panic!()
    };
    let page = get(&services, &actor, id).await.unwrap();
    assert_eq!(
        (page.name.as_str(), page.issuer.as_deref()),
        ("Shop 7", Some("urn:sp:7"))
    );

    let many: String = (0..2001)
        .map(|n| format!("<md:EntityDescriptor entityID=\"urn:{n}\"><md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"/></md:EntityDescriptor>"))
        .collect();
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{many}</md:EntitiesDescriptor>"
    );
    let told = refused(take(&services, &actor, &xml).await);
    assert!(told.0[0].message.contains("2001 service providers"), "{told:?}");
}

#[tokio::test]
async fn metadata_comes_from_an_address() {
    let (services, _, transport, actor) = testing::services_with(testing::settings()).await;
    let url = || domain::input::metadata::MetadataInput {
        url: format!(" {URL} "),
        ..Default::default()
    };
    let utf16: Vec<u8> = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?>{}", xml_of(|_| ()))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let nothing = ServiceProviderInput::default();
    let take = async || import::import(&services, &actor, &nothing, &url()).await;
    for document in [
        Err(SendFailure::new(FailureKind::AddressRefused)),
        Ok(transport::Document {
            cut: Some(Cut::ClosedEarly),
            ..testing::document(200, &utf16)
        }),
        Ok(testing::document(200, vec![b'x'; (10 << 20) + 1])),
    ] {
        transport.documents.lock().unwrap().push(document);
        assert_eq!(refused_fields(take().await), ["metadata[url]"]);
    }
    transport
        .documents
        .lock()
        .unwrap()
        .push(Ok(testing::document(200, utf16)));
    let Outcome::Registered(id) = take().await.unwrap() else {
        panic!()
    };
    assert_eq!(transport.fetched.lock().unwrap().last().map(String::as_str), Some(URL));
    let facts = get(&services, &actor, id).await.unwrap().metadata.unwrap();
    assert_eq!(facts.source_url.as_deref(), Some(URL));
    assert!(audited(&services).await.2.contains(URL));
}

/// AES-CBC can be stored where the metadata offers nothing else, and only as long.
#[tokio::test]
async fn cbc_is_for_those_who_offer_nothing_else() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_with_methods(&[CBC_128, CBC_256], |_| ())).await;
    let form = saml_form(&services, &actor, id).await.unwrap();
    assert_eq!(form.input.assertion_encryption_algorithm, CBC_256);
    let offered: Vec<_> = form
        .encryption_algorithms
        .iter()
        .map(|(_, label)| label.as_str())
        .collect();
    assert_eq!(
        offered,
        ["AES-256-GCM", "AES-128-GCM", "AES-256-CBC (weak)", "AES-128-CBC (weak)"]
    );
    let notes = get(&services, &actor, id)
        .await
        .unwrap()
        .metadata
        .unwrap()
        .notes
        .join("\n");
    assert!(notes.contains("AES-CBC only, which is weak"), "{notes}");
    let by_hand = SamlInput {
        assertion_encryption_algorithm: CBC_128.into(),
        ..form.input
    };
    save_saml(&services, &actor, id, &by_hand).await.unwrap();

    let xml = xml_with_methods(&[CBC_256, GCM_128], |spec| spec.entity_id = "urn:gcm".into());
    let other = registered(&services, &actor, &xml).await;
    let form = saml_form(&services, &actor, other).await.unwrap();
    assert_eq!(form.input.assertion_encryption_algorithm, GCM_128);
    assert_eq!(form.encryption_algorithms.len(), 2);
    let weak = SamlInput {
        assertion_encryption_algorithm: CBC_256.into(),
        ..form.input
    };
    let problems = refused(save_saml(&services, &actor, other, &weak).await);
    assert!(
        problems.of("assertion_encryption_algorithm").unwrap().contains("weak"),
        "{problems:?}"
    );
    let none = add(&services, &actor, "By hand").await;
    let weak = SamlInput {
        assertion_encryption_algorithm: CBC_256.into(),
        ..saml("urn:by-hand")
    };
    assert_eq!(
        refused_fields(save_saml(&services, &actor, none, &weak).await),
        ["assertion_encryption_algorithm"]
    );
}

#[tokio::test]
async fn the_end_of_metadata_and_certificates_is_watched() {
    let (services, clock, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let seen = async || {
        let row = list(&services, &actor, &ListQuery::default())
            .await
            .unwrap()
            .rows
            .remove(0);
        let lapses = get(&services, &actor, id).await.unwrap().lapses;
        (row.metadata_days, row.certificate, lapses)
    };
    // 23 November 2026; the metadata ends on 31 January 2027, the certificates on 1 January 2029.
    assert_eq!(seen().await, (None, CertificateState::Days(769), vec![]));
    clock.advance(chrono::Duration::days(60));
    let (days, _, lapses) = seen().await;
    assert_eq!(days, Some(8));
    assert!(
        lapses.len() == 1
            && lapses[0]
                .text
                .contains("Its metadata expires in 8 days, on 2027-01-31."),
        "{lapses:?}"
    );
    clock.advance(chrono::Duration::days(690));
    let (days, certificate, lapses) = seen().await;
    assert!(days.unwrap() < 0);
    assert_eq!(certificate, CertificateState::Days(19));
    assert_eq!(
        lapses.len(),
        4,
        "metadata, two to verify with and one to encrypt for: {lapses:?}"
    );
    assert!(lapses[0].over && !lapses[1].over);
    assert_eq!(import::metadata(&services, &actor, id).await.unwrap().lapses, lapses);
}
