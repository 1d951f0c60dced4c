use chrono::Duration;
use domain::Permission::{self, ManageRoles, ManageUsers, ViewLog, ViewUsers};
use domain::input::role::RoleInput;
use domain::input::user::{UserInput, UserRolesInput};

use super::{
    PASSWORD, actor, add, add_admin, add_with, admin_role, begin_flow, give, is_denied, is_live, is_under_way,
    problems, session, version,
};
use crate::roles::{self, names_of, permissions_of};
use crate::testing::services;
use crate::users::{assign_roles, create, delete, find_by_username, get, lock, role_choices, unlock};
use crate::{Actor, Error, Services};

async fn is_locked(services: &Services, username: &str) -> bool {
    find_by_username(&services.db, username).await.unwrap().unwrap().locked
}

#[tokio::test]
async fn locking_ends_sessions_and_sign_ins_at_once() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let open = session(&services, jane).await;
    let flow = begin_flow(&services, jane).await;
    lock(&services, &admin, "jane").await.unwrap();
    assert!(is_locked(&services, "jane").await);
    unlock(&services, &admin, "jane").await.unwrap();
    assert!(!is_locked(&services, "jane").await);
    assert!(
        !is_live(&services, &open).await && !is_under_way(&services, &flow).await,
        "they are gone, not asleep"
    );
}

