//! Values of secret slots: where they go, where they never go, and when they have to be typed again.

use domain::Permission;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::secret::SecretState;
use entity::{audit, draft, federated_authenticator};
use sea_orm::{EntityTrait, QueryOrder};

use super::*;
use crate::sms::send_test;
use crate::testing::{RecordingTransport, services, services_with, settings};

pub(super) const VALUE: &str = "sk-live-7f3a91";

pub(super) fn input(url: &str) -> IdentityProviderInput {
    IdentityProviderInput {
        version: "1".into(),
        name: "SMSOTP".into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: url.into(),
        http_headers: "Authorization: Bearer {{secret:token}}\nContent-Type: application/json".into(),
        http_payload: r#"{"to":"&num","text":"&msg"}"#.into(),
        test_number: "+94771234567".into(),
        ..Default::default()
    }
}

pub(super) const HERE: &str = "https://sms.example/send";
const FIELD: &str = "secrets[0][value]";

pub(super) fn wires(transport: &RecordingTransport) -> Vec<String> {
    let sent = transport.sent.lock().unwrap();
    sent.iter()
        .map(|wire| String::from_utf8(wire.clone()).unwrap())
        .collect()
}

async fn field(services: &Services, actor: &Actor, id: i64, input: &IdentityProviderInput) -> SecretState {
    let fields = secret_fields(services, actor, Some(id), input).await.unwrap();
    assert_eq!((fields.len(), fields[0].label.as_str()), (1, "token"));
    fields[0].state.clone()
}

#[tokio::test]
async fn a_value_is_kept_sealed_and_sent() {
    let (services, _, transport, actor) = services_with(settings()).await;
    let problems = invalid(create(&services, &actor, &input(HERE)).await);
    assert!(problems.of(FIELD).unwrap().contains("{{secret:token}}"), "{problems:?}");
    let id = create(&services, &actor, &with(VALUE, input(HERE))).await.unwrap();
    let row = federated_authenticator::Entity::find()
        .one(&services.db)
        .await
        .unwrap()
        .unwrap();
    assert!(!String::from_utf8_lossy(&row.settings_sealed).contains(VALUE));
    let back = input_of(&services, &actor, id).await.unwrap();
    assert!(!format!("{back:?}").contains(VALUE), "it never comes back");
    assert!(matches!(
        field(&services, &actor, id, &back).await,
        SecretState::Kept(_)
    ));
    send_test(&services, &actor, Some(id), &back).await.unwrap();
    assert!(wires(&transport)[0].contains(&format!("Authorization: Bearer {VALUE}\r\n")));
    let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
    assert!(format!("{otp:?}").contains("token") && !format!("{otp:?}").contains(VALUE));
    // Saved again without a value it stays, with another it changes, and the log names it.
    update(&services, &actor, id, &back).await.unwrap();
    let again = IdentityProviderInput {
        version: "2".into(),
        ..with("another-value", back)
    };
    update(&services, &actor, id, &again).await.unwrap();
    let logged = audit::Entity::find()
        .order_by_desc(audit::Column::Id)
        .all(&services.db)
        .await
        .unwrap();
    assert_eq!(logged[0].detail, "changed: secret token");
    assert_eq!(logged[1].detail, "nothing changed");
    let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
    assert_eq!(
        otp.secrets.reveal("token", "https://sms.example").as_deref(),
        Some("another-value")
    );
}

/// Neither a save nor a test carries a value to another scheme, host or port.
#[tokio::test]
async fn a_value_goes_to_its_origin_and_nowhere_else() {
    let (services, _, transport, actor) = services_with(settings()).await;
    let id = create(&services, &actor, &with(VALUE, input(HERE))).await.unwrap();
    for url in [
        "https://evil.example/send",
        "http://sms.example/send",
        "https://sms.example:444/send",
    ] {
        let moved = input(url);
        for problems in [
            invalid(update(&services, &actor, id, &moved).await),
            invalid(send_test(&services, &actor, Some(id), &moved).await.map(|_| ())),
        ] {
            let said = problems.of(FIELD).unwrap();
            assert!(said.contains("https://sms.example and is sent nowhere else"), "{said}");
        }
        let state = field(&services, &actor, id, &moved).await;
        assert_eq!(state, SecretState::KeptFor("https://sms.example".into()));
        let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
        assert_eq!(otp.secrets.reveal("token", &::sms::origin(url).unwrap()), None);
    }
    assert!(wires(&transport).is_empty());
    // Another path at the same place needs nothing, and with the value typed again any place is as good.
    send_test(&services, &actor, Some(id), &input("https://sms.example/other"))
        .await
        .unwrap();
    let elsewhere = with(VALUE, input("https://other.example/send"));
    send_test(&services, &actor, Some(id), &elsewhere).await.unwrap();
    update(&services, &actor, id, &elsewhere).await.unwrap();
    assert!(wires(&transport)[1].contains(VALUE));
    let problems = invalid(send_test(&services, &actor, Some(id), &input(HERE)).await.map(|_| ()));
    assert!(
        problems.of(FIELD).unwrap().contains("https://other.example"),
        "{problems:?}"
    );
}

