use domain::Permission::{ManageUsers, ViewLog, ViewUsers};
use domain::view::ListQuery;

use super::{add, add_admin, add_with, is_denied, save};
use crate::testing::{services, services_with, settings};
use crate::users::{list, lock};
use crate::{Actor, Services};

async fn found(services: &Services, actor: &Actor, search: &str) -> Vec<String> {
    let query = ListQuery {
        search: search.into(),
        ..Default::default()
    };
    list(services, actor, &query)
        .await
        .unwrap()
        .page
        .rows
        .into_iter()
        .map(|row| row.username)
        .collect()
}

#[tokio::test]
async fn users_are_found_by_the_start_of_their_name_or_of_any_claim() {
    let (services, _, admin) = services().await;
    add(&services, &admin, "jane").await;
    add(&services, &admin, "John_1").await;
    let claims = [
        ("givenname", "Jane"),
        ("lastname", "O'Döe"),
        ("emailaddress", "J.Doe@Example.com"),
        ("mobile", "+94771234567"),
    ];
    save(&services, &admin, "jane", &claims).await.unwrap();
    for search in [
        "jan",
        "JANE",
        " jane ",
        "o'dö",
        "O'DÖE",
        "j.doe@",
        "jane o'd",
        "+9477",
        "9477123",
        "+94 77 123 4567",
        "+94-77",
    ] {
        assert_eq!(found(&services, &admin, search).await, ["jane"], "{search}");
    }
    assert_eq!(found(&services, &admin, "john_").await, ["John_1"]);
    for search in [
        "ohn",
        "j%",
        "_",
        "\\",
        "jane x",
        "doe",
        "1234567",
        "'; drop table users; --",
        "\0",
        "<b>",
    ] {
        let all = usize::from(search == "\0") * 3;
        assert_eq!(found(&services, &admin, search).await.len(), all, "{search:?}");
    }
    assert_eq!(found(&services, &admin, "j").await, ["jane", "John_1"]);
}

#[tokio::test]
async fn a_local_number_finds_its_user_with_a_default_country() {
    let (services, _, _, admin) = services_with(crate::Settings {
        default_country: Some("LK".into()),
        ..settings()
    })
    .await;
    add(&services, &admin, "jane").await;
    save(&services, &admin, "jane", &[("mobile", "077 123 4567")])
        .await
        .unwrap();
    assert_eq!(found(&services, &admin, "077 123 4567").await, ["jane"]);
}

#[tokio::test]
async fn viewers_cannot_find_a_number_out_digit_by_digit() {
    let (services, _, admin) = services().await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewUsers]).await;
    add(&services, &admin, "jane").await;
    save(
        &services,
        &admin,
        "jane",
        &[("mobile", "+94771234567"), ("telephone", "555 0123")],
    )
    .await
    .unwrap();
    for part in ["+9", "+9477123456", "9477", "555"] {
        assert!(found(&services, &viewer, part).await.is_empty(), "{part}");
    }
    assert_eq!(
        found(&services, &viewer, "+94 77 123 4567").await,
        ["jane"],
        "whoever knows it all may look it up"
    );
}

