//! `gatehouse master-key rotate` as a process: the store goes on under the new key, wherever it was cut off.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use identity::{master_key, store};

use crate::browser::{Browser, ORIGIN, Server};
use crate::process::Place;
use crate::stores::{Kind, Store};

/// The state of the two files, and how to run the command.
struct Keys {
    place: Place,
    current: PathBuf,
    next: PathBuf,
}

impl Keys {
    fn at(place: Place) -> Self {
        let (current, next) = (place.path("data/master.key"), place.path("data/master.key.next"));
        Self { place, current, next }
    }

    fn key(&self) -> Vec<u8> {
        fs::read(&self.current).unwrap()
    }

    /// Exit code, standard output, standard error.
    async fn rotate(&self) -> (i32, String, String) {
        let output = self.place.run(&["master-key", "rotate"]).await;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    async fn rotated(&self) {
        let before = self.key();
        let (code, printed, errors) = self.rotate().await;
        assert_eq!(code, 0, "{errors}");
        assert!(printed.contains("values are sealed with the new one"), "{printed}");
        assert_ne!(self.key(), before);
        assert!(!self.next.exists());
        let mode = fs::metadata(&self.current).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    /// Starts the server, has it open its signing key, and gives the key's id.
    async fn served(&self) -> String {
        let running = self.place.serve(&["--public-url", ORIGIN]).await;
        let browser = Browser::new(Server::Socket(running.address), ORIGIN);
        let answer = browser.get("/identity/metadata/saml2").await;
        let metadata = saml::metadata::parse_idp(&answer.body).unwrap();
        let id = metadata.certificates[0].key_id();
        assert_eq!(running.stop().await.0, Some(0));
        id
    }
}

#[tokio::test]
async fn the_store_goes_on_under_another_key() {
    let keys = Keys::at(Place::new());
    let first = keys.served().await;
    let running = keys.place.serve(&["--public-url", ORIGIN]).await;
    let before = keys.key();
    let (code, printed, errors) = keys.rotate().await;
    assert_eq!((code, printed.as_str()), (1, ""), "{errors}");
    assert!(
        errors.contains("another gatehouse process works with the master key"),
        "{errors}"
    );
    assert_eq!(keys.key(), before);
    running.stop().await;
    keys.rotated().await;
    keys.rotated().await;
    assert_eq!(keys.served().await, first);
}

#[tokio::test]
async fn cut_off_anywhere_one_of_the_files_opens_the_store() {
    let keys = Keys::at(Place::new());
    let first = keys.served().await;
    let old = keys.key();
    // Cut off before the store had committed: a new key is there that nothing is sealed with.
    fs::write(&keys.next, [5; 32]).unwrap();
    fs::set_permissions(&keys.next, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(keys.served().await, first);
    assert_eq!(keys.key(), old);
    keys.rotated().await;
    // Cut off after that: the old file is still in place, and the store is sealed with the key beside it.
    let cut_off = || {
        fs::rename(&keys.current, &keys.next).unwrap();
        fs::write(&keys.current, &old).unwrap();
        fs::set_permissions(&keys.current, fs::Permissions::from_mode(0o600)).unwrap();
    };
    let new = keys.key();
    cut_off();
    assert_eq!(keys.served().await, first);
    assert_eq!((keys.key(), keys.next.exists()), (new, false));
    cut_off();
    keys.rotated().await;
    assert_eq!(keys.served().await, first);
}

#[tokio::test]
async fn there_is_nothing_to_change_in_an_empty_store() {
    let keys = Keys::at(Place::new());
    let (code, _, errors) = keys.rotate().await;
    assert_eq!(code, 1);
    assert!(errors.contains("this store is empty"), "{errors}");
    assert!(!keys.current.exists());
}

/// Nodes on other machines have copies of the file, so on PostgreSQL their connections tell.
#[tokio::test]
async fn a_node_elsewhere_is_noticed() {
    let database = Store::open(Kind::Postgres).await;
    let keys = Keys::at(Place::new().with("DATABASE_URL", &database.url));
    assert_eq!(master_key::other_connections(&database.db).await.unwrap(), 0);
    let elsewhere = store::connect(&database.url).await.unwrap();
    assert!(master_key::other_connections(&database.db).await.unwrap() > 0);
    elsewhere.close().await.unwrap();
    let first = keys.served().await;
    let (code, _, errors) = keys.rotate().await;
    assert_eq!(code, 1);
    assert!(errors.contains("stop them first, on every node"), "{errors}");
    database.db.close_by_ref().await.unwrap();
    keys.rotated().await;
    assert_eq!(keys.served().await, first);
    database.remove().await;
}