/// What waits for a form to be mended is the session's, sealed, for the origin it was typed for, and no part of the draft.
#[tokio::test]
async fn what_was_typed_is_held_until_it_is_saved() {
    let (services, _, actor) = services().await;
    let mut refused = with(VALUE, input(HERE));
    refused.name = String::new();
    invalid(create(&services, &actor, &refused).await);
    hold(&services, &actor, &mut refused).await.unwrap();
    assert!(refused.secrets.is_empty() && !refused.held.is_empty());
    let row = draft::Entity::find().one(&services.db).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&row.content_sealed).contains(VALUE));
    let fields = secret_fields(&services, &actor, None, &refused).await.unwrap();
    assert_eq!(fields[0].state, SecretState::Held);
    let mended = IdentityProviderInput {
        name: "SMSOTP".into(),
        ..refused
    };
    let moved = IdentityProviderInput {
        sms_url: "https://evil.example/send".into(),
        ..mended.clone()
    };
    assert!(invalid(create(&services, &actor, &moved).await).of(FIELD).is_some());
    let other = Actor {
        session_id: "another".into(),
        ..actor.clone()
    };
    assert!(invalid(create(&services, &other, &mended).await).of(FIELD).is_some());
    let id = create(&services, &actor, &mended).await.unwrap();
    let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
    assert_eq!(
        otp.secrets.reveal("token", "https://sms.example").as_deref(),
        Some(VALUE)
    );
}

#[test]
fn a_typed_value_is_serialized_as_nothing() {
    let typed = with(VALUE, input(HERE));
    let written = serde_json::to_string(&typed).unwrap() + &format!("{typed:?}");
    assert!(written.contains("token") && !written.contains(VALUE), "{written}");
}

#[tokio::test]
async fn a_value_that_cannot_stand_in_its_place_is_refused() {
    let (services, _, actor) = services().await;
    for (value, said) in [
        (" padded", "begins or ends with a space"),
        ("line\n", "begins or ends with a space"),
        ("schl\u{fc}ssel", "header Authorization"),
        (&"k".repeat(4097), "4096 are allowed"),
    ] {
        let problems = invalid(create(&services, &actor, &with(value, input(HERE))).await);
        assert!(problems.of(FIELD).unwrap().contains(said), "{problems:?}");
    }
}

#[tokio::test]
async fn a_slot_that_is_gone_takes_its_value_along() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &with(VALUE, input(HERE))).await.unwrap();
    let without = IdentityProviderInput {
        http_headers: "Content-Type: application/json".into(),
        ..input(HERE)
    };
    update(&services, &actor, id, &without).await.unwrap();
    let back = IdentityProviderInput {
        version: "2".into(),
        ..input(HERE)
    };
    assert!(invalid(update(&services, &actor, id, &back).await).of(FIELD).is_some());
}

#[tokio::test]
async fn a_provider_that_repeats_a_value_does_not_show_it() {
    let (services, _, transport, actor) = services_with(settings()).await;
    let repeated = crate::sms::transport::Answer::new(401, format!("{{\"error\":\"bad token {VALUE}\"}}"));
    transport.answers.lock().unwrap().push(Ok(repeated));
    let strict = IdentityProviderInput {
        body_rule: "equals".into(),
        body_rule_pointer: "/error".into(),
        body_rule_value: "none".into(),
        http_response_code: "401".into(),
        ..with(VALUE, input(HERE))
    };
    let tested = send_test(&services, &actor, None, &strict).await.unwrap();
    let shown = format!("{tested:?}");
    assert!(
        shown.contains("bad token ••••••••") && !shown.contains(VALUE),
        "{shown}"
    );
}

