use chrono::Duration;
use domain::Permission::{ManageRoles, ManageUsers, ViewLog, ViewRoles, ViewUsers};
use domain::input::role::RoleInput;
use domain::view::ListQuery;
use domain::{Permission, PermissionSet};
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::{create, delete, get, list, permissions_of, update};
use crate::testing::services;
use crate::users::tests::{actor, add, add_with, admin_role, give, is_denied, problems};
use crate::{Actor, Error};

fn input(version: i32, name: &str, permissions: &[Permission]) -> RoleInput {
    let permissions = permissions
        .iter()
        .map(|permission| permission.as_str().to_owned())
        .collect();
    RoleInput {
        version: version.to_string(),
        name: name.into(),
        permissions,
    }
}

#[tokio::test]
async fn a_role_gives_its_permissions_at_once_and_takes_them_again() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let role = create(&services, &admin, &input(1, "  Support ", &[ManageUsers]))
        .await
        .unwrap();
    give(&services, &admin, "jane", &[role]).await.unwrap();
    let held = permissions_of(&services.db, jane).await.unwrap();
    assert_eq!(held, [ManageUsers, ViewUsers].into_iter().collect());
    update(&services, &admin, role, &input(1, "Support", &[ViewLog]))
        .await
        .unwrap();
    assert_eq!(
        permissions_of(&services.db, jane).await.unwrap(),
        [ViewLog].into_iter().collect()
    );
    let view = get(&services, &admin, role).await.unwrap();
    assert_eq!(
        (view.name.as_str(), view.users, view.users_total, view.version),
        ("Support", vec!["jane".to_owned()], 1, 2)
    );
}

#[tokio::test]
async fn the_role_admin_is_never_changed() {
    let (services, _, admin) = services().await;
    let role = admin_role(&services, &admin).await;
    assert!(
        problems(update(&services, &admin, role, &input(1, "admin", &Permission::ALL)).await)
            .of("")
            .unwrap()
            .contains("built in")
    );
    assert!(
        problems(update(&services, &admin, role, &input(1, "root", &[])).await)
            .of("")
            .is_some()
    );
    assert!(
        problems(delete(&services, &admin, role).await)
            .of("")
            .unwrap()
            .contains("built in")
    );
    assert_eq!(
        permissions_of(&services.db, admin.user_id.unwrap()).await.unwrap(),
        PermissionSet::all()
    );
    assert!(!get(&services, &admin, role).await.unwrap().may_change);
}

#[tokio::test]
async fn a_role_that_is_held_is_not_deleted() {
    let (services, _, admin) = services().await;
    add(&services, &admin, "jane+1@example.com").await;
    let role = create(&services, &admin, &input(1, "Support", &[])).await.unwrap();
    give(&services, &admin, "jane+1@example.com", &[role]).await.unwrap();
    match delete(&services, &admin, role).await {
        Err(Error::InUse(users)) => {
            assert_eq!((users[0].name.as_str(), users.len()), ("jane+1@example.com", 1));
            assert_eq!(users[0].href, "/console/users/jane%2B1%40example.com/roles");
        }
        other => panic!("{other:?}"),
    }
    give(&services, &admin, "jane+1@example.com", &[]).await.unwrap();
    delete(&services, &admin, role).await.unwrap();
    assert!(matches!(get(&services, &admin, role).await, Err(Error::NotFound)));
    assert!(matches!(delete(&services, &admin, role).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn nobody_makes_or_changes_a_role_beyond_what_they_hold() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageRoles]).await;
    let log = create(&services, &admin, &input(1, "log", &[ViewLog])).await.unwrap();
    assert!(is_denied(
        &create(&services, &helper, &input(1, "more", &[ManageUsers])).await
    ));
    assert!(
        is_denied(&update(&services, &helper, log, &input(1, "log", &[])).await),
        "not even to take it away"
    );
    assert!(is_denied(&delete(&services, &helper, log).await));
    let own = create(&services, &helper, &input(1, "own", &[ViewRoles]))
        .await
        .unwrap();
    assert!(is_denied(
        &update(&services, &helper, own, &input(1, "own", &[ViewRoles, ViewLog])).await
    ));
    update(&services, &helper, own, &input(1, "own", &[])).await.unwrap();
}

