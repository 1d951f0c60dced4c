//! Who gives out backup codes, who takes them away, and what ends them.

use chrono::Duration;
use domain::Permission::{ManageUsers, ViewUsers};
use entity::{audit, backup_code};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{add, add_admin, add_with, is_denied};
use crate::users::{
    backup_codes_left, delete, find_by_username, generate_backup_codes, revoke_backup_codes, use_backup_code,
};
use crate::{Error, testing};

#[tokio::test]
async fn nobody_gives_codes_to_who_may_do_more() {
    let (services, _, admin) = testing::services().await;
    let manager = add_with(&services, &admin, "manager", &[ManageUsers]).await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewUsers]).await;
    add(&services, &admin, "jane").await;
    assert!(is_denied(&generate_backup_codes(&services, &manager, "admin").await));
    assert!(is_denied(&revoke_backup_codes(&services, &manager, "admin").await));
    assert!(is_denied(&generate_backup_codes(&services, &viewer, "jane").await));
    assert!(is_denied(&revoke_backup_codes(&services, &viewer, "viewer").await));
    let codes = generate_backup_codes(&services, &manager, "jane").await.unwrap();
    assert_eq!(codes.len(), 10);
    generate_backup_codes(&services, &manager, "manager").await.unwrap();
    let missing = generate_backup_codes(&services, &manager, "nobody").await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

#[tokio::test]
async fn the_own_password_is_asked_again_and_the_log_holds_no_code() {
    let (services, clock, admin) = testing::services().await;
    add(&services, &admin, "jane").await;
    let codes = generate_backup_codes(&services, &admin, "jane").await.unwrap();
    revoke_backup_codes(&services, &admin, "jane").await.unwrap();
    clock.advance(Duration::minutes(6));
    let late = generate_backup_codes(&services, &admin, "jane").await;
    assert!(matches!(late, Err(Error::PasswordNeeded)), "{late:?}");
    let late = revoke_backup_codes(&services, &admin, "jane").await;
    assert!(matches!(late, Err(Error::PasswordNeeded)), "{late:?}");
    let rows = audit::Entity::find().all(&services.db).await.unwrap();
    let actions: Vec<_> = rows.iter().rev().take(2).map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["revoke_backup_codes", "generate_backup_codes"]);
    let text = format!("{rows:?}");
    assert!(!codes.iter().any(|code| text.contains(&code[..4])), "{text}");
}

#[tokio::test]
async fn a_code_is_good_once_and_its_users_own() {
    let (services, _, admin) = testing::services().await;
    let other = add_admin(&services, &admin, "joan").await;
    let jane = add(&services, &admin, "jane").await;
    let codes = generate_backup_codes(&services, &admin, "jane").await.unwrap();
    let typed = codes[0].replace('-', "");
    assert!(
        !use_backup_code(
            &services,
            services.hasher.place().unwrap(),
            other.user_id.unwrap(),
            &typed
        )
        .await
        .unwrap()
    );
    // The name is right, the rest is not.
    let half = format!("{}{}", &typed[..4], &codes[1].replace('-', "")[4..]);
    assert!(
        !use_backup_code(&services, services.hasher.place().unwrap(), jane, &half)
            .await
            .unwrap()
    );
    let (one, two) = tokio::join!(
        use_backup_code(&services, services.hasher.place().unwrap(), jane, &typed),
        use_backup_code(&services, services.hasher.place().unwrap(), jane, &typed)
    );
    assert_ne!(one.unwrap(), two.unwrap(), "of two at once one gets it");
    assert_eq!(backup_codes_left(&services.db, jane).await.unwrap(), 9);
    for row in backup_code::Entity::find().all(&services.db).await.unwrap() {
        assert!(row.code_hash.starts_with("$argon2id$"), "{}", row.code_hash);
    }
}

#[tokio::test]
async fn codes_go_with_their_user() {
    let (services, _, admin) = testing::services().await;
    add(&services, &admin, "jane").await;
    generate_backup_codes(&services, &admin, "jane").await.unwrap();
    delete(&services, &admin, "jane").await.unwrap();
    assert!(find_by_username(&services.db, "jane").await.unwrap().is_none());
    assert_eq!(backup_code::Entity::find().count(&services.db).await.unwrap(), 0);
}