#[tokio::test]
async fn a_row_tells_who_it_is_and_what_one_may_do() {
    let (services, _, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    add_with(&services, &admin, "watcher", &[ViewLog]).await;
    save(
        &services,
        &admin,
        "watcher",
        &[("givenname", "Wat"), ("lastname", "Cher"), ("mobile", "+94771234567")],
    )
    .await
    .unwrap();
    lock(&services, &admin, "watcher").await.unwrap();
    let rows = list(&services, &helper, &ListQuery::default()).await.unwrap().page.rows;
    let row = |name: &str| rows.iter().find(|row| row.username == name).unwrap();
    let watcher = row("watcher");
    assert_eq!(watcher.full_name, "Wat Cher");
    assert_eq!(watcher.mobile.as_deref(), Some("•• ••• ••• •67"));
    assert_eq!(watcher.roles, ["watchers"]);
    assert!(watcher.locked && !watcher.may_change && !watcher.oneself);
    assert!(!row("admin").may_change && row("helper").may_change && row("helper").oneself);
    assert!(is_denied(
        &list(
            &services,
            &Actor {
                permissions: Default::default(),
                ..admin
            },
            &ListQuery::default()
        )
        .await
    ));
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let (services, _, admin) = services().await;
    add_admin(&services, &admin, "zoe").await;
    let rows = (0..30).map(|n| entity::user::ActiveModel {
        username: sea_orm::ActiveValue::Set(format!("User{n:02}")),
        username_lower: sea_orm::ActiveValue::Set(format!("user{n:02}")),
        password_hash: sea_orm::ActiveValue::Set("x".into()),
        created_at: sea_orm::ActiveValue::Set(services.clock.now()),
        updated_at: sea_orm::ActiveValue::Set(services.clock.now()),
        ..Default::default()
    });
    sea_orm::EntityTrait::insert_many::<entity::user::ActiveModel, _>(rows)
        .exec(&services.db)
        .await
        .unwrap();
    let first = list(&services, &admin, &ListQuery::default()).await.unwrap().page;
    assert_eq!((first.rows.len(), first.count, first.previous), (25, Some(32), None));
    let second = list(
        &services,
        &admin,
        &ListQuery {
            after: first.next,
            ..Default::default()
        },
    )
    .await
    .unwrap()
    .page;
    assert_eq!(second.rows.last().unwrap().username, "zoe");
    assert_eq!((second.rows.len(), second.next), (7, None));
    assert!(second.previous.is_some());
}

async fn found_in(services: &Services, actor: &Actor, search_in: &str, search: &str) -> Vec<String> {
    let query = ListQuery {
        search: search.into(),
        search_in: search_in.into(),
        ..Default::default()
    };
    let page = list(services, actor, &query).await.unwrap().page;
    assert_eq!(page.count, Some(page.rows.len() as u64), "{search_in} {search}");
    page.rows.into_iter().map(|row| row.username).collect()
}

const LAST: &str = "http://wso2.org/claims/lastname";
const MOBILE: &str = "http://wso2.org/claims/mobile";

#[tokio::test]
async fn one_claim_can_be_searched_alone() {
    let (services, _, admin) = services().await;
    for (name, last) in [("jane", "Smith"), ("smith", "Jones"), ("joan", "Janson")] {
        add(&services, &admin, name).await;
        save(
            &services,
            &admin,
            name,
            &[("lastname", last), ("mobile", "+94771234567")],
        )
        .await
        .unwrap();
    }
    for (search_in, search, expected) in [
        ("", "smith", vec!["jane", "smith"]),
        ("username", "smith", vec!["smith"]),
        ("username", "JO", vec!["joan"]),
        (LAST, "smith", vec!["jane"]),
        (LAST, "ja", vec!["joan"]),
        (MOBILE, "+94 77", vec!["jane", "joan", "smith"]),
        (MOBILE, "ja", vec![]),
        ("username", "+9477", vec![]),
        // What is not offered is everything.
        ("password_hash", "smith", vec!["jane", "smith"]),
        ("http://wso2.org/claims/role", "smith", vec!["jane", "smith"]),
    ] {
        assert_eq!(
            found_in(&services, &admin, search_in, search).await,
            expected,
            "{search_in} {search}"
        );
    }
}

#[tokio::test]
async fn a_masked_number_is_found_out_by_no_search_and_no_file() {
    let (services, _, admin) = services().await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewUsers]).await;
    add(&services, &admin, "jane").await;
    let claims = [("mobile", "+94771234567"), ("telephone", "555 0123")];
    save(&services, &admin, "jane", &claims).await.unwrap();
    for search_in in [MOBILE, "http://wso2.org/claims/telephone"] {
        for part in ["+9", "+9477123456", "9477", "555", "555 0123"] {
            assert!(
                found_in(&services, &viewer, search_in, part).await.is_empty(),
                "{search_in} {part}"
            );
        }
    }
    assert_eq!(found_in(&services, &viewer, MOBILE, "+94 77 123 4567").await, ["jane"]);
    let whole = ListQuery {
        whole: true,
        ..Default::default()
    };
    for actor in [&viewer, &admin] {
        let rows = list(&services, actor, &whole).await.unwrap().page.rows;
        let numbers: Vec<_> = rows.iter().filter_map(|row| row.mobile.as_deref()).collect();
        assert_eq!(numbers, ["•• ••• ••• •67"]);
    }
}

#[tokio::test]
async fn what_is_found_is_sorted_as_well() {
    let (services, clock, admin) = services().await;
    for name in ["jb", "ja", "jc"] {
        clock.advance(chrono::Duration::seconds(1));
        add(&services, &admin, name).await;
    }
    lock(&services, &admin, "ja").await.unwrap();
    for (sort, dir, expected) in [
        ("", "", ["ja", "jb", "jc"]),
        ("username", "desc", ["jc", "jb", "ja"]),
        ("created", "asc", ["jb", "ja", "jc"]),
        ("created", "", ["jc", "ja", "jb"]),
        ("locked", "desc", ["ja", "jc", "jb"]),
    ] {
        for search_in in ["", "username"] {
            let query = ListQuery {
                search: "j".into(),
                search_in: search_in.into(),
                sort: sort.into(),
                dir: dir.into(),
                ..Default::default()
            };
            let rows = list(&services, &admin, &query).await.unwrap().page.rows;
            let names: Vec<_> = rows.iter().map(|row| row.username.as_str()).collect();
            assert_eq!(names, expected, "{sort} {dir} {search_in}");
        }
    }
}
