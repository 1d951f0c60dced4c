//! Updating a service provider from its metadata: what differs is shown, and what is ticked is applied.

use domain::input::metadata::{ApplyInput, MetadataInput};
use domain::view::metadata::ComparisonView;

use super::super::import;
use super::super::{get, saml_form, save_saml, update};
use super::metadata_support::*;
use super::*;
use crate::testing;

/// Compares and gives what differs, and the form that takes all of it.
async fn compared(services: &Services, actor: &Actor, id: i64, xml: &str) -> (ComparisonView, ApplyInput) {
    let offer = import::compare(services, actor, id, &pasted(xml)).await.unwrap();
    let view = import::comparison(services, actor, id, &offer).await.unwrap();
    let take = view.differences.iter().map(|one| one.key.clone()).collect();
    let version = view.version.clone();
    (view, ApplyInput { offer, version, take })
}

fn labels(view: &ComparisonView) -> Vec<&str> {
    view.differences.iter().map(|one| one.label.as_str()).collect()
}

async fn subjects(services: &Services, actor: &Actor, id: i64) -> Vec<String> {
    let certificates = saml_form(services, actor, id).await.unwrap().certificates;
    certificates.into_iter().map(|one| one.subject).collect()
}

#[tokio::test]
async fn the_same_metadata_differs_in_nothing() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let (view, input) = compared(&services, &actor, id, &xml_of(|_| ())).await;
    assert_eq!(labels(&view), [""; 0]);
    assert_eq!(
        refused_fields(import::apply(&services, &actor, id, &input).await),
        ["take"]
    );
}

#[tokio::test]
async fn every_field_that_differs_is_shown_and_taken() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let other = xml_of(|spec| {
        spec.entity_id = "urn:moved".into();
        spec.acs.remove(2);
        spec.slo.truncate(1);
        spec.signing_certificates = vec![certificate(1), certificate(2)];
        spec.encryption_certificates = vec![certificate(0)];
        spec.name_id_formats = vec![domain::input::saml::NAME_ID_FORMATS[2].0.into()];
        spec.requested_attributes = vec![asks("urn:oid:2.5.4.42", Some("givenName"), false)];
        spec.valid_until = None;
    });
    let (view, input) = compared(&services, &actor, id, &other).await;
    let short = |n: usize| certificate(n).sha256[..12].to_owned();
    let (added, removed) = (
        format!("Certificate: add {}", short(2)),
        format!("Certificate: remove {}", short(0)),
    );
    assert_eq!(
        labels(&view),
        [
            "Issuer",
            "Assertion Consumer URLs",
            "NameID format",
            added.as_str(),
            removed.as_str(),
            "Encrypt assertions to",
            "SLO Response URL",
            "SLO Response URL by binding",
            "SLO Request URL",
            "Logout Method",
            "Claim Configuration",
            "Metadata valid until",
        ]
    );
    let shown = |label: &str| view.differences.iter().find(|one| one.label == label).unwrap();
    assert_eq!(
        (shown("Issuer").now.as_slice(), shown("Issuer").new.as_slice()),
        (&[ENTITY.to_owned()][..], &["urn:moved".to_owned()][..])
    );
    let certificate_lines = &shown(&added).new;
    assert!(certificate_lines[0].contains("CN=shop 2") && certificate_lines[1].contains("expires 2029-01-01"));
    assert!(certificate_lines[2].contains(&certificate(2).sha256) && !certificate_lines.join("").contains("BEGIN"));

    import::apply(&services, &actor, id, &input).await.unwrap();
    assert_eq!(subjects(&services, &actor, id).await, ["CN=shop 1", "CN=shop 2"]);
    let form = saml_form(&services, &actor, id).await.unwrap();
    assert_eq!(form.input.issuer, "urn:moved");
    assert_eq!(form.input.logout_method, "back_channel");
    assert_eq!(form.encryption_certificate[0].subject, "CN=shop 0");
    let page = get(&services, &actor, id).await.unwrap();
    assert_eq!(
        page.input.claims.len(),
        3,
        "what was asked for before stays: {:?}",
        page.input.claims
    );
    assert_eq!(page.metadata.unwrap().valid_until, None);
    let (action, target, detail) = audited(&services).await;
    assert_eq!((action.as_str(), target.as_str()), ("update", "The Shop"));
    assert!(
        detail.starts_with("from metadata: Issuer, Assertion Consumer URLs") && !detail.contains("BEGIN"),
        "{detail}"
    );
    let (view, _) = compared(&services, &actor, id, &other).await;
    assert_eq!(labels(&view), [""; 0], "then nothing differs any more");
}

