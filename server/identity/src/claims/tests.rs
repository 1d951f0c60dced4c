use domain::input::claim::ClaimInput;
use domain::input::service_provider::{ClaimRow, ServiceProviderInput};
use domain::{Permission, claim};
use entity::audit;
use sea_orm::{EntityTrait, QueryOrder};

use super::{Direction, all, create, delete, get, list, move_by_one, place, update, version as version_of};
use crate::testing::services;
use crate::users::tests::{add, is_denied, problems, version};
use crate::{Actor, Error, Services, service_providers, users};

const COST: &str = "http://wso2.org/claims/costcentre";

fn input(uri: &str, label: &str) -> ClaimInput {
    ClaimInput {
        uri: uri.into(),
        label: label.into(),
        attribute: "cost".into(),
        ..ClaimInput::default()
    }
}

async fn order(services: &Services) -> Vec<String> {
    let claims = all(&services.db).await.unwrap();
    claims
        .iter()
        .map(|one| claim::short_name(&one.uri).to_owned())
        .collect()
}

async fn give(services: &Services, admin: &Actor, username: &str, name: &str, value: &str) -> crate::Result<()> {
    let claims = [(name.to_owned(), value.to_owned())].into();
    let input = domain::input::user::ProfileInput {
        version: version(services, username).await,
        claims,
    };
    users::update_profile(services, admin, username, &input).await
}

#[tokio::test]
async fn a_fresh_store_has_the_profile_in_order_and_the_derived_claims() {
    let (services, _, _) = services().await;
    let claims = all(&services.db).await.unwrap();
    let typed: Vec<_> = claims
        .iter()
        .filter(|claim| !claim.derived)
        .map(|claim| claim.uri.as_str())
        .collect();
    assert_eq!(typed, claim::PROFILE.map(|(uri, _, _)| uri));
    let derived: Vec<_> = claims
        .iter()
        .filter(|claim| claim.derived)
        .map(|claim| claim.uri.as_str())
        .collect();
    assert_eq!(derived, claim::DERIVED);
}

#[tokio::test]
async fn a_new_claim_is_the_last_field_of_profiles_and_checks_what_is_typed() {
    let (services, _, admin) = services().await;
    let form = ClaimInput {
        pattern: "[0-9]{4}".into(),
        required: true.into(),
        ..input(COST, "Cost <b>centre")
    };
    assert_eq!(create(&services, &admin, &form).await.unwrap(), COST);
    let last = all(&services.db).await.unwrap().pop().unwrap();
    assert_eq!(
        (last.uri.as_str(), last.label.as_str(), last.pattern.as_str()),
        (COST, "Cost <b>centre", "[0-9]{4}")
    );
    assert!(last.required && !last.derived);

    add(&services, &admin, "jane").await;
    let profile = users::profile(&services, &admin, "jane").await.unwrap();
    assert_eq!(profile.fields.last().unwrap().0.uri, COST);
    assert!(
        problems(give(&services, &admin, "jane", "costcentre", "x").await)
            .of("claims[costcentre]")
            .is_some()
    );
    give(&services, &admin, "jane", "costcentre", "1234").await.unwrap();
}

#[tokio::test]
async fn neither_uri_nor_last_part_nor_label_is_there_twice() {
    let (services, _, admin) = services().await;
    create(&services, &admin, &input(COST, "Cost centre")).await.unwrap();
    for (uri, label, field) in [
        (COST, "Other", "uri"),
        ("http://wso2.org/claims/team/costCentre", "Other", "uri"),
        ("http://wso2.org/claims/other", "COST CENTRE", "label"),
        ("http://wso2.org/claims/other", "Mobile", "label"),
    ] {
        let problems = problems(create(&services, &admin, &input(uri, label)).await);
        assert!(
            problems.0.len() == 1 && problems.of(field).is_some(),
            "{uri} {label}: {problems:?}"
        );
    }
    assert!(
        problems(update(&services, &admin, COST, &input(COST, "mobile")).await)
            .of("label")
            .is_some()
    );
    update(&services, &admin, COST, &input(COST, "COST centre"))
        .await
        .unwrap();
}

