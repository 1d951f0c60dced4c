//! What a console left open is not enough for: leading codes, numbers and keys to somebody else.

use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::secret::SecretState;
use entity::{audit, draft};
use sea_orm::EntityTrait;

use super::*;
use crate::sms::send_test;
use crate::testing::{services, services_with, settings};

const VALUE: &str = "sk-live-7f3a91";
const FIELD: &str = "secrets[0][value]";

fn plain(name: &str) -> IdentityProviderInput {
    IdentityProviderInput {
        version: "1".into(),
        name: name.into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: "https://sms.example/send".into(),
        http_payload: r#"{"to":"&num","text":"&msg"}"#.into(),
        test_number: "+94771234567".into(),
        ..Default::default()
    }
}

fn keyed() -> IdentityProviderInput {
    IdentityProviderInput {
        http_payload: r#"{"to":"&num","text":"&msg","from":"us","key":"{{secret:token}}"}"#.into(),
        ..plain("SMSOTP")
    }
}

fn certificate() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["sms.example".to_owned()]).unwrap();
    params.self_signed(&key).unwrap().pem()
}

fn asked<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::PasswordNeeded))
}

fn said<T>(result: Result<T>, field: &str) -> String {
    match result {
        Err(Error::Invalid(problems)) => problems.of(field).unwrap_or_else(|| panic!("{problems:?}")),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

/// Where codes and numbers would go another way, the password is asked, with keys and without.
#[tokio::test]
async fn another_way_asks_for_the_password() {
    let (services, clock, actor) = services().await;
    let other = create(&services, &actor, &plain("Other")).await.unwrap();
    let id = create(&services, &actor, &plain("SMSOTP")).await.unwrap();
    clock.advance(chrono::Duration::minutes(6));
    for mut input in [
        IdentityProviderInput {
            fallback: other.to_string(),
            ..plain("SMSOTP")
        },
        IdentityProviderInput {
            numbers_may_be_entered: Tick(true),
            ..plain("SMSOTP")
        },
        IdentityProviderInput {
            trusted_certificates: certificate(),
            ..plain("SMSOTP")
        },
    ] {
        assert!(asked(&update(&services, &actor, id, &input).await), "{input:?}");
        input.name = "New".into();
        assert!(asked(&create(&services, &actor, &input).await), "{input:?}");
    }
    let trusting = IdentityProviderInput {
        trusted_certificates: certificate(),
        ..plain("SMSOTP")
    };
    assert!(asked(&send_test(&services, &actor, Some(id), &trusting).await));
    let answered = |version: &str| IdentityProviderInput {
        version: version.into(),
        http_response_code: "2xx".into(),
        ..plain("SMSOTP")
    };
    update(&services, &actor, id, &answered("1")).await.unwrap();
    create(&services, &actor, &plain("New")).await.unwrap();
}

/// The answer decides whether the fallback is asked; with neither keys nor a fallback it decides nothing of the kind.
#[tokio::test]
async fn a_rule_on_the_answer_asks_where_it_matters() {
    let (services, clock, actor) = services().await;
    let other = create(&services, &actor, &plain("Other")).await.unwrap();
    let mut second = plain("Second");
    second.fallback = other.to_string();
    second.numbers_may_be_entered = Tick(true);
    second.trusted_certificates = certificate();
    let behind = create(&services, &actor, &second).await.unwrap();
    let with_keys = create(&services, &actor, &with(VALUE, keyed())).await.unwrap();
    clock.advance(chrono::Duration::minutes(6));
    for (id, saved) in [(behind, &second), (with_keys, &keyed())] {
        let coded = IdentityProviderInput {
            http_response_code: "599".into(),
            ..saved.clone()
        };
        assert!(asked(&update(&services, &actor, id, &coded).await));
        send_test(&services, &actor, Some(id), &coded).await.unwrap();
        let ruled = IdentityProviderInput {
            body_rule: "contains".into(),
            body_rule_value: "never".into(),
            ..saved.clone()
        };
        assert!(asked(&update(&services, &actor, id, &ruled).await));
        // Nothing of this is changed, or numbers are entered no more.
        let quiet = IdentityProviderInput {
            message: "Code &otp".into(),
            numbers_may_be_entered: Tick(false),
            trusted_certificates: saved.trusted_certificates.replace('\n', "\r\n"),
            ..saved.clone()
        };
        update(&services, &actor, id, &quiet).await.unwrap();
    }
    let none = IdentityProviderInput {
        version: "2".into(),
        message: "Code &otp".into(),
        ..plain("Second")
    };
    assert!(
        asked(&update(&services, &actor, behind, &none).await),
        "a fallback taken away"
    );
}

/// The log and the deliveries name what was tested by its stored name.
#[tokio::test]
async fn a_test_is_of_what_is_stored() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &plain("SMSOTP")).await.unwrap();
    send_test(&services, &actor, Some(id), &plain("Somebody else"))
        .await
        .unwrap();
    let logged = audit::Entity::find().all(&services.db).await.unwrap();
    assert_eq!(logged.last().unwrap().target, "SMSOTP");
    let sent = entity::sms_delivery::Entity::find().one(&services.db).await.unwrap();
    assert_eq!(sent.unwrap().identity_provider, "SMSOTP");
    let unknown = send_test(&services, &actor, Some(id + 99), &plain("SMSOTP")).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

#[tokio::test]
async fn tests_of_what_is_not_saved_have_a_limit() {
    let (services, clock, transport, actor) = services_with(settings()).await;
    for at in 0..50 {
        let sent = send_test(&services, &actor, None, &plain(&format!("New {at}"))).await;
        assert!(sent.is_ok(), "{at}: {sent:?}");
    }
    let words = said(send_test(&services, &actor, None, &plain("New")).await, "test_number");
    assert!(words.starts_with("50 test SMS a day"), "{words}");
    assert_eq!(transport.sent.lock().unwrap().len(), 50);
    let id = create(&services, &actor, &plain("SMSOTP")).await.unwrap();
    send_test(&services, &actor, Some(id), &plain("SMSOTP")).await.unwrap();
    clock.advance(chrono::Duration::days(1));
    send_test(&services, &actor, None, &plain("New")).await.unwrap();
}

/// A kept value moved into what the phone shows, or anywhere else, has to be typed again.
#[tokio::test]
async fn a_value_stays_where_it_was_typed_for() {
    let (services, _, transport, actor) = services_with(settings()).await;
    let id = create(&services, &actor, &with(VALUE, keyed())).await.unwrap();
    for payload in [
        r#"{"to":"&num","text":"{{secret:token}}","from":"us","key":"x"}"#,
        r#"{"to":"&num","text":"&msg","from":"{{secret:token}}","key":"{{secret:token}}"}"#,
        "to=&num&text=&msg&key={{secret:token}}",
    ] {
        let moved = IdentityProviderInput {
            http_payload: payload.into(),
            ..keyed()
        };
        let tested = said(send_test(&services, &actor, Some(id), &moved).await, FIELD);
        assert!(tested.contains("typed for another place in the request"), "{tested}");
        said(update(&services, &actor, id, &moved).await, FIELD);
        let fields = secret_fields(&services, &actor, Some(id), &moved).await.unwrap();
        assert_eq!(fields[0].state, SecretState::Missing);
        // What was typed and held has to stay as well.
        let mut held = with("held-value", keyed());
        hold(&services, &actor, &mut held).await.unwrap();
        let moved = IdentityProviderInput {
            held: held.held,
            ..moved
        };
        said(send_test(&services, &actor, Some(id), &moved).await, FIELD);
    }
    let beside = IdentityProviderInput {
        http_payload: r#"{"to":"&num","text":"&msg {{secret:token}}"}"#.into(),
        ..keyed()
    };
    let words = said(
        send_test(&services, &actor, Some(id), &with(VALUE, beside)).await,
        "http_payload",
    );
    assert!(words.contains("would be part of the SMS"), "{words}");
    assert!(transport.sent.lock().unwrap().is_empty());
    // In its place, whatever changes around it; and elsewhere with the value typed again.
    let around = IdentityProviderInput {
        http_payload: r#"{"key":"{{secret:token}}","to":"&num","text":"&msg"}"#.into(),
        ..keyed()
    };
    send_test(&services, &actor, Some(id), &around).await.unwrap();
    let elsewhere = IdentityProviderInput {
        http_payload: r#"{"to":"&num","text":"&msg","auth":{"key":"{{secret:token}}"}}"#.into(),
        ..keyed()
    };
    update(&services, &actor, id, &with(VALUE, elsewhere.clone()))
        .await
        .unwrap();
    send_test(&services, &actor, Some(id), &elsewhere).await.unwrap();
    said(send_test(&services, &actor, Some(id), &keyed()).await, FIELD);
}

/// Settings sealed before places were kept are read; their values are sent, but have to be typed again in the form.
#[test]
fn a_value_without_a_place_fits_none() {
    let sealed =
        format!(r#"{{"token":{{"value":"{VALUE}","origin":"https://sms.example","since":"2026-11-24T12:00:00Z"}}}}"#);
    let secrets: Secrets = serde_json::from_str(&sealed).unwrap();
    assert_eq!(secrets.reveal("token", "https://sms.example").as_deref(), Some(VALUE));
    let slots = ::sms::secret_slots(&request::settings(&keyed(), &mut domain::Problems::default()));
    assert!(!secrets.fits(&slots[0], "https://sms.example"));
}

/// What is held goes with the save, and with what is held in its place: an old tab cannot put an old key back.
#[tokio::test]
async fn what_is_held_does_not_outlive_the_save() {
    let (services, _, actor) = services().await;
    let mut first = with("first-value", keyed());
    hold(&services, &actor, &mut first).await.unwrap();
    let mut second = with("second-value", first.clone());
    hold(&services, &actor, &mut second).await.unwrap();
    assert_eq!(draft::Entity::find().all(&services.db).await.unwrap().len(), 1);
    said(create(&services, &actor, &first).await, FIELD);
    let id = create(&services, &actor, &second).await.unwrap();
    assert!(draft::Entity::find().all(&services.db).await.unwrap().is_empty());
    let mut third = with("third-value", keyed());
    hold(&services, &actor, &mut third).await.unwrap();
    update(&services, &actor, id, &third).await.unwrap();
    for old in [second.held, third.held] {
        let version = input_of(&services, &actor, id).await.unwrap().version;
        let tab = IdentityProviderInput {
            version,
            held: old,
            ..keyed()
        };
        update(&services, &actor, id, &tab).await.unwrap();
        let kept = sms_otp(&services, &services.db, id).await.unwrap().unwrap().secrets;
        assert_eq!(
            kept.reveal("token", "https://sms.example").as_deref(),
            Some("third-value")
        );
    }
}
