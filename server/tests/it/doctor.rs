//! `gatehouse doctor` as a process: what it finds, on a sound installation and on broken ones. It makes nothing.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::process::Place;
use crate::stores::{Kind, Store};

/// Exit code, and what it found.
async fn doctor(place: &Place, arguments: &[&str]) -> (i32, String) {
    let output = place.run(&[&["doctor"], arguments].concat()).await;
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), printed)
}

#[track_caller]
fn finds(printed: &str, level: &str, words: &[&str]) {
    let line = |line: &&str| line.starts_with(level) && words.iter().all(|word| line.contains(word));
    assert!(
        printed.lines().any(|found| line(&found)),
        "{level} {words:?} is not in:\n{printed}"
    );
}

#[tokio::test]
async fn a_sound_installation_has_no_problem() {
    let place = Place::new();
    let (code, printed) = doctor(&place, &[]).await;
    assert_eq!(code, 1, "{printed}");
    finds(
        &printed,
        "problem",
        &["database", "there is no store", "gatehouse serve"],
    );
    assert!(!place.path("data").exists(), "it makes nothing");

    let running = place.serve(&[]).await;
    let listen = running.address.to_string();
    let url = format!("http://{listen}");
    let (code, printed) = doctor(&place, &["--listen", &listen, "--public-url", &url]).await;
    assert_eq!(code, 0, "{printed}");
    finds(&printed, "ok", &["server", "it runs and answers"]);
    finds(&printed, "ok", &["database", "up to date and writable"]);
    finds(&printed, "ok", &["database", "WAL"]);
    finds(&printed, "ok", &["master key", "it opens"]);
    finds(&printed, "ok", &["certificates", "the signing key"]);
    finds(&printed, "ok", &["clock"]);
    assert!(printed.ends_with("0 problems, 0 warnings.\n"), "{printed}");
    running.stop().await;

    // Nothing answers there now, and that is no fault.
    let (code, printed) = doctor(&place, &["--listen", &listen, "--public-url", &url, "--network"]).await;
    assert_eq!(code, 0, "{printed}");
    finds(&printed, "ok", &["server", "it does not run"]);
    let (code, printed) = doctor(&place, &["--public-url", "http://id.example.org"]).await;
    assert_eq!(code, 1, "{printed}");
    finds(&printed, "problem", &["cookies", "plain HTTP", "TLS"]);
    finds(&printed, "warning", &["addresses", "trusted_proxies"]);
    let open = place
        .with("OUTBOUND__ALLOW", "0.0.0.0/0")
        .with("TRUSTED_PROXIES", "0.0.0.0/0");
    let (code, printed) = doctor(&open, &["--public-url", "https://id.example.org"]).await;
    assert_eq!(code, 1, "{printed}");
    finds(&printed, "ok", &["cookies", "Secure"]);
    finds(&printed, "problem", &["proxies", "every address"]);
    finds(&printed, "warning", &["outbound", "every address"]);
}

#[tokio::test]
async fn what_is_broken_is_named() {
    let place = Place::new();
    place.serve(&[]).await.stop().await;
    let key = place.path("data/master.key");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let (code, printed) = doctor(&place, &[]).await;
    assert_eq!(code, 1, "{printed}");
    finds(&printed, "problem", &["master key", "mode 644", "chmod 600"]);
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();

    let right = fs::read(&key).unwrap();
    fs::write(&key, [1; 32]).unwrap();
    finds(&doctor(&place, &[]).await.1, "problem", &["master key", "not the one"]);
    fs::remove_file(&key).unwrap();
    finds(&doctor(&place, &[]).await.1, "problem", &["master key", "backup"]);
    fs::write(&key, right).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(doctor(&place, &[]).await.0, 0);

    for journal in ["data/gatehouse.db-wal", "data/gatehouse.db-shm"] {
        let _ = fs::remove_file(place.path(journal));
    }
    fs::write(
        place.path("data/gatehouse.db"),
        "this is no database, and long enough to be looked at",
    )
    .unwrap();
    let (code, printed) = doctor(&place, &[]).await;
    assert_eq!(code, 1, "{printed}");
    finds(&printed, "problem", &["database"]);
    finds(&printed, "ok", &["clock"]);
    finds(&printed, "ok", &["master key", "owner only"]);
}

#[tokio::test]
async fn postgres_has_a_clock_of_its_own() {
    let store = Store::open(Kind::Postgres).await;
    let place = Place::new().with("DATABASE_URL", &store.url);
    let (_, printed) = doctor(&place, &[]).await;
    finds(
        &printed,
        "problem",
        &["database", "PostgreSQL", "pending", "gatehouse migrate"],
    );
    place.serve(&[]).await.stop().await;
    let (code, printed) = doctor(&place, &[]).await;
    assert_eq!(code, 0, "{printed}");
    finds(&printed, "ok", &["clock", "seconds from PostgreSQL's"]);
    finds(&printed, "ok", &["database", "PostgreSQL: up to date and writable"]);
    assert!(!printed.contains("WAL"), "{printed}");
    store.remove().await;
    let gone = place.with("DATABASE_URL", "postgres://gatehouse:hunter2@127.0.0.1:9/none");
    let (code, printed) = doctor(&gone, &[]).await;
    assert_eq!(code, 1, "{printed}");
    finds(&printed, "problem", &["database", "cannot be opened"]);
    assert!(!printed.contains("hunter2"), "{printed}");
}
