//! Several processes on one store, and several administrators at once.

use std::sync::Arc;

use domain::input::signing_key::PublishKeyInput;
use entity::signing_key;
use identity::keys::{self, OpenedKeys};
use identity::password::Hasher;
use identity::services::Parts;
use identity::vault::Vault;
use identity::{Error, Services, testing};
use sea_orm::EntityTrait;
use server::AppState;
use tokio::task::JoinSet;

use super::{press, publish, sign_in, to_response};
use crate::browser::{Browser, ORIGIN, Server};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Another process with the same store, master key and clock.
fn node(app: &TestApp) -> Services {
    Services::new(Parts {
        db: app.services.pool(),
        clock: app.clock.clone(),
        vault: Vault::new(&[7; 32]).unwrap(),
        hasher: Hasher::new(2).unwrap(),
        settings: testing::settings(),
        sms: app.sms.clone(),
        signing_keys: OpenedKeys::default(),
        known: Default::default(),
        time_outs: Default::default(),
    })
}

/// A step on one node counts on the other at once, though that has had the old key open.
async fn a_step_counts_on_every_node(app: &TestApp) {
    let console = app.console().await;
    let mut sp = app.sp("Wiki", &[None], |_| ()).await;
    let other = Server::Router(server::router(AppState::new(node(app), Vec::new())));
    let browser = Browser::new(other, ORIGIN);
    sign_in(app, &browser, &sp).await.unwrap();
    publish(&console, "RSA").await;
    sp.refetch(app).await;
    press(&console, "Use", "Use").await;
    let (request, sent) = to_response(app, &browser, &sp).await;
    sp.accept(&sent, &request).unwrap();
    let signed = super::signed_with(app).await;
    assert_ne!(signed[0], signed[1]);
    assert_eq!(signed[1], super::published(app).await[0].key_id());
}

async fn states(app: &TestApp) -> Vec<String> {
    let rows = signing_key::Entity::find().all(&app.services.db).await.unwrap();
    let mut states: Vec<_> = rows.into_iter().map(|row| row.state).collect();
    states.sort();
    states
}

/// Runs all of these at once, each on a node of its own, and gives how many were done; the others were told why.
async fn at_once<F, Fut>(app: &TestApp, times: usize, step: F) -> usize
where
    F: Fn(usize, Services) -> Fut,
    Fut: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for n in 0..times {
        tasks.spawn(step(n, node(app)));
    }
    let results = tasks.join_all().await;
    for result in &results {
        assert!(matches!(result, Ok(()) | Err(Error::Invalid(_))), "{result:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

async fn of_two_at_once_one_wins(app: &TestApp) {
    let actor = Arc::new(app.actor());
    let published = at_once(app, 4, |_, services| {
        let actor = actor.clone();
        async move {
            let input = PublishKeyInput::default();
            keys::publish(&services, &actor, &input).await.map(|_| ())
        }
    })
    .await;
    assert_eq!(
        (published, states(app).await),
        (1, vec!["active".to_owned(), "next".into()])
    );

    let rows = signing_key::Entity::find().all(&app.services.db).await.unwrap();
    let next = rows.iter().find(|row| row.state == "next").unwrap().id;
    let used = at_once(app, 6, |_, services| {
        let actor = actor.clone();
        async move { keys::activate(&services, &actor, next, false).await.map(|_| ()) }
    })
    .await;
    assert_eq!(
        (used, states(app).await),
        (1, vec!["active".to_owned(), "retiring".into()])
    );

    app.seconds(601);
    let actor = Arc::new(app.actor());
    let old = rows.iter().find(|row| row.state == "active").unwrap().id;
    // Half want it back, half want it gone: it is one or the other, and one key signs.
    at_once(app, 6, |n, services| {
        let actor = actor.clone();
        async move {
            if n % 2 == 0 {
                keys::activate(&services, &actor, old, false).await.map(|_| ())
            } else {
                keys::retire(&services, &actor, old, false).await.map(|_| ())
            }
        }
    })
    .await;
    let states = states(app).await;
    assert!(
        states == ["active", "retired"] || states == ["active", "retiring"],
        "{states:?}"
    );
}

/// Whoever chooses ECDSA while its only key is retired gets it, or is told; never an algorithm without a key.
async fn no_one_chooses_what_is_retired_at_that_moment(app: &TestApp) {
    let actor = Arc::new(app.actor());
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let input = PublishKeyInput {
        kind: "ec".into(),
        ..PublishKeyInput::default()
    };
    let key = keys::publish(&app.services, &actor, &input).await.unwrap().id;
    keys::activate(&app.services, &actor, key, false).await.unwrap();
    let stored = identity::service_providers::saml_form(&app.services, &actor, wiki.id)
        .await
        .unwrap();
    let mut saml = stored.input;
    saml.response_signing_algorithm = domain::input::saml::ECDSA_SHA256.into();
    let (one, other) = (node(app), node(app));
    let (saved, retired) = tokio::join!(
        identity::service_providers::save_saml(&one, &actor, wiki.id, &saml),
        keys::retire(&other, &actor, key, false),
    );
    assert!(saved.is_ok() != retired.is_ok(), "{saved:?} {retired:?}");
}

mod at_once_tests {
    use super::{no_one_chooses_what_is_retired_at_that_moment, of_two_at_once_one_wins};
    use crate::stores::on_both_stores;

    on_both_stores!(at_once: of_two_at_once_one_wins, no_one_chooses_what_is_retired_at_that_moment);
}

on_both_stores!(a_step_counts_on_every_node);
