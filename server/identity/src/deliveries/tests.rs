use chrono::Duration;
use domain::Permission;
use domain::view::ListQuery;
use domain::view::delivery::{DeliveriesQuery, DeliveryRow};
use domain::view::watch::Severity;
use entity::sms_delivery;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::{OUTCOMES, list};
use crate::testing::services;
use crate::users::tests::{add, is_denied};
use crate::{Actor, Services};

mod counted;
mod filters;
mod single;

fn row(services: &Services, outcome: &str) -> sms_delivery::ActiveModel {
    let now = services.clock.now();
    sms_delivery::ActiveModel {
        at: Set(now),
        identity_provider_id: Set(7),
        identity_provider: Set("SMSOTP".into()),
        application: Set("travelocity.com".into()),
        user_id: Set(None),
        masked_number: Set("•• ••• ••• •67".into()),
        country: Set("LK".into()),
        purpose: Set("sign_in".into()),
        outcome: Set(outcome.into()),
        phase: Set("done".into()),
        status: Set(Some(200)),
        rule: Set("<b>rule</b>".into()),
        attempts: Set(1),
        duration_ms: Set(Some(412)),
        deadline_at: Set(now + Duration::seconds(15)),
        used_at: Set(None),
        connected_ms: Set(Some(126)),
        first_byte_ms: Set(Some(397)),
        done_ms: Set(Some(412)),
        segments: Set(Some(2)),
        ..Default::default()
    }
}

async fn outcomes(services: &Services, actor: &Actor, outcome: &str) -> Vec<String> {
    let query = DeliveriesQuery {
        outcome: outcome.into(),
        ..DeliveriesQuery::default()
    };
    let page = list(services, actor, &query).await.unwrap().page;
    page.rows.into_iter().map(|row| row.outcome).collect()
}

#[tokio::test]
async fn a_row_says_what_became_of_it_and_whether_the_code_was_used() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let used = sms_delivery::ActiveModel {
        user_id: Set(Some(jane)),
        used_at: Set(Some(services.clock.now() + Duration::seconds(9))),
        ..row(&services, "sent")
    };
    used.insert(&services.db).await.unwrap();
    let test = sms_delivery::ActiveModel {
        purpose: Set("test".into()),
        user_id: Set(Some(9999)),
        ..row(&services, "refused")
    };
    test.insert(&services.db).await.unwrap();
    let rows = list(&services, &admin, &DeliveriesQuery::default())
        .await
        .unwrap()
        .page
        .rows;
    let expected = DeliveryRow {
        id: rows[1].id,
        at: "2026-11-23T12:00:00Z".into(),
        identity_provider: "SMSOTP".into(),
        application: "travelocity.com".into(),
        username: Some("jane".into()),
        masked_number: "•• ••• ••• •67".into(),
        country: "LK".into(),
        purpose: "sign-in".into(),
        outcome: "accepted".into(),
        severity: Severity::Good,
        phase: "done".into(),
        status: Some(200),
        rule: "<b>rule</b>".into(),
        attempts: 1,
        duration_millis: Some(412),
        phases: [("Connected", 126), ("First byte", 271), ("Done", 15)]
            .map(|(name, millis)| (name.to_owned(), millis))
            .to_vec(),
        segments: Some(2),
        used_at: Some("2026-11-23T12:00:09Z".into()),
    };
    assert_eq!(rows[1], expected);
    assert_eq!(
        (rows[0].purpose.as_str(), rows[0].severity, &rows[0].username),
        ("test", Severity::Bad, &None)
    );
}

#[tokio::test]
async fn every_outcome_is_a_filter() {
    let (services, clock, admin) = services().await;
    for outcome in OUTCOMES {
        row(&services, outcome.as_str()).insert(&services.db).await.unwrap();
    }
    row(&services, "open").insert(&services.db).await.unwrap();
    let choices = list(&services, &admin, &DeliveriesQuery::default())
        .await
        .unwrap()
        .choices
        .outcomes;
    assert_eq!(choices.len(), 8);
    for (name, words) in choices {
        assert_eq!(outcomes(&services, &admin, &name).await, [words], "{name}");
    }
    assert_eq!(outcomes(&services, &admin, "forged").await.len(), 8);

    clock.advance(Duration::seconds(15));
    assert_eq!(outcomes(&services, &admin, "open").await, Vec::<String>::new());
    assert_eq!(outcomes(&services, &admin, "not_sent").await, ["not sent", "not sent"]);
    let rows = list(&services, &admin, &DeliveriesQuery::default())
        .await
        .unwrap()
        .page
        .rows;
    assert_eq!(
        (rows[0].severity, rows[0].rule.as_str()),
        (Severity::Bad, "The server stopped before there was an answer.")
    );
}

