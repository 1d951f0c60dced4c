use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::saml::SamlInput;
use domain::input::service_provider::{BASIC, ClaimRow, ServiceProviderInput, StepRow, StepsInput};
use domain::view::preview::{Ink, Preview};
use domain::view::watch::Severity;
use domain::{Permission, claim};
use entity::audit;
use saml::keys::Certificate;
use saml::sp::{Accepted, Expectation, accept_response};
use sea_orm::EntityTrait;

use super::preview;
use crate::testing::services;
use crate::users::tests::{add, add_with, is_denied, save};
use crate::{Actor, Services, identity_providers, keys, service_providers, users};

const MOBILE: &str = "+94771234567";

/// A service provider that asks for the mobile and the e-mail claim, with both attribute boxes ticked.
async fn wiki(services: &Services, admin: &Actor, change: impl FnOnce(&mut SamlInput)) -> i64 {
    let basics = ServiceProviderInput {
        name: "Wiki".into(),
        ..ServiceProviderInput::default()
    };
    let id = service_providers::create(services, admin, &basics).await.unwrap();
    let mut saml = SamlInput {
        issuer: "wiki.example".into(),
        acs_urls: vec!["https://wiki.example/acs".into()],
        enable_response_signing: true.into(),
        enable_attribute_profile: true.into(),
        include_attributes_always: true.into(),
        ..SamlInput::default()
    };
    change(&mut saml);
    service_providers::save_saml(services, admin, id, &saml).await.unwrap();
    page(services, admin, id, |page| {
        page.claims = [(claim::MOBILE, false), (claim::EMAIL, false)]
            .map(|(local, mandatory)| ClaimRow {
                local: local.into(),
                mandatory: mandatory.into(),
                ..ClaimRow::default()
            })
            .into();
    })
    .await;
    id
}

async fn page(services: &Services, admin: &Actor, id: i64, change: impl FnOnce(&mut ServiceProviderInput)) {
    let mut input = service_providers::get(services, admin, id).await.unwrap().input;
    change(&mut input);
    service_providers::update(services, admin, id, &input).await.unwrap();
}

async fn of(services: &Services, actor: &Actor, id: i64, username: &str) -> Preview {
    preview(services, actor, id, username).await.unwrap().preview.unwrap()
}

/// All of the annotated message, without its colours.
fn laid_out(preview: &Preview) -> String {
    let lines = preview.parts.iter().flat_map(|part| &part.lines);
    lines.map(|(_, text)| text.as_str()).collect()
}

fn told(preview: &Preview) -> Vec<(Severity, &str)> {
    let findings = preview.findings.iter();
    findings.map(|one| (one.severity, one.text.as_str())).collect()
}

/// The certificate that stands in a message.
fn certificate(xml: &str) -> Certificate {
    let (_, rest) = xml.split_once("<ds:X509Certificate>").unwrap();
    Certificate::parse(rest.split_once('<').unwrap().0).unwrap()
}

fn accept(services: &Services, preview: &Preview, certificate: &Certificate) -> Option<Accepted> {
    let (_, rest) = preview.xml.split_once("InResponseTo=\"").unwrap();
    let expectation = Expectation {
        idp_entity_id: &services.settings.entity_id(),
        idp_certificates: std::slice::from_ref(certificate),
        acs_url: &preview.destination,
        sp_entity_id: "wiki.example",
        in_response_to: Some(rest.split_once('"').unwrap().0),
        now: services.clock.now(),
        skew_seconds: 0,
        decryption_key: None,
        want_response_signed: true,
        want_assertion_signed: true,
    };
    accept_response(&BASE64_STANDARD.encode(&preview.xml), &expectation).ok()
}

#[tokio::test]
async fn it_is_the_real_answer_under_a_key_that_opens_nothing() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |_| ()).await;
    add(&services, &admin, "jane").await;
    save(&services, &admin, "jane", &[("mobile", MOBILE)]).await.unwrap();
    let first = of(&services, &admin, id, "JANE").await;
    let key = certificate(&first.xml);
    assert_eq!(key.subject, "CN=PREVIEW");
    let accepted = accept(&services, &first, &key).unwrap();
    assert_eq!(accepted.name_id.value, "jane");
    assert_eq!(accepted.attributes.len(), 1);
    assert_eq!(accepted.attributes[0].values, [MOBILE]);
    let real = keys::active(&services).await.unwrap();
    assert!(accept(&services, &first, real.certificate()).is_none());

    let second = of(&services, &admin, id, "jane").await;
    assert_ne!(certificate(&second.xml).key_id(), key.key_id(), "a key for each");
    assert_ne!(second.xml, first.xml, "new IDs in each");
    assert_eq!(
        (first.outcome.as_str(), first.severity),
        ("would be sent", Severity::Good)
    );
    let laid_out = laid_out(&first);
    for part in ["<saml:NameID", ">jane<", MOBILE, "wiki.example", "SessionIndex"] {
        assert!(laid_out.contains(part), "{part}: {laid_out}");
    }
    assert!(
        first.parts.iter().all(|part| !part.notes.is_empty()),
        "{:#?}",
        first.parts
    );
    let numbers: Vec<_> = first
        .parts
        .iter()
        .flat_map(|part| &part.lines)
        .filter(|(ink, _)| *ink == Ink::Number)
        .collect();
    assert_eq!(numbers, [&(Ink::Number, MOBILE.to_owned())]);
}

