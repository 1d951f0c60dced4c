//! A connection to SQLite that is held, for the two statements of which there is one pair in every answer.
//!
//! A connection of the pool is asked after each use whether it still lives, which is one more way to its thread; and all of
//! them take turns, so that each finds that another has written meanwhile and forgets every page it has read. Both cost
//! more than the statements themselves (`docs/performance.md`). A held connection runs statements that stand alone, never
//! a transaction: there is nothing that the next to use it could find half done.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Sqlite, SqlitePool};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, Values,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use super::{Db, PATIENCE};

/// The connection, out of its pool since its first use.
#[derive(Debug)]
pub struct Held {
    pool: SqlitePool,
    connection: Mutex<Option<PoolConnection<Sqlite>>>,
}

impl Held {
    /// `None` on PostgreSQL, whose connections keep nothing that others take from them, and where there is only one
    /// connection (in memory).
    pub(super) fn of(db: &DatabaseConnection) -> Option<Self> {
        if db.get_database_backend() != DbBackend::Sqlite {
            return None;
        }
        let pool = db.get_sqlite_connection_pool().clone();
        (pool.options().get_max_connections() > 1).then(|| Self {
            pool,
            connection: Mutex::new(None),
        })
    }

    /// As the pool gives its connections: in turn, and not for ever.
    async fn taken(&self) -> Result<Taken<'_>, DbErr> {
        let place = timeout(PATIENCE, self.connection.lock()).await;
        self.ready(place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?)
            .await
    }

    /// `None` while another uses it: what only reads need not wait.
    async fn taken_if_free(&self) -> Result<Option<Taken<'_>>, DbErr> {
        match self.connection.try_lock() {
            Ok(place) => self.ready(place).await.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn ready<'a>(&self, mut place: MutexGuard<'a, Option<PoolConnection<Sqlite>>>) -> Result<Taken<'a>, DbErr> {
        if place.is_none() {
            *place = Some(self.pool.acquire().await.map_err(|error| DbErr::Conn(driver(error)))?);
        }
        Ok(Taken(place))
    }
}

/// The connection, to one who has its turn.
struct Taken<'a>(MutexGuard<'a, Option<PoolConnection<Sqlite>>>);

impl Taken<'_> {
    async fn execute(&mut self, statement: &Statement) -> Result<ExecResult, DbErr> {
        let connection = self.connection()?;
        let result = prepared(statement).execute(&mut **connection).await;
        self.kept(result).map(Into::into).map_err(DbErr::Exec)
    }

    async fn query_one(&mut self, statement: &Statement) -> Result<Option<QueryResult>, DbErr> {
        let connection = self.connection()?;
        let result = prepared(statement).fetch_optional(&mut **connection).await;
        let row = self.kept(result).map_err(DbErr::Query)?;
        Ok(row.map(Into::into))
    }

    fn connection(&mut self) -> Result<&mut PoolConnection<Sqlite>, DbErr> {
        self.0
            .as_mut()
            .ok_or_else(|| DbErr::Custom("the held connection is gone".to_owned()))
    }

    /// What the database itself has refused says nothing against the connection; after anything else it goes back, and the
    /// pool finds out whether it lives.
    fn kept<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, RuntimeErr> {
        result.map_err(|error| {
            if error.as_database_error().is_none() {
                *self.0 = None;
            }
            driver(error)
        })
    }
}

/// The store, by its held connection where it has one.
#[derive(Clone, Copy, Debug)]
pub struct Direct<'a>(pub(super) &'a Db);

impl<'a> Direct<'a> {
    fn held(self) -> Option<&'a Held> {
        match self.0 {
            Db::Pool { held, .. } => held.as_deref(),
            Db::Within(_) => None,
        }
    }
}

#[async_trait]
impl ConnectionTrait for Direct<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self.held() {
            Some(held) => held.taken().await?.execute(&statement).await,
            None => self.0.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if let Some(held) = self.held()
            && let Some(mut taken) = held.taken_if_free().await?
        {
            return taken.query_one(&statement).await;
        }
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }
}

fn prepared(statement: &Statement) -> sqlx::query::Query<'_, Sqlite, SqlxValues> {
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn driver(error: sqlx::Error) -> RuntimeErr {
    RuntimeErr::SqlxError(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connect;

    const INSERT: &str = "INSERT INTO numbers (number) VALUES ($1)";

    fn statement(sql: &str, number: i64) -> Statement {
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, [number.into()])
    }

    async fn count(db: &impl ConnectionTrait) -> i64 {
        let all = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM numbers");
        let row = db.query_one_raw(all).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    async fn numbers(folder: &tempfile::TempDir) -> Db {
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let db = Db::over(connect(&url).await.unwrap());
        let table = "CREATE TABLE numbers (number INTEGER PRIMARY KEY)";
        db.execute_unprepared(table).await.unwrap();
        db
    }

    fn held(db: &Db) -> &Held {
        db.direct().held().unwrap()
    }

    #[tokio::test]
    async fn it_and_the_others_see_what_each_writes() {
        let folder = tempfile::tempdir().unwrap();
        let db = numbers(&folder).await;
        for number in 0..20 {
            db.direct().execute_raw(statement(INSERT, number)).await.unwrap();
            assert_eq!(count(&db).await, count(&db.direct()).await);
            db.execute_raw(statement(INSERT, number + 100)).await.unwrap();
            assert_eq!(count(&db.direct()).await, 2 * (number + 1));
        }
        let none = statement("SELECT number FROM numbers WHERE number = $1", 99);
        assert!(db.direct().query_one_raw(none).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn who_only_reads_does_not_wait_for_it_and_who_writes_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let db = numbers(&folder).await;
        let taken = held(&db).taken().await.unwrap();
        assert_eq!(count(&db.direct()).await, 0);
        tokio::time::pause();
        let waited = db.direct().execute_raw(statement(INSERT, 1)).await.unwrap_err();
        assert!(
            matches!(waited, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
            "{waited}"
        );
        tokio::time::resume();
        drop(taken);
        db.direct().execute_raw(statement(INSERT, 1)).await.unwrap();
    }

    #[tokio::test]
    async fn a_refusal_keeps_it_and_a_failure_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let db = numbers(&folder).await;
        db.direct().execute_raw(statement(INSERT, 1)).await.unwrap();
        let twice = db.direct().execute_raw(statement(INSERT, 1)).await.unwrap_err();
        assert!(matches!(
            twice.sql_err(),
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_))
        ));
        assert!(held(&db).connection.lock().await.is_some());
        let mut taken = held(&db).taken().await.unwrap();
        taken.kept::<()>(Err(sqlx::Error::WorkerCrashed)).unwrap_err();
        assert!(taken.0.is_none());
        drop(taken);
        db.direct().execute_raw(statement(INSERT, 2)).await.unwrap();
        assert_eq!(count(&db).await, 2);
    }

    #[tokio::test]
    async fn a_store_in_memory_has_none() {
        let db = Db::over(connect("sqlite::memory:").await.unwrap());
        assert!(db.direct().held().is_none());
    }
}
