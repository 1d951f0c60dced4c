//! The connection to the store: SQLite in WAL with foreign keys on, or PostgreSQL.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::Result;

/// Connects to `sqlite:PATH` or `postgres:…`; an SQLite file is made if it is missing.
///
/// # Errors
/// The driver's own, for an address that does not parse or a server that does not answer.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let in_memory = url.starts_with("sqlite::memory:");
    let mut options = ConnectOptions::new(url);
    options
        // A second connection to `:memory:` would be another, empty database.
        .max_connections(if in_memory { 1 } else { 8 })
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        // Statements carry hashes and sealed values: they belong in no log.
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("synchronous", "NORMAL")
                .pragma("temp_store", "MEMORY");
            if in_memory {
                sqlite
            } else {
                sqlite.pragma("journal_mode", "WAL")
            }
        });
    if in_memory {
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    }
    Database::connect(options).await
}

/// Begins a transaction that will write. On SQLite it takes the write lock at once: a transaction that reads first and
/// writes later would be refused, not queued, when another has written in between.
///
/// # Errors
/// `Internal`, if the store does not answer within five seconds.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let sqlite_transaction_mode =
        (db.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    Ok(db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode,
            ..Default::default()
        })
        .await?)
}