#[tokio::test]
async fn it_needs_both_permissions_and_is_audited() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |_| ()).await;
    add(&services, &admin, "jane").await;
    let rows = async || audit::Entity::find().all(&services.db).await.unwrap();
    let before = rows().await.len();
    for permissions in [
        &[Permission::ViewServiceProviders][..],
        &[Permission::ViewUsers],
        &[Permission::ManageSettings],
    ] {
        let other = Actor {
            permissions: permissions.iter().copied().collect(),
            ..admin.clone()
        };
        assert!(is_denied(&preview(&services, &other, id, "jane").await));
    }
    assert_eq!(preview(&services, &admin, id, "nobody").await.unwrap().preview, None);
    assert_eq!(rows().await.len(), before, "nobody was looked at");
    of(&services, &admin, id, "jane").await;
    let row = rows().await.pop().unwrap();
    assert_eq!(
        (
            row.action.as_str(),
            row.target.as_str(),
            row.detail.as_str(),
            row.actor.as_str()
        ),
        ("preview_assertion", "Wiki", "jane", admin.username.as_str())
    );
}

#[tokio::test]
async fn numbers_are_masked_as_in_the_profile() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |_| ()).await;
    page(&services, &admin, id, |page| page.subject_claim = claim::MOBILE.into()).await;
    add(&services, &admin, "jane").await;
    save(&services, &admin, "jane", &[("mobile", MOBILE)]).await.unwrap();
    let both = [Permission::ViewServiceProviders, Permission::ViewUsers];
    let viewer = add_with(&services, &admin, "viewer", &both).await;
    save(&services, &admin, "viewer", &[("mobile", "+94770000001")])
        .await
        .unwrap();
    let seen = of(&services, &viewer, id, "jane").await;
    for text in [seen.xml.clone(), laid_out(&seen), format!("{seen:?}")] {
        assert!(!text.contains("771234567") && !text.contains("7712345"), "{text}");
    }
    assert!(laid_out(&seen).contains("\u{2022}67") && seen.masked, "{seen:?}");
    assert!(
        told(&seen)
            .iter()
            .any(|(_, text)| text.starts_with("Numbers are masked"))
    );
    let own = of(&services, &viewer, id, "viewer").await;
    assert!(own.xml.contains("+94770000001") && !own.masked);
    assert!(of(&services, &admin, id, "jane").await.xml.contains(MOBILE));
}

#[tokio::test]
async fn without_configuration_or_user_there_is_something_to_go_on_with() {
    let (services, _, admin) = services().await;
    let basics = ServiceProviderInput {
        name: "Bare".into(),
        ..ServiceProviderInput::default()
    };
    let bare = service_providers::create(&services, &admin, &basics).await.unwrap();
    let view = preview(&services, &admin, bare, "admin").await.unwrap();
    assert!(!view.configured && view.preview.is_none());
    let id = wiki(&services, &admin, |_| ()).await;
    for name in ["jane", "janet", "mary"] {
        add(&services, &admin, name).await;
    }
    let names = async |typed: &str| {
        let view = preview(&services, &admin, id, typed).await.unwrap();
        view.candidates.into_iter().map(|one| one.username).collect::<Vec<_>>()
    };
    assert_eq!(names("jan").await, ["jane", "janet"]);
    assert_eq!(names("").await.len(), 4);
    assert_eq!(names("%").await, Vec::<String>::new());
    assert_eq!(names("jane").await, Vec::<String>::new(), "found at once");
    assert!(preview(&services, &admin, id + 9, "jane").await.is_err());
}

