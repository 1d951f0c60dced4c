//! Imports that run, are taken over, stopped, or not allowed.

use domain::Permission;
use domain::view::ListQuery;
use domain::view::user_import::ImportStatus;
use entity::{user_import, user_import_row};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::super::*;
use super::{FILE, audited, input, lines, pressed, users};
use crate::testing::services;
use crate::users::tests::{add, add_admin, add_with, give, is_denied, problems};

#[tokio::test]
async fn at_the_end_what_is_left_has_no_password() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    work(&services).await.unwrap();
    for row in user_import_row::Entity::find().all(&services.db).await.unwrap() {
        assert_eq!(rows::open(&services.vault, &row).unwrap()[1], "");
    }
    discard(&services, &admin, &id).await.unwrap();
    assert_eq!(user_import_row::Entity::find().count(&services.db).await.unwrap(), 0);
    assert!(open(&services, &admin).await.unwrap().is_none());
}

#[tokio::test]
async fn a_file_that_is_refused_takes_nothing_of_the_last_import_away() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    work(&services).await.unwrap();
    let left = user_import_row::Entity::find().count(&services.db).await.unwrap();
    assert!(left > 0);
    for refused in ["", "PK\u{3}\u{4}", "Shoe size\n39\n"] {
        problems(upload(&services, &admin, input(refused)).await);
        assert_eq!(open(&services, &admin).await.unwrap().unwrap().id, id, "{refused}");
    }
    assert_eq!(user_import_row::Entity::find().count(&services.db).await.unwrap(), left);
    let next = upload(&services, &admin, input(lines(3))).await.unwrap();
    assert_eq!(open(&services, &admin).await.unwrap().unwrap().id, next);
    assert_eq!(user_import::Entity::find().count(&services.db).await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_may_no_longer_add_users_adds_none() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[Permission::ManageUsers]).await;
    let id = upload(&services, &helper, input(lines(30))).await.unwrap();
    start(&services, &helper, &id).await.unwrap();
    let before = users(&services).await;
    give(&services, &admin, "helper", &[]).await.unwrap();
    work(&services).await.unwrap();
    assert_eq!(users(&services).await, before);
    let row = user_import::Entity::find_by_id(&id)
        .one(&services.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status, ImportStatus::Denied.as_str());
    assert_eq!(user_import_row::Entity::find().count(&services.db).await.unwrap(), 0);
    assert!(
        audited(&services, "import").await[0]
            .1
            .contains("permission was taken away")
    );
}

#[tokio::test]
async fn an_interrupted_import_goes_on_and_adds_each_user_once() {
    let (services, clock, admin) = services().await;
    let id = upload(&services, &admin, input(lines(45))).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    // A process that takes it, adds some and dies.
    let me = crate::token::id().unwrap();
    let import = run::lease(&services, &me).await.unwrap().unwrap();
    let about = About::open(&services.vault, &import).unwrap();
    let job = run::Job {
        services: &services,
        import,
        about,
        me,
    };
    assert!(job.step().await.unwrap());
    assert_eq!(progress(&services, &admin, &id).await.unwrap().added, 20);
    assert!(!work(&services).await.unwrap(), "it may still be alive");
    clock.advance(chrono::Duration::seconds(61));
    // Somebody takes a name in between.
    add(&services, &admin, "user44").await;
    let other = run::lease(&services, "other").await.unwrap().unwrap();
    assert!(
        !job.step().await.unwrap(),
        "the first one has lost it, and writes nothing"
    );
    assert_eq!(progress(&services, &admin, &id).await.unwrap().added, 20);
    clock.advance(chrono::Duration::seconds(61));
    assert_eq!(other.id, id);
    assert!(work(&services).await.unwrap());
    let view = progress(&services, &admin, &id).await.unwrap();
    assert_eq!(
        (view.facts.status, view.added, view.facts.counts.exists),
        (ImportStatus::Done, 44, 1)
    );
    assert_eq!(users(&services).await, 1 + 45);
    assert_eq!(
        audited(&services, "create")
            .await
            .iter()
            .filter(|(_, detail)| detail == "import")
            .count(),
        44
    );
}

#[tokio::test]
async fn stopped_by_hand_it_adds_no_more() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(lines(3))).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    stop(&services, &admin, &id).await.unwrap();
    assert!(!work(&services).await.unwrap());
    assert_eq!(users(&services).await, 1);
    assert!(
        audited(&services, "import").await[0]
            .1
            .contains("stopped by hand; 0 of 3 added")
    );
    // What has ended makes room.
    upload(&services, &admin, input(lines(3))).await.unwrap();
    let refused = problems(upload(&services, &admin, input(lines(3))).await);
    assert!(refused.of("").unwrap().contains("discard"), "{refused:?}");
}

#[tokio::test]
async fn nobody_else_opens_an_import_and_nobody_starts_it_without_a_fresh_password() {
    let (services, clock, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    let other = add_admin(&services, &admin, "other").await;
    assert!(matches!(
        review(&services, &other, &id, &ListQuery::default()).await,
        Err(Error::NotFound)
    ));
    for result in [
        save(&services, &other, &id, &pressed("leave-out 2")).await.map(|_| ()),
        start(&services, &other, &id).await,
        discard(&services, &other, &id).await,
        left(&services, &other, &id).await.map(|_| ()),
        columns(&services, &other, &id).await.map(|_| ()),
    ] {
        assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    }
    let viewer = add_with(&services, &admin, "viewer", &[Permission::ViewUsers]).await;
    assert!(is_denied(&upload(&services, &viewer, input(FILE)).await));
    assert!(is_denied(&open(&services, &viewer).await));

    clock.advance(chrono::Duration::minutes(6));
    assert!(matches!(
        start(&services, &admin, &id).await,
        Err(Error::PasswordNeeded)
    ));
    let fresh = Actor {
        password_at: services.clock.now(),
        ..admin.clone()
    };
    start(&services, &fresh, &id).await.unwrap();
    assert!(matches!(start(&services, &fresh, &id).await, Err(Error::Stale)));
    assert!(matches!(
        save(&services, &fresh, &id, &pressed("")).await,
        Err(Error::Stale)
    ));
    assert!(matches!(discard(&services, &fresh, &id).await, Err(Error::Stale)));
}

/// It may be the password under another name: whoever reads the rest out gets what was read, and nothing else.
#[tokio::test]
async fn a_column_that_nobody_named_is_read_out_no_more() {
    let (services, _, admin) = services().await;
    let mut file = input("Username;Kennwort\r\nnora;geheim-1\r\nadmin;geheim-2\r\n");
    file.without_password = true.into();
    let id = upload(&services, &admin, file).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    work(&services).await.unwrap();
    for row in user_import_row::Entity::find().all(&services.db).await.unwrap() {
        let cells = rows::open(&services.vault, &row).unwrap();
        assert_eq!(cells[..], ["admin", ""]);
    }
    let mut rest = left(&services, &admin, &id).await.unwrap();
    assert_eq!(rest.head, ["Line", "Reason", "Username"]);
    assert_eq!(rest.next().await.unwrap()[0][2..], ["admin"]);
}

#[tokio::test]
async fn what_runs_is_not_forgotten() {
    let (services, clock, admin) = services().await;
    let before = users(&services).await;
    let id = upload(&services, &admin, input(lines(3))).await.unwrap();
    start(&services, &admin, &id).await.unwrap();
    clock.advance(chrono::Duration::hours(25));
    crate::cleanup::run(&services).await.unwrap();
    assert!(work(&services).await.unwrap());
    assert_eq!(users(&services).await, before + 3);
    assert_eq!(audited(&services, "import").await.len(), 1);
}
