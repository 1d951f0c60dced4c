use domain::Permission;
use domain::view::delivery::DeliveriesQuery;
use entity::{sign_in, sms_delivery};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::super::{export, get};
use super::row;
use crate::testing::services;
use crate::users::tests::add;
use crate::{Actor, Error};

#[tokio::test]
async fn a_delivery_leads_to_what_there_is_and_may_be_seen() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let of_flow = |outcome: &str| sms_delivery::ActiveModel {
        user_id: Set(Some(jane)),
        flow_id: Set(Some("flow".into())),
        service_provider_id: Set(Some(99)),
        ..row(&services, outcome)
    };
    let first = of_flow("refused").insert(&services.db).await.unwrap();
    let second = of_flow("sent").insert(&services.db).await.unwrap();
    row(&services, "sent").insert(&services.db).await.unwrap();
    let sign_in = sign_in::ActiveModel {
        at: Set(services.clock.now()),
        flow_id: Set("flow".into()),
        application: Set("travelocity.com".into()),
        username: Set("jane".into()),
        outcome: Set("signed_in".into()),
        assertion_id: Set("_a1".into()),
        key_id: Set(String::new()),
        address: Set(String::new()),
        ..Default::default()
    };
    sign_in.insert(&services.db).await.unwrap();

    let view = get(&services, &admin, first.id).await.unwrap();
    assert_eq!((view.row.id, view.row.outcome.as_str()), (first.id, "refused"));
    assert!(view.told.contains("no code was sent"), "{}", view.told);
    assert_eq!(view.user_href, "/console/users/jane/profile");
    assert_eq!(
        (
            view.identity_provider_href.as_str(),
            view.service_provider_href.as_str()
        ),
        ("", ""),
        "both are gone"
    );
    assert_eq!(
        view.sign_ins
            .iter()
            .map(|row| row.assertion_id.as_str())
            .collect::<Vec<_>>(),
        ["_a1"]
    );
    assert_eq!(view.others.iter().map(|row| row.id).collect::<Vec<_>>(), [second.id]);

    let viewer = Actor {
        permissions: domain::PermissionSet::from_iter([Permission::ViewLog]),
        ..admin.clone()
    };
    assert_eq!(get(&services, &viewer, first.id).await.unwrap().user_href, "");
    assert!(matches!(get(&services, &admin, 9999).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_export_gives_every_row_once_and_nothing_newer() {
    let (services, _, admin) = services().await;
    let rows = (0..1203).map(|n| sms_delivery::ActiveModel {
        duration_ms: Set(Some(n)),
        ..row(&services, "sent")
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(400) {
        sms_delivery::Entity::insert_many(some.to_vec())
            .exec(&services.db)
            .await
            .unwrap();
    }
    row(&services, "refused").insert(&services.db).await.unwrap();
    let query = DeliveriesQuery {
        outcome: "sent".into(),
        ..DeliveriesQuery::default()
    };
    let mut export = export(&services, &admin, &query).unwrap();
    let mut found = Vec::new();
    loop {
        let batch = export.next().await.unwrap();
        assert!(batch.len() <= 500, "{}", batch.len());
        if batch.is_empty() {
            break;
        }
        found.extend(batch.iter().filter_map(|row| row.duration_millis));
        row(&services, "sent").insert(&services.db).await.unwrap();
    }
    assert_eq!(found, (0..1203).rev().collect::<Vec<u64>>());
}
