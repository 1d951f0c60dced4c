use chrono::Duration;
use domain::view::delivery::DeliveriesQuery;
use sea_orm::ActiveModelTrait;

use super::super::list;
use super::row;
use crate::testing::services;

#[tokio::test]
async fn deliveries_are_counted_by_hour_and_by_outcome() {
    let (services, clock, admin) = services().await;
    let add = async |outcome: &str| row(&services, outcome).insert(&services.db).await.unwrap();
    add("sent").await;
    clock.advance(Duration::minutes(90));
    for outcome in ["sent", "sent", "refused", "unknown", "open"] {
        add(outcome).await;
    }
    let counts = async |query: &DeliveriesQuery| list(&services, &admin, query).await.unwrap().counts;
    let of_day = counts(&DeliveriesQuery::default()).await;
    assert_eq!((of_day.bars.len(), of_day.by_day, of_day.cut), (24, false, false));
    let [.., before, last] = &of_day.bars[..] else {
        panic!("{:?}", of_day.bars)
    };
    assert_eq!((before.at.as_str(), before.good), ("2026-11-23T12:00:00Z", 1));
    assert_eq!(
        (last.at.as_str(), last.good, last.warn, last.bad, last.neutral),
        ("2026-11-23T13:00:00Z", 2, 1, 1, 1)
    );
    let sums: Vec<_> = of_day
        .sums
        .iter()
        .map(|sum| (sum.outcome.as_str(), sum.messages, sum.segments))
        .collect();
    assert_eq!(
        sums,
        [
            ("accepted", 3, 6),
            ("refused", 1, 2),
            ("not known", 1, 2),
            ("under way", 1, 2)
        ]
    );

    clock.advance(Duration::seconds(15));
    let sums = counts(&DeliveriesQuery::default()).await.sums;
    assert!(
        sums.iter().any(|sum| sum.outcome == "not sent"),
        "left open by a crash: {sums:?}"
    );
    let filtered = DeliveriesQuery {
        outcome: "refused".into(),
        from: "2026-11-01T00:00".into(),
        ..DeliveriesQuery::default()
    };
    let filtered = counts(&filtered).await;
    assert_eq!(
        (filtered.by_day, filtered.bars.len()),
        (true, 23),
        "to the day that runs"
    );
    assert_eq!(filtered.bars.last().map(|bar| (bar.good, bar.bad)), Some((0, 1)));
    let to_come = DeliveriesQuery {
        from: "2027-01-01T00:00".into(),
        to: "9999-12-31T23:59".into(),
        ..DeliveriesQuery::default()
    };
    let to_come = counts(&to_come).await;
    assert!(to_come.bars.is_empty() && to_come.sums.is_empty(), "{to_come:?}");
    let ever = DeliveriesQuery {
        from: "0001-01-01T00:00".into(),
        ..DeliveriesQuery::default()
    };
    assert_eq!(counts(&ever).await.bars.len(), 401, "no more than is kept");
}
