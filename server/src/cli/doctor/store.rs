//! The store and its master key: there, up to date, writable, and fitting each other; and the clock, against the store's.

use std::os::unix::fs::PermissionsExt as _;

use chrono::{DateTime, Utc};
use identity::clock::{Clock as _, SystemClock};
use identity::{Services, setup, store, users};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};

use super::Findings;
use crate::cli::serve::{as_it_is, open_as_it_is, pending, sqlite_file};
use crate::config::Config;

const WHAT: &str = "database";
/// Service providers take messages that are at most a few minutes off.
const WARN_SECONDS: i64 = 5;
const PROBLEM_SECONDS: i64 = 60;

/// The services, where everything that they need is in order.
pub(super) async fn look(config: &Config, findings: &mut Findings) -> Option<Services> {
    let now = SystemClock.now();
    let db = match as_it_is(config).await {
        Ok(db) => db,
        Err(error) => {
            findings.problem(WHAT, format!("{error:#}"));
            clock(now, findings, None);
            key_file(config, findings);
            return None;
        }
    };
    let is_there = state(config, &db, findings).await;
    clock(SystemClock.now(), findings, databases_clock(&db).await);
    let key = key_file(config, findings);
    if !(is_there && key) {
        return None;
    }
    match open_as_it_is(config).await {
        Ok(services) => {
            findings.ok("master key", "it opens what the store has sealed");
            administrators(&services, findings).await;
            Some(services)
        }
        Err(error) => {
            findings.problem("master key", format!("{error:#}"));
            None
        }
    }
}

/// Whether the store can be worked with.
async fn state(config: &Config, db: &DatabaseConnection, findings: &mut Findings) -> bool {
    let name = match sqlite_file(config) {
        Some(path) => format!("SQLite in {}", path.display()),
        None => "PostgreSQL".to_owned(),
    };
    match pending(db).await {
        Ok(pending) if pending.is_empty() => {}
        Ok(pending) => {
            let words = format!(
                "{name}: {} changes of its tables are pending. Run gatehouse migrate, or start the server.",
                pending.len()
            );
            findings.problem(WHAT, words);
            return false;
        }
        Err(error) => {
            findings.problem(
                WHAT,
                format!("{name} cannot be read: {error:#}. Check the file or the server, and its rights."),
            );
            return false;
        }
    }
    match setup::is_initialised(db).await {
        Ok(true) => {}
        Ok(false) => {
            findings.problem(
                WHAT,
                format!(
                    "{name} is empty. Start the server once (gatehouse serve), which makes its first key and user."
                ),
            );
            return false;
        }
        Err(error) => {
            findings.problem(
                WHAT,
                format!("{name} cannot be read: {error}. Restore it from a backup if it is damaged."),
            );
            return false;
        }
    }
    match writable(db).await {
        Ok(()) => findings.ok(WHAT, format!("{name}: up to date and writable")),
        Err(error) => {
            let words = format!(
                "{name} cannot be written: {error:#}. Check the disk, the rights of the file and its folder, or what holds the store."
            );
            findings.problem(WHAT, words);
        }
    }
    if db.get_database_backend() == DbBackend::Sqlite {
        journal(db, findings).await;
    }
    true
}

/// A transaction that would write, taken back.
async fn writable(db: &DatabaseConnection) -> anyhow::Result<()> {
    let txn = store::begin(db).await?;
    // Changes no row; a read-only store refuses it all the same.
    txn.execute_unprepared("UPDATE setting SET value = value WHERE name = ''")
        .await?;
    txn.rollback().await?;
    Ok(())
}

async fn journal(db: &DatabaseConnection, findings: &mut Findings) {
    match text(db, "PRAGMA journal_mode").await.as_deref() {
        Some("wal") => findings.ok(WHAT, "it is in WAL: readers and the writer do not wait for each other"),
        Some(other) => {
            let words = format!(
                "it is in the journal mode {other}, since WAL cannot be used there. Put data_dir on a local disk: sign-ins wait for each other otherwise."
            );
            findings.warn(WHAT, words);
        }
        None => {}
    }
    match text(db, "PRAGMA quick_check(1)").await.as_deref() {
        Some("ok") => {}
        Some(damage) => findings.problem(WHAT, format!("it is damaged: {damage}. Restore it from a backup.")),
        None => findings.problem(WHAT, "it cannot be checked for damage. Restore it from a backup."),
    }
}

async fn text(db: &DatabaseConnection, sql: &str) -> Option<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.ok()??;
    row.try_get_by_index(0).ok()
}

/// PostgreSQL's own time; SQLite has none but this machine's, so what was written last stands for it.
async fn databases_clock(db: &DatabaseConnection) -> Option<(DateTime<Utc>, bool)> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let sql = if postgres {
        "SELECT now()"
    } else {
        "SELECT max(at) FROM audit"
    };
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .ok()??;
    row.try_get_by_index(0).ok().map(|at| (at, postgres))
}

/// `other` is the store's time, and whether it is a clock.
fn clock(now: DateTime<Utc>, findings: &mut Findings, other: Option<(DateTime<Utc>, bool)>) {
    let shown = now.format("%Y-%m-%d %H:%M:%S UTC");
    // The day this was built on, at the latest.
    if now.timestamp() < 1_764_547_200 {
        let words = format!(
            "it says {shown}, which is long past. Set it, and keep it set (NTP): certificates and messages are judged by it."
        );
        return findings.problem("clock", words);
    }
    match other {
        Some((theirs, true)) => {
            let off = (now - theirs).num_seconds();
            let words = format!("{shown}; {} seconds from PostgreSQL's", off.abs());
            let what_to_do = "Keep both machines' clocks set (NTP): codes and sessions are judged by them.";
            match off.abs() {
                0..WARN_SECONDS => findings.ok("clock", words),
                WARN_SECONDS..PROBLEM_SECONDS => findings.warn("clock", format!("{words}. {what_to_do}")),
                _ => findings.problem("clock", format!("{words}. {what_to_do}")),
            }
        }
        Some((written, false)) if (written - now).num_seconds() > PROBLEM_SECONDS => {
            let words = format!(
                "it says {shown}, and the store holds rows of {}. It was set back, or was wrong then. Set it, and keep it set (NTP).",
                written.format("%Y-%m-%d %H:%M:%S UTC")
            );
            findings.problem("clock", words);
        }
        _ => findings.ok("clock", shown.to_string()),
    }
}

/// Whether there is a master key that may be read.
fn key_file(config: &Config, findings: &mut Findings) -> bool {
    let path = &config.master_key_file;
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) => {
            let words = format!(
                "{shown} (setting master_key_file) cannot be read: {error}. Put the file back from a backup; without it nothing sealed can be opened."
            );
            findings.problem("master key", words);
            false
        }
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            let mode = file.permissions().mode() & 0o777;
            let words = format!(
                "{shown} may be read by others (mode {mode:o}). Run chmod 600 on it, and think about gatehouse master-key rotate."
            );
            findings.problem("master key", words);
            false
        }
        Ok(_) => {
            findings.ok("master key", format!("{shown} is readable by its owner only"));
            true
        }
    }
}

async fn administrators(services: &Services, findings: &mut Findings) {
    match users::an_administrator_is_left(&services.db).await {
        Ok(true) => {}
        Ok(false) => findings.problem(
            "users",
            "no unlocked user has all permissions. Run gatehouse user unlock admin, or gatehouse user create NAME --role admin.",
        ),
        Err(error) => findings.problem("users", format!("they cannot be read: {error}")),
    }
}
