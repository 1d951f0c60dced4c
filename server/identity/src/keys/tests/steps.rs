//! The steps, forth, back, and out of order.

use domain::Permission;
use domain::signing_key::KeyState::{Active, Next, Retired, Retiring};
use entity::signing_key;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::{Test, words};
use crate::keys::{self, OpenedKeys};
use crate::{Actor, Error};

#[tokio::test]
async fn a_whole_roll() {
    let test = Test::new().await;
    let first = keys::active(&test.services).await.unwrap().key_id();
    let id = test.publish("rsa").await.unwrap();
    assert_eq!(test.states().await, [Active, Next]);
    assert_eq!(
        keys::active(&test.services).await.unwrap().key_id(),
        first,
        "it does not sign yet"
    );

    let used = test.activate(id).await.unwrap();
    assert_eq!(used.replaced.as_deref(), Some(first.as_str()));
    assert_eq!(test.states().await, [Retiring, Active]);
    assert_eq!(keys::active(&test.services).await.unwrap().key_id(), used.key_id);

    test.minutes(11);
    let old = test.rows().await[0].clone();
    assert_eq!(test.retire(old.id).await.unwrap().state, Retired);
    assert_eq!(test.states().await, [Retired, Active]);
    let rows = test.rows().await;
    assert_eq!(rows[0].private_key_sealed, Vec::<u8>::new(), "the private key is gone");
    assert_eq!(rows[0].certificate_pem, old.certificate_pem, "the certificate stays");
    assert!(
        keys::open(&test.services, rows[0].clone()).is_err(),
        "not in memory either"
    );
    assert_eq!(test.actions().await, ["publish", "use", "retire"]);
}

#[tokio::test]
async fn the_last_use_can_be_taken_back_until_the_old_key_is_retired() {
    let test = Test::new().await;
    let first = keys::active(&test.services).await.unwrap().key_id();
    let id = test.publish("rsa").await.unwrap();
    test.activate(id).await.unwrap();
    let old = test.rows().await[0].id;
    // Nobody is registered who could not know the old certificate.
    let used = test.activate(old).await.unwrap();
    assert_eq!(used.key_id, first);
    assert_eq!(test.states().await, [Active, Retiring]);
    test.activate(id).await.unwrap();
    assert_eq!(test.states().await, [Retiring, Active]);
}

