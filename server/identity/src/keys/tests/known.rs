//! Who has which certificate, and what depends on it.

use domain::input::saml::SamlInput;
use domain::signing_key::KeyState::{Active, Next, Retiring};
use domain::view::ListQuery;
use domain::view::resident::{ResidentQuery, ResidentView, Seen};
use entity::service_provider_key;
use sea_orm::EntityTrait;

use super::{Test, words};
use crate::clock::Clock;
use crate::keys;
use crate::{Error, resident};

impl Test {
    async fn view(&self) -> ResidentView {
        let query = ResidentQuery::default();
        resident::get(&self.services, &self.actor(), &query).await.unwrap()
    }

    /// What the resident page says of each service provider, by name.
    async fn seen(&self) -> Vec<(String, Seen)> {
        let view = self.view().await;
        let rows = view.rolls[0].seen.page.rows.clone();
        rows.into_iter().map(|row| (row.name, row.seen)).collect()
    }

    async fn noted(&self) -> usize {
        let rows = service_provider_key::Entity::find().all(&self.services.db).await;
        rows.unwrap().len()
    }

    pub(super) fn clock_now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }
}

#[tokio::test]
async fn a_key_is_used_when_all_have_its_certificate() {
    let test = Test::new().await;
    let (wiki, _shop) = (test.sp("Wiki").await, test.sp("Shop").await);
    test.fetch("wiki.example").await;
    let id = test.publish("rsa").await.unwrap();
    let not_yet = |name: &str| (name.to_owned(), Seen::NotYet);
    assert_eq!(
        test.seen().await,
        [not_yet("Shop"), not_yet("Wiki")],
        "what Wiki fetched was older"
    );
    assert!(words(test.activate(id).await).contains("2 service providers"));

    test.fetch("shop.example").await;
    let at = "2026-11-23T12:00:00Z".to_owned();
    assert_eq!(
        test.seen().await,
        [("Shop".to_owned(), Seen::Fetched(at.clone())), not_yet("Wiki")]
    );
    let question = keys::use_question(&test.services, &test.actor(), id).await.unwrap();
    assert_eq!((question.waiting, question.total), (1, 2));
    assert_eq!(question.first[0].name, "Wiki");
    assert_eq!(
        question.first[0].href,
        format!("/console/service-providers/{wiki}/saml")
    );
    assert_eq!(question.ripe.as_deref(), Some("2026-11-30"));

    keys::tell(&test.services, &test.actor(), wiki, id, true).await.unwrap();
    assert_eq!(test.seen().await[1], ("Wiki".to_owned(), Seen::Told(at)));
    keys::tell(&test.services, &test.actor(), wiki, id, false)
        .await
        .unwrap();
    assert!(
        words(test.activate(id).await).contains("1 service provider "),
        "taken back"
    );
    test.fetch("wiki.example").await;
    test.activate(id).await.unwrap();
}

#[tokio::test]
async fn whoever_knows_better_uses_it_all_the_same() {
    let test = Test::new().await;
    test.sp("Wiki").await;
    let id = test.publish("rsa").await.unwrap();
    keys::activate(&test.services, &test.actor(), id, true).await.unwrap();
    assert_eq!(test.states().await, [Retiring, Active]);
}

#[tokio::test]
async fn the_notes_cost_one_write_an_hour() {
    let test = Test::new().await;
    test.sp("Wiki").await;
    let fetched = || async {
        let rows = service_provider_key::Entity::find()
            .all(&test.services.db)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.fetched_at.unwrap()).collect::<Vec<_>>()
    };
    let start = test.clock_now();
    test.fetch("wiki.example").await;
    test.minutes(59);
    test.fetch("wiki.example").await;
    assert_eq!(fetched().await, [start], "not written again");
    test.publish("rsa").await.unwrap();
    test.fetch("wiki.example").await;
    assert_eq!(fetched().await, [test.clock_now(); 2], "another key is noted at once");
    test.minutes(61);
    test.fetch("wiki.example").await;
    assert_eq!(fetched().await, [test.clock_now(); 2]);
}

#[tokio::test]
async fn an_issuer_that_is_not_registered_is_nobody() {
    let test = Test::new().await;
    let own = crate::saml_idp::metadata(&test.services, None, false).await.unwrap();
    let other = crate::saml_idp::metadata(&test.services, Some("stranger.example"), false)
        .await
        .unwrap();
    test.sp("Wiki").await;
    let registered = crate::saml_idp::metadata(&test.services, Some("wiki.example"), false)
        .await
        .unwrap();
    assert_eq!((&own.xml, &own.etag), (&other.xml, &other.etag));
    assert_eq!(
        (&own.xml, &own.etag),
        (&registered.xml, &registered.etag),
        "the answer tells nobody who is registered"
    );
    assert_eq!(test.noted().await, 1);
}

#[tokio::test]
async fn what_was_signed_is_noted_with_the_key() {
    let test = Test::new().await;
    let wiki = test.sp("Wiki").await;
    let id = test.publish("rsa").await.unwrap();
    let [old, new] = [0, 1].map(|n| test.view_key(n));
    let (old, new) = (old.await, new.await);
    let now = test.clock_now();
    keys::note_signed(&test.services.db, wiki, &old, now).await.unwrap();
    let row = test.view().await.rolls[0].seen.page.rows[0].clone();
    assert_eq!(row.last_signed, Some((old.clone(), "2026-11-23T12:00:00Z".into())));
    assert_eq!(
        row.metadata_url,
        "http://localhost:9763/identity/metadata/saml2?spEntityID=wiki.example"
    );

    keys::activate(&test.services, &test.actor(), id, true).await.unwrap();
    test.minutes(5);
    keys::note_signed(&test.services.db, wiki, &new, test.clock_now())
        .await
        .unwrap();
    let view = test.view().await;
    assert_eq!(view.rolls[0].seen.page.rows[0].last_signed.as_ref().unwrap().0, new);
    assert_eq!(view.keys[0].last_signed.as_deref(), Some("2026-11-23T12:05:00Z"));
    assert_eq!(view.keys[1].last_signed.as_deref(), Some("2026-11-23T12:00:00Z"));
    // The old key signed before: to take the step back needs no thought.
    test.activate(view.keys[1].id).await.unwrap();
}

