//! Imports as a whole, over a store: what is kept, what is added, and by whom.

use domain::claim;
use domain::input::Tick;
use domain::input::user_import::{ColumnsInput, ReviewInput, UploadInput};
use domain::view::ListQuery;
use domain::view::user_import::{ImportCounts, ImportStatus, ReviewView};
use entity::{audit, user, user_import, user_import_row};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::*;
use crate::testing::services;
use crate::users::tests::problems;
use crate::users::{claims_of, find_by_username};
use crate::{cleanup, roles};

mod running;

const FILE: &str = "Username,Password,First Name,Mobile,Shoe size\n\
                    nora,tr0mbone-Teapot,Nora,077 123 4567,38\n\
                    odd,short,Odd,12,39\n\
                    NORA,tr0mbone-Teapot,Other,,40\n\
                    admin,tr0mbone-Teapot,Admin,,41\n\
                    zo\u{eb},tr0mbone-Teapot,Zo\u{eb},,42\n";

fn input(content: impl AsRef<[u8]>) -> UploadInput {
    UploadInput {
        file: "staff.csv".into(),
        content: content.as_ref().to_vec(),
        country: "lk".into(),
        without_password: Tick(false),
    }
}

async fn shown(services: &Services, actor: &Actor, id: &str) -> ReviewView {
    review(services, actor, id, &ListQuery::default()).await.unwrap()
}

fn typed(line: i64, column: usize, value: &str, press: &str) -> ReviewInput {
    ReviewInput {
        cells: [(format!("r{line}"), [(format!("c{column}"), value.to_owned())].into())].into(),
        press: press.into(),
        part: String::new(),
    }
}

fn pressed(press: &str) -> ReviewInput {
    ReviewInput {
        press: press.into(),
        ..ReviewInput::default()
    }
}

async fn users(services: &Services) -> u64 {
    user::Entity::find().count(&services.db).await.unwrap()
}

async fn audited(services: &Services, action: &str) -> Vec<(String, String)> {
    let rows = audit::Entity::find().filter(audit::Column::Action.eq(action));
    let rows = rows.all(&services.db).await.unwrap();
    rows.into_iter().map(|row| (row.target, row.detail)).collect()
}

fn lines(n: usize) -> String {
    let rows: String = (0..n).map(|n| format!("user{n},tr0mbone-Teapot\n")).collect();
    format!("Username,Password\n{rows}")
}

#[tokio::test]
async fn rows_are_looked_through_and_repaired_before_anybody_is_added() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    let view = shown(&services, &admin, &id).await;
    assert_eq!(
        view.facts.counts,
        ImportCounts {
            problems: 3,
            exists: 1,
            ready: 1,
            left_out: 0
        }
    );
    let kinds: Vec<_> = view
        .facts
        .kinds
        .iter()
        .map(|kind| (kind.name.as_str(), kind.rows))
        .collect();
    assert_eq!(
        kinds,
        [
            ("username", 1),
            ("exists", 1),
            ("duplicate", 1),
            ("password", 1),
            ("mobile", 1)
        ]
    );
    assert_eq!(view.ignored, ["Shoe size"]);
    let order: Vec<_> = view.rows.iter().map(|row| row.line).collect();
    assert_eq!(order, [3, 4, 6, 5, 2], "problems first");
    let nora = &view.rows[4].cells;
    assert_eq!(nora[3].becomes.as_deref(), Some("+94771234567"));
    assert!(
        nora[1].is_hidden && nora[1].value.is_empty(),
        "passwords do not come back"
    );
    assert!(view.rows[3].cells[0].problem.as_deref().unwrap().contains("already"));

    // A number put right is not enough while the password is too short.
    save(&services, &admin, &id, &typed(3, 3, "0777654321", ""))
        .await
        .unwrap();
    let counts = save(&services, &admin, &id, &typed(3, 1, "another good one", ""))
        .await
        .unwrap();
    assert_eq!((counts.ready, counts.problems), (2, 2));
    // The first of two gone, the second is no duplicate any more; back again, it is.
    let counts = save(&services, &admin, &id, &pressed("leave-out 2")).await.unwrap();
    assert_eq!((counts.ready, counts.problems, counts.left_out), (2, 1, 1));
    let counts = save(&services, &admin, &id, &pressed("put-back 2")).await.unwrap();
    assert_eq!((counts.ready, counts.problems, counts.left_out), (2, 2, 0));
    let counts = save(&services, &admin, &id, &pressed("leave-out-all duplicate"))
        .await
        .unwrap();
    assert_eq!((counts.ready, counts.problems, counts.left_out), (2, 1, 1));
    assert_eq!(users(&services).await, 1, "nobody is added");
    assert!(!work(&services).await.unwrap(), "nothing is to do");
}

