//! Lists as files: everything that is found, for those who may see it, safe to open in a spreadsheet.

use axum::http::header;
use domain::Permission;
use domain::Permission::ViewUsers;
use entity::{audit, user};
use identity::clock::Clock;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::browser::Browser;
use crate::edge::user_with;
use crate::harness::{MOBILE, TestApp};
use crate::lists::add_users;
use crate::stores::on_both_stores;

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
    every_list_has_a_file,
    more_than_a_search_goes_through_is_no_file,
    a_file_ends_with_the_session,
    a_file_is_for_those_who_may_see_the_list,
);
