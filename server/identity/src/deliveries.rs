//! SMS Deliveries: every attempt to deliver a code or a test, the newest first. What there is to see is in the row that
//! `sms` has written: no code, no whole number, no text.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::Page;
use domain::view::delivery::{DeliveriesQuery, DeliveriesView, DeliveryRow};
use domain::view::watch::Severity;
use entity::{sms_delivery, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::newest::{self, moment};
use crate::sms::{Outcome, Purpose, outcome_of, phases_of};
use crate::{Actor, Result, Services};

mod choices;
mod counts;
mod details;
mod export;
pub(crate) mod filter;
#[cfg(test)]
mod tests;

pub(crate) use counts::outcome_at;
pub use details::get;
pub use export::{Export, export};

const OUTCOMES: [Outcome; 7] = [
    Outcome::Sent,
    Outcome::Refused,
    Outcome::ProviderTrouble,
    Outcome::TryLater,
    Outcome::NotSent,
    Outcome::Unknown,
    Outcome::BudgetSpent,
];
/// What the filter calls deliveries that are being sent at this moment.
const OPEN: &str = "open";
const UNDER_WAY: &str = "under way";

/// A page of deliveries, with what one can filter by and what all that are found come to.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn list(services: &Services, actor: &Actor, query: &DeliveriesQuery) -> Result<DeliveriesView> {
    actor.require(Permission::ViewLog)?;
    let (db, now) = (&services.db, services.clock.now());
    let choices = choices::offered(db, query).await?;
    let filter = match filter::read(query, now) {
        Ok(filter) => filter,
        Err(problems) => {
            let page = Page {
                count: Some(0),
                ..Page::default()
            };
            return Ok(DeliveriesView {
                page,
                problems,
                choices,
                ..DeliveriesView::default()
            });
        }
    };
    let select = sms_delivery::Entity::find().filter(filter.whole());
    let page = newest::page(db, select, sms_delivery::Column::Id, &query.list, |row| row.id).await?;
    Ok(DeliveriesView {
        counts: counts::count(db, &filter, now).await?,
        page: Page {
            rows: views(db, page.rows, now).await?,
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        choices,
        ..DeliveriesView::default()
    })
}

pub(crate) async fn views(
    db: &impl ConnectionTrait,
    rows: Vec<sms_delivery::Model>,
    now: DateTime<Utc>,
) -> Result<Vec<DeliveryRow>> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.user_id).collect();
    let users = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    let usernames = users.into_iter().map(|user| (user.id, user.username)).collect();
    Ok(rows.into_iter().map(|row| view(row, &usernames, now)).collect())
}

fn view(row: sms_delivery::Model, usernames: &HashMap<i64, String>, now: DateTime<Utc>) -> DeliveryRow {
    let outcome = outcome_of(&row, now);
    let left_open = outcome.is_some() && Outcome::from_name(&row.outcome).is_none();
    let phases = phases_of(&row).steps();
    let rule = if left_open {
        "The server stopped before there was an answer.".to_owned()
    } else {
        row.rule
    };
    DeliveryRow {
        id: row.id,
        at: moment(row.at),
        identity_provider: row.identity_provider,
        application: row.application,
        username: row.user_id.and_then(|id| usernames.get(&id).cloned()),
        masked_number: row.masked_number,
        country: row.country,
        purpose: purpose(&row.purpose).to_owned(),
        outcome: outcome.map_or(UNDER_WAY, Outcome::label).to_owned(),
        severity: outcome.map_or(Severity::Neutral, severity),
        phase: row.phase,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        rule,
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        duration_millis: row.duration_ms.and_then(|millis| u64::try_from(millis).ok()),
        phases: phases
            .into_iter()
            .map(|(name, millis)| (name.to_owned(), millis))
            .collect(),
        segments: row.segments.and_then(|count| u32::try_from(count).ok()),
        used_at: row.used_at.map(moment),
    }
}

fn purpose(stored: &str) -> &'static str {
    [(Purpose::Test, "test"), (Purpose::NumberChanged, "number changed")]
        .into_iter()
        .find(|(purpose, _)| purpose.as_str() == stored)
        .map_or("sign-in", |(_, words)| words)
}

/// What a stored outcome means; one of a later version, and one under way, nothing.
pub(crate) fn severity_of(outcome: &str) -> Severity {
    Outcome::from_name(outcome).map_or(Severity::Neutral, severity)
}

fn severity(outcome: Outcome) -> Severity {
    match outcome {
        Outcome::Sent => Severity::Good,
        Outcome::TryLater | Outcome::Unknown => Severity::Warn,
        Outcome::Refused | Outcome::ProviderTrouble | Outcome::NotSent | Outcome::BudgetSpent => Severity::Bad,
    }
}