#[tokio::test]
async fn everything_but_the_uri_can_be_changed() {
    let (services, _, admin) = services().await;
    create(&services, &admin, &input(COST, "Cost centre")).await.unwrap();
    let changed = ClaimInput {
        pattern: "[a-z]*".into(),
        ..input("http://wso2.org/claims/mobile", "Cost")
    };
    update(&services, &admin, COST, &changed).await.unwrap();
    let stored = get(&services, &admin, COST).await.unwrap();
    assert_eq!(
        (stored.claim.label.as_str(), stored.claim.pattern.as_str()),
        ("Cost", "[a-z]*")
    );
    assert!(!stored.built_in && stored.used_by.is_empty());
    let role = ClaimInput {
        required: true.into(),
        pattern: "(".into(),
        ..input("", "Groups")
    };
    update(&services, &admin, claim::ROLE, &role).await.unwrap();
    let role = get(&services, &admin, claim::ROLE).await.unwrap().claim;
    assert!(
        role.label == "Groups" && !role.required && role.pattern.is_empty() && role.derived,
        "{role:?}"
    );
    for gone in ["http://wso2.org/claims/none", "", "\0"] {
        assert!(
            matches!(
                update(&services, &admin, gone, &input("", "x")).await,
                Err(Error::NotFound)
            ),
            "{gone}"
        );
    }
}