/// While keys are changed the old one has to stay: each certificate is a tick of its own.
#[tokio::test]
async fn indexes_change_where_they_are_ticked_and_nowhere_else() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let named = async |index| {
        let sp = super::super::saml_by_id(&services.db, id).await.unwrap().unwrap();
        sp.acs_by_index(index).cloned().unwrap()
    };
    let [one, two] = [1, 2].map(|n| format!("https://shop.example.org/acs/{n}"));
    assert_eq!((named(1).await, named(2).await), (one.clone(), two.clone()));
    let swapped = xml_of(|spec| {
        spec.acs[0].index = Some(1);
        spec.acs[2].index = Some(2);
        spec.signing_certificates.push(certificate(2));
    });
    let (view, input) = compared(&services, &actor, id, &swapped).await;
    assert!(labels(&view).contains(&"Assertion Consumer URLs by index"), "{view:?}");
    let (by_index, others): (Vec<_>, Vec<_>) = input.take.iter().cloned().partition(|key| key == "acs_indexes");
    let without = ApplyInput { take: others, ..input };
    import::apply(&services, &actor, id, &without).await.unwrap();
    assert_eq!((named(1).await, named(2).await), (one.clone(), two.clone()));
    let (_, input) = compared(&services, &actor, id, &swapped).await;
    assert_eq!(input.take, by_index);
    import::apply(&services, &actor, id, &input).await.unwrap();
    assert_eq!((named(1).await, named(2).await), (two, one));
}

#[tokio::test]
async fn a_new_certificate_is_added_without_removing_the_old() {
    let (services, _, actor) = testing::services().await;
    let first = xml_of(|spec| spec.signing_certificates = vec![certificate(0)]);
    let id = registered(&services, &actor, &first).await;
    let rolled = xml_of(|spec| spec.signing_certificates = vec![certificate(1)]);
    let (view, mut input) = compared(&services, &actor, id, &rolled).await;
    assert_eq!(view.differences.len(), 2);
    input.take.retain(|key| key.starts_with("add-"));
    import::apply(&services, &actor, id, &input).await.unwrap();
    assert_eq!(subjects(&services, &actor, id).await, ["CN=shop 0", "CN=shop 1"]);
    let (view, input) = compared(&services, &actor, id, &rolled).await;
    assert_eq!(view.differences.len(), 1);
    import::apply(&services, &actor, id, &input).await.unwrap();
    assert_eq!(subjects(&services, &actor, id).await, ["CN=shop 1"]);
}

/// Choices that metadata leaves open, and what is stricter here, are no difference.
#[tokio::test]
async fn what_an_administrator_has_chosen_is_not_offered_to_be_undone() {
    let (services, _, actor) = testing::services().await;
    let xml = xml_of(|spec| spec.authn_requests_signed = false);
    let id = registered(&services, &actor, &xml).await;
    let stored = saml_form(&services, &actor, id).await.unwrap().input;
    let chosen = SamlInput {
        enable_signature_validation: true.into(),
        enable_assertion_encryption: false.into(),
        enable_single_logout: false.into(),
        assertion_encryption_algorithm: domain::input::saml::ENCRYPTION_ALGORITHMS[1].0.into(),
        logout_method: "front_channel_post".into(),
        slo_response_url: "https://shop.example.org/slo".into(),
        attribute_name_format: "basic".into(),
        include_attributes_always: false.into(),
        ..stored
    };
    save_saml(&services, &actor, id, &chosen).await.unwrap();
    let mut page = get(&services, &actor, id).await.unwrap().input;
    page.claims.push(claim_row("http://wso2.org/claims/country", "nation"));
    update(&services, &actor, id, &page).await.unwrap();
    let (view, _) = compared(&services, &actor, id, &xml).await;
    assert_eq!(labels(&view), [""; 0]);
}

