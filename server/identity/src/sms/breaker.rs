//! The circuit breaker of an identity provider that has a fallback: after several failures in a row it is left out for a
//! while, then one delivery tries it again.
//!
//! Its state is a row of `counter`, raised and claimed in single statements, so that all nodes know what one has found out.

use chrono::{DateTime, Duration, Utc};
use entity::counter;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};

use super::outcome::Outcome;
use crate::{Result, counters};

/// So many failures in a row leave it out.
const FAILURES: i64 = 3;
const LEFT_OUT: Duration = Duration::seconds(60);
/// How long the one delivery that tries again may take before another may: as long as a delivery can.
const PROBE: Duration = Duration::seconds(15);
/// Failures further apart than this are not in a row.
const MEMORY: Duration = Duration::minutes(15);

fn name(identity_provider_id: i64) -> String {
    format!("sms:failures:{identity_provider_id}")
}

/// Whether a delivery may go by this identity provider. Of many that ask once its time is over, one may.
pub(super) async fn may_try(db: &impl ConnectionTrait, now: DateTime<Utc>, identity_provider_id: i64) -> Result<bool> {
    let name = name(identity_provider_id);
    if !open(db, now, &name).await? {
        return Ok(true);
    }
    let claimed = counter::Entity::update_many()
        .col_expr(counter::Column::BlockedUntil, Expr::value(now + PROBE))
        .filter(counter::Column::Name.eq(&name))
        .filter(counter::Column::Count.gte(FAILURES))
        .filter(counter::Column::BlockedUntil.lte(now))
        .exec(db)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Whether an identity provider is left out, or waits for the delivery that tries it again.
///
/// # Errors
/// `Internal` only.
pub async fn is_open(db: &impl ConnectionTrait, now: DateTime<Utc>, identity_provider_id: i64) -> Result<bool> {
    open(db, now, &name(identity_provider_id)).await
}

async fn open(db: &impl ConnectionTrait, now: DateTime<Utc>, name: &str) -> Result<bool> {
    let row = counter::Entity::find_by_id(name).one(db).await?;
    Ok(row.is_some_and(|row| row.count >= FAILURES && row.expires_at > now))
}

/// Notes what a delivery came to. A refusal of one number says nothing about the provider.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    identity_provider_id: i64,
    outcome: Outcome,
) -> Result<()> {
    match outcome {
        Outcome::Sent => forget(db, identity_provider_id).await,
        Outcome::NotSent | Outcome::ProviderTrouble | Outcome::TryLater | Outcome::Unknown => {
            failed(db, now, &name(identity_provider_id)).await
        }
        Outcome::Refused | Outcome::BudgetSpent => Ok(()),
    }
}

/// Forgets all failures: it works again, or its settings were changed.
///
/// # Errors
/// `Internal` only.
pub async fn forget(db: &impl ConnectionTrait, identity_provider_id: i64) -> Result<()> {
    counters::clear(db, &name(identity_provider_id)).await
}

async fn failed(db: &impl ConnectionTrait, now: DateTime<Utc>, name: &str) -> Result<()> {
    const SQL: &str = "INSERT INTO counter (name, count, blocked_until, expires_at) VALUES ($1, 1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET \
        count = CASE WHEN counter.expires_at <= $2 THEN 1 ELSE counter.count + 1 END, \
        blocked_until = CASE WHEN counter.expires_at > $2 AND counter.count + 1 >= $5 THEN $4 ELSE $2 END, \
        expires_at = $3";
    let values: [Value; 5] = [
        name.into(),
        now.into(),
        (now + MEMORY).into(),
        (now + LEFT_OUT).into(),
        FAILURES.into(),
    ];
    counters::execute(db, SQL.to_owned(), values).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::testing::services;

    const ID: i64 = 7;

    #[tokio::test]
    async fn failures_in_a_row_leave_it_out_and_one_delivery_tries_again() {
        let (services, clock, _) = services().await;
        let db = &services.db;
        for n in 0..FAILURES {
            assert!(may_try(db, clock.now(), ID).await.unwrap(), "after {n} failures");
            note(db, clock.now(), ID, Outcome::NotSent).await.unwrap();
        }
        assert!(!may_try(db, clock.now(), ID).await.unwrap());
        assert!(is_open(db, clock.now(), ID).await.unwrap());
        assert!(
            may_try(db, clock.now(), ID + 1).await.unwrap(),
            "another one is another matter"
        );
        clock.advance(LEFT_OUT);
        assert!(may_try(db, clock.now(), ID).await.unwrap(), "its time is over");
        assert!(!may_try(db, clock.now(), ID).await.unwrap(), "one is trying");
        clock.advance(PROBE);
        assert!(may_try(db, clock.now(), ID).await.unwrap(), "that one got lost");
        note(db, clock.now(), ID, Outcome::Unknown).await.unwrap();
        assert!(!may_try(db, clock.now(), ID).await.unwrap(), "it still fails");
        clock.advance(LEFT_OUT);
        assert!(may_try(db, clock.now(), ID).await.unwrap());
        note(db, clock.now(), ID, Outcome::Sent).await.unwrap();
        for _ in 0..5 {
            assert!(may_try(db, clock.now(), ID).await.unwrap(), "it works");
        }
    }

    #[tokio::test]
    async fn only_the_providers_own_failures_count_and_only_in_a_row() {
        let (services, clock, _) = services().await;
        let db = &services.db;
        for _ in 0..10 {
            note(db, clock.now(), ID, Outcome::Refused).await.unwrap();
            note(db, clock.now(), ID, Outcome::BudgetSpent).await.unwrap();
        }
        assert!(may_try(db, clock.now(), ID).await.unwrap());
        for outcome in [
            Outcome::TryLater,
            Outcome::ProviderTrouble,
            Outcome::Sent,
            Outcome::TryLater,
            Outcome::ProviderTrouble,
        ] {
            note(db, clock.now(), ID, outcome).await.unwrap();
        }
        assert!(may_try(db, clock.now(), ID).await.unwrap(), "one in between worked");
        clock.advance(MEMORY);
        note(db, clock.now(), ID, Outcome::NotSent).await.unwrap();
        assert!(may_try(db, clock.now(), ID).await.unwrap(), "the others are long ago");
    }
}