#[tokio::test]
async fn a_claim_moves_past_its_neighbour() {
    let (services, _, admin) = services().await;
    let before = order(&services).await;
    let last = all(&services.db).await.unwrap().last().unwrap().uri.clone();
    let first = all(&services.db).await.unwrap()[0].uri.clone();
    move_by_one(&services, &admin, &first, Direction::Up).await.unwrap();
    move_by_one(&services, &admin, &last, Direction::Down).await.unwrap();
    assert_eq!(order(&services).await, before, "ends stay");
    move_by_one(&services, &admin, &first, Direction::Down).await.unwrap();
    assert_eq!(order(&services).await[..2], [before[1].clone(), before[0].clone()]);
    move_by_one(&services, &admin, &first, Direction::Up).await.unwrap();
    assert_eq!(order(&services).await, before);
    let gone = move_by_one(&services, &admin, "http://wso2.org/claims/none", Direction::Up).await;
    assert!(matches!(gone, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_claim_is_put_to_a_place() {
    let (services, _, admin) = services().await;
    let before = order(&services).await;
    let uris: Vec<_> = all(&services.db)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.uri)
        .collect();
    place(&services, &admin, &uris[0], 2).await.unwrap();
    assert_eq!(
        order(&services).await[..3],
        [before[1].clone(), before[2].clone(), before[0].clone()]
    );
    place(&services, &admin, &uris[0], 0).await.unwrap();
    assert_eq!(order(&services).await, before);
    place(&services, &admin, &uris[1], usize::MAX).await.unwrap();
    assert_eq!(
        order(&services).await.last(),
        Some(&before[1]),
        "beyond the end is the end"
    );
    let none = place(&services, &admin, "http://wso2.org/claims/none", 0).await;
    assert!(matches!(none, Err(Error::NotFound)));
    let viewer = Actor {
        permissions: [Permission::ViewSettings].into_iter().collect(),
        ..admin
    };
    assert!(is_denied(&place(&services, &viewer, &uris[0], 1).await));
}

#[tokio::test]
async fn nobody_overwrites_another_change_of_a_claim_unseen() {
    let (services, _, admin) = services().await;
    create(&services, &admin, &input(COST, "Cost centre")).await.unwrap();
    let seen = version_of(&get(&services, &admin, COST).await.unwrap().claim);
    let typed = |label: &str| ClaimInput {
        version: seen.clone(),
        ..input(COST, label)
    };
    update(&services, &admin, COST, &typed("Centre")).await.unwrap();
    let second = update(&services, &admin, COST, &typed("Cost")).await;
    assert!(matches!(second, Err(Error::Stale)));
    // Who moved it has not changed what it says.
    let seen = version_of(&get(&services, &admin, COST).await.unwrap().claim);
    place(&services, &admin, COST, 0).await.unwrap();
    let third = ClaimInput {
        version: seen,
        ..input(COST, "Cost")
    };
    update(&services, &admin, COST, &third).await.unwrap();
}

#[tokio::test]
async fn claims_that_the_server_needs_stay() {
    let (services, _, admin) = services().await;
    for uri in [claim::MOBILE, claim::USERNAME, claim::ROLE] {
        assert!(get(&services, &admin, uri).await.unwrap().built_in, "{uri}");
        assert!(problems(delete(&services, &admin, uri).await).of("").is_some(), "{uri}");
    }
}

#[tokio::test]
async fn a_claim_in_use_stays_until_nothing_uses_it() {
    let (services, _, admin) = services().await;
    create(&services, &admin, &input(COST, "Cost centre")).await.unwrap();
    add(&services, &admin, "jane+1@example.com").await;
    give(&services, &admin, "jane+1@example.com", "costcentre", "1234")
        .await
        .unwrap();
    let sp = ServiceProviderInput {
        name: "travelocity.com".into(),
        ..ServiceProviderInput::default()
    };
    let id = service_providers::create(&services, &admin, &sp).await.unwrap();
    let mut form = service_providers::get(&services, &admin, id).await.unwrap().input;
    form.subject_claim = COST.into();
    form.claims = vec![ClaimRow {
        local: COST.into(),
        ..ClaimRow::default()
    }];
    service_providers::update(&services, &admin, id, &form).await.unwrap();

    let Err(Error::InUse(uses)) = delete(&services, &admin, COST).await else {
        panic!("deleted")
    };
    let shown: Vec<_> = uses
        .iter()
        .map(|one| (one.name.as_str(), one.how.as_str(), one.href.as_str()))
        .collect();
    let page = format!("/console/service-providers/{id}");
    assert_eq!(
        shown,
        [
            ("travelocity.com", "claim", page.as_str()),
            ("travelocity.com", "subject claim", page.as_str()),
            (
                "jane+1@example.com",
                "has a value",
                "/console/users/jane%2B1%40example.com/profile"
            ),
        ]
    );
    let curator = Actor {
        permissions: [Permission::ManageSettings].into_iter().collect(),
        ..admin.clone()
    };
    let uses = get(&services, &curator, COST).await.unwrap().used_by;
    assert_eq!(
        uses.last().unwrap().name,
        "1 user",
        "who may not see users learns no names"
    );

    let mut form = service_providers::get(&services, &admin, id).await.unwrap().input;
    form.subject_claim = String::new();
    form.claims = Vec::new();
    service_providers::update(&services, &admin, id, &form).await.unwrap();
    assert!(matches!(delete(&services, &admin, COST).await, Err(Error::InUse(uses)) if uses.len() == 1));
    give(&services, &admin, "jane+1@example.com", "costcentre", "")
        .await
        .unwrap();
    delete(&services, &admin, COST).await.unwrap();
    assert!(matches!(get(&services, &admin, COST).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn users_beyond_the_first_are_counted() {
    let (services, _, admin) = services().await;
    create(&services, &admin, &input(COST, "Cost centre")).await.unwrap();
    let now = services.clock.now();
    let users = (0..23).map(|n| entity::user::ActiveModel {
        username: sea_orm::ActiveValue::Set(format!("u{n:02}")),
        username_lower: sea_orm::ActiveValue::Set(format!("u{n:02}")),
        password_hash: sea_orm::ActiveValue::Set("x".into()),
        created_at: sea_orm::ActiveValue::Set(now),
        updated_at: sea_orm::ActiveValue::Set(now),
        ..Default::default()
    });
    entity::user::Entity::insert_many(users)
        .exec(&services.db)
        .await
        .unwrap();
    for n in 0..23 {
        give(&services, &admin, &format!("u{n:02}"), "costcentre", "1")
            .await
            .unwrap();
    }
    let uses = get(&services, &admin, COST).await.unwrap().used_by;
    assert_eq!(
        (uses.len(), uses[20].name.as_str(), uses[20].how.as_str()),
        (21, "3 more users", "have a value")
    );
}

#[tokio::test]
async fn changes_need_the_permission_and_are_audited() {
    let (services, _, admin) = services().await;
    let viewer = Actor {
        permissions: [Permission::ViewSettings].into_iter().collect(),
        ..admin.clone()
    };
    assert_eq!(list(&services, &viewer).await.unwrap().len(), 13);
    assert!(is_denied(&create(&services, &viewer, &input(COST, "Cost")).await));
    assert!(is_denied(
        &update(&services, &viewer, claim::EMAIL, &input("", "Cost")).await
    ));
    assert!(is_denied(&delete(&services, &viewer, claim::EMAIL).await));
    assert!(is_denied(
        &move_by_one(&services, &viewer, claim::EMAIL, Direction::Up).await
    ));
    let others = [Permission::ManageUsers, Permission::ViewLog].into_iter().collect();
    let other = Actor {
        permissions: others,
        ..admin.clone()
    };
    assert!(is_denied(&list(&services, &other).await));
    assert!(is_denied(&get(&services, &other, claim::EMAIL).await));

    create(&services, &admin, &input(COST, "Cost")).await.unwrap();
    update(&services, &admin, COST, &input("", "Costs")).await.unwrap();
    move_by_one(&services, &admin, COST, Direction::Up).await.unwrap();
    delete(&services, &admin, COST).await.unwrap();
    let rows = audit::Entity::find()
        .order_by_asc(audit::Column::Id)
        .all(&services.db)
        .await
        .unwrap();
    let entries: Vec<_> = rows
        .iter()
        .map(|row| (row.action.as_str(), row.detail.as_str()))
        .collect();
    assert_eq!(
        entries,
        [
            ("create", ""),
            ("update", "Display Name"),
            ("update", "Display Order"),
            ("delete", "")
        ]
    );
    assert!(
        rows.iter()
            .all(|row| row.target == COST && row.target_kind == "claims" && row.actor == "admin")
    );
}