/// The own password is asked again where keys are touched, and only there.
#[tokio::test]
async fn keys_ask_for_the_password_again() {
    let (services, clock, actor) = services().await;
    let id = create(&services, &actor, &with(VALUE, input(HERE))).await.unwrap();
    clock.advance(chrono::Duration::minutes(6));
    let saved = |change: fn(&mut IdentityProviderInput)| {
        let mut input = input(HERE);
        change(&mut input);
        input
    };
    for touched in [
        with("another", input(HERE)),
        saved(|input| input.sms_url.push_str("/2")),
        saved(|input| input.http_payload = r#"{"to":"&num","text":"&msg","x":1}"#.into()),
        saved(|input| input.http_headers = "Content-Type: application/json".into()),
        saved(|input| input.http_headers = "X-Api-Key: literal".into()),
    ] {
        let saving = update(&services, &actor, id, &touched).await;
        assert!(matches!(saving, Err(Error::PasswordNeeded)), "{saving:?}");
        let testing = send_test(&services, &actor, Some(id), &touched).await;
        assert!(matches!(testing, Err(Error::PasswordNeeded)), "{testing:?}");
    }
    let creating = create(&services, &actor, &with(VALUE, input(HERE))).await;
    assert!(matches!(creating, Err(Error::PasswordNeeded)), "{creating:?}");
    send_test(&services, &actor, Some(id), &input(HERE)).await.unwrap();
    update(
        &services,
        &actor,
        id,
        &saved(|input| input.message = "Code &otp".into()),
    )
    .await
    .unwrap();
    let without = IdentityProviderInput {
        name: "No keys".into(),
        http_headers: "Content-Type: application/json".into(),
        ..input(HERE)
    };
    create(&services, &actor, &without).await.unwrap();
    // As the tutorial types it: whoever may manage it reads these keys anyway.
    let literal = IdentityProviderInput {
        name: "Literal keys".into(),
        sms_url: "https://sms.example/send?api_key=k&api_secret=s&to=&num&text=&msg".into(),
        http_method: "GET".into(),
        http_headers: String::new(),
        http_payload: String::new(),
        ..input(HERE)
    };
    create(&services, &actor, &literal).await.unwrap();
}

#[test]
fn a_value_is_dotted_as_every_format_writes_it_and_the_longest_first() {
    let mut secrets = Secrets::default();
    let slot = |name: &str| ::sms::SecretSlot {
        name: name.into(),
        sent: true,
        places: Vec::new(),
    };
    for (name, value) in [("a", "ab/cd"), ("b", "ab/cd+ef==")] {
        secrets.put(&slot(name), value.into(), HERE.into(), Default::default());
    }
    for text in [
        "ab/cd+ef==",
        r"ab\/cd+ef==",
        "ab%2Fcd%2Bef%3D%3D",
        r#"{"error":"bad key ab\/cd+ef==, ab/cd"}"#,
    ] {
        let dotted = secrets.dotted(text);
        assert!(!dotted.contains("cd") && !dotted.contains("ef"), "{text}: {dotted}");
    }
}

/// Whoever may only view sees that a value is there, and dots for what is typed straight in.
#[tokio::test]
async fn a_viewer_sees_no_key() {
    let (services, _, actor) = services().await;
    let mixed = IdentityProviderInput {
        sms_url: "https://sms.example/send?api_key=literal-key".into(),
        ..with(VALUE, input(HERE))
    };
    let id = create(&services, &actor, &mixed).await.unwrap();
    let viewer = Actor {
        permissions: [Permission::ViewIdentityProviders].into_iter().collect(),
        ..actor.clone()
    };
    let view = get(&services, &viewer, id).await.unwrap();
    let shown = format!("{view:?}");
    assert!(!shown.contains("literal-key") && !shown.contains(VALUE), "{shown}");
    let fields = secret_fields(&services, &viewer, Some(id), &view.input).await.unwrap();
    assert!(matches!(fields[0].state, SecretState::Kept(_)), "{fields:?}");
    for row in audit::Entity::find().all(&services.db).await.unwrap() {
        assert!(
            !row.detail.contains("literal-key") && !row.detail.contains(VALUE),
            "{}",
            row.detail
        );
    }
}
