//! Choosing a fallback: circles are refused, and what is somebody's fallback stays.

use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;

use super::*;
use crate::testing::services;

fn input(name: &str, fallback: Option<i64>) -> IdentityProviderInput {
    IdentityProviderInput {
        name: name.into(),
        sms_enabled: Tick(true),
        sms_url: "https://sms.example/?to=&num&text=&msg".into(),
        fallback: fallback.map_or_else(String::new, |id| id.to_string()),
        ..Default::default()
    }
}

async fn change(services: &Services, actor: &Actor, id: i64, name: &str, fallback: Option<i64>) -> Result<()> {
    let version = input_of(services, actor, id).await.unwrap().version;
    let input = IdentityProviderInput {
        version,
        ..input(name, fallback)
    };
    update(services, actor, id, &input).await
}

#[tokio::test]
async fn a_circle_is_refused_and_named() {
    let (services, _, actor) = services().await;
    let first = create(&services, &actor, &input("First", None)).await.unwrap();
    let second = create(&services, &actor, &input("Second", Some(first))).await.unwrap();
    let third = create(&services, &actor, &input("Third", Some(second))).await.unwrap();
    for (chosen, chain) in [
        (first, "First → First"),
        (second, "First → Second → First"),
        (third, "First → Third → Second → First"),
    ] {
        let Err(Error::Invalid(problems)) = change(&services, &actor, first, "First", Some(chosen)).await else {
            panic!("{chain} was accepted")
        };
        let message = problems.of("fallback").unwrap();
        assert!(message.contains(chain), "{message}");
    }
    assert_eq!(input_of(&services, &actor, first).await.unwrap().fallback, "");
    let names = fallbacks(&services, third).await.unwrap();
    let names: Vec<_> = names.iter().map(|otp| otp.name.as_str()).collect();
    assert_eq!(names, ["Second", "First"]);
    change(&services, &actor, second, "Second", None).await.unwrap();
    change(&services, &actor, first, "First", Some(second)).await.unwrap();
    assert_eq!(
        input_of(&services, &actor, first).await.unwrap().fallback,
        second.to_string()
    );
}

#[tokio::test]
async fn only_another_identity_provider_can_be_chosen() {
    let (services, _, actor) = services().await;
    let first = create(&services, &actor, &input("First", None)).await.unwrap();
    assert!(create(&services, &actor, &input("Second", Some(99))).await.is_err());
    let nonsense = IdentityProviderInput {
        fallback: "nonsense".into(),
        ..input("Second", None)
    };
    let Err(Error::Invalid(problems)) = create(&services, &actor, &nonsense).await else {
        panic!("it was accepted")
    };
    assert!(problems.of("fallback").is_some());
    let offered = fallback_choices(&services.db, Some(first)).await.unwrap();
    assert!(offered.is_empty(), "itself is not offered: {offered:?}");
    assert_eq!(
        fallback_choices(&services.db, None).await.unwrap(),
        [(first, "First".to_owned())]
    );
}

#[tokio::test]
async fn a_fallback_stays_as_long_as_it_is_one() {
    let (services, _, actor) = services().await;
    let second = create(&services, &actor, &input("Second", None)).await.unwrap();
    let first = create(&services, &actor, &input("First", Some(second))).await.unwrap();
    let Err(Error::InUse(users)) = delete(&services, &actor, second).await else {
        panic!("it was deleted")
    };
    let link = (users[0].name.as_str(), users[0].how.as_str(), users[0].href.clone());
    assert_eq!(
        link,
        ("First", "fallback", format!("/console/identity-providers/{first}"))
    );
    delete(&services, &actor, first).await.unwrap();
    delete(&services, &actor, second).await.unwrap();
}

#[tokio::test]
async fn one_that_cannot_send_is_passed_over() {
    let (services, _, actor) = services().await;
    let third = create(&services, &actor, &input("Third", None)).await.unwrap();
    let second = create(&services, &actor, &input("Second", Some(third))).await.unwrap();
    let first = create(&services, &actor, &input("First", Some(second))).await.unwrap();
    set_enabled(&services, &actor, second, false).await.unwrap();
    let ways = fallbacks(&services, first).await.unwrap();
    let names: Vec<_> = ways.iter().map(|otp| otp.name.as_str()).collect();
    assert_eq!(names, ["Third"]);
}

#[tokio::test]
async fn trusted_certificates_are_checked_kept_and_sealed() {
    let (services, _, actor) = services().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["sms.example".to_owned()]).unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    let with = |text: &str| IdentityProviderInput {
        trusted_certificates: text.into(),
        ..input("SMSOTP", None)
    };
    let Err(Error::Invalid(problems)) = create(&services, &actor, &with(&key.serialize_pem())).await else {
        panic!("a private key was accepted")
    };
    let message = problems.of("trusted_certificates").unwrap();
    assert!(
        message.starts_with("Block 1 (line 1): this is a private key."),
        "{message}"
    );
    let id = create(&services, &actor, &with(&pem)).await.unwrap();
    assert_eq!(input_of(&services, &actor, id).await.unwrap().trusted_certificates, pem);
    let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
    assert!(!otp.trusted.is_empty());
    assert!(trusted_note(&services, &pem).unwrap().starts_with("1: "));
    assert_eq!(trusted_note(&services, ""), None);
}
