//! `gatehouse signing-key` as a process, on the store of a server that runs and of one that does not.

use std::process::Output;

use chrono::Utc;
use entity::{audit, signing_key};
use identity::store;
use saml::keys::{Certificate, KeyPair};
use sea_orm::{DatabaseConnection, EntityTrait};

use super::private_pem;
use crate::browser::{Browser, ORIGIN, Server};
use crate::process::{Place, Running};

/// Exit code, standard output, standard error.
fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

async fn done(place: &Place, arguments: &[&str]) -> String {
    let output = place.run(&[&["signing-key"], arguments].concat()).await;
    let (code, printed, errors) = told(&output);
    assert_eq!((code, errors.as_str()), (0, ""), "{arguments:?}: {printed}");
    printed
}

async fn refused(place: &Place, arguments: &[&str], code: i32, words: &str) {
    let output = place.run(&[&["signing-key"], arguments].concat()).await;
    let (exit, printed, errors) = told(&output);
    assert_eq!((exit, printed.as_str()), (code, ""), "{arguments:?}: {errors}");
    assert!(errors.contains(words), "{words:?} is not in: {errors}");
}

async fn rows(place: &Place) -> (DatabaseConnection, Vec<signing_key::Model>) {
    let url = format!("sqlite:{}", place.path("data/gatehouse.db").display());
    let db = store::connect(&url).await.unwrap();
    let rows = signing_key::Entity::find().all(&db).await.unwrap();
    (db, rows)
}

async fn served(running: &Running) -> Vec<Certificate> {
    let browser = Browser::new(Server::Socket(running.address), ORIGIN);
    let answer = browser.get("/identity/metadata/saml2").await;
    saml::metadata::parse_idp(&answer.body).unwrap().certificates
}

#[tokio::test]
async fn a_roll_while_the_server_runs() {
    let place = Place::new();
    let running = place.serve(&["--public-url", ORIGIN]).await;
    let first = served(&running).await[0].key_id();

    let printed = done(&place, &["publish", "--bits", "3072"]).await;
    assert!(
        printed.contains("It does not sign yet") && printed.contains("gatehouse signing-key use"),
        "{printed}"
    );
    let keys = served(&running).await;
    assert_eq!(
        (keys.len(), keys[0].key_id()),
        (2, first.clone()),
        "published, not used"
    );
    assert_eq!(keys[1].key_bits, 3072);
    let next = keys[1].key_id();
    assert!(printed.contains(&next), "{printed}");

    let printed = done(&place, &["use"]).await;
    assert!(
        printed.contains(&format!("The key {next} signs from now on")),
        "{printed}"
    );
    assert!(
        printed.contains(&format!("gatehouse signing-key retire {}", &first[..12])),
        "{printed}"
    );
    assert_eq!(served(&running).await[0].key_id(), next, "without a restart");

    refused(&place, &["retire"], 1, "may be on their way").await;
    let printed = done(&place, &["list"]).await;
    assert!(
        printed.contains("signs now") && printed.contains("published, used no more"),
        "{printed}"
    );
    let printed = done(&place, &["retire", "--anyway"]).await;
    assert!(
        printed.contains("private key is erased") && printed.contains("Nothing is left to do."),
        "{printed}"
    );
    assert_eq!(served(&running).await.len(), 1);
    assert_eq!(running.stop().await.0, Some(0));

    let (db, _) = rows(&place).await;
    let log = audit::Entity::find().all(&db).await.unwrap();
    let log: Vec<_> = log
        .iter()
        .map(|row| (row.actor.as_str(), row.action.as_str()))
        .collect();
    let by = "command line";
    assert_eq!(log, [(by, "publish"), (by, "use"), (by, "retire")]);
}

#[tokio::test]
async fn a_pair_of_ones_own_while_it_does_not_run() {
    let place = Place::new();
    place.serve(&[]).await.stop().await;
    #[expect(clippy::disallowed_methods, reason = "the command has no other clock")]
    let now = Utc::now();
    let day = chrono::Duration::days(1);
    let pair = KeyPair::generate_ec("own.example", now - day, now + day * 100).unwrap();
    let private = private_pem(&pair);
    std::fs::write(place.path("own.key"), &private).unwrap();
    std::fs::write(place.path("own.crt"), pair.certificate_pem()).unwrap();

    refused(&place, &["publish", "--key", "own.key"], 2, "--certificate").await;
    refused(
        &place,
        &["publish", "--key", "none.key", "--certificate", "own.crt"],
        2,
        "none.key",
    )
    .await;
    refused(
        &place,
        &["publish", "--key", "own.crt", "--certificate", "own.crt"],
        1,
        "not for a private key",
    )
    .await;
    refused(&place, &["publish", "--bits", "1024"], 1, "2048, 3072 or 4096").await;
    let printed = done(&place, &["publish", "--key", "own.key", "--certificate", "own.crt"]).await;
    assert!(
        printed.contains(&pair.key_id()) && !printed.contains(&private[78..90]),
        "{printed}"
    );
    refused(
        &place,
        &["publish", "--key", "own.key", "--certificate", "own.crt"],
        1,
        "is here already",
    )
    .await;
    refused(&place, &["publish", "--kind", "ec"], 1, "waits to be used").await;

    let beginning = &pair.key_id()[..8];
    refused(&place, &["use", "zzzzzzzz"], 2, "no published key").await;
    refused(&place, &["use", &beginning[..4]], 2, "too short").await;
    refused(&place, &["retire"], 1, "no key to retire").await;
    let printed = done(&place, &["use", beginning]).await;
    assert!(printed.contains("signs from now on"), "{printed}");
    refused(&place, &["use", beginning], 1, "signs already").await;
    let (_, keys) = rows(&place).await;
    let stored = keys.iter().find(|row| row.kind == "ec").unwrap();
    assert_eq!(
        (stored.state.as_str(), stored.key_id.clone()),
        ("active", pair.key_id())
    );
    assert!(!String::from_utf8_lossy(&stored.private_key_sealed).contains("PRIVATE"));
}

/// It touches no store that it cannot seal for.
#[tokio::test]
async fn only_a_prepared_store_and_its_own_master_key() {
    let place = Place::new();
    refused(&place, &["publish"], 1, "start the server once").await;
    assert!(!place.path("data/master.key").exists(), "it makes no key of its own");
    place.serve(&[]).await.stop().await;
    std::fs::write(place.path("data/master.key"), [9; 32]).unwrap();
    refused(&place, &["publish"], 1, "master key is not the one").await;
    std::fs::remove_file(place.path("data/master.key")).unwrap();
    refused(&place, &["publish"], 1, "is missing").await;
    let (_, keys) = rows(&place).await;
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn each_step_explains_itself_with_an_example() {
    let place = Place::new();
    for step in ["list", "publish", "use", "retire"] {
        let printed = done(&place, &[step, "--help"]).await;
        assert!(
            printed.contains("Example") && printed.contains(&format!("gatehouse signing-key {step}")),
            "{printed}"
        );
        assert!(printed.contains("--database-url"), "{printed}");
    }
    refused(&place, &["rotate"], 2, "unrecognized subcommand").await;
}
