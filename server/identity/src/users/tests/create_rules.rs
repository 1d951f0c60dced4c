use domain::Permission;
use domain::input::user::UserInput;

use super::{PASSWORD, add, add_with, is_denied, problems};
use crate::roles::{names_of, permissions_of};
use crate::testing::services;
use crate::users::{create, find_by_username, username_problem};

fn input(username: &str, password: &str, confirm_password: &str) -> UserInput {
    UserInput {
        username: username.into(),
        password: password.into(),
        confirm_password: confirm_password.into(),
    }
}

#[tokio::test]
async fn a_new_user_can_sign_in_and_may_do_nothing() {
    let (services, _, admin) = services().await;
    let name = create(
        &services,
        &admin,
        &input("  Jane.Doe+1@example.com ", PASSWORD, PASSWORD),
    )
    .await
    .unwrap();
    assert_eq!(name, "Jane.Doe+1@example.com");
    let user = find_by_username(&services.db, "JANE.doe+1@EXAMPLE.com")
        .await
        .unwrap()
        .unwrap();
    assert!(
        services
            .hasher
            .verify(services.hasher.place().unwrap(), PASSWORD, Some(&user.password_hash))
            .await
            .unwrap()
    );
    assert!(!user.locked);
    assert!(permissions_of(&services.db, user.id).await.unwrap().is_empty());
    assert!(names_of(&services.db, user.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn names_that_differ_in_case_only_are_one_name() {
    let (services, _, admin) = services().await;
    add(&services, &admin, "Jane").await;
    for same in ["jane", "JANE", "Jane", "ADMIN"] {
        let refused = problems(create(&services, &admin, &input(same, PASSWORD, PASSWORD)).await);
        assert!(refused.of("username").unwrap().contains("already"), "{same}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let (services, _, admin) = services().await;
    let refused = problems(create(&services, &admin, &input("a b", "short", "shorter")).await);
    assert!(
        refused.of("username").is_some()
            && refused.of("password").is_some()
            && refused.of("confirm_password").is_some()
    );
    let refused = problems(create(&services, &admin, &input("jane.doe", "jane.doe", "jane.doe")).await);
    assert!(refused.of("password").unwrap().contains("user name"));
    assert!(find_by_username(&services.db, "a b").await.unwrap().is_none());
}

#[tokio::test]
async fn adding_users_needs_the_permission() {
    let (services, _, admin) = services().await;
    let viewer = add_with(
        &services,
        &admin,
        "viewer",
        &[Permission::ViewUsers, Permission::ManageRoles],
    )
    .await;
    assert!(is_denied(
        &create(&services, &viewer, &input("jane", PASSWORD, PASSWORD)).await
    ));
}

#[test]
fn names_look_the_same_everywhere() {
    for fine in ["a", "admin", "Jane_Doe-2", "a+b@c.d", &"x".repeat(100)] {
        assert_eq!(username_problem(fine), None, "{fine}");
    }
    // The last is a Cyrillic a: it would pass for another user's name.
    for wrong in [
        "",
        ".",
        "..",
        "a b",
        "a/b",
        "a%2F",
        "<b>",
        "jän",
        "a\0",
        "a\nb",
        "\u{202E}nimda",
        "🦜",
        &"x".repeat(101),
        "\u{430}dmin",
    ] {
        assert!(username_problem(wrong).is_some(), "{wrong:?}");
    }
}
