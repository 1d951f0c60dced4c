//! Users, the last administrator, the built-in role, claims in order, signing keys.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::Duration;
use saml::keys::KeyPair;

use super::Test;
use crate::clock::Clock;
use crate::testing::ADMIN_PASSWORD;
use crate::users;

#[tokio::test]
async fn the_last_administrator_cannot_be_lost() {
    let test = Test::new().await;
    for (text, line) in [
        ("locked = true", "3:10"),
        ("roles = []", "3:9"),
        ("delete = true", "1:1"),
    ] {
        let refused = test.refused(&format!("[[user]]\nusername = \"admin\"\n{text}\n")).await;
        let wanted = format!("{line}: user \"admin\": This would leave no unlocked user with all permissions.");
        assert!(refused[0].starts_with(&wanted), "{refused:?}");
    }
    // With a successor, whoever stands first.
    let text = "[[user]]\nusername = \"admin\"\nlocked = true\nroles = []\n[[user]]\nusername = \"successor\"\nroles = [\"Admin\"]\n";
    test.applied(text).await;
    let admin = users::find_by_username(&test.services.db, "admin")
        .await
        .unwrap()
        .unwrap();
    assert!(admin.locked);
}

#[tokio::test]
async fn the_role_admin_stays_what_it_is() {
    let test = Test::new().await;
    let refused = test
        .refused("[[role]]\nname = \"admin\"\npermissions = [\"users.view\"]\n")
        .await;
    assert!(refused[0].contains("The role admin is built in"), "{refused:?}");
    let refused = test.refused("[[role]]\nname = \"Admin\"\ndelete = true\n").await;
    assert!(refused[0].contains("The role admin is built in"), "{refused:?}");
    assert!(!test.exported().await.contains("[[role]]"), "it is not written out");
}

#[tokio::test]
async fn a_hash_is_taken_once() {
    let test = Test::new().await;
    let hash = test.services.hasher.hash("brought along").await.unwrap();
    let text = format!("[[user]]\nusername = \"jane\"\npassword_hash = \"{hash}\"\n");
    let report = test.applied(&text).await;
    assert!(
        report.contains("password: the one that password_hash is of") && !report.contains("argon2"),
        "{report}"
    );
    let stored = users::find_by_username(&test.services.db, "jane")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.password_hash, hash);
    assert!(!test.exported().await.contains("argon2"));
    let other = test.services.hasher.hash(ADMIN_PASSWORD).await.unwrap();
    let report = test.applied(&text.replace(&hash, &other)).await;
    assert!(
        report.contains("its password stays") && report.ends_with("Nothing to change."),
        "{report}"
    );
    let stored = users::find_by_username(&test.services.db, "jane")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.password_hash, hash);
}

#[tokio::test]
async fn claims_take_the_files_order_on_their_own_places() {
    let test = Test::new().await;
    let order = |exported: &str| -> Vec<String> {
        let uris = exported.lines().filter_map(|line| line.strip_prefix("uri = "));
        uris.map(|uri| uri.trim_matches('"').rsplit('/').next().unwrap().to_owned())
            .collect()
    };
    let before = order(&test.exported().await);
    assert_eq!(before[..3], ["givenname", "lastname", "organization"]);
    let uri = |name: &str| format!("[[claim]]\nuri = \"http://wso2.org/claims/{name}\"\n");
    let text = [uri("organization"), uri("givenname")].concat();
    let report = test.applied(&text).await;
    assert!(report.contains("the order of claims: changed"), "{report}");
    let after = order(&test.exported().await);
    assert_eq!(after[..3], ["organization", "lastname", "givenname"]);
    assert_eq!(after[3..], before[3..]);
    assert!(test.applied(&text).await.ends_with("Nothing to change."));
    let refused = test
        .refused("[[claim]]\nuri = \"http://wso2.org/claims/mobile\"\ndelete = true\n")
        .await;
    assert!(refused[0].contains("The server needs this claim"), "{refused:?}");
}

#[tokio::test]
async fn a_signing_key_comes_from_two_files() {
    let mut test = Test::new().await;
    test.folder = std::env::temp_dir().join(format!("gatehouse-keys-of-a-file-{}", std::process::id()));
    std::fs::create_dir_all(&test.folder).unwrap();
    let text = "[[signing_key]]\nprivate_key = \"idp.key\"\ncertificate = \"idp.crt\"\n";
    let refused = test.refused(text).await;
    assert!(
        refused[0].starts_with("2:15: ") && refused[0].contains("idp.key cannot be read"),
        "{refused:?}"
    );
    assert!(
        refused[1].starts_with("3:15: ") && refused[1].contains("idp.crt cannot be read"),
        "{refused:?}"
    );
    let now = test.clock.now();
    let pair = KeyPair::generate_ec("brought.example", now - Duration::days(1), now + Duration::days(90)).unwrap();
    let label = "PRIVATE KEY";
    let key = BASE64_STANDARD.encode(pair.pkcs8_der());
    let key = format!("-----BEGIN {label}-----\n{key}\n-----END {label}-----\n");
    std::fs::write(test.folder.join("idp.key"), key).unwrap();
    std::fs::write(test.folder.join("idp.crt"), "no certificate").unwrap();
    let refused = test.refused(text).await;
    assert!(refused[0].starts_with("3:15: signing_key"), "{refused:?}");
    std::fs::write(test.folder.join("idp.crt"), pair.certificate_pem()).unwrap();
    assert!(test.planned(text).await.contains(&pair.key_id()));
    assert!(test.applied(text).await.contains("1 added"));
    assert!(test.applied(text).await.ends_with("Nothing to change."));
    std::fs::remove_dir_all(&test.folder).unwrap();
}