#[tokio::test]
async fn changes_need_the_permission_and_a_fresh_password() {
    let (services, clock, admin) = services().await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewRoles, ManageUsers]).await;
    let role = create(&services, &admin, &input(1, "r", &[])).await.unwrap();
    assert!(is_denied(&create(&services, &viewer, &input(1, "x", &[])).await));
    assert!(is_denied(&update(&services, &viewer, role, &input(1, "x", &[])).await));
    assert!(is_denied(&delete(&services, &viewer, role).await));
    assert_eq!(
        list(&services, &viewer, &ListQuery::default())
            .await
            .unwrap()
            .rows
            .len(),
        3
    );
    let nobody = Actor {
        permissions: PermissionSet::default(),
        ..viewer
    };
    assert!(is_denied(&list(&services, &nobody, &ListQuery::default()).await));
    assert!(is_denied(&get(&services, &nobody, role).await));

    clock.advance(Duration::minutes(6));
    assert!(matches!(
        create(&services, &admin, &input(1, "x", &[])).await,
        Err(Error::PasswordNeeded)
    ));
    assert!(matches!(
        update(&services, &admin, role, &input(1, "x", &[])).await,
        Err(Error::PasswordNeeded)
    ));
    assert!(matches!(
        delete(&services, &admin, role).await,
        Err(Error::PasswordNeeded)
    ));
}

#[tokio::test]
async fn names_are_unique_in_any_case_and_hold_no_comma() {
    let (services, _, admin) = services().await;
    let role = create(&services, &admin, &input(1, "Ünïcode <b>", &[])).await.unwrap();
    for (name, why) in [
        ("ünïCODE <B>", "already"),
        ("ADMIN", "already"),
        ("a,b", "comma"),
        (" ", "missing"),
        (&"x".repeat(101), "too long"),
    ] {
        assert!(
            problems(create(&services, &admin, &input(1, name, &[])).await)
                .of("name")
                .unwrap()
                .contains(why),
            "{name}"
        );
    }
    assert!(
        problems(update(&services, &admin, role, &input(1, "admin", &[])).await)
            .of("name")
            .is_some()
    );
    let unknown = RoleInput {
        name: "x".into(),
        permissions: vec!["users.eat".into()],
        version: String::new(),
    };
    assert!(
        problems(create(&services, &admin, &unknown).await)
            .of("permissions")
            .is_some()
    );
}

#[tokio::test]
async fn nobody_overwrites_unseen_changes() {
    let (services, _, admin) = services().await;
    let role = create(&services, &admin, &input(1, "r", &[])).await.unwrap();
    update(&services, &admin, role, &input(1, "first", &[])).await.unwrap();
    assert!(matches!(
        update(&services, &admin, role, &input(1, "second", &[ViewLog])).await,
        Err(Error::Stale)
    ));
    let view = get(&services, &admin, role).await.unwrap();
    assert_eq!((view.name.as_str(), view.permissions.len()), ("first", 0));
}

#[tokio::test]
async fn service_providers_follow_a_new_name() {
    use sea_orm::ActiveValue::Set;
    let (services, _, admin) = services().await;
    let role = create(&services, &admin, &input(1, "staff", &[])).await.unwrap();
    let provider = entity::service_provider::ActiveModel {
        name: Set("sp".into()),
        name_lower: Set("sp".into()),
        description: Set(String::new()),
        claim_dialect: Set("local".into()),
        subject_claim: Set(String::new()),
        authentication_type: Set("default".into()),
        local_authenticator: Set("basic".into()),
        created_at: Set(services.clock.now()),
        updated_at: Set(services.clock.now()),
        ..Default::default()
    };
    let provider = provider.insert(&services.db).await.unwrap();
    let mapping = entity::service_provider_role::ActiveModel {
        service_provider_id: Set(provider.id),
        position: Set(0),
        local_role: Set("staff".into()),
        remote_role: Set("employees".into()),
        ..Default::default()
    };
    mapping.insert(&services.db).await.unwrap();
    update(&services, &admin, role, &input(1, "crew", &[])).await.unwrap();
    let rows = entity::service_provider_role::Entity::find()
        .all(&services.db)
        .await
        .unwrap();
    assert_eq!(
        (rows[0].local_role.as_str(), rows[0].remote_role.as_str()),
        ("crew", "employees")
    );
    // A mapping of a role that is gone could not be saved again.
    let Err(Error::InUse(users)) = delete(&services, &admin, role).await else {
        panic!("a role that is mapped was deleted");
    };
    assert_eq!(users[0].href, format!("/console/service-providers/{}", provider.id));
    entity::service_provider_role::Entity::delete_many()
        .exec(&services.db)
        .await
        .unwrap();
    delete(&services, &admin, role).await.unwrap();
}

#[tokio::test]
async fn a_permission_of_a_later_version_grants_nothing() {
    use sea_orm::ActiveValue::Set;
    let (services, _, admin) = services().await;
    let jane = add_with(&services, &admin, "jane", &[ViewLog]).await;
    let role = list(
        &services,
        &admin,
        &ListQuery {
            search: "jane".into(),
            ..Default::default()
        },
    )
    .await
    .unwrap()
    .rows[0]
        .id;
    let later = entity::role_permission::ActiveModel {
        role_id: Set(role),
        permission: Set("world.rule".into()),
    };
    later.insert(&services.db).await.unwrap();
    assert_eq!(actor(&services, &admin, "jane").await.permissions, jane.permissions);
}
