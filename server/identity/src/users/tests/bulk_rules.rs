use domain::Permission::{ManageUsers, ViewLog};
use domain::view::BulkOutcome;
use sea_orm::EntityTrait;

use super::{add, add_with, is_denied};
use crate::testing::services;
use crate::users::{delete_selected, find_by_username, lock_selected, plan_deletion, unlock_selected};
use crate::{Error, Services};

async fn id(services: &Services, name: &str) -> i64 {
    find_by_username(&services.db, name).await.unwrap().unwrap().id
}

fn refused(outcome: &BulkOutcome) -> Vec<&str> {
    outcome.refused.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn each_is_locked_by_the_rule_for_one() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let mary = add(&services, &admin, "mary").await;
    let own = id(&services, "admin").await;
    let outcome = lock_selected(&services, &admin, &[jane, own, mary, jane, 999_999])
        .await
        .unwrap();
    assert_eq!((outcome.done, refused(&outcome)), (2, vec!["admin"]));
    assert!(outcome.refused[0].1.contains("Nobody locks themselves"), "{outcome:?}");
    for (name, locked) in [("jane", true), ("mary", true), ("admin", false)] {
        let user = find_by_username(&services.db, name).await.unwrap().unwrap();
        assert_eq!(user.locked, locked, "{name}");
    }
    let actions = entity::audit::Entity::find().all(&services.db).await.unwrap();
    let locks: Vec<_> = actions
        .iter()
        .filter(|row| row.action == "lock")
        .map(|row| row.target.as_str())
        .collect();
    assert_eq!(locks, ["jane", "mary"], "each in the audit log, and only what was done");
    assert_eq!(unlock_selected(&services, &admin, &[jane, mary]).await.unwrap().done, 2);
}

#[tokio::test]
async fn nobody_touches_what_they_do_not_hold() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    let watcher = add_with(&services, &admin, "watcher", &[ViewLog]).await;
    let jane = add(&services, &admin, "jane").await;
    let ids = [id(&services, "admin").await, watcher.user_id.unwrap(), jane];
    let plan = plan_deletion(&services, &helper, &ids).await.unwrap();
    assert_eq!(plan.would, [(jane, "jane".to_owned())]);
    let outcome = delete_selected(&services, &helper, &ids).await.unwrap();
    assert_eq!((outcome.done, refused(&outcome)), (1, vec!["admin", "watcher"]));
    assert_eq!(outcome.refused, plan.refused, "as was said before");
    assert!(outcome.refused[1].1.contains("View log"), "{outcome:?}");
    assert!(is_denied(&lock_selected(&services, &watcher, &[jane]).await));
    assert!(is_denied(&plan_deletion(&services, &watcher, &[jane]).await));
}

#[tokio::test]
async fn the_last_administrator_stays_whoever_asks() {
    let (services, clock, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let ids = [id(&services, "admin").await, jane];
    // The command line is nobody's own user.
    let command = crate::Actor {
        permissions: domain::PermissionSet::all(),
        ..crate::Actor::command_line(crate::clock::Clock::now(&*clock))
    };
    let outcome = delete_selected(&services, &command, &ids).await.unwrap();
    assert_eq!((outcome.done, refused(&outcome)), (1, vec!["admin"]));
    assert!(
        outcome.refused[0].1.contains("no unlocked user with all permissions"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn nothing_selected_and_too_much_are_said() {
    let (services, _, admin) = services().await;
    for ids in [vec![], (1..=101).collect()] {
        assert!(matches!(
            delete_selected(&services, &admin, &ids).await,
            Err(Error::Invalid(_))
        ));
    }
    assert_eq!(
        delete_selected(&services, &admin, &[999_999]).await.unwrap(),
        BulkOutcome::default()
    );
}
