//! The connection to the store: SQLite in WAL with foreign keys on, or PostgreSQL.

mod held;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::Executor;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, IsolationLevel, QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::{Error, Result, token};

pub use held::{Direct, Held};

/// Statements are prepared, and from the sixth time on PostgreSQL may go by one plan for all values. A log is searched for who
/// did most of it and for who did little, and neither is found well by what suits the average.
const PLAN_BY_VALUES: &str = "SET plan_cache_mode = force_custom_plan";

/// How long a connection is waited for, and SQLite's other writers.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many pages SQLite's write-ahead log holds before it is written back, 16 MiB: each page that was changed again and
/// again is then written once. Whether a commit outlives a loss of power does not hang on it, but on [`flush`] and on when
/// the system writes to the disk what it was given.
const CHECKPOINT_PAGES: &str = "4000";

/// Connects to `sqlite:PATH` or `postgres:…`; an SQLite file is made if it is missing.
///
/// # Errors
/// The driver's own, for an address that does not parse or a server that does not answer.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    // A name of this process's own tells its connections from others' (`master_key::other_connections`).
    let process = token::id().map_err(|error| DbErr::Custom(error.to_string()))?;
    let process = format!("gatehouse {process}");
    let in_memory = url.starts_with("sqlite::memory:");
    let mut options = ConnectOptions::new(url);
    options
        // A second connection to `:memory:` would be another, empty database.
        .max_connections(if in_memory { 1 } else { 8 })
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        // A connection that was just used is not asked first whether it still lives: that would double every statement.
        .test_before_acquire_if_idle_for(Duration::from_secs(10))
        // Statements carry hashes and sealed values: they belong in no log.
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |postgres| postgres.application_name(&process))
        .map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| {
                Box::pin(async move { connection.execute(PLAN_BY_VALUES).await.map(drop) })
            })
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("synchronous", "NORMAL")
                .pragma("temp_store", "MEMORY");
            if in_memory {
                sqlite
            } else {
                sqlite
                    .pragma("journal_mode", "WAL")
                    .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            }
        });
    if in_memory {
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    }
    Database::connect(options).await
}

/// Sees to it that what is committed outlives a loss of power. A commit to SQLite's write-ahead log alone does not: the
/// log is flushed with the next checkpoint.
///
/// # Errors
/// `Internal`, if another process keeps the log from being written back.
pub async fn flush(db: &impl ConnectionTrait) -> Result<()> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
    let row = db.query_one_raw(checkpoint).await?;
    let busy: i32 = row
        .ok_or_else(|| Error::internal("no checkpoint"))?
        .try_get_by_index(0)?;
    if busy == 0 {
        Ok(())
    } else {
        Err(Error::internal("the write-ahead log is in use"))
    }
}

/// The store as rules see it: all of its connections, or one transaction. Within that one, each transaction that a rule
/// begins is a savepoint, so that many changes become one.
#[derive(Clone, Debug)]
pub enum Db {
    Pool {
        all: DatabaseConnection,
        /// For what [`Db::direct`] is for; there is none on PostgreSQL.
        held: Option<Arc<Held>>,
    },
    Within(Arc<DatabaseTransaction>),
}

impl Db {
    /// Over all connections of a store.
    #[must_use]
    pub fn over(all: DatabaseConnection) -> Self {
        let held = Held::of(&all).map(Arc::new);
        Self::Pool { all, held }
    }

    /// For statements that stand alone and that every answer has: see [`Held`].
    #[must_use]
    pub fn direct(&self) -> Direct<'_> {
        Direct(self)
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn ping(&self) -> Result<(), DbErr> {
        match self {
            Self::Pool { all, .. } => all.ping().await,
            Self::Within(txn) => txn.execute_unprepared("SELECT 1").await.map(|_| ()),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Pool { all, .. } => all.get_database_backend(),
            Self::Within(txn) => txn.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Pool { all, .. } => all.execute_raw(statement).await,
            Self::Within(txn) => txn.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Pool { all, .. } => all.execute_unprepared(sql).await,
            Self::Within(txn) => txn.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Pool { all, .. } => all.query_one_raw(statement).await,
            Self::Within(txn) => txn.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Pool { all, .. } => all.query_all_raw(statement).await,
            Self::Within(txn) => txn.query_all_raw(statement).await,
        }
    }
}

/// Where a transaction can begin.
#[async_trait]
pub trait Begin: ConnectionTrait {
    async fn begin_as(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr>;
}

#[async_trait]
impl Begin for DatabaseConnection {
    async fn begin_as(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        self.begin_with_options(options).await
    }
}

#[async_trait]
impl Begin for Db {
    async fn begin_as(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        match self {
            Self::Pool { all, .. } => all.begin_with_options(options).await,
            Self::Within(txn) => txn.begin_with_options(options).await,
        }
    }
}

/// Begins a transaction that will write. On SQLite it takes the write lock at once: a transaction that reads first and
/// writes later would be refused, not queued, when another has written in between.
///
/// # Errors
/// `Internal`, if the store does not answer within five seconds.
pub async fn begin(db: &impl Begin) -> Result<DatabaseTransaction> {
    let sqlite_transaction_mode =
        (db.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    Ok(db
        .begin_as(TransactionOptions {
            sqlite_transaction_mode,
            ..Default::default()
        })
        .await?)
}

/// Begins a transaction that only reads, and sees the store as it is at its first statement. It keeps nobody waiting.
///
/// # Errors
/// `Internal`, if the store does not answer within five seconds.
pub async fn begin_reading(db: &impl Begin) -> Result<DatabaseTransaction> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    Ok(db
        .begin_as(TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            ..Default::default()
        })
        .await?)
}
