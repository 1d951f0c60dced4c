//! The two stores every test runs on. A missing PostgreSQL fails the test and says where one comes from.

use identity::store::connect;
use identity::token;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tempfile::TempDir;

/// Where a test keeps its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    /// A file with many connections, for tests of what happens at the same time.
    SqliteFile,
    Postgres,
}

/// An empty store, gone with the test.
pub struct Store {
    pub db: DatabaseConnection,
    pub url: String,
    /// PostgreSQL's own address and the name of this test's database in it.
    database: Option<(String, String)>,
    /// Keeps the file's folder until the test is over.
    _folder: Option<TempDir>,
}

impl Store {
    pub async fn open(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::at("sqlite::memory:".into(), None, None).await,
            Kind::SqliteFile => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("store.db").display());
                Self::at(url, None, Some(folder)).await
            }
            Kind::Postgres => {
                let (server, name, url) = create_database().await;
                Self::at(url, Some((server, name)), None).await
            }
        }
    }

    async fn at(url: String, database: Option<(String, String)>, folder: Option<TempDir>) -> Self {
        Self {
            db: connect(&url).await.unwrap(),
            url,
            database,
            _folder: folder,
        }
    }

    /// Makes a table refuse this write, as for a process that is killed at that point.
    pub async fn refuse(&self, write: &str, table: &str) {
        let statements: &[String] = &match self.db.get_database_backend() {
            DbBackend::Postgres => [
                "CREATE FUNCTION broken() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''broken''; END' LANGUAGE plpgsql"
                    .into(),
                format!("CREATE TRIGGER broken BEFORE {write} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"),
            ],
            _ => [
                format!("CREATE TRIGGER broken BEFORE {write} ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"),
                String::from("SELECT 1"),
            ],
        };
        for statement in statements {
            self.db.execute_unprepared(statement).await.unwrap();
        }
    }

    /// Undoes [`Store::refuse`].
    pub async fn take_again(&self, table: &str) {
        let statements: &[String] = &match self.db.get_database_backend() {
            DbBackend::Postgres => [
                format!("DROP TRIGGER broken ON {table}"),
                "DROP FUNCTION broken()".into(),
            ],
            _ => ["DROP TRIGGER broken".into(), "SELECT 1".into()],
        };
        for statement in statements {
            self.db.execute_unprepared(statement).await.unwrap();
        }
    }

    /// Removes a PostgreSQL database. A test that fails leaves its own for whoever looks into it.
    pub async fn remove(self) {
        self.db.close().await.unwrap();
        if let Some((server, name)) = self.database {
            let server = connect(&server).await.unwrap();
            let drop = format!("DROP DATABASE \"{name}\" WITH (FORCE)");
            server.execute_unprepared(&drop).await.unwrap();
        }
    }
}

/// A new database on the PostgreSQL of `TEST_DATABASE_URL`: the server's address, the name, the database's address.
async fn create_database() -> (String, String, String) {
    let server = std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL names no PostgreSQL; run the tests as `scripts/with-postgres cargo test`");
    let name = format!("test_{}", token::saml_id().unwrap().to_lowercase());
    let db = connect(&server).await.unwrap();
    db.execute_unprepared(&format!("CREATE DATABASE \"{name}\""))
        .await
        .unwrap();
    db.close().await.unwrap();
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(&format!("/{name}"));
    (server, name, url.into())
}

/// Makes two tests of each `async fn name(app: &TestApp)`: `sqlite::name` and `postgres::name`. One that is not listed
/// is dead code, and the compiler says so.
macro_rules! on_both_stores {
    ($($name:ident),+ $(,)?) => {
        on_both_stores!(on $crate::stores::Kind::Sqlite; $($name),+);
    };
    (at_once: $($name:ident),+ $(,)?) => {
        on_both_stores!(on $crate::stores::Kind::SqliteFile; $($name),+);
    };
    (on $sqlite:expr; $($name:ident),+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let app = $crate::harness::TestApp::start($sqlite).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let app = $crate::harness::TestApp::start($crate::stores::Kind::Postgres).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
    };
}
pub(crate) use on_both_stores;
