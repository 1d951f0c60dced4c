//! Limits as rows. Each is checked and raised in one statement, so that many nodes and many tabs share it without a race.

use chrono::{DateTime, Duration, Utc};
use entity::counter;
use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value};

use crate::Result;

/// Takes one from a limit of `limit` in a window that begins with the first. `false`: there is none left.
///
/// # Errors
/// `Internal` only.
pub async fn take(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    name: &str,
    limit: u32,
    window: Duration,
) -> Result<bool> {
    if limit == 0 {
        return Ok(false);
    }
    const SQL: &str = "INSERT INTO counter (name, count, blocked_until, expires_at) VALUES ($1, 1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET \
        count = CASE WHEN counter.expires_at <= $2 THEN 1 ELSE counter.count + 1 END, \
        expires_at = CASE WHEN counter.expires_at <= $2 THEN $3 ELSE counter.expires_at END \
        WHERE counter.expires_at <= $2 OR counter.count < $4";
    let values: [Value; 4] = [name.into(), now.into(), (now + window).into(), i64::from(limit).into()];
    Ok(execute(db, SQL.to_owned(), values).await? == 1)
}

/// Gives one back: what was counted did not happen.
///
/// # Errors
/// `Internal` only.
pub async fn give_back(db: &impl ConnectionTrait, name: &str) -> Result<()> {
    const SQL: &str = "UPDATE counter SET count = count - 1 WHERE name = $1 AND count > 0";
    execute(db, SQL.to_owned(), [name.into()]).await?;
    Ok(())
}

/// How many were taken in the window that runs now, and when it ends.
///
/// # Errors
/// `Internal` only.
pub async fn used(db: &impl ConnectionTrait, now: DateTime<Utc>, name: &str) -> Result<(u64, Option<DateTime<Utc>>)> {
    let row = counter::Entity::find_by_id(name)
        .one(db)
        .await?
        .filter(|row| row.expires_at > now);
    Ok(row.map_or((0, None), |row| (row.count.max(0).unsigned_abs(), Some(row.expires_at))))
}

/// The outcome of [`attempt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Go on; it is counted already.
    Allowed,
    /// Not before this time.
    Blocked(DateTime<Utc>),
}

/// Counts an attempt that may fail, unless a wait is running. After the n-th attempt the next one waits for
/// `waits[n - 1]` (the last for all later ones); success calls [`clear`]. Forgotten `memory` after the last attempt.
///
/// # Errors
/// `Internal` only.
pub async fn attempt(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    name: &str,
    waits: &[Duration],
    memory: Duration,
) -> Result<Attempt> {
    let wait = |n: usize| waits.get(n).or(waits.last()).copied().unwrap_or_default();
    let mut values: Vec<Value> = vec![name.into(), now.into(), (now + memory).into(), (now + wait(0)).into()];
    let mut cases = String::new();
    for n in 1..waits.len().saturating_sub(1) {
        values.push((now + wait(n)).into());
        cases.push_str(&format!("WHEN counter.count = {n} THEN ${} ", values.len()));
    }
    values.push((now + wait(waits.len())).into());
    let sql = format!(
        "INSERT INTO counter (name, count, blocked_until, expires_at) VALUES ($1, 1, $4, $3) \
         ON CONFLICT (name) DO UPDATE SET \
         count = CASE WHEN counter.expires_at <= $2 THEN 1 ELSE counter.count + 1 END, \
         blocked_until = CASE WHEN counter.expires_at <= $2 THEN $4 {cases}ELSE ${last} END, \
         expires_at = $3 \
         WHERE counter.blocked_until <= $2 OR counter.expires_at <= $2",
        last = values.len()
    );
    if execute(db, sql, values).await? == 1 {
        return Ok(Attempt::Allowed);
    }
    let until = counter::Entity::find_by_id(name)
        .one(db)
        .await?
        .map_or(now, |row| row.blocked_until);
    Ok(Attempt::Blocked(until))
}

/// Forgets a counter: the attempt succeeded, or an administrator opened what was closed.
///
/// # Errors
/// `Internal` only.
pub async fn clear(db: &impl ConnectionTrait, name: &str) -> Result<()> {
    counter::Entity::delete_by_id(name).exec(db).await?;
    Ok(())
}

/// Runs one statement and gives how many rows it changed.
pub(crate) async fn execute(
    db: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}
