//! The row of a delivery: written before anything is sent, so that a crash leaves a trace and nobody waits for a code
//! that was never sent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::view::SmsTestView;
use entity::{login_flow, otp_challenge, otp_code, sms_delivery};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::attempts::DEADLINE;
use super::deliver::{Delivery, segments};
use super::outcome::Outcome;
use super::phases::{Phases, millis};
use super::verdict::Verdict;
use crate::{Result, Services, phone};

/// The stored outcome of a delivery under way.
const OPEN: &str = "open";
/// Lengths of the columns, in characters.
const NAME_MAX: usize = 100;
const RULE_MAX: usize = 500;

/// Opens the row of a delivery that is about to be sent.
pub(super) async fn open(services: &Services, delivery: &Delivery<'_>) -> Result<i64> {
    let (db, now) = (&services.db, services.clock.now());
    let sign_in = match delivery.code_id {
        Some(code_id) => sign_in_of(db, code_id).await?,
        None => None,
    };
    let (flow_id, service_provider_id) = sign_in.unzip();
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
        service_provider_id: Set(service_provider_id.flatten()),
        flow_id: Set(flow_id),
        segments: Set(segments(services, delivery).and_then(|count| i32::try_from(count).ok())),
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

/// The sign-in that a code is of: its flow, and the service provider that it leads to.
async fn sign_in_of(db: &impl ConnectionTrait, code_id: i64) -> Result<Option<(String, Option<i64>)>> {
    let challenge = otp_code::Entity::find()
        .select_only()
        .column(otp_code::Column::ChallengeId)
        .filter(otp_code::Column::Id.eq(code_id));
    let flow = otp_challenge::Entity::find()
        .select_only()
        .column(otp_challenge::Column::FlowId)
        .filter(otp_challenge::Column::Id.in_subquery(challenge.into_query()));
    let found = login_flow::Entity::find()
        .select_only()
        .columns([login_flow::Column::Id, login_flow::Column::ServiceProviderId])
        .filter(login_flow::Column::Id.in_subquery(flow.into_query()));
    Ok(found.into_tuple().one(db).await?)
}

/// Closes the row with what became of it. `phases` are the last try's.
pub(super) async fn close(
    db: &impl ConnectionTrait,
    id: i64,
    verdict: &Verdict,
    tries: u32,
    took: Duration,
    phases: Phases,
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
        .col_expr(sms_delivery::Column::NameMs, ended(phases.name))
        .col_expr(sms_delivery::Column::ConnectedMs, ended(phases.connected))
        .col_expr(sms_delivery::Column::FirstByteMs, ended(phases.first_byte))
        .col_expr(sms_delivery::Column::DoneMs, ended(phases.done))
        .filter(sms_delivery::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// The end of a phase as its column holds it: milliseconds from the beginning of the try.
fn ended(end: Option<Duration>) -> Expr {
    Expr::value(end.map(|end| i32::try_from(millis(end)).unwrap_or(i32::MAX)))
}

/// How far the last try of a delivery came, and when.
#[must_use]
pub fn phases_of(row: &sms_delivery::Model) -> Phases {
    let end = |millis: Option<i32>| Some(Duration::from_millis(u64::try_from(millis?).ok()?));
    Phases {
        name: end(row.name_ms),
        connected: end(row.connected_ms),
        first_byte: end(row.first_byte_ms),
        done: end(row.done_ms),
    }
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
