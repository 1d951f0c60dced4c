//! Lists through pages and files: searched, sorted, turned, taken along, and changed several rows at a time.

use axum::http::header;
use domain::Permission;
use domain::Permission::{ManageUsers, ViewUsers};
use entity::{audit, user, user_claim};
use identity::clock::Clock;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement, TransactionTrait};

use crate::browser::Browser;
use crate::edge::user_with;
use crate::harness::{MOBILE, TestApp};
use crate::page::Page;
use crate::stores::{Kind, Store, on_both_stores};

const USERS: &str = "/console/users";
const LAST: &str = "http://wso2.org/claims/lastname";

/// `u00`, `u01` …, made in the same second, every third of them locked, each with a last name.
async fn add_users(app: &TestApp, count: i64) {
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

async fn file(console: &Browser, path: &str) -> Vec<String> {
    let answer = console.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "text/csv; charset=utf-8; header=present",
        "{path}"
    );
    answer.body.split_terminator("\r\n").map(str::to_owned).collect()
}

async fn every_list_has_a_file(app: &TestApp) {
    add_users(app, 60).await;
    app.set_mobile("admin", MOBILE).await;
    app.add_user("@cmd", "another long password").await;
    app.sp("@SUM(1)", &[None], |_| ()).await;
    app.provider(|input| input.name = "+provider".into()).await;
    let console = app.console().await;
    for (path, head, rows) in [
        ("users.csv", "id,username,full_name,mobile,roles,locked,created", 62),
        ("users.csv?q=u&in=username&sort=locked", "id,username,", 60),
        ("service-providers.csv", "id,name,description,issuer,", 1),
        ("identity-providers.csv", "id,name,description,enabled,", 1),
        ("roles.csv", "id,name,permissions,users", 1),
        ("claims.csv?q=mobile", "uri,label,attribute,", 1),
        ("sign-ins.csv", "id,at,application,", 0),
    ] {
        let lines = file(&console, &format!("/console/{path}")).await;
        assert!(lines[0].starts_with(head), "{path}: {}", lines[0]);
        assert_eq!(lines.len() - 1, rows, "{path}");
        let page = path.replace(".csv", "");
        let page = console.open(&format!("/console/{page}")).await.page_with(200);
        let link = page.links.iter().find(|(text, _)| text == "Export CSV");
        assert_eq!(
            link.map(|(_, href)| href.as_str()),
            (rows > 0).then_some(format!("/console/{path}")).as_deref()
        );
    }
    let users = file(&console, "/console/users.csv").await.join("\n");
    assert!(
        users.contains("\"'@cmd\"") && users.contains(",•• ••• ••• •67,"),
        "{users}"
    );
    assert!(!users.contains(&MOBILE[4..]));
    assert!(file(&console, "/console/service-providers.csv").await[1].contains("\"'@SUM(1)\""));
    assert!(file(&console, "/console/identity-providers.csv").await[1].contains("\"'+provider\""));
    // In the order of the list, and found like the list's.
    let sorted = file(&console, "/console/users.csv?q=%C3%85ker&sort=created&dir=desc").await;
    let ids: Vec<i64> = sorted[1..]
        .iter()
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert!(ids.len() == 60 && ids.is_sorted_by(|a, b| a > b), "{ids:?}");

    let exports = audit::Entity::find().filter(audit::Column::Action.eq("export"));
    let exports = exports.all(&app.services.db).await.unwrap();
    assert!(exports.len() >= 10 && exports.iter().all(|row| row.actor == "admin"));
    assert!(exports.iter().any(|row| row.detail == "the whole list"));
    assert!(
        !exports.iter().any(|row| row.detail.contains("ker")),
        "not what was searched for"
    );
    let log = file(&console, "/console/audit.csv?kind=users&dir=asc").await;
    assert!(log.iter().any(|line| line.contains(",export,Users,CSV,")), "{log:?}");
}