#[tokio::test]
async fn deliveries_are_found_by_provider_and_by_user() {
    let (services, _, admin) = services().await;
    for (name, provider) in [("jane", 7), ("Janet", 8), ("mary", 8)] {
        let id = add(&services, &admin, name).await;
        let delivery = sms_delivery::ActiveModel {
            user_id: Set(Some(id)),
            identity_provider_id: Set(provider),
            identity_provider: Set(format!("P{provider}")),
            ..row(&services, "sent")
        };
        delivery.insert(&services.db).await.unwrap();
    }
    let found = async |search: &str, provider: &str| {
        let list_query = ListQuery {
            search: search.into(),
            ..ListQuery::default()
        };
        let query = DeliveriesQuery {
            list: list_query,
            identity_provider: provider.into(),
            ..DeliveriesQuery::default()
        };
        let view = list(&services, &admin, &query).await.unwrap();
        let names: Vec<_> = view.page.rows.into_iter().filter_map(|row| row.username).collect();
        (names.join(" "), view.choices.identity_providers)
    };
    assert_eq!(found("", "").await.0, "mary Janet jane");
    assert_eq!(found("JANE", "").await.0, "Janet jane");
    assert_eq!(found("_", "").await.0, "");
    let (names, offered) = found("", "8").await;
    assert_eq!(
        (names.as_str(), offered),
        ("mary Janet", vec![("8".to_owned(), "P8".to_owned())]),
        "though it is deleted"
    );
    assert_eq!(found("jane", "8").await.0, "Janet");
    assert_eq!(found("", "x").await.0, "mary Janet jane");
}

#[tokio::test]
async fn providers_that_can_send_are_offered() {
    use domain::input::identity_provider::IdentityProviderInput;
    let (services, _, admin) = services().await;
    for (name, sms) in [("zeta", true), ("Alpha", true), ("none", false)] {
        let input = IdentityProviderInput {
            name: name.into(),
            sms_enabled: sms.into(),
            sms_default: sms.into(),
            sms_url: "https://sms.example.org/send?to=&num&text=&msg".into(),
            http_method: "GET".into(),
            ..IdentityProviderInput::default()
        };
        crate::identity_providers::create(&services, &admin, &input)
            .await
            .unwrap();
    }
    let offered = list(&services, &admin, &DeliveriesQuery::default())
        .await
        .unwrap()
        .choices
        .identity_providers;
    let names: Vec<_> = offered
        .iter()
        .map(|(_, name)| name.as_str())
        .filter(|name| *name != "none")
        .collect();
    assert_eq!(names, ["Alpha", "zeta"]);
}

#[tokio::test]
async fn filters_hold_from_page_to_page() {
    let (services, _, admin) = services().await;
    let rows = (0..60).map(|n| sms_delivery::ActiveModel {
        status: Set(Some(200 + n)),
        ..row(&services, if n % 2 == 0 { "sent" } else { "refused" })
    });
    sms_delivery::Entity::insert_many(rows)
        .exec(&services.db)
        .await
        .unwrap();
    let query = DeliveriesQuery {
        outcome: "sent".into(),
        identity_provider: "7".into(),
        ..DeliveriesQuery::default()
    };
    let first = list(&services, &admin, &query).await.unwrap().page;
    assert_eq!(
        (first.rows.len(), first.count, first.rows[0].status),
        (25, Some(30), Some(258))
    );
    let turned = DeliveriesQuery {
        list: ListQuery {
            after: first.next.clone(),
            ..ListQuery::default()
        },
        ..query.clone()
    };
    let second = list(&services, &admin, &turned).await.unwrap().page;
    assert_eq!(
        second.rows.iter().filter_map(|row| row.status).collect::<Vec<_>>(),
        [208, 206, 204, 202, 200]
    );
    let back = DeliveriesQuery {
        list: ListQuery {
            before: second.previous,
            ..ListQuery::default()
        },
        ..query
    };
    assert_eq!(list(&services, &admin, &back).await.unwrap().page, first);
}

#[tokio::test]
async fn only_those_who_may_view_the_log_read_it() {
    let (services, _, admin) = services().await;
    let others = Permission::ALL
        .into_iter()
        .filter(|permission| *permission != Permission::ViewLog);
    let other = Actor {
        permissions: others.collect(),
        ..admin
    };
    assert!(is_denied(&list(&services, &other, &DeliveriesQuery::default()).await));
    assert!(is_denied(&super::get(&services, &other, 1).await));
    assert!(is_denied(
        &super::export(&services, &other, &DeliveriesQuery::default()).map(|_| ())
    ));
}
