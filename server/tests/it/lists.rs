//! Lists through pages and files: searched, sorted, turned, taken along, and changed several rows at a time.

use domain::Permission::{ManageUsers, ViewUsers};
use entity::{user, user_claim};
use identity::clock::Clock;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement, TransactionTrait};

use crate::browser::Browser;
use crate::edge::user_with;
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::{Kind, Store, on_both_stores};

const USERS: &str = "/console/users";
const LAST: &str = "http://wso2.org/claims/lastname";

/// `u00`, `u01` …, made in the same second, every third of them locked, each with a last name.
pub async fn add_users(app: &TestApp, count: i64) {
    let (db, now) = (&app.services.db, app.clock.now());
    let rows = (0..count).map(|n| user::ActiveModel {
        username: Set(format!("U{n:02}")),
        username_lower: Set(format!("u{n:02}")),
        password_hash: Set("x".into()),
        locked: Set(n % 3 == 0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    });
    user::Entity::insert_many(rows).exec(db).await.unwrap();
    let users = user::Entity::find().all(db).await.unwrap();
    let claims = users
        .iter()
        .filter(|user| user.username.starts_with('U'))
        .map(|user| user_claim::ActiveModel {
            user_id: Set(user.id),
            claim_uri: Set(LAST.into()),
            value: Set(format!("Åkerson {}", user.id)),
            value_lower: Set(format!("åkerson {}", user.id)),
            number_region: Set(None),
            number_kind: Set(None),
        });
    user_claim::Entity::insert_many(claims).exec(db).await.unwrap();
}

/// The users that a page lists, in its order.
fn listed(page: &Page) -> Vec<String> {
    let profile = |href: &str| {
        Some(
            href.strip_prefix("/console/users/")?
                .strip_suffix("/profile")?
                .to_owned(),
        )
    };
    let links = page.links.iter().filter(|(text, _)| text != "User Profile");
    links.filter_map(|(_, href)| profile(href)).collect()
}

/// Every user from the first page to the last, by the link *Next*.
async fn turned(console: &Browser, query: &str) -> (Vec<String>, usize) {
    let mut page = console.open(&format!("{USERS}{query}")).await.page_with(200);
    let (mut all, mut pages) = (listed(&page), 1);
    while let Some((_, next)) = page.links.iter().find(|(text, _)| text == "Next").cloned() {
        page = console.open(&next).await.page_with(200);
        all.extend(listed(&page));
        pages += 1;
        assert!(pages < 20, "{next}");
    }
    (all, pages)
}

async fn a_list_is_turned_in_every_order(app: &TestApp) {
    add_users(app, 60).await;
    let console = app.console().await;
    let (by_name, _) = turned(&console, "").await;
    for (query, pages) in [
        ("", 3),
        ("?dir=desc", 3),
        ("?sort=created", 3),
        ("?sort=created&dir=desc", 3),
        ("?sort=locked", 3),
        ("?sort=locked&dir=desc", 3),
        ("?q=u&in=username&sort=locked", 3),
        ("?q=%C3%85ker&sort=created&dir=desc", 3),
        ("?sort=nonsense&dir=sideways", 3),
    ] {
        let (all, seen) = turned(&console, query).await;
        let mut once = all.clone();
        once.sort();
        once.dedup();
        let expected = if query.contains("q=") { 60 } else { 61 };
        assert_eq!((all.len(), once.len(), seen), (expected, expected, pages), "{query}");
        let mut other = by_name.clone();
        other.reverse();
        match query {
            "?dir=desc" => assert_eq!(all, other),
            "?sort=nonsense&dir=sideways" => assert_eq!(all, by_name),
            _ => (),
        }
    }
    // The heads lead there, with the search kept.
    let page = console.open(&format!("{USERS}?q=u&in=username")).await;
    assert!(page.body.contains("aria-sort=\"ascending\""), "{}", page.body);
    let head = page.page().link("Created").to_owned();
    assert_eq!(head, "/console/users?q=u&in=username&sort=created");
    let page = console.open(&head).await;
    assert_eq!(
        page.page().link("Created"),
        "/console/users?q=u&in=username&sort=created&dir=asc"
    );
}

async fn an_empty_list_says_what_to_do_next(app: &TestApp) {
    let console = app.console().await;
    let nothing = console.open("/console/service-providers").await.page_with(200);
    assert!(nothing.text.contains("No service providers yet"), "{}", nothing.text);
    assert_eq!(nothing.link("Register the first one"), "/console/service-providers/new");
    assert!(!nothing.links.iter().any(|(text, _)| text == "Export CSV"));
    for path in [
        "identity-providers",
        "service-providers",
        "users",
        "roles",
        "claims",
        "sign-ins",
        "audit",
        "deliveries",
    ] {
        let page = console.open(&format!("/console/{path}?q=zzzz")).await.page_with(200);
        assert_eq!(page.link("Show all"), format!("/console/{path}"), "{path}");
    }
    let beyond = console.open(&format!("{USERS}?after=zzzz")).await.page_with(200);
    assert!(beyond.text.contains("Nothing further"), "{}", beyond.text);
}

/// Ticks the rows of these names and presses a button of the bar.
async fn press(console: &Browser, path: &str, names: &[&str], button: &str) -> Page {
    let mut form = console.open(path).await.page_with(200).form(button);
    for name in names {
        form = form.tick(&format!("Select {name}"));
    }
    console.press(&form, button).await.page_with(200)
}

async fn several_users_are_changed_at_once(app: &TestApp) {
    for name in ["jane", "mary", "zoe"] {
        app.add_user(name, "another long password").await;
    }
    let console = app.console().await;
    let page = press(
        &console,
        "/console/users?q=&sort=created",
        &["jane", "mary"],
        "Lock selected",
    )
    .await;
    assert_eq!(page.status, "Locked: 2.");
    let page = press(&console, USERS, &["jane", "admin"], "Unlock selected").await;
    assert_eq!(page.status, "Unlocked: 2.", "unlocking oneself changes nothing");
    let page = press(&console, USERS, &["jane", "admin"], "Lock selected").await;
    assert!(page.alert.contains("Locked: 1. Refused: 1."), "{}", page.alert);
    assert!(page.alert.contains("Nobody locks themselves"), "{}", page.alert);
    let page = press(&console, USERS, &[], "Lock selected").await;
    assert!(page.alert.contains("Nothing is selected"), "{}", page.alert);

    let question = press(&console, USERS, &["jane", "zoe", "admin"], "Delete selected").await;
    assert!(question.text.contains("Delete 2 users?"), "{}", question.text);
    assert!(question.text.contains("Nobody deletes themselves"), "{}", question.text);
    assert!(
        identity::users::find_by_username(&app.services.db, "jane")
            .await
            .unwrap()
            .is_some()
    );
    let page = console.press(&question.form("Delete"), "Delete").await.page_with(200);
    assert_eq!(page.status, "Deleted: 2.");
    assert_eq!(listed(&page), ["admin", "mary"]);
    let page = press(&console, USERS, &["admin"], "Delete selected").await;
    assert!(page.text.contains("There is nothing to delete."), "{}", page.text);
}

async fn several_providers_are_changed_at_once(app: &TestApp) {
    let sp = app.two_steps().await;
    app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    let path = "/console/identity-providers";
    let page = press(&console, path, &["SMSOTP"], "Disable selected").await;
    assert_eq!(page.status, "Disabled: 1.");
    let page = press(&console, path, &["SMSOTP"], "Enable selected").await;
    assert_eq!(page.status, "Enabled: 1.");
    let question = press(
        &console,
        "/console/service-providers",
        &[&sp.name, "Wiki"],
        "Delete selected",
    )
    .await;
    assert!(
        question.text.contains("Delete 2 service providers?"),
        "{}",
        question.text
    );
    let page = console.press(&question.form("Delete"), "Delete").await.page_with(200);
    assert_eq!(page.status, "Deleted: 2.");
    assert!(page.text.contains("No service providers yet"));
}

async fn whoever_may_only_look_is_offered_no_boxes(app: &TestApp) {
    user_with(app, "viewer", &[ViewUsers]).await;
    user_with(app, "helper", &[ManageUsers]).await;
    let viewer = app.console_as("viewer", "another long password").await;
    let answer = viewer.open(USERS).await;
    assert!(
        !answer.body.contains("type=\"checkbox\"") && !answer.body.contains("selected</button>"),
        "{}",
        answer.body
    );
    // Somebody who may manage users, and holds less than those.
    let helper = app.console_as("helper", "another long password").await;
    let page = press(&helper, USERS, &["admin", "viewer"], "Lock selected").await;
    assert!(page.alert.contains("Locked: 1. Refused: 1."), "{}", page.alert);
    assert!(page.alert.contains("This needs permissions"), "{}", page.alert);
    // A question is its asker's own.
    let question = press(&helper, USERS, &["viewer"], "Delete selected").await;
    assert!(question.text.contains("Delete 1 user?"));
    assert_eq!(
        app.console()
            .await
            .get("/console/users/delete-selected?draft=x")
            .await
            .status,
        404
    );
}

on_both_stores!(
    a_list_is_turned_in_every_order,
    an_empty_list_says_what_to_do_next,
    several_users_are_changed_at_once,
    several_providers_are_changed_at_once,
    whoever_may_only_look_is_offered_no_boxes,
);

/// PostgreSQL's own choice, one plan for all values from the sixth time on, is what a search over a million users cannot have
/// (`scripts/measure-scale`).
#[tokio::test]
async fn postgres_plans_by_the_values() {
    let store = Store::open(Kind::Postgres).await;
    let asked = Statement::from_string(DbBackend::Postgres, "SHOW plan_cache_mode");
    // Of each connection, not of the first alone.
    let connections = [store.db.begin().await.unwrap(), store.db.begin().await.unwrap()];
    for connection in connections {
        let row = connection.query_one_raw(asked.clone()).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "force_custom_plan");
    }
    store.remove().await;
}
