//! Sign-ins and messages by hour and by day. However long the logs are, no more than [`COUNTED`] rows of each are read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::view::delivery::DeliveryBar;
use domain::view::home::{ChartView, ChartsView};
use domain::view::watch::Severity;
use entity::{sign_in, sms_delivery};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use crate::newest::moment;
use crate::{Result, Services, deliveries, sign_ins};

/// The most rows that are counted for a chart, the newest first.
const COUNTED: u64 = 50_000;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const HOURS: i64 = 24;
const DAYS: i64 = 30;

/// What a chart counts: bars of so many seconds, so many of them.
#[derive(Clone, Copy)]
struct Range {
    seconds: i64,
    bars: i64,
}

const BY_HOUR: Range = Range {
    seconds: HOUR,
    bars: HOURS,
};
const BY_DAY: Range = Range {
    seconds: DAY,
    bars: DAYS,
};

/// Each log is read once: its hours of a month make the days, and the last of them the day.
pub(super) async fn all(services: &Services) -> Result<ChartsView> {
    let now = services.clock.now();
    let (select, at) = (sign_in::Entity::find(), sign_in::Column::At);
    let found = grouped(services, select, at, Expr::col(sign_in::Column::Outcome)).await?;
    let of_sign_ins = |range| chart(now, range, &found, |outcome| sign_ins::words(outcome).1);
    let (sign_ins_by_hour, sign_ins_by_day) = (of_sign_ins(BY_HOUR), of_sign_ins(BY_DAY));
    let (select, at) = (sms_delivery::Entity::find(), sms_delivery::Column::At);
    let found = grouped(services, select, at, deliveries::outcome_at(now)).await?;
    let of_messages = |range| chart(now, range, &found, deliveries::severity_of);
    Ok(ChartsView {
        sign_ins_by_hour,
        sign_ins_by_day,
        messages_by_hour: of_messages(BY_HOUR),
        messages_by_day: of_messages(BY_DAY),
    })
}

/// The first bar, in whole bars since 1970: the last one is under way.
fn first(now: DateTime<Utc>, range: Range) -> i64 {
    now.timestamp().div_euclid(range.seconds) - range.bars + 1
}

/// The rows of one hour with one outcome.
struct Group {
    /// In whole hours since 1970.
    hour: i64,
    outcome: String,
    rows: i64,
}

/// By the index on the time: a range of days is found without the rows before it.
async fn grouped<E: EntityTrait>(
    services: &Services,
    select: Select<E>,
    at: E::Column,
    became: Expr,
) -> Result<Vec<Group>> {
    let db = &services.db;
    let hour = match db.get_database_backend() {
        DbBackend::Sqlite => format!("CAST(strftime('%s', \"at\") AS INTEGER) / {HOUR}"),
        _ => format!("CAST(FLOOR(EXTRACT(EPOCH FROM \"at\") / {HOUR}) AS BIGINT)"),
    };
    let first = first(services.clock.now(), BY_DAY) * DAY;
    let from = DateTime::from_timestamp(first, 0).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    let newest = select
        .select_only()
        .column_as(Expr::cust(hour), "hour")
        .column_as(became, "became")
        .filter(at.gte(from))
        .order_by(at, Order::Desc)
        .limit(COUNTED)
        .into_query();
    let [hour, became] = ["hour", "became"].map(Alias::new);
    let statement = Query::select()
        .column(hour.clone())
        .column(became.clone())
        .expr_as(Expr::cust("COUNT(*)"), Alias::new("amount"))
        .from_subquery(newest, Alias::new("newest"))
        .group_by_columns([hour, became])
        .to_owned();
    let rows = db.query_all(&statement).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<Group> {
        Ok(Group {
            hour: row.try_get("", "hour")?,
            outcome: row.try_get("", "became")?,
            rows: row.try_get("", "amount")?,
        })
    };
    rows.iter().map(read).collect()
}

fn chart(now: DateTime<Utc>, range: Range, found: &[Group], severity: impl Fn(&str) -> Severity) -> ChartView {
    let first = first(now, range);
    let mut bars: BTreeMap<i64, DeliveryBar> = (first..first + range.bars)
        .map(|bar| {
            let at = DateTime::from_timestamp(bar * range.seconds, 0).map(moment);
            let empty = DeliveryBar {
                at: at.unwrap_or_default(),
                ..DeliveryBar::default()
            };
            (bar, empty)
        })
        .collect();
    for group in found {
        let bar = (group.hour * HOUR).div_euclid(range.seconds);
        let Some(bar) = bars.get_mut(&bar) else { continue };
        let part = match severity(&group.outcome) {
            Severity::Good => &mut bar.good,
            Severity::Warn => &mut bar.warn,
            Severity::Bad => &mut bar.bad,
            Severity::Neutral => &mut bar.neutral,
        };
        *part += u64::try_from(group.rows).unwrap_or_default();
    }
    let all: i64 = found.iter().map(|group| group.rows).sum();
    ChartView {
        by_day: range.seconds == DAY,
        bars: bars.into_values().collect(),
        cut: u64::try_from(all).is_ok_and(|all| all >= COUNTED),
    }
}
