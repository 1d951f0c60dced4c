//! The row of a delivery: written before anything is sent, so that a crash leaves a trace and nobody waits for a code
//! that was never sent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::view::SmsTestView;
use entity::{otp_code, sms_delivery};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::attempts::DEADLINE;
use super::deliver::Delivery;
use super::outcome::{Outcome, Verdict};
use super::phases::millis;
use crate::{Result, phone};

/// The stored outcome of a delivery under way.
const OPEN: &str = "open";
/// Lengths of the columns, in characters.
const NAME_MAX: usize = 100;
const RULE_MAX: usize = 500;

/// Opens the row of a delivery that is about to be sent.
pub(super) async fn open(db: &impl ConnectionTrait, now: DateTime<Utc>, delivery: &Delivery<'_>) -> Result<i64> {
    let row = sms_delivery::ActiveModel {
        at: Set(now),
        identity_provider_id: Set(delivery.otp.identity_provider_id),
        identity_provider: Set(delivery.otp.name.chars().take(NAME_MAX).collect()),
        application: Set(delivery.application.chars().take(NAME_MAX).collect()),
        user_id: Set(delivery.user_id),
        masked_number: Set(delivery.number.masked()),
        country: Set(phone::country_of(delivery.number).unwrap_or_default()),
        purpose: Set(delivery.purpose.as_str().to_owned()),
        outcome: Set(OPEN.to_owned()),
        phase: Set(String::new()),
        status: Set(None),
        rule: Set(String::new()),
        attempts: Set(0),
        duration_ms: Set(None),
        deadline_at: Set(now + chrono::Duration::from_std(DEADLINE).unwrap_or_default() + chrono::Duration::seconds(5)),
        used_at: Set(None),
        ..Default::default()
    };
    let id = row.insert(db).await?.id;
    if let Some(code_id) = delivery.code_id {
        otp_code::Entity::update_many()
            .col_expr(otp_code::Column::DeliveryId, Expr::value(Some(id)))
            .filter(otp_code::Column::Id.eq(code_id))
            .exec(db)
            .await?;
    }
    Ok(id)
}

/// Closes the row with what became of it.
pub(super) async fn close(
    db: &impl ConnectionTrait,
    id: i64,
    verdict: &Verdict,
    tries: u32,
    took: Duration,
) -> Result<()> {
    let rule: String = verdict.rule.chars().take(RULE_MAX).collect();
    sms_delivery::Entity::update_many()
        .col_expr(sms_delivery::Column::Outcome, Expr::value(verdict.outcome.as_str()))
        .col_expr(sms_delivery::Column::Phase, Expr::value(verdict.phase))
        .col_expr(sms_delivery::Column::Status, Expr::value(verdict.status.map(i32::from)))
        .col_expr(sms_delivery::Column::Rule, Expr::value(rule))
        .col_expr(
            sms_delivery::Column::Attempts,
            Expr::value(i32::try_from(tries).unwrap_or(i32::MAX)),
        )
        .col_expr(
            sms_delivery::Column::DurationMs,
            Expr::value(i32::try_from(millis(took)).unwrap_or(i32::MAX)),
        )
        .filter(sms_delivery::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// What a row says now: `None` while it is under way. One that a crash left open reads *not sent* past its deadline.
#[must_use]
pub fn outcome_of(row: &sms_delivery::Model, now: DateTime<Utc>) -> Option<Outcome> {
    match Outcome::from_name(&row.outcome) {
        Some(outcome) => Some(outcome),
        None if row.deadline_at <= now => Some(Outcome::NotSent),
        None => None,
    }
}

/// The last test of an identity provider, as far as it is kept.
///
/// # Errors
/// `Internal` only.
pub async fn last_test(db: &impl ConnectionTrait, identity_provider_id: i64) -> Result<Option<SmsTestView>> {
    let row = sms_delivery::Entity::find()
        .filter(sms_delivery::Column::IdentityProviderId.eq(identity_provider_id))
        .filter(sms_delivery::Column::Purpose.eq(super::Purpose::Test.as_str()))
        .filter(sms_delivery::Column::Outcome.ne(OPEN))
        .order_by_desc(sms_delivery::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| {
        let outcome = Outcome::from_name(&row.outcome).unwrap_or(Outcome::NotSent);
        SmsTestView {
            accepted: outcome.is_sent(),
            outcome: outcome.label().to_owned(),
            rule: row.rule,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            masked_number: row.masked_number,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            total_millis: row.duration_ms.and_then(|millis| u64::try_from(millis).ok()),
            ..Default::default()
        }
    }))
}