#[tokio::test]
async fn no_step_is_possible_out_of_order() {
    let test = Test::new().await;
    let first = test.rows().await[0].id;
    assert!(words(test.activate(first).await).contains("signs already"));
    assert!(words(test.retire(first).await).contains("Publish and use another RSA key first"));

    let second = test.publish("rsa").await.unwrap();
    assert!(words(test.publish("rsa").await).contains("waits to be used"));
    test.activate(second).await.unwrap();
    assert!(words(test.activate(second).await).contains("signs already"));
    assert!(words(test.retire(second).await).contains("Publish and use another RSA key first"));

    let third = test.publish("rsa").await.unwrap();
    assert!(
        words(test.activate(third).await).contains("Retire it first"),
        "the roll before is not over"
    );
    assert!(words(test.retire(first).await).contains("may be on their way until 2026-11-23T12:10:00Z"));
    keys::retire(&test.services, &test.actor(), first, true).await.unwrap();
    assert!(words(test.activate(first).await).contains("private key is erased"));
    assert!(words(test.retire(first).await).contains("retired already"));
    test.activate(third).await.unwrap();
    assert_eq!(test.states().await, [Retired, Retiring, Active]);
    assert!(matches!(test.activate(99).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_key_that_was_not_used_is_withdrawn() {
    let test = Test::new().await;
    let id = test.publish("rsa").await.unwrap();
    assert_eq!(test.retire(id).await.unwrap().state, Retired);
    assert_eq!(test.states().await, [Active, Retired]);
    assert_eq!(test.rows().await[1].private_key_sealed, Vec::<u8>::new());
    test.publish("rsa").await.unwrap();
    assert_eq!(test.states().await, [Active, Retired, Next]);
}

#[tokio::test]
async fn each_kind_is_rolled_by_itself_and_metadata_names_rsa_first() {
    let test = Test::new().await;
    let ec = test.publish("ec").await.unwrap();
    let rsa = test.publish("rsa").await.unwrap();
    let order = || async {
        let rows = keys::published(&test.services).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let first = test.rows().await[0].id;
    assert_eq!(order().await, [first, rsa, ec]);
    let used = test.activate(ec).await.unwrap();
    assert_eq!(used.replaced, None, "it takes nobody's place");
    test.activate(rsa).await.unwrap();
    assert_eq!(order().await, [rsa, first, ec]);
    assert_eq!(test.states().await, [Retiring, Active, Active]);
}

/// The table itself takes one active and one next key of a kind, whatever a process believes.
#[tokio::test]
async fn the_table_takes_no_second_active_key() {
    let test = Test::new().await;
    test.publish("rsa").await.unwrap();
    let rows = test.rows().await;
    let mut second = rows[1].clone().into_active_model();
    second.state = Set("active".into());
    assert!(second.update(&test.services.db).await.is_err());
    let mut other = rows[0].clone().into_active_model();
    other.state = Set("next".into());
    assert!(other.update(&test.services.db).await.is_err());
}

#[tokio::test]
async fn only_who_manages_settings_and_has_just_given_the_password() {
    let test = Test::new().await;
    let stale = Actor {
        password_at: test.clock_now() - chrono::Duration::minutes(6),
        ..test.actor()
    };
    let weak = Actor {
        permissions: Permission::ALL
            .into_iter()
            .filter(|one| *one != Permission::ManageSettings)
            .collect(),
        ..test.actor()
    };
    let id = test.publish("rsa").await.unwrap();
    let (services, input) = (&test.services, Default::default());
    assert!(matches!(
        keys::publish(services, &stale, &input).await,
        Err(Error::PasswordNeeded)
    ));
    assert!(matches!(
        keys::activate(services, &stale, id, true).await,
        Err(Error::PasswordNeeded)
    ));
    assert!(matches!(
        keys::retire(services, &stale, id, true).await,
        Err(Error::PasswordNeeded)
    ));
    assert!(matches!(
        keys::publish(services, &weak, &input).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        keys::activate(services, &weak, id, true).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        keys::retire(services, &weak, id, true).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        keys::use_question(services, &weak, id).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        keys::retire_question(services, &weak, id).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        keys::tell(services, &weak, 1, id, true).await,
        Err(Error::Denied(_))
    ));
    assert_eq!(test.states().await, [Active, Next]);
}

/// Who can write to the database cannot put one key in the place of another.
#[tokio::test]
async fn a_sealed_key_opens_in_its_own_row_only() {
    let test = Test::new().await;
    test.publish("rsa").await.unwrap();
    let rows = test.rows().await;
    keys::open(&test.services, rows[1].clone()).unwrap();
    // As another process would see it.
    let moved = signing_key::Model {
        private_key_sealed: rows[1].private_key_sealed.clone(),
        ..rows[0].clone()
    };
    let opened = OpenedKeys::default().get_or_open(&moved.key_id, || {
        let der = test
            .services
            .vault
            .open(keys::place(&moved.key_id), &moved.private_key_sealed)?;
        saml::keys::KeyPair::from_pkcs8(&der, &moved.certificate_pem).map_err(Error::internal)
    });
    assert!(opened.is_err());
}

#[tokio::test]
async fn what_is_no_kind_or_size_is_refused() {
    let test = Test::new().await;
    for (kind, bits, expected) in [
        ("dsa", "2048", "kind of key"),
        ("rsa", "1024", "2048, 3072 or 4096"),
        ("rsa", "", "2048"),
    ] {
        let input = domain::input::signing_key::PublishKeyInput {
            kind: kind.into(),
            bits: bits.into(),
        };
        let refused = words(keys::publish(&test.services, &test.actor(), &input).await);
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(test.states().await, [Active]);
}
