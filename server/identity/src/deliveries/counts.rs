//! Deliveries by hour and by outcome. However long the log is, no more than [`COUNTED`] rows are read.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use domain::view::delivery::{DeliveryBar, DeliveryCounts, DeliverySum};
use domain::view::watch::Severity;
use entity::sms_delivery;
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::filter::Filter;
use super::{OPEN, OUTCOMES, UNDER_WAY, severity};
use crate::Result;
use crate::cleanup::LOG_DAYS;
use crate::newest::moment;
use crate::sms::Outcome;

/// The most rows that are counted, the newest first.
const COUNTED: u64 = 50_000;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Where no range is asked for: this hour and those before it.
const HOURS: i64 = 24;
/// Up to here a bar is an hour.
const BY_HOUR_DAYS: i64 = 7;

/// What is counted, in whole bars: seconds of a bar, the first bar, the bar after the last.
struct Bars {
    seconds: i64,
    first: i64,
    end: i64,
}

/// Counts what `filter` finds, in its range or in the last 24 hours.
pub(super) async fn count(db: &impl ConnectionTrait, filter: &Filter, now: DateTime<Utc>) -> Result<DeliveryCounts> {
    // Nothing was sent after now, and nothing is kept from before this.
    let end = now + Duration::seconds(1);
    let to = filter.to.map_or(end, |to| Ord::min(to, end));
    let oldest = now - Duration::days(LOG_DAYS);
    let from = match filter.from {
        Some(from) => Ord::max(from, oldest),
        None => start_of_hour(to) - Duration::seconds((HOURS - 1) * HOUR),
    };
    let bars = Bars::over(from, to);
    let found = grouped(db, filter.within(Some(from), Some(to)), now, bars.seconds).await?;
    let messages: i64 = found.iter().map(|group| group.messages).sum();
    Ok(DeliveryCounts {
        from: moment(from),
        to: moment(to),
        by_day: bars.seconds == DAY,
        sums: sums(&found),
        bars: bars.fill(&found),
        cut: u64::try_from(messages).is_ok_and(|messages| messages >= COUNTED),
    })
}

fn start_of_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = (at.timestamp() - 1).div_euclid(HOUR) * HOUR;
    DateTime::from_timestamp(seconds, 0).unwrap_or(at)
}

/// The deliveries of one bar with one outcome.
struct Group {
    bar: i64,
    outcome: String,
    messages: i64,
    segments: i64,
}

async fn grouped(
    db: &impl ConnectionTrait,
    condition: Condition,
    now: DateTime<Utc>,
    seconds: i64,
) -> Result<Vec<Group>> {
    let bar = match db.get_database_backend() {
        DbBackend::Sqlite => format!("CAST(strftime('%s', \"at\") AS INTEGER) / {seconds}"),
        _ => format!("CAST(FLOOR(EXTRACT(EPOCH FROM \"at\") / {seconds}) AS BIGINT)"),
    };
    let newest = sms_delivery::Entity::find()
        .select_only()
        .column_as(Expr::cust(bar), "bar")
        .column_as(outcome_at(now), "became")
        .column(sms_delivery::Column::Segments)
        .filter(condition)
        .order_by(sms_delivery::Column::Id, Order::Desc)
        .limit(COUNTED)
        .into_query();
    let rows = db.query_all(&by_bar_and_outcome(newest)).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<Group> {
        Ok(Group {
            bar: row.try_get("", "bar")?,
            outcome: row.try_get("", "became")?,
            messages: row.try_get("", "messages")?,
            segments: row.try_get("", "all_segments")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The outcome as it reads at `now`: one that a crash left open is *not sent* past its deadline.
pub(crate) fn outcome_at(now: DateTime<Utc>) -> Expr {
    use sms_delivery::Column;
    let left_open = Condition::all()
        .add(Column::Outcome.eq(OPEN))
        .add(Column::DeadlineAt.lte(now));
    Expr::case(left_open, Outcome::NotSent.as_str())
        .finally(Expr::col(Column::Outcome))
        .into()
}

fn by_bar_and_outcome(newest: SelectStatement) -> SelectStatement {
    let [bar, became] = ["bar", "became"].map(Alias::new);
    Query::select()
        .column(bar.clone())
        .column(became.clone())
        .expr_as(Expr::cust("COUNT(*)"), Alias::new("messages"))
        .expr_as(Expr::cust("COALESCE(SUM(\"segments\"), 0)"), Alias::new("all_segments"))
        .from_subquery(newest, Alias::new("newest"))
        .group_by_columns([bar, became])
        .to_owned()
}

fn count_of(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn sums(found: &[Group]) -> Vec<DeliverySum> {
    let outcomes = OUTCOMES.map(|outcome| (outcome.as_str(), outcome.label(), severity(outcome)));
    let all = outcomes.into_iter().chain([(OPEN, UNDER_WAY, Severity::Neutral)]);
    all.filter_map(|(name, words, severity)| {
        let of_it = || found.iter().filter(|group| group.outcome == name);
        let messages = of_it().map(|group| count_of(group.messages)).sum();
        (messages > 0).then(|| DeliverySum {
            outcome: words.to_owned(),
            severity,
            messages,
            segments: of_it().map(|group| count_of(group.segments)).sum(),
        })
    })
    .collect()
}

impl Bars {
    fn over(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let seconds = if to - from > Duration::days(BY_HOUR_DAYS) {
            DAY
        } else {
            HOUR
        };
        let end = (to.timestamp() + i64::from(to.timestamp_subsec_nanos() > 0) + seconds - 1).div_euclid(seconds);
        Self {
            seconds,
            first: from.timestamp().div_euclid(seconds),
            end,
        }
    }

    /// All bars in order; none where the range is still to come, or long gone.
    fn fill(&self, found: &[Group]) -> Vec<DeliveryBar> {
        let mut bars: BTreeMap<i64, DeliveryBar> = (self.first..self.end)
            .map(|bar| {
                let at = DateTime::from_timestamp(bar * self.seconds, 0)
                    .map(moment)
                    .unwrap_or_default();
                (
                    bar,
                    DeliveryBar {
                        at,
                        ..DeliveryBar::default()
                    },
                )
            })
            .collect();
        for group in found {
            let Some(bar) = bars.get_mut(&group.bar) else { continue };
            let part = match Outcome::from_name(&group.outcome).map(severity) {
                Some(Severity::Good) => &mut bar.good,
                Some(Severity::Warn) => &mut bar.warn,
                Some(Severity::Bad) => &mut bar.bad,
                Some(Severity::Neutral) | None => &mut bar.neutral,
            };
            *part += count_of(group.messages);
        }
        bars.into_values().collect()
    }
}