#[tokio::test]
async fn what_is_ready_is_added_and_the_rest_can_be_taken_along() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    save(&services, &admin, &id, &typed(3, 3, "0777654321", ""))
        .await
        .unwrap();
    save(&services, &admin, &id, &typed(3, 1, "another good one", "leave-out 4"))
        .await
        .unwrap();
    start(&services, &admin, &id).await.unwrap();
    assert!(work(&services).await.unwrap());
    assert_eq!(users(&services).await, 3);
    let odd = find_by_username(&services.db, "odd").await.unwrap().unwrap();
    assert!(
        services
            .hasher
            .verify(
                services.hasher.place().unwrap(),
                "another good one",
                Some(&odd.password_hash)
            )
            .await
            .unwrap()
    );
    let claims = claims_of(&services.db, odd.id).await.unwrap();
    assert_eq!(claims[claim::MOBILE], "+94777654321");
    assert!(roles::permissions_of(&services.db, odd.id).await.unwrap().is_empty());
    let view = progress(&services, &admin, &id).await.unwrap();
    assert_eq!((view.facts.status, view.added, view.to_add), (ImportStatus::Done, 2, 2));
    assert_eq!(
        audited(&services, "import").await,
        [(
            "staff.csv".to_owned(),
            "2 added, 1 already there, 1 with problems, 1 left out".to_owned()
        )]
    );
    let created = audited(&services, "create").await;
    assert!(
        created.contains(&("nora".into(), "import".into())) && created.len() == 2,
        "{created:?}"
    );

    let mut left = left(&services, &admin, &id).await.unwrap();
    assert_eq!(
        left.head,
        ["Line", "Reason", "Username", "First Name", "Mobile", "Shoe size"]
    );
    let rows = left.next().await.unwrap();
    assert_eq!(rows[0], ["4", "left out", "NORA", "Other", "", "40"]);
    assert_eq!(rows[1][..3], ["5", "user name already there", "admin"]);
    assert!(left.next().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_kept_is_sealed_and_gone_after_a_day() {
    let (services, clock, admin) = services().await;
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    let rows = user_import_row::Entity::find().all(&services.db).await.unwrap();
    assert_eq!(rows.len(), 5);
    for row in &rows {
        for secret in ["nora", "NORA", "tr0mbone", "0771234567", "+9477"] {
            let holds = row
                .cells_sealed
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!holds && !row.username_blind.contains(secret), "{secret}");
        }
    }
    assert_eq!(rows[0].username_blind, rows[2].username_blind);
    assert!(
        rows::open(
            &services.vault,
            &user_import_row::Model {
                line: 9,
                ..rows[0].clone()
            }
        )
        .is_err()
    );

    clock.advance(chrono::Duration::hours(23));
    cleanup::run(&services).await.unwrap();
    assert!(review(&services, &admin, &id, &ListQuery::default()).await.is_ok());
    clock.advance(chrono::Duration::hours(1));
    assert!(review(&services, &admin, &id, &ListQuery::default()).await.is_err());
    cleanup::run(&services).await.unwrap();
    assert_eq!(user_import_row::Entity::find().count(&services.db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_and_leaves_nothing() {
    let (services, _, admin) = services().await;
    for (content, why) in [
        (String::new(), "empty"),
        ("Username,Password\n".to_owned(), "no user in the file"),
        ("nora,tr0mbone-Teapot\nodd,x\n".to_owned(), "names no column"),
        (lines(100_001), "100,000 lines"),
        ("Username\nno\0ra\n".to_owned(), "Line 2"),
    ] {
        let refused = problems(upload(&services, &admin, input(content)).await);
        assert!(refused.of("file").unwrap().contains(why), "{refused:?}");
        assert_eq!(user_import::Entity::find().count(&services.db).await.unwrap(), 0);
    }
    let unknown = UploadInput {
        country: "Atlantis".into(),
        ..input(FILE)
    };
    assert!(
        problems(upload(&services, &admin, unknown).await)
            .of("country")
            .is_some()
    );
    let none = problems(upload(&services, &admin, UploadInput::default()).await);
    assert!(none.of("file").is_some());
}

#[tokio::test]
async fn columns_are_named_by_hand_and_every_row_is_looked_at_again() {
    let (services, clock, admin) = services().await;
    let file = "Login;Phone;First Name\nnora;0771234567;Nora\nodd;077;Odd\n";
    let id = upload(&services, &admin, input(file)).await.unwrap();
    assert_eq!(shown(&services, &admin, &id).await.facts.counts.problems, 2);
    let page = columns(&services, &admin, &id).await.unwrap();
    assert_eq!(page.columns[2].sample, "Nora");
    let chosen = |targets: [&str; 3]| ColumnsInput {
        country: "LK".into(),
        without_password: Tick(true),
        columns: targets
            .iter()
            .enumerate()
            .map(|(place, target)| (format!("c{place}"), (*target).to_owned()))
            .collect(),
    };
    let refused = problems(set_columns(&services, &admin, &id, &chosen(["", claim::MOBILE, claim::MOBILE])).await);
    assert!(
        refused.of("columns[c2]").is_some() && refused.of("").is_some(),
        "{refused:?}"
    );
    save(&services, &admin, &id, &pressed("leave-out 3")).await.unwrap();
    let given = chosen(["username", claim::MOBILE, "http://wso2.org/claims/givenname"]);
    set_columns(&services, &admin, &id, &given).await.unwrap();
    let view = shown(&services, &admin, &id).await;
    assert_eq!((view.facts.counts.ready, view.facts.counts.left_out), (1, 1));
    start(&services, &admin, &id).await.unwrap();
    work(&services).await.unwrap();
    let nora = find_by_username(&services.db, "nora").await.unwrap().unwrap();
    assert!(
        !services
            .hasher
            .verify(services.hasher.place().unwrap(), "", Some(&nora.password_hash))
            .await
            .unwrap()
    );
    assert_eq!(
        claims_of(&services.db, nora.id).await.unwrap()[claim::MOBILE],
        "+94771234567"
    );

    // A check that was cut off can be done again, once nobody does it.
    discard(&services, &admin, &id).await.unwrap();
    let id = upload(&services, &admin, input(FILE)).await.unwrap();
    let (from, to) = (ImportStatus::Review, ImportStatus::Checking);
    assert!(turn(&services.db, &id, from, to, services.clock.now()).await.unwrap());
    assert!(shown(&services, &admin, &id).await.can_check);
    clock.advance(chrono::Duration::seconds(1));
    check_again(&services, &admin, &id).await.unwrap();
    assert_eq!(shown(&services, &admin, &id).await.facts.status, ImportStatus::Review);
}

#[tokio::test]
async fn the_grid_is_paged_by_key() {
    let (services, _, admin) = services().await;
    let id = upload(&services, &admin, input(lines(60))).await.unwrap();
    let mut query = ListQuery::default();
    let mut seen = Vec::new();
    loop {
        let view = review(&services, &admin, &id, &query).await.unwrap();
        assert!(view.rows.len() <= 25);
        seen.extend(view.rows.iter().map(|row| row.line));
        match view.next {
            Some(key) => query.after = Some(key),
            None => break,
        }
    }
    assert_eq!(seen, (2..62).collect::<Vec<_>>());
    let before = ListQuery {
        before: query.after.clone(),
        ..ListQuery::default()
    };
    let view = review(&services, &admin, &id, &before).await.unwrap();
    assert_eq!((view.rows[0].line, view.rows.len()), (26, 25));
    assert!(view.previous.is_some() && view.next.is_some());
}