#[tokio::test]
async fn what_is_missing_is_said_with_where_to_mend_it() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |_| ()).await;
    add(&services, &admin, "jane").await;
    // Optional claims.
    let seen = of(&services, &admin, id, "jane").await;
    assert_eq!(told(&seen).len(), 2);
    assert!(
        told(&seen)
            .iter()
            .all(|(severity, text)| *severity == Severity::Neutral && text.contains("left out"))
    );
    assert_eq!(
        seen.findings[0].link.as_ref().unwrap().href,
        "/console/users/jane/profile#f-claims-mobile"
    );
    // A mandatory one.
    page(&services, &admin, id, |page| page.claims[1].mandatory = true.into()).await;
    let seen = of(&services, &admin, id, "jane").await;
    assert_eq!((seen.outcome.as_str(), seen.xml.as_str()), ("would be refused", ""));
    assert!(told(&seen)[0].1.contains("would ask for it") && told(&seen)[0].1.contains(claim::EMAIL));
    assert!(!seen.parts.is_empty(), "it is shown all the same");
    // No subject.
    page(&services, &admin, id, |page| {
        page.claims.clear();
        page.subject_claim = claim::MOBILE.into();
    })
    .await;
    let seen = of(&services, &admin, id, "jane").await;
    assert_eq!(seen.outcome, "no assertion");
    assert!(seen.xml.contains("AuthnFailed") && !seen.xml.contains("jane") && !seen.xml.contains("<saml:Assertion"));
    assert_eq!(certificate(&seen.xml).subject, "CN=PREVIEW");
    assert!(seen.parts.iter().all(|part| !part.notes.is_empty()));
    // Locked.
    page(&services, &admin, id, |page| {
        page.subject_claim = claim::USERNAME.into()
    })
    .await;
    users::lock(&services, &admin, "jane").await.unwrap();
    let seen = of(&services, &admin, id, "jane").await;
    assert_eq!(seen.outcome, "cannot sign in");
    assert!(told(&seen)[0].1.contains("is locked"), "{:?}", told(&seen));
    assert!(
        told(&seen)[1].1.contains("no claims are requested"),
        "{:?}",
        told(&seen)
    );
}

#[tokio::test]
async fn boxes_that_are_not_ticked_are_named() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |saml| {
        saml.enable_attribute_profile = false.into();
        saml.enable_response_signing = false.into();
    })
    .await;
    save(&services, &admin, "admin", &[("mobile", MOBILE)]).await.unwrap();
    let seen = of(&services, &admin, id, "admin").await;
    assert!(
        told(&seen)[0].1.contains("Enable Attribute Profile is not ticked"),
        "{:?}",
        told(&seen)
    );
    assert!(!seen.xml.contains(MOBILE));
    let notes = seen.parts[0].notes.iter();
    assert!(
        notes
            .map(|note| note.about.as_str())
            .any(|about| about == "No signature here")
    );
    let mut saml = service_providers::saml_form(&services, &admin, id).await.unwrap().input;
    saml.enable_attribute_profile = true.into();
    saml.include_attributes_always = false.into();
    service_providers::save_saml(&services, &admin, id, &saml)
        .await
        .unwrap();
    let seen = of(&services, &admin, id, "admin").await;
    let (severity, text) = told(&seen)[0];
    assert!(
        severity == Severity::Warn && text.contains("Include Attributes in the Response Always"),
        "{text}"
    );
}

#[tokio::test]
async fn a_step_by_sms_needs_a_number_and_a_provider() {
    let (services, _, admin) = services().await;
    let id = wiki(&services, &admin, |_| ()).await;
    let input = IdentityProviderInput {
        name: "SMSOTP".into(),
        sms_enabled: true.into(),
        sms_default: true.into(),
        sms_url: "https://sms.example/send?to=&num&text=&msg".into(),
        http_method: "GET".into(),
        ..IdentityProviderInput::default()
    };
    let provider = identity_providers::create(&services, &admin, &input).await.unwrap();
    let form = service_providers::steps_form(&services, &admin, id).await.unwrap();
    let row = |name: &str| StepRow {
        authenticators: vec![name.to_owned()],
        ..StepRow::default()
    };
    let steps = StepsInput {
        version: form.input.version,
        steps: vec![row(BASIC), row(&provider.to_string())],
        subject_step: "0".into(),
        attributes_step: "0".into(),
        press: String::new(),
    };
    service_providers::save_steps(&services, &admin, id, &steps)
        .await
        .unwrap();
    let seen = of(&services, &admin, id, "admin").await;
    assert_eq!(seen.outcome, "cannot sign in");
    assert!(told(&seen)[0].1.contains("no mobile number"), "{:?}", told(&seen));
    assert!(laid_out(&seen).contains("https://refeds.org/profile/mfa"));
    save(&services, &admin, "admin", &[("mobile", MOBILE)]).await.unwrap();
    assert_eq!(of(&services, &admin, id, "admin").await.outcome, "would be sent");
    identity_providers::set_enabled(&services, &admin, provider, false)
        .await
        .unwrap();
    let seen = of(&services, &admin, id, "admin").await;
    assert!(told(&seen)[0].1.contains("disabled or not set up"), "{:?}", told(&seen));
}

#[tokio::test]
async fn an_encrypted_assertion_is_annotated_in_clear() {
    let (services, _, admin) = services().await;
    let sp_key = keys::active(&services).await.unwrap();
    let id = wiki(&services, &admin, |saml| {
        saml.enable_assertion_encryption = true.into();
        saml.certificate = sp_key.certificate_pem();
    })
    .await;
    save(&services, &admin, "admin", &[("mobile", MOBILE)]).await.unwrap();
    let seen = of(&services, &admin, id, "admin").await;
    assert!(seen.xml.contains("EncryptedAssertion") && !seen.xml.contains(MOBILE));
    assert!(laid_out(&seen).contains(MOBILE));
    let encrypted = told(&seen).iter().any(|(_, text)| text.contains("is sent encrypted"));
    assert!(encrypted, "{:?}", told(&seen));
}
