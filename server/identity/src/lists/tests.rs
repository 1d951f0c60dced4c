use super::*;
use crate::testing::services;
use crate::{Services, users};
use entity::user;
use sea_orm::ActiveValue::Set;

const SORTS: [By<user::Entity>; 3] = users::SORTS;

/// Users, some of them locked, all made in the same second but two.
async fn add(services: &Services, count: i64) {
    let now = services.clock.now();
    let rows = (0..count).map(|n| user::ActiveModel {
        username: Set(format!("U{n:02}")),
        username_lower: Set(format!("u{n:02}")),
        password_hash: Set("x".into()),
        locked: Set(n % 3 == 0),
        created_at: Set(now + chrono::Duration::milliseconds(if n < 2 { 500 - n * 7 } else { 0 })),
        updated_at: Set(now),
        ..Default::default()
    });
    user::Entity::insert_many(rows).exec(&services.db).await.unwrap();
}

fn names(page: &Page<user::Model>) -> Vec<String> {
    page.rows.iter().map(|row| row.username.clone()).collect()
}

#[tokio::test]
async fn pages_follow_each_other_over_rows_that_are_alike_both_ways() {
    let (services, ..) = services().await;
    add(&services, 70).await;
    for by in &SORTS {
        for dir in ["", "asc", "desc"] {
            let mut query = ListQuery {
                sort: by.name.into(),
                dir: dir.into(),
                ..ListQuery::default()
            };
            let read = async |query: &ListQuery| page(&services.db, user::Entity::find(), by, query).await.unwrap();
            let (mut all, mut pages) = (Vec::new(), Vec::new());
            loop {
                let page = read(&query).await;
                all.extend(names(&page));
                let next = page.next.clone();
                pages.push(page);
                match next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
            let mut once = all.clone();
            once.sort();
            once.dedup();
            assert_eq!((all.len(), once.len(), pages.len()), (71, 71, 3), "{} {dir}", by.name);
            let mut sorted = user::Entity::find().all(&services.db).await.unwrap();
            sorted.sort_by_key(|row| match (by.key)(row) {
                Key::Text(text) => (text, 0),
                Key::Time(time, id) => (time.to_rfc3339(), id),
                Key::Flag(flag, id) => (flag.to_string(), id),
            });
            if dir == "desc" || (dir.is_empty() && by.name != "username") {
                sorted.reverse();
            }
            let sorted: Vec<_> = sorted.into_iter().map(|row| row.username).collect();
            assert_eq!(all, sorted, "{} {dir}", by.name);
            // And back again.
            query.after = None;
            query.before = pages[2].previous.clone();
            let back = read(&query).await;
            assert_eq!(
                (names(&back), &back.next),
                (names(&pages[1]), &pages[1].next),
                "{}",
                by.name
            );
            query.before = back.previous;
            let first = read(&query).await;
            assert_eq!((names(&first), first.previous), (names(&pages[0]), None), "{}", by.name);
        }
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_the_beginning_and_a_sort_that_is_none_the_first() {
    let (services, ..) = services().await;
    add(&services, 3).await;
    for (sort, key) in [
        ("created", "x"),
        ("created", "1.yesterday"),
        ("locked", "true"),
        ("locked", "x.true"),
    ] {
        let query = ListQuery {
            sort: sort.into(),
            after: Some(key.into()),
            ..ListQuery::default()
        };
        let page = page(&services.db, user::Entity::find(), chosen(&SORTS, &query), &query)
            .await
            .unwrap();
        assert_eq!((page.rows.len(), page.previous), (4, None), "{sort} {key}");
    }
    let query = ListQuery {
        sort: "password_hash".into(),
        ..ListQuery::default()
    };
    assert_eq!(chosen(&SORTS, &query).name, "username");
}

#[tokio::test]
async fn ids_are_found_however_many() {
    let (services, ..) = services().await;
    add(&services, 5).await;
    for ids in [vec![], vec![2, 4], (3..40_000).collect()] {
        let found = user::Entity::find().filter(among(services.db.get_database_backend(), user::Column::Id, &ids));
        let expected = (1..=6).filter(|id| ids.contains(id)).count();
        assert_eq!(found.all(&services.db).await.unwrap().len(), expected);
    }
}