#[tokio::test]
async fn deleting_leaves_nothing_behind() {
    let (services, _, admin) = services().await;
    let jane = add_with(&services, &admin, "jane", &[ViewLog]).await;
    let flow = begin_flow(&services, jane.user_id.unwrap()).await;
    super::save(&services, &admin, "jane", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    delete(&services, &admin, "jane").await.unwrap();
    assert!(find_by_username(&services.db, "jane").await.unwrap().is_none());
    assert!(!is_live(&services, &jane.session_id).await && !is_under_way(&services, &flow).await);
    assert!(
        crate::users::claims_of(&services.db, jane.user_id.unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(matches!(delete(&services, &admin, "jane").await, Err(Error::NotFound)));
}

#[tokio::test]
async fn nobody_locks_or_deletes_themselves() {
    let (services, _, admin) = services().await;
    add_admin(&services, &admin, "second").await;
    assert!(
        problems(lock(&services, &admin, "Admin").await)
            .of("")
            .unwrap()
            .contains("themselves")
    );
    assert!(
        problems(delete(&services, &admin, "admin").await)
            .of("")
            .unwrap()
            .contains("themselves")
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (services, _, admin) = services().await;
    // Somebody with every permission but without being the user: the command line.
    let outside = Actor::command_line(services.clock.now());
    assert!(
        problems(lock(&services, &outside, "admin").await)
            .of("")
            .unwrap()
            .contains("all permissions")
    );
    assert!(
        problems(delete(&services, &outside, "admin").await)
            .of("")
            .unwrap()
            .contains("all permissions")
    );
    assert!(
        problems(give(&services, &outside, "admin", &[]).await)
            .of("")
            .unwrap()
            .contains("all permissions")
    );
    assert!(
        problems(give(&services, &admin, "admin", &[]).await)
            .of("")
            .unwrap()
            .contains("all permissions")
    );
    assert!(!is_locked(&services, "admin").await);
    assert_eq!(names_of(&services.db, admin.user_id.unwrap()).await.unwrap(), ["admin"]);

    // A locked one does not count.
    add_admin(&services, &admin, "second").await;
    lock(&services, &admin, "second").await.unwrap();
    assert!(problems(give(&services, &admin, "admin", &[]).await).of("").is_some());
    unlock(&services, &admin, "second").await.unwrap();
    give(&services, &admin, "admin", &[]).await.unwrap();
}

#[tokio::test]
async fn all_permissions_count_through_whichever_roles() {
    let (services, _, admin) = services().await;
    let all: Vec<_> = Permission::ALL
        .iter()
        .map(|permission| permission.as_str().to_owned())
        .collect();
    let (some, rest) = all.split_at(6);
    let role = |name: &str, permissions: &[String]| RoleInput {
        version: "1".into(),
        name: name.into(),
        permissions: permissions.to_vec(),
    };
    let first = roles::create(&services, &admin, &role("first", some)).await.unwrap();
    let second = roles::create(&services, &admin, &role("second", rest)).await.unwrap();
    add(&services, &admin, "both").await;
    give(&services, &admin, "both", &[first, second]).await.unwrap();
    let both = actor(&services, &admin, "both").await;

    delete(&services, &both, "admin").await.unwrap();
    let refused = problems(roles::update(&services, &both, second, &role("second", &rest[..rest.len() - 1])).await);
    assert!(
        refused.of("").unwrap().contains("all permissions"),
        "by way of the role as well"
    );
    assert!(
        permissions_of(&services.db, both.user_id.unwrap()).await.unwrap() == both.permissions,
        "nothing was changed"
    );
}

#[tokio::test]
async fn nobody_touches_who_may_do_more() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    add_with(&services, &admin, "watcher", &[ViewLog]).await;
    for name in ["admin", "watcher"] {
        assert!(is_denied(&lock(&services, &helper, name).await), "{name}");
        assert!(is_denied(&unlock(&services, &helper, name).await), "{name}");
        assert!(is_denied(&delete(&services, &helper, name).await), "{name}");
        assert!(is_denied(&give(&services, &helper, name, &[]).await), "{name}");
        assert!(is_denied(&get(&services, &helper, name).await), "{name}");
        assert!(is_denied(&role_choices(&services, &helper, name).await), "{name}");
    }
    add(&services, &admin, "jane").await;
    lock(&services, &helper, "jane").await.unwrap();
    delete(&services, &helper, "jane").await.unwrap();
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_hold() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    add(&services, &admin, "jane").await;
    let top = admin_role(&services, &admin).await;
    let own: Vec<i64> = role_choices(&services, &helper, "helper")
        .await
        .unwrap()
        .iter()
        .map(|role| role.id)
        .collect();
    assert_eq!(own.len(), 1, "only what may be given is offered");
    assert!(is_denied(&give(&services, &helper, "jane", &[top]).await));
    assert!(
        is_denied(&give(&services, &helper, "helper", &[own[0], top]).await),
        "not to oneself either"
    );
    give(&services, &helper, "jane", &own).await.unwrap();
}

#[tokio::test]
async fn changes_need_the_permission() {
    let (services, _, admin) = services().await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewUsers, ManageRoles]).await;
    add(&services, &admin, "jane").await;
    assert!(is_denied(&lock(&services, &viewer, "jane").await));
    assert!(is_denied(&delete(&services, &viewer, "jane").await));
    assert!(is_denied(&give(&services, &viewer, "jane", &[]).await));
}

#[tokio::test]
async fn roles_need_a_fresh_password_and_the_version_that_was_seen() {
    let (services, clock, admin) = services().await;
    add(&services, &admin, "jane").await;
    let top = admin_role(&services, &admin).await;
    let seen = UserRolesInput {
        version: version(&services, "jane").await,
        roles: vec![top.to_string()],
    };
    clock.advance(Duration::minutes(6));
    assert!(matches!(
        assign_roles(&services, &admin, "jane", &seen).await,
        Err(Error::PasswordNeeded)
    ));
    let admin = Actor {
        password_at: services.clock.now(),
        ..admin
    };
    assign_roles(&services, &admin, "jane", &seen).await.unwrap();
    assert!(matches!(
        assign_roles(&services, &admin, "jane", &seen).await,
        Err(Error::Stale)
    ));
    let gone = UserRolesInput {
        roles: vec!["999".into()],
        version: version(&services, "jane").await,
    };
    assert!(
        problems(assign_roles(&services, &admin, "jane", &gone).await)
            .of("roles")
            .is_some()
    );
    let typed = UserRolesInput {
        roles: vec!["x".into()],
        ..gone
    };
    assert!(
        problems(assign_roles(&services, &admin, "jane", &typed).await)
            .of("roles")
            .is_some()
    );
}

#[tokio::test]
async fn two_administrators_at_once_do_not_both_win() {
    let (services, _, admin) = services().await;
    let second = add_admin(&services, &admin, "second").await;
    for _ in 0..5 {
        let (one, other) = tokio::join!(lock(&services, &admin, "second"), lock(&services, &second, "admin"));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let outside = Actor::command_line(services.clock.now());
        let locked = if one.is_ok() { "second" } else { "admin" };
        unlock(&services, &outside, locked).await.unwrap();
        let (one, other) = tokio::join!(
            give(&services, &admin, "second", &[]),
            give(&services, &second, "admin", &[])
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let stripped = if one.is_ok() { "second" } else { "admin" };
        let top = roles::list(&services, &outside, &Default::default())
            .await
            .unwrap()
            .rows[0]
            .id;
        give(&services, &outside, stripped, &[top]).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_was_locked_meanwhile_changes_nothing_more() {
    let (services, _, admin) = services().await;
    let second = add_admin(&services, &admin, "second").await;
    add_admin(&services, &admin, "third").await;
    // The request of `second` came in with all permissions, before the lock.
    lock(&services, &admin, "second").await.unwrap();
    assert!(is_denied(&lock(&services, &second, "third").await));
    let fourth = UserInput {
        username: "fourth".into(),
        password: PASSWORD.into(),
        confirm_password: PASSWORD.into(),
    };
    assert!(is_denied(&create(&services, &second, &fourth).await));
    unlock(&services, &admin, "second").await.unwrap();
    give(&services, &admin, "second", &[]).await.unwrap();
    assert!(is_denied(&lock(&services, &second, "third").await));
}
