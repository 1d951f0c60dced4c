//! SMS Deliveries: every attempt to deliver a code or a test, the newest first. What there is to see is in the row that
//! `sms` has written: no code, no whole number, no text.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::Page;
use domain::view::watch::{DeliveriesQuery, DeliveriesView, DeliveryRow, FilterChoices, Severity};
use entity::{federated_authenticator, identity_provider, sms_delivery, user};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::newest::{self, moment};
use crate::sms::{Outcome, Purpose, outcome_of};
use crate::{Actor, Result, Services, identity_providers, lists};

#[cfg(test)]
mod tests;

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
/// As many identity providers as a select can still be used with.
const OFFERED: u64 = 200;

/// A page of deliveries, with what one can filter by.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn list(services: &Services, actor: &Actor, query: &DeliveriesQuery) -> Result<DeliveriesView> {
    actor.require(Permission::ViewLog)?;
    let (db, now) = (&services.db, services.clock.now());
    let mut select = sms_delivery::Entity::find();
    let search = newest::typed(&query.list.search);
    if !search.is_empty() {
        let users = user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(lists::begins_with(user::Column::UsernameLower, &search));
        select = select.filter(sms_delivery::Column::UserId.in_subquery(users.into_query()));
    }
    if let Some(condition) = with_outcome(&query.outcome, now) {
        select = select.filter(condition);
    }
    let provider = query.identity_provider.parse::<i64>().ok();
    if let Some(id) = provider {
        select = select.filter(sms_delivery::Column::IdentityProviderId.eq(id));
    }
    let page = newest::page(db, select, sms_delivery::Column::Id, &query.list, |row| row.id).await?;
    let usernames = usernames(db, page.rows.iter().filter_map(|row| row.user_id)).await?;
    Ok(DeliveriesView {
        page: Page {
            rows: page.rows.into_iter().map(|row| view(row, &usernames, now)).collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        outcomes: OUTCOMES
            .map(|outcome| (outcome.as_str().to_owned(), outcome.label().to_owned()))
            .into_iter()
            .chain([(OPEN.to_owned(), UNDER_WAY.to_owned())])
            .collect(),
        identity_providers: offered(db, provider).await?,
    })
}

/// Rows that read `name` now: a delivery that a crash left open reads *not sent* past its deadline.
fn with_outcome(name: &str, now: DateTime<Utc>) -> Option<Condition> {
    use sms_delivery::Column;
    let unfinished = || Condition::all().add(Column::Outcome.is_not_in(OUTCOMES.map(Outcome::as_str)));
    if name == OPEN {
        return Some(unfinished().add(Column::DeadlineAt.gt(now)));
    }
    let outcome = Outcome::from_name(name)?;
    let stored = Condition::any().add(Column::Outcome.eq(outcome.as_str()));
    Some(match outcome {
        Outcome::NotSent => stored.add(unfinished().add(Column::DeadlineAt.lte(now))),
        _ => stored,
    })
}

async fn usernames(db: &impl ConnectionTrait, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|user| (user.id, user.username)).collect())
}

/// The identity providers that can send SMS, enabled or not, and the one that is asked for: it may be gone by now.
async fn offered(db: &impl ConnectionTrait, chosen: Option<i64>) -> Result<FilterChoices> {
    let with_sms = federated_authenticator::Entity::find()
        .select_only()
        .column(federated_authenticator::Column::IdentityProviderId)
        .filter(federated_authenticator::Column::Kind.eq(identity_providers::SMSOTP));
    let providers = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.in_subquery(with_sms.into_query()))
        .order_by_asc(identity_provider::Column::NameLower)
        .limit(OFFERED)
        .all(db)
        .await?;
    let mut choices: FilterChoices = providers
        .into_iter()
        .map(|row| (row.id.to_string(), row.name))
        .collect();
    if let Some(id) = chosen
        && !choices.iter().any(|(offered, _)| *offered == id.to_string())
    {
        let last = sms_delivery::Entity::find()
            .filter(sms_delivery::Column::IdentityProviderId.eq(id))
            .order_by_desc(sms_delivery::Column::Id)
            .one(db)
            .await?;
        choices.extend(last.map(|row| (id.to_string(), row.identity_provider)));
    }
    Ok(choices)
}

fn view(row: sms_delivery::Model, usernames: &HashMap<i64, String>, now: DateTime<Utc>) -> DeliveryRow {
    let outcome = outcome_of(&row, now);
    let left_open = outcome.is_some() && Outcome::from_name(&row.outcome).is_none();
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
        purpose: if row.purpose == Purpose::Test.as_str() {
            "test"
        } else {
            "sign-in"
        }
        .to_owned(),
        outcome: outcome.map_or(UNDER_WAY, Outcome::label).to_owned(),
        severity: outcome.map_or(Severity::Neutral, severity),
        phase: row.phase,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        rule,
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        duration_millis: row.duration_ms.and_then(|millis| u64::try_from(millis).ok()),
        used_at: row.used_at.map(moment),
    }
}

fn severity(outcome: Outcome) -> Severity {
    match outcome {
        Outcome::Sent => Severity::Good,
        Outcome::TryLater | Outcome::Unknown => Severity::Warn,
        Outcome::Refused | Outcome::ProviderTrouble | Outcome::NotSent | Outcome::BudgetSpent => Severity::Bad,
    }
}
