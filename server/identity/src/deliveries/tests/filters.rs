use chrono::Duration;
use domain::view::delivery::DeliveriesQuery;
use entity::sms_delivery;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::super::{export, list};
use super::row;
use crate::testing::services;
use crate::{Actor, Error, Services};

async fn statuses(services: &Services, actor: &Actor, query: DeliveriesQuery) -> Vec<u16> {
    let view = list(services, actor, &query).await.unwrap();
    assert!(view.problems.is_empty(), "{:?}", view.problems);
    view.page.rows.iter().filter_map(|row| row.status).collect()
}

#[tokio::test]
async fn every_filter_narrows_and_a_forged_one_does_nothing() {
    let (services, clock, admin) = services().await;
    let add = async |status: i32, change: &dyn Fn(sms_delivery::ActiveModel) -> sms_delivery::ActiveModel| {
        let changed = change(row(&services, "sent"));
        let row = sms_delivery::ActiveModel {
            status: Set(Some(status)),
            ..changed
        };
        row.insert(&services.db).await.unwrap();
    };
    add(201, &|row| sms_delivery::ActiveModel {
        service_provider_id: Set(Some(3)),
        ..row
    })
    .await;
    add(202, &|row| sms_delivery::ActiveModel {
        country: Set("DE".into()),
        ..row
    })
    .await;
    add(203, &|row| sms_delivery::ActiveModel {
        used_at: Set(Some(services.clock.now())),
        ..row
    })
    .await;
    clock.advance(Duration::minutes(30));
    add(204, &|row| sms_delivery::ActiveModel {
        purpose: Set("test".into()),
        country: Set(String::new()),
        ..row
    })
    .await;
    clock.advance(Duration::minutes(30));
    add(205, &|row| row).await;

    let asked = |change: fn(&mut DeliveriesQuery)| {
        let mut query = DeliveriesQuery::default();
        change(&mut query);
        statuses(&services, &admin, query)
    };
    assert_eq!(asked(|query| query.service_provider = "3".into()).await, [201]);
    assert_eq!(asked(|query| query.service_provider = "console".into()).await, [204]);
    assert_eq!(asked(|query| query.country = "DE".into()).await, [202]);
    assert_eq!(asked(|query| query.used = "used".into()).await, [203]);
    assert_eq!(
        asked(|query| query.used = "not_used".into()).await,
        [205, 202, 201],
        "a test has no code"
    );
    assert_eq!(asked(|query| query.from = "2026-11-23T12:30".into()).await, [205, 204]);
    assert_eq!(
        asked(|query| query.to = "2026-11-23T12:30".into()).await,
        [203, 202, 201],
        "its end is not part of it"
    );
    let both = asked(|query| {
        query.from = "2026-11-23T12:00:01Z".into();
        query.to = "2026-11-23T13:00:00".into();
    });
    assert_eq!(both.await, [204]);
    let forged = asked(|query| {
        query.service_provider = "x".into();
        query.country = "lk".into();
        query.used = "1".into();
    });
    assert_eq!(forged.await.len(), 5);

    let choices = list(&services, &admin, &DeliveriesQuery::default())
        .await
        .unwrap()
        .choices;
    let codes: Vec<_> = choices.countries.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["DE", "LK"]);
    let gone = DeliveriesQuery {
        service_provider: "3".into(),
        country: "FR".into(),
        ..DeliveriesQuery::default()
    };
    let choices = list(&services, &admin, &gone).await.unwrap().choices;
    assert!(choices.countries.contains(&("FR".into(), "FR".into())), "{choices:?}");
    assert_eq!(
        choices.service_providers,
        [("3", "travelocity.com"), ("console", "Tests from the console")]
            .map(|(id, name)| (id.to_owned(), name.to_owned())),
        "though it is deleted"
    );
}

#[tokio::test]
async fn a_range_that_cannot_be_read_is_refused_in_words() {
    let (services, _, admin) = services().await;
    row(&services, "sent").insert(&services.db).await.unwrap();
    for (from, to, field) in [
        ("yesterday", "", "from"),
        ("2026-11-23", "", "from"),
        ("", "2026-13-01T00:00", "to"),
        ("", "2026-11-23T24:00", "to"),
        ("+12026-11-23T1:00", "", "from"),
        ("2026-11-23T12:00", "2026-11-23T12:00", "to"),
    ] {
        let query = DeliveriesQuery {
            from: from.into(),
            to: to.into(),
            ..DeliveriesQuery::default()
        };
        let view = list(&services, &admin, &query).await.unwrap();
        assert!(view.problems.of(field).is_some(), "{from} {to}: {:?}", view.problems);
        assert_eq!((view.page.rows.len(), view.page.count), (0, Some(0)), "{from} {to}");
        assert!(matches!(export(&services, &admin, &query), Err(Error::Invalid(_))));
    }
}
