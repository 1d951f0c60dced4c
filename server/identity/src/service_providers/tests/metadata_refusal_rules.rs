//! Metadata that is not taken: the reason in words, and nothing left behind.

use entity::{service_provider, service_provider_metadata};
use saml::keys::Certificate;
use sea_orm::PaginatorTrait;

use super::super::import::{self, Outcome};
use super::super::{get, saml_form};
use super::metadata_support::*;
use super::*;
use crate::testing;

async fn counted(services: &Services) -> (u64, u64, u64) {
    (
        service_provider::Entity::find().count(&services.db).await.unwrap(),
        service_provider_metadata::Entity::find()
            .count(&services.db)
            .await
            .unwrap(),
        audit::Entity::find().count(&services.db).await.unwrap(),
    )
}

/// Each with words that say what is wrong; nothing is registered, and nothing is left behind.
#[tokio::test]
async fn what_cannot_be_taken_leaves_nothing_behind() {
    let (services, _, actor) = testing::services().await;
    let before = counted(&services).await;
    let xml = xml_of(|_| ());
    let idp = saml::metadata::IdpSpec {
        id: "_idp".into(),
        entity_id: "https://idp.example.org".into(),
        sso_url: "https://idp.example.org/sso".into(),
        slo_url: "https://idp.example.org/slo".into(),
        certificates: vec![certificate(0)],
        name_id_formats: vec![],
        want_authn_requests_signed: false,
        valid_until: None,
    };
    let expired = chrono::DateTime::parse_from_rfc3339("2026-11-23T11:59:59Z")
        .unwrap()
        .to_utc();
    let end_of_acs = xml.find("<md:AttributeConsumingService").unwrap();
    let no_acs = format!(
        "{}{}",
        &xml[..xml.find("<md:AssertionConsumerService").unwrap()],
        &xml[end_of_acs..]
    );
    let broken = xml.replacen("<ds:X509Certificate>", "<ds:X509Certificate>AAAA", 1);
    for (text, words) in [
        ("not XML".to_owned(), "not well-formed"),
        (xml[..xml.len() - 9].to_owned(), "not well-formed"),
        ("<html><body>Sign in</body></html>".to_owned(), "web page"),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"/>".to_owned(),
            "not SAML metadata",
        ),
        (
            format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{xml}"),
            "document type",
        ),
        (saml::metadata::idp(&idp, None).unwrap(), "identity provider"),
        (xml_of(|spec| spec.valid_until = Some(expired)), "expired on 2026-11-23"),
        (no_acs, "no assertion consumer service"),
        (
            xml_of(|spec| spec.acs.retain(|acs| acs.binding == ARTIFACT)),
            "HTTP-POST",
        ),
        (
            xml_of(|spec| spec.acs[0].location = "javascript:alert(1)".into())
                .replace("https://shop.example.org/acs/1", "ftp://x/"),
            "response can be sent to",
        ),
        (broken, "certificate in KeyDescriptor number 1"),
        (format!("{xml}<!--{}-->", "x".repeat(5 << 20)), "larger than"),
        (xml_of(|spec| spec.entity_id = "white space".into()), "white space"),
    ] {
        let problems = refused(take(&services, &actor, &text).await);
        let told = problems.of("metadata[xml]").unwrap_or_else(|| panic!("{problems:?}"));
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.ends_with('.'), "{told}");
    }
    assert_eq!(counted(&services).await, before);
    take(&services, &actor, &xml).await.unwrap();
}

#[tokio::test]
async fn a_weak_or_repeated_certificate_is_left_out_and_said() {
    let (services, _, actor) = testing::services().await;
    let weak = Certificate::parse(include_str!("rsa-1024-certificate.pem")).unwrap();
    let xml = xml_of(|spec| spec.signing_certificates = vec![certificate(0), certificate(0), weak.clone()]);
    let id = registered(&services, &actor, &xml).await;
    let form = saml_form(&services, &actor, id).await.unwrap();
    assert_eq!(form.certificates.len(), 1);
    let notes = get(&services, &actor, id)
        .await
        .unwrap()
        .metadata
        .unwrap()
        .notes
        .join("\n");
    assert!(
        notes.contains("once more") && notes.contains("RSA, 1024 bits"),
        "{notes}"
    );

    // Only a weak one: requests cannot be checked, which is said and not hidden.
    let xml = xml_of(|spec| {
        spec.entity_id = "urn:weak".into();
        spec.signing_certificates = vec![weak];
    });
    let id = registered(&services, &actor, &xml).await;
    assert!(
        !saml_form(&services, &actor, id)
            .await
            .unwrap()
            .input
            .enable_signature_validation
            .0
    );
    let notes = get(&services, &actor, id)
        .await
        .unwrap()
        .metadata
        .unwrap()
        .notes
        .join("\n");
    assert!(notes.contains("Enable Signature Validation is off"), "{notes}");
}

#[tokio::test]
async fn a_name_or_issuer_that_is_taken_offers_the_one_that_has_it() {
    let (services, _, actor) = testing::services().await;
    let id = registered(&services, &actor, &xml_of(|_| ())).await;
    let before = counted(&services).await;
    for (typed, xml, field) in [
        (
            "Other",
            xml_of(|spec| spec.signing_certificates = vec![certificate(0)]),
            "metadata[xml]",
        ),
        (" the SHOP", xml_of(|spec| spec.entity_id = "urn:other".into()), "name"),
    ] {
        let outcome = import::import(&services, &actor, &named(typed), &pasted(&xml))
            .await
            .unwrap();
        let Outcome::Taken { problems, by } = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!((problems.0[0].field.as_str(), problems.0.len()), (field, 1));
        assert_eq!((by.id, by.name.as_str()), (id, "The Shop"));
        let view = import::comparison(&services, &actor, id, &by.offer).await.unwrap();
        assert!(!view.differences.is_empty());
    }
    assert_eq!(counted(&services).await, before);
}

#[tokio::test]
async fn an_import_needs_the_permission() {
    let (services, _, transport, actor) = testing::services_with(testing::settings()).await;
    let viewer = viewer(&actor);
    let denied = |result: Result<()>| assert!(matches!(result, Err(Error::Denied(_))), "{result:?}");
    let url = domain::input::metadata::MetadataInput {
        url: URL.into(),
        ..Default::default()
    };
    denied(import::import(&services, &viewer, &named("x"), &url).await.map(|_| ()));
    denied(import::compare(&services, &viewer, 1, &url).await.map(|_| ()));
    denied(import::check_now(&services, &viewer, 1).await.map(|_| ()));
    denied(
        import::import_entity(&services, &viewer, &Default::default())
            .await
            .map(|_| ()),
    );
    denied(import::entity_choices(&services, &viewer, "", "").await.map(|_| ()));
    denied(import::comparison(&services, &viewer, 1, "").await.map(|_| ()));
    denied(import::apply(&services, &viewer, 1, &Default::default()).await);
    assert!(
        transport.fetched.lock().unwrap().is_empty(),
        "nothing was fetched for whoever may only look"
    );
}