impl Test {
    async fn view_key(&self, n: usize) -> String {
        self.rows().await[n].key_id.clone()
    }
}

#[tokio::test]
async fn ecdsa_is_chosen_only_while_a_key_signs_with_it() {
    let test = Test::new().await;
    let (wiki, _shop) = (test.sp("Wiki").await, test.sp("Shop").await);
    assert!(words(test.choose_ecdsa(wiki, true).await).contains("publish and use an ECDSA key first"));
    let id = test.publish("ec").await.unwrap();
    assert!(
        words(test.choose_ecdsa(wiki, true).await).contains("publish and use"),
        "published is not enough"
    );
    test.activate(id).await.unwrap();
    test.choose_ecdsa(wiki, true).await.unwrap();

    let ecdsa = SamlInput {
        response_signing_algorithm: domain::input::saml::ECDSA_SHA256.into(),
        ..SamlInput::default()
    };
    let (rsa_signer, ec_signer) = (
        keys::signer_for(&test.services, &SamlInput::default()).await.unwrap(),
        keys::signer_for(&test.services, &ecdsa).await.unwrap(),
    );
    assert_eq!(ec_signer.key_id(), test.rows().await[1].key_id);
    assert_ne!(rsa_signer.key_id(), ec_signer.key_id());
    assert_eq!(
        keys::active(&test.services).await.unwrap().key_id(),
        rsa_signer.key_id(),
        "metadata stays RSA"
    );

    match test.retire(id).await {
        Err(Error::InUse(users)) => {
            assert_eq!(users.len(), 1);
            assert_eq!(
                (users[0].name.as_str(), users[0].href.clone()),
                ("Wiki", format!("/console/service-providers/{wiki}/saml"))
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(test.states().await, [Active, Active], "nothing has happened");
    let question = keys::retire_question(&test.services, &test.actor(), id).await.unwrap();
    assert_eq!((question.used_total, question.used_by.len()), (1, 1));

    test.choose_ecdsa(wiki, false).await.unwrap();
    assert_eq!(test.retire(id).await.unwrap().state, Retiring, "it stops signing first");
    assert!(words(test.choose_ecdsa(wiki, true).await).contains("publish and use"));
    test.activate(id).await.unwrap();
    test.choose_ecdsa(wiki, true).await.unwrap();
}

/// A roll asks only those who take signatures of its kind.
#[tokio::test]
async fn each_kind_waits_for_its_own_service_providers() {
    let test = Test::new().await;
    let (wiki, _shop) = (test.sp("Wiki").await, test.sp("Shop").await);
    let ec = test.publish("ec").await.unwrap();
    test.activate(ec).await.unwrap();
    test.choose_ecdsa(wiki, true).await.unwrap();
    let (rsa, ec) = (test.publish("rsa").await.unwrap(), test.publish("ec").await.unwrap());
    assert_eq!(test.states().await, [Active, Active, Next, Next]);
    for (id, name) in [(rsa, "Shop"), (ec, "Wiki")] {
        let question = keys::use_question(&test.services, &test.actor(), id).await.unwrap();
        assert_eq!(
            (question.waiting, question.total, question.first[0].name.as_str()),
            (1, 1, name)
        );
    }
    let view = test.view().await;
    assert_eq!(view.rolls.len(), 2);
    assert_eq!(view.rolls[0].seen.page.rows[0].name, "Shop");
    assert_eq!(view.rolls[1].seen.page.rows[0].name, "Wiki");
}

#[tokio::test]
async fn many_service_providers_are_shown_by_pages() {
    let test = Test::new().await;
    for n in 0..30 {
        test.sp(&format!("App{n:02}")).await;
    }
    test.publish("rsa").await.unwrap();
    let view = test.view().await;
    let seen = &view.rolls[0].seen;
    assert_eq!((seen.total, seen.waiting, seen.page.rows.len()), (30, 30, 25));
    let query = ResidentQuery {
        kind: Some(domain::signing_key::KeyKind::Rsa),
        list: ListQuery {
            after: seen.page.next.clone(),
            ..ListQuery::default()
        },
    };
    let second = resident::get(&test.services, &test.actor(), &query).await.unwrap();
    let rows = &second.rolls[0].seen.page.rows;
    assert_eq!((rows.len(), rows[0].name.as_str()), (5, "App25"));
}

#[tokio::test]
async fn nothing_is_said_of_what_is_not_there() {
    let test = Test::new().await;
    let id = test.publish("rsa").await.unwrap();
    let actor = test.actor();
    assert!(matches!(
        keys::tell(&test.services, &actor, 99, id, true).await,
        Err(Error::NotFound)
    ));
    let wiki = test.sp("Wiki").await;
    assert!(matches!(
        keys::tell(&test.services, &actor, wiki, 99, true).await,
        Err(Error::NotFound)
    ));
    test.retire(id).await.unwrap();
    assert!(matches!(
        keys::tell(&test.services, &actor, wiki, id, true).await,
        Err(Error::NotFound)
    ));
    assert_eq!(test.noted().await, 0);
}