/// A file that ends before the last that was found would look whole.
async fn more_than_a_search_goes_through_is_no_file(app: &TestApp) {
    let (db, now) = (&app.services.db, app.clock.now());
    for part in 0..21 {
        let rows = (part * 500..(part + 1) * 500).map(|n| user::ActiveModel {
            username: Set(format!("v{n:05}")),
            username_lower: Set(format!("v{n:05}")),
            password_hash: Set("x".into()),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        user::Entity::insert_many(rows).exec(db).await.unwrap();
    }
    let console = app.console().await;
    let refused = console.get("/console/users.csv?q=v").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("Narrow the search"), "{}", refused.body);
    assert_eq!(file(&console, "/console/users.csv?q=v0042").await.len(), 11);
}

/// Whoever is locked while a file is read gets no more of it.
async fn a_file_ends_with_the_session(app: &TestApp) {
    user_with(app, "nora", &[ViewUsers]).await;
    let console = app.console_as("nora", "another long password").await;
    let cookie = console.cookie("gatehouse_console").unwrap();
    let nora = identity::sessions::actor(&app.services, &cookie, "")
        .await
        .unwrap()
        .unwrap();
    let list = identity::exports::List::Users;
    identity::exports::go_on(&app.services, &nora, list).await.unwrap();
    let refused = identity::exports::go_on(&app.services, &nora, identity::exports::List::AuditLog).await;
    assert!(matches!(refused, Err(identity::Error::Denied(_))), "{refused:?}");
    identity::users::lock(&app.services, &app.actor(), "nora")
        .await
        .unwrap();
    let refused = identity::exports::go_on(&app.services, &nora, list).await;
    assert!(matches!(refused, Err(identity::Error::Denied(_))), "{refused:?}");
}

async fn a_file_is_for_those_who_may_see_the_list(app: &TestApp) {
    app.set_mobile("admin", MOBILE).await;
    let needed = [
        ("identity-providers", Permission::ViewIdentityProviders),
        ("service-providers", Permission::ViewServiceProviders),
        ("users", Permission::ViewUsers),
        ("roles", Permission::ViewRoles),
        ("claims", Permission::ViewSettings),
        ("sign-ins", Permission::ViewLog),
        ("audit", Permission::ViewLog),
    ];
    for (n, (page, permission)) in needed.into_iter().enumerate() {
        let path = format!("/console/{page}.csv");
        let nobody = app.browser().get(&path).await;
        assert_eq!(
            (nobody.status.as_u16(), nobody.location()),
            (303, &*format!("/console/login?next=/console/{page}"))
        );
        let (may, may_not) = (format!("may{n}"), format!("not{n}"));
        user_with(app, &may, &[permission]).await;
        let others = Permission::ALL.into_iter().filter(|one| {
            let held: domain::PermissionSet = [*one].into_iter().collect();
            !held.has(permission)
        });
        user_with(app, &may_not, &others.collect::<Vec<_>>()).await;
        let before = audit::Entity::find().all(&app.services.db).await.unwrap().len();
        let other = app.console_as(&may_not, "another long password").await;
        let signed_in = audit::Entity::find().all(&app.services.db).await.unwrap().len();
        assert_eq!(other.get(&path).await.status, 403, "{page}");
        assert_eq!(
            audit::Entity::find().all(&app.services.db).await.unwrap().len(),
            signed_in.max(before),
            "{page}"
        );
        file(&app.console_as(&may, "another long password").await, &path).await;
    }
    // Nor does a file find a number out that the list masks.
    let viewer = app.console_as("may2", "another long password").await;
    for search in [
        "%2B9477",
        "9477123",
        "%2B9477&in=http%3A%2F%2Fwso2.org%2Fclaims%2Fmobile",
    ] {
        assert_eq!(
            file(&viewer, &format!("/console/users.csv?q={search}")).await.len(),
            1,
            "{search}"
        );
    }
}

on_both_stores!(
    more_than_a_search_goes_through_is_no_file,
    a_file_ends_with_the_session,
    a_list_is_turned_in_every_order,
    an_empty_list_says_what_to_do_next,
    several_users_are_changed_at_once,
    several_providers_are_changed_at_once,
    whoever_may_only_look_is_offered_no_boxes,
    every_list_has_a_file,
    a_file_is_for_those_who_may_see_the_list,
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
