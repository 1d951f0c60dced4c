use domain::PermissionSet;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::service_provider::{BASIC, ServiceProviderInput, StepRow, StepsInput};
use domain::phone::NumberKind;
use sea_orm::sea_query::Expr as SqlExpr;

use super::*;
use crate::testing::services;
use crate::users::tests::{add, is_denied, save};
use crate::{login, users};

/// A service provider whose second step is a code of an identity provider.
async fn with_code(
    services: &Services,
    admin: &Actor,
    name: &str,
    change: impl FnOnce(&mut IdentityProviderInput),
) -> i64 {
    let mut input = IdentityProviderInput {
        name: name.into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: "https://sms.example/send?to=&num&text=&msg".into(),
        http_method: "GET".into(),
        ..Default::default()
    };
    change(&mut input);
    let provider = identity_providers::create(services, admin, &input).await.unwrap();
    let basics = ServiceProviderInput {
        name: name.into(),
        ..Default::default()
    };
    let id = service_providers::create(services, admin, &basics).await.unwrap();
    let stored = service_providers::steps_form(services, admin, id).await.unwrap();
    let step = |authenticator: &str| StepRow {
        authenticators: vec![authenticator.to_owned()],
        ..StepRow::default()
    };
    let steps = StepsInput {
        version: stored.input.version,
        steps: vec![step(BASIC), step(&provider.to_string())],
        subject_step: "0".into(),
        attributes_step: "0".into(),
        press: String::new(),
    };
    service_providers::save_steps(services, admin, id, &steps)
        .await
        .unwrap();
    id
}

/// Every figure of every service provider, checked against the list behind it.
async fn counted(services: &Services, admin: &Actor) -> Vec<(String, Vec<u64>)> {
    let view = figures(services, admin).await.unwrap();
    let mut all = Vec::new();
    for row in view.rows {
        let mut counts = Vec::new();
        for figure in row.figures {
            let query = BlockedQuery {
                list: ListQuery::default(),
                reason: figure.reason.clone(),
            };
            let behind = list(services, admin, row.id, &query).await.unwrap();
            assert_eq!(behind.page.count, figure.count, "{} of {}", figure.reason, row.name);
            assert_eq!(behind.page.rows.len() as u64, Ord::min(figure.count.unwrap(), 25));
            counts.push(figure.count.unwrap());
        }
        all.push((row.name, counts));
    }
    all
}

#[tokio::test]
async fn figures_and_the_lists_behind_them_agree() {
    let (services, _, admin) = services().await;
    assert_eq!(counted(&services, &admin).await, []);
    with_code(&services, &admin, "all", |_| ()).await;
    with_code(&services, &admin, "lanka", |input| {
        input.allowed_countries = "LK".into()
    })
    .await;
    with_code(&services, &admin, "open", |input| {
        input.numbers_may_be_entered = Tick(true)
    })
    .await;
    for name in ["anna", "bert", "carl", "dora"] {
        add(&services, &admin, name).await;
    }
    save(&services, &admin, "bert", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    save(&services, &admin, "carl", &[("mobile", "+491701234567")])
        .await
        .unwrap();
    users::lock(&services, &admin, "dora").await.unwrap();
    // admin, anna and dora have no number; carl's is German.
    let expected = [
        ("all".to_owned(), vec![3, 0, 0, 1, 0]),
        ("lanka".to_owned(), vec![3, 0, 1, 1, 0]),
        ("open".to_owned(), vec![0, 0, 0, 1, 0]),
    ];
    assert_eq!(counted(&services, &admin).await, expected);

    // A number from before kinds were told, which turns out to be a fixed line; and somebody who guessed too often.
    user_claim::Entity::update_many()
        .col_expr(
            user_claim::Column::NumberKind,
            SqlExpr::value(NumberKind::Fixed.as_str()),
        )
        .filter(user_claim::Column::NumberRegion.eq("LK"))
        .exec(&services.db)
        .await
        .unwrap();
    let anna = users::find_by_username(&services.db, "anna").await.unwrap().unwrap();
    login::close_codes(&services, anna.id).await;
    let counts: Vec<_> = counted(&services, &admin)
        .await
        .into_iter()
        .map(|(_, counts)| counts)
        .collect();
    assert_eq!(counts, [[3, 1, 0, 1, 1], [3, 1, 1, 1, 1], [0, 1, 0, 1, 1]]);
}

#[tokio::test]
async fn a_list_is_paged_by_name_and_only_for_those_who_may_see_users() {
    let (services, _, admin) = services().await;
    let id = with_code(&services, &admin, "all", |_| ()).await;
    for n in 0..30 {
        add(&services, &admin, &format!("u{n:02}")).await;
    }
    let query = BlockedQuery {
        list: ListQuery::default(),
        reason: "no_number".into(),
    };
    let first = list(&services, &admin, id, &query).await.unwrap().page;
    assert_eq!(
        (first.rows.len(), first.count, first.rows[0].as_str()),
        (25, Some(31), "admin")
    );
    let turned = BlockedQuery {
        list: ListQuery {
            after: first.next,
            ..ListQuery::default()
        },
        ..query.clone()
    };
    let second = list(&services, &admin, id, &turned).await.unwrap().page;
    assert_eq!((second.rows.len(), second.rows[0].as_str()), (6, "u24"));

    let forged = BlockedQuery {
        reason: "because".into(),
        ..query.clone()
    };
    assert!(matches!(
        list(&services, &admin, id, &forged).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        list(&services, &admin, id + 1, &query).await,
        Err(Error::NotFound)
    ));
    for held in [Permission::ViewUsers, Permission::ViewServiceProviders] {
        let other = Actor {
            permissions: PermissionSet::from_iter([held]),
            ..admin.clone()
        };
        assert!(is_denied(&list(&services, &other, id, &query).await), "{held:?}");
        assert!(is_denied(&figures(&services, &other).await), "{held:?}");
    }
}

#[test]
fn several_steps_take_what_each_of_them_takes() {
    let need = |countries: &[&str], may_enter| Need {
        allowed: Some(countries.iter().map(|one| (*one).to_owned()).collect()),
        may_enter,
    };
    let all = Need {
        allowed: None,
        may_enter: true,
    };
    assert_eq!(all.clone().and(need(&["LK"], true)), need(&["LK"], true));
    assert_eq!(
        need(&["LK", "DE"], true).and(need(&["DE"], false)),
        need(&["DE"], false)
    );
    assert_eq!(all.clone().and(all.clone()), all);
}
