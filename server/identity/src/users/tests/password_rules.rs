use chrono::Duration;
use domain::Permission;
use domain::input::user::PasswordInput;

use super::{PASSWORD, actor, add, add_with, begin_flow, is_denied, is_live, is_under_way, problems, session};
use crate::testing::{ADMIN_PASSWORD, services};
use crate::users::{find_by_username, set_password};
use crate::{Error, Services};

const NEW: &str = "seven green bottles";

fn input(new_password: &str, confirm_password: &str) -> PasswordInput {
    PasswordInput {
        new_password: new_password.into(),
        confirm_password: confirm_password.into(),
    }
}

async fn signs_in_with(services: &Services, username: &str, password: &str) -> bool {
    let user = find_by_username(&services.db, username).await.unwrap().unwrap();
    services
        .hasher
        .verify(services.hasher.place().unwrap(), password, Some(&user.password_hash))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_opened() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let open = session(&services, jane).await;
    let flow = begin_flow(&services, jane).await;
    set_password(&services, &admin, "JANE", &input(NEW, NEW)).await.unwrap();
    assert!(signs_in_with(&services, "jane", NEW).await && !signs_in_with(&services, "jane", PASSWORD).await);
    assert!(!is_live(&services, &open).await && !is_under_way(&services, &flow).await);
    assert!(
        is_live(&services, &admin.session_id).await,
        "the administrator stays signed in"
    );
}

#[tokio::test]
async fn ones_own_session_stays_and_the_others_end() {
    let (services, _, admin) = services().await;
    let other = session(&services, admin.user_id.unwrap()).await;
    set_password(&services, &admin, "admin", &input(NEW, NEW))
        .await
        .unwrap();
    assert!(is_live(&services, &admin.session_id).await && !is_live(&services, &other).await);
}

#[tokio::test]
async fn any_administrator_may_change_their_own_and_nobody_elses() {
    let (services, _, admin) = services().await;
    let watcher = add_with(&services, &admin, "watcher", &[Permission::ViewLog]).await;
    add(&services, &admin, "jane").await;
    set_password(&services, &watcher, "watcher", &input(NEW, NEW))
        .await
        .unwrap();
    assert!(is_denied(
        &set_password(&services, &watcher, "jane", &input(NEW, NEW)).await
    ));
    assert!(signs_in_with(&services, "jane", PASSWORD).await);
    assert!(
        is_denied(&set_password(&services, &watcher, "nobody", &input(NEW, NEW)).await),
        "whether there is one is not told"
    );
}

#[tokio::test]
async fn nobody_takes_over_a_user_who_may_do_more() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[Permission::ManageUsers]).await;
    assert!(is_denied(
        &set_password(&services, &helper, "admin", &input(NEW, NEW)).await
    ));
    assert!(signs_in_with(&services, "admin", ADMIN_PASSWORD).await);
    add(&services, &admin, "jane").await;
    set_password(&services, &helper, "jane", &input(NEW, NEW))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_own_password_has_to_be_fresh() {
    let (services, clock, admin) = services().await;
    add(&services, &admin, "jane").await;
    clock.advance(Duration::minutes(5) + Duration::seconds(1));
    for name in ["jane", "admin"] {
        assert!(
            matches!(
                set_password(&services, &admin, name, &input(NEW, NEW)).await,
                Err(Error::PasswordNeeded)
            ),
            "{name}"
        );
    }
    let fresh = actor(
        &services,
        &crate::Actor {
            password_at: services.clock.now(),
            ..admin
        },
        "admin",
    )
    .await;
    set_password(&services, &fresh, "jane", &input(NEW, NEW)).await.unwrap();
}

#[tokio::test]
async fn the_policy_holds_here_too() {
    let (services, _, admin) = services().await;
    add(&services, &admin, "longenough").await;
    for (new, confirm, field) in [
        ("short", "short", "new_password"),
        ("longenough", "longenough", "new_password"),
        (NEW, "another", "confirm_password"),
    ] {
        let refused = problems(set_password(&services, &admin, "longenough", &input(new, confirm)).await);
        assert!(refused.of(field).is_some(), "{new}");
    }
    assert!(matches!(
        set_password(&services, &admin, "nobody", &input(NEW, NEW)).await,
        Err(Error::NotFound)
    ));
}