/// One that was set up by hand gets what it lacks, and is watched from then on.
#[tokio::test]
async fn a_service_provider_without_saml_gets_a_whole_configuration() {
    let (services, _, transport, actor) = testing::services_with(testing::settings()).await;
    let id = add(&services, &actor, "By hand").await;
    transport
        .documents
        .lock()
        .unwrap()
        .push(Ok(testing::document(200, xml_of(|_| ()))));
    let url = MetadataInput {
        url: URL.into(),
        ..MetadataInput::default()
    };
    let offer = import::compare(&services, &actor, id, &url).await.unwrap();
    let view = import::comparison(&services, &actor, id, &offer).await.unwrap();
    assert_eq!(view.source_url.as_deref(), Some(URL));
    let take = view.differences.iter().map(|one| one.key.clone()).collect();
    let version = view.version;
    import::apply(&services, &actor, id, &ApplyInput { offer, version, take })
        .await
        .unwrap();
    let imported = registered(&services, &actor, &xml_of(|spec| spec.entity_id = "urn:other".into())).await;
    let by_hand = saml_form(&services, &actor, id).await.unwrap().input;
    let new = saml_form(&services, &actor, imported).await.unwrap().input;
    assert_eq!(
        SamlInput {
            issuer: new.issuer.clone(),
            ..by_hand
        },
        new,
        "the same as a new one gets"
    );
    let page = get(&services, &actor, id).await.unwrap();
    assert_eq!(page.metadata.unwrap().source_url.as_deref(), Some(URL));
    assert_eq!(
        (page.input.claims.len(), page.input.claim_dialect.as_str()),
        (2, "custom")
    );

    // Checked again, at the address it came from; what is compared is not fetched a second time.
    let newer = xml_of(|spec| spec.signing_certificates.truncate(1));
    transport
        .documents
        .lock()
        .unwrap()
        .push(Ok(testing::document(200, newer)));
    let offer = import::check_now(&services, &actor, id).await.unwrap();
    let fetched = transport.fetched.lock().unwrap().len();
    let view = import::comparison(&services, &actor, id, &offer).await.unwrap();
    assert_eq!(view.differences.len(), 1);
    let take = vec![view.differences[0].key.clone()];
    let version = view.version;
    import::apply(&services, &actor, id, &ApplyInput { offer, version, take })
        .await
        .unwrap();
    assert_eq!(transport.fetched.lock().unwrap().len(), fetched);
    assert_eq!(subjects(&services, &actor, id).await, ["CN=shop 0"]);
}

#[tokio::test]
async fn nobody_applies_over_what_was_saved_in_between() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let other = xml_of(|spec| spec.signing_certificates.truncate(1));
    let (_, input) = compared(&services, &actor, id, &other).await;
    let saml = saml_form(&services, &actor, id).await.unwrap().input;
    save_saml(
        &services,
        &actor,
        id,
        &SamlInput {
            idp_entity_id_alias: "urn:us".into(),
            ..saml
        },
    )
    .await
    .unwrap();
    assert!(matches!(
        import::apply(&services, &actor, id, &input).await,
        Err(Error::Stale)
    ));
    assert_eq!(subjects(&services, &actor, id).await.len(), 2, "nothing was applied");
    let view = import::comparison(&services, &actor, id, &input.offer).await.unwrap();
    let again = ApplyInput {
        version: view.version,
        ..input
    };
    import::apply(&services, &actor, id, &again).await.unwrap();
    let saml = saml_form(&services, &actor, id).await.unwrap().input;
    assert_eq!(saml.idp_entity_id_alias, "urn:us");
    let mut page = get(&services, &actor, id).await.unwrap().input;
    let (_, input) = compared(&services, &actor, id, &xml_of(|_| ())).await;
    page.claims.clear();
    update(&services, &actor, id, &page).await.unwrap();
    assert!(matches!(
        import::apply(&services, &actor, id, &input).await,
        Err(Error::Stale)
    ));
}

/// A comparison belongs to its session and its service provider.
#[tokio::test]
async fn a_comparison_is_its_sessions_and_its_service_providers() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let second = registered(&services, &actor, &xml_of(|spec| spec.entity_id = "urn:second".into())).await;
    let (_, input) = compared(
        &services,
        &actor,
        id,
        &xml_of(|spec| spec.signing_certificates.truncate(1)),
    )
    .await;
    let stranger = Actor {
        session_id: "another".into(),
        ..actor.clone()
    };
    assert!(matches!(
        import::comparison(&services, &stranger, id, &input.offer).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        import::apply(&services, &stranger, id, &input).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        import::apply(&services, &actor, second, &input).await,
        Err(Error::NotFound)
    ));
    let (_, input) = compared(&services, &actor, second, &xml_of(|_| ())).await;
    let problems = refused(import::apply(&services, &actor, second, &input).await);
    assert!(problems.of("issuer").unwrap().contains("The Shop"), "{problems:?}");
}

/// Of a federation's file the one with the stored issuer is meant.
#[tokio::test]
async fn of_several_the_one_with_this_issuer_is_compared() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let several = |ids: [&str; 2]| {
        let entities = ids.map(|id| {
            xml_of(|spec| {
                spec.entity_id = id.into();
                spec.signing_certificates.truncate(1);
            })
        });
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{}</md:EntitiesDescriptor>",
            entities.concat()
        )
    };
    let (view, _) = compared(&services, &actor, id, &several(["urn:other", ENTITY])).await;
    assert_eq!(view.differences.len(), 1);
    let wrong = refused(import::compare(&services, &actor, id, &pasted(&several(["urn:a", "urn:b"]))).await);
    assert!(wrong.0[0].message.contains(ENTITY), "{wrong:?}");
}
