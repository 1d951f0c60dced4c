//! The rules of identity providers, over a store in memory.

mod asked_again;
mod fallbacks;
mod filled;
mod secret_values;
mod used;

use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::secret::SecretRow;
use domain::view::ListQuery;
use domain::{Permission, PermissionSet, Problems};
use entity::{audit, federated_authenticator};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, PaginatorTrait};

use super::*;
use crate::testing::{services, services_with, settings};

fn input(name: &str) -> IdentityProviderInput {
    IdentityProviderInput {
        name: name.into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: "https://api.clickatell.com/rest/message".into(),
        http_headers:
            "X-Version: 1, Authorization: bearer s3cret, Accept: application/json, Content-Type: application/json"
                .into(),
        // as the tutorial prints it, typographic quotes and all
        http_payload: "{\u{201c}text\u{201d}:\u{201d}&msg\u{201c},\u{201d}to\u{201d}:[\u{201c}&num\u{201c}]}".into(),
        http_response_code: "202".into(),
        test_number: "+94 77 123 4567".into(),
        ..Default::default()
    }
}

fn viewer(actor: &Actor) -> Actor {
    Actor {
        permissions: [Permission::ViewIdentityProviders].into_iter().collect(),
        ..actor.clone()
    }
}

fn invalid<T>(result: Result<T>) -> Problems {
    match result {
        Err(Error::Invalid(problems)) => problems,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

/// The form with a value typed for its slot `token`.
fn with(value: &str, input: IdentityProviderInput) -> IdentityProviderInput {
    let row = SecretRow {
        name: "token".into(),
        value: value.into(),
    };
    IdentityProviderInput {
        secrets: vec![row],
        ..input
    }
}

#[tokio::test]
async fn what_is_registered_is_sealed_and_comes_back_as_typed() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    let back = input_of(&services, &actor, id).await.unwrap();
    assert_eq!(
        back,
        IdentityProviderInput {
            version: "1".into(),
            ..input("SMSOTP")
        }
    );
    let row = federated_authenticator::Entity::find()
        .one(&services.db)
        .await
        .unwrap()
        .unwrap();
    assert!(row.enabled && row.is_default);
    assert!(!String::from_utf8_lossy(&row.settings_sealed).contains("clickatell"));
    let otp = sms_otp(&services, &services.db, id).await.unwrap().unwrap();
    assert!(otp.enabled && otp.policy.code_length == 6 && otp.policy.lifetime == chrono::Duration::minutes(5));
    assert_eq!(otp.request.response_code, "202");
    assert_eq!(choices(&services.db).await.unwrap(), [(id, "SMSOTP".to_owned())]);
}

#[tokio::test]
async fn sealed_settings_do_not_open_for_another_identity_provider() {
    let (services, _, actor) = services().await;
    let first = create(&services, &actor, &input("A")).await.unwrap();
    let second = create(&services, &actor, &input("B")).await.unwrap();
    let rows = federated_authenticator::Entity::find().all(&services.db).await.unwrap();
    let stolen = rows
        .iter()
        .find(|row| row.identity_provider_id == first)
        .unwrap()
        .settings_sealed
        .clone();
    let own = rows.into_iter().find(|row| row.identity_provider_id == second).unwrap();
    let mut own: federated_authenticator::ActiveModel = own.into();
    own.settings_sealed = Set(stolen);
    own.update(&services.db).await.unwrap();
    assert!(matches!(
        input_of(&services, &actor, second).await,
        Err(Error::Internal(_))
    ));
}

#[tokio::test]
async fn all_problems_come_at_once_and_nothing_is_written() {
    let (services, _, actor) = services().await;
    let wrong = IdentityProviderInput {
        name: " ".into(),
        display_name: "x".repeat(101),
        sms_url: "ftp://sms.example".into(),
        http_headers: "no colon here".into(),
        http_payload: r#"{"to":&num"#.into(),
        http_response_code: "teapot".into(),
        code_length: "3".into(),
        test_number: "12".into(),
        ..input("")
    };
    let problems = invalid(create(&services, &actor, &wrong).await);
    for field in [
        "name",
        "display_name",
        "sms_url",
        "http_headers",
        "http_payload",
        "http_response_code",
        "code_length",
        "test_number",
    ] {
        assert!(problems.of(field).is_some(), "{field}: {problems:?}");
    }
    assert_eq!(identity_provider::Entity::find().count(&services.db).await.unwrap(), 0);
}

#[tokio::test]
async fn the_request_is_checked_only_once_it_is_begun() {
    let (services, _, actor) = services().await;
    let bare = IdentityProviderInput {
        name: "Later".into(),
        ..Default::default()
    };
    let id = create(&services, &actor, &bare).await.unwrap();
    assert!(
        sms_otp(&services, &services.db, id).await.unwrap().is_none(),
        "nothing is set up"
    );
    let enabled = IdentityProviderInput {
        sms_enabled: Tick(true),
        name: "Now".into(),
        ..bare.clone()
    };
    assert!(
        invalid(create(&services, &actor, &enabled).await)
            .of("sms_url")
            .is_some()
    );
    let begun = IdentityProviderInput {
        http_payload: r#"{"to":&num}"#.into(),
        name: "Begun".into(),
        ..bare.clone()
    };
    assert!(invalid(create(&services, &actor, &begun).await).of("sms_url").is_some());
    let only_default = IdentityProviderInput {
        sms_default: Tick(true),
        name: "Default".into(),
        ..bare
    };
    assert!(
        invalid(create(&services, &actor, &only_default).await)
            .of("sms_default")
            .is_some()
    );
}

#[tokio::test]
async fn the_only_enabled_authenticator_is_the_default() {
    let (services, _, actor) = services().await;
    let id = create(
        &services,
        &actor,
        &IdentityProviderInput {
            sms_default: Tick(false),
            ..input("SMSOTP")
        },
    )
    .await
    .unwrap();
    assert!(input_of(&services, &actor, id).await.unwrap().sms_default.0);
}

#[tokio::test]
async fn a_name_is_taken_in_any_case() {
    let (services, _, actor) = services().await;
    create(&services, &actor, &input("SMSOTP")).await.unwrap();
    assert!(
        invalid(create(&services, &actor, &input("smsotp")).await)
            .of("name")
            .is_some()
    );
    let other = create(&services, &actor, &input("Other")).await.unwrap();
    let renamed = IdentityProviderInput {
        version: "1".into(),
        ..input("Smsotp")
    };
    assert!(
        invalid(update(&services, &actor, other, &renamed).await)
            .of("name")
            .is_some()
    );
    assert_eq!(
        federated_authenticator::Entity::find()
            .count(&services.db)
            .await
            .unwrap(),
        2,
        "nothing is left of a refused one"
    );
}

#[tokio::test]
async fn a_stale_form_overwrites_nothing() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    let edited = IdentityProviderInput {
        version: "1".into(),
        description: "first".into(),
        ..input("SMSOTP")
    };
    update(&services, &actor, id, &edited).await.unwrap();
    let late = IdentityProviderInput {
        description: "second".into(),
        ..edited.clone()
    };
    assert!(matches!(update(&services, &actor, id, &late).await, Err(Error::Stale)));
    let now = input_of(&services, &actor, id).await.unwrap();
    assert_eq!((now.description.as_str(), now.version.as_str()), ("first", "2"));
    assert!(matches!(
        update(&services, &actor, 99, &edited).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test]
async fn whoever_may_only_view_sees_no_key_and_changes_nothing() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    let viewer = viewer(&actor);
    let seen = get(&services, &viewer, id).await.unwrap().input;
    assert!(!format!("{seen:?}").contains("s3cret"), "{seen:?}");
    assert!(
        seen.http_headers.contains("Authorization: bearer ••"),
        "{}",
        seen.http_headers
    );
    assert!(!seen.test_number.contains("77"), "{}", seen.test_number);
    assert!(matches!(
        create(&services, &viewer, &input("X")).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        update(&services, &viewer, id, &input("X")).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        set_enabled(&services, &viewer, id, false).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(delete(&services, &viewer, id).await, Err(Error::Denied(_))));
    let nobody = Actor {
        permissions: PermissionSet::default(),
        ..actor
    };
    assert!(matches!(
        list(&services, &nobody, &ListQuery::default()).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(get(&services, &nobody, id).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn the_audit_log_names_fields_and_holds_no_value() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    let edited = IdentityProviderInput {
        version: "1".into(),
        http_headers: "Authorization: bearer n3w".into(),
        codes_per_day: "40".into(),
        ..input("SMSOTP")
    };
    update(&services, &actor, id, &edited).await.unwrap();
    set_enabled(&services, &actor, id, false).await.unwrap();
    set_enabled(&services, &actor, id, false).await.unwrap();
    delete(&services, &actor, id).await.unwrap();
    let log: Vec<_> = audit::Entity::find().all(&services.db).await.unwrap();
    let log: Vec<_> = log
        .into_iter()
        .filter(|row| row.target_kind == "identity_providers")
        .collect();
    let actions: Vec<_> = log.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(
        actions,
        ["create", "update", "disable", "delete"],
        "disabling twice is one change"
    );
    assert_eq!(log[1].detail, "changed: HTTP Headers, Codes per day");
    let all = format!("{log:?}");
    assert!(
        !all.contains("s3cret") && !all.contains("n3w") && !all.contains("1234567"),
        "{all}"
    );
}

#[tokio::test]
async fn codes_are_bound_only_to_a_site_that_browsers_know() {
    let (services, _, _, actor) = services_with(settings()).await;
    let bound = IdentityProviderInput {
        bind_to_site: Tick(true),
        ..input("SMSOTP")
    };
    assert!(
        invalid(create(&services, &actor, &bound).await)
            .of("bind_to_site")
            .is_some()
    );
    let mut https = settings();
    https.public_url = "https://id.example.com".parse().unwrap();
    let (services, _, _, actor) = services_with(https).await;
    let id = create(&services, &actor, &bound).await.unwrap();
    assert!(
        sms_otp(&services, &services.db, id)
            .await
            .unwrap()
            .unwrap()
            .bind_to_site
    );
}
