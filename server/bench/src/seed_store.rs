//! `seed-store DATABASE [SERVICE_PROVIDERS USERS AUDIT_ROWS]`: fills a store that `gatehouse` has prepared and that holds one
//! service provider with a SAML configuration: 10,000 more like it, 1,000,000 users with the administrator's hash and four
//! claims each, 5,000,000 rows of the audit log. `scripts/measure-scale` measures lists and forms over it.
//!
//! The rows are made inside the database, a slice at a time, past every rule: what this writes is for measuring alone. Part
//! of no release. Refuses a store that somebody uses: one with more than a few users.

use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

/// Rows that one statement makes: so many that statements do not count, so few that none holds the store for long.
const SLICE: i64 = 100_000;

/// 48, so that with the last names no two come round together.
const FIRST_NAMES: &str = "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan \
    Joseph Jessica Thomas Sarah Charles Karen Nimal Kamala Sunil Priya Ruwan Chandra Lakshmi Arjun Mei Hiro \
    Yuki Lars Ingrid Pierre Amelie Giulia Marco Ana Jose Carla Omar Fatima Ali Leila Kofi Ama Olga Ivan";
const LAST_NAMES: &str = "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson \
    Anderson Thomas Taylor Moore Jackson Martin Perera Fernando Silva Bandara Wickramasinghe Patel Sharma \
    Singh Chen Tanaka Sato Nielsen Larsen Dubois Moreau Rossi Bianchi Costa Santos Oliveira Hassan Ahmed Khan \
    Okafor Mensah Adeyemi Petrov Ivanova Novak Horvat";
/// Before the last names: a thousand of them, as unevenly found as among people.
const BEFORE_LAST_NAMES: &str = " Mc De Van Al Ben Di El Fitz Ibn La Le Mac Nic O Saint San Ter Von Zu";
/// A store that nobody works with yet has no more users than this.
const UNUSED: i64 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let database = arguments
        .next()
        .context("seed-store DATABASE [SERVICE_PROVIDERS USERS AUDIT_ROWS]")?;
    let mut count = |usual: i64| arguments.next().map_or(Ok(usual), |text| text.parse::<i64>());
    let (service_providers, users, audit) = (count(10_000)?, count(1_000_000)?, count(5_000_000)?);
    let store = Store::open(&database).await?;
    store.refuse_a_used_one().await?;
    store.names().await?;
    store
        .timed("service providers", service_providers, Store::service_providers)
        .await?;
    store.timed("users", users, Store::users).await?;
    store.timed("rows of the audit log", audit, Store::audit).await?;
    store.finish().await
}

struct Store {
    db: DatabaseConnection,
    backend: DbBackend,
}

impl Store {
    async fn open(database: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(database);
        // The names are in temporary tables, which are one connection's own.
        options.max_connections(1).sqlx_logging(false);
        let db = Database::connect(options).await?;
        let store = Self {
            backend: db.get_database_backend(),
            db,
        };
        if store.is_sqlite() {
            store.run("PRAGMA synchronous = OFF").await?;
            store.run("PRAGMA temp_store = MEMORY").await?;
            store.run("PRAGMA cache_size = -400000").await?;
        }
        Ok(store)
    }

    fn is_sqlite(&self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    async fn run(&self, sql: &str) -> Result<()> {
        self.db.execute_unprepared(sql).await.with_context(|| sql.to_owned())?;
        Ok(())
    }

    async fn number(&self, sql: &str) -> Result<i64> {
        let row = self.db.query_one_raw(Statement::from_string(self.backend, sql)).await?;
        let row = row.with_context(|| format!("no row: {sql}"))?;
        Ok(row.try_get_by_index(0)?)
    }

    async fn refuse_a_used_one(&self) -> Result<()> {
        let users = self
            .number("SELECT COUNT(*) FROM (SELECT id FROM users LIMIT 100) AS few")
            .await?;
        ensure!(
            users <= UNUSED,
            "this store has users already; seed-store fills a new one only"
        );
        let templates = self.number("SELECT COUNT(*) FROM saml_service_provider").await?;
        if templates == 0 {
            bail!("register a service provider with a SAML configuration first: the others are made after it");
        }
        Ok(())
    }

    async fn timed(&self, what: &str, count: i64, make: impl AsyncFn(&Self, i64, i64) -> Result<()>) -> Result<()> {
        let begun = Instant::now();
        let mut from = 1;
        while from <= count {
            let to = count.min(from + SLICE - 1);
            make(self, from, to).await?;
            from = to + 1;
        }
        println!("{count} {what} in {} s", begun.elapsed().as_secs());
        Ok(())
    }

    async fn names(&self) -> Result<()> {
        let last = |before: &str| {
            LAST_NAMES
                .split_whitespace()
                .map(|name| format!("{before}{name}"))
                .collect::<Vec<_>>()
        };
        let last = BEFORE_LAST_NAMES.split(' ').flat_map(last);
        let first = FIRST_NAMES.split_whitespace().map(str::to_owned);
        for (table, names) in [("seed_first", first.collect::<Vec<_>>()), ("seed_last", last.collect())] {
            let rows: Vec<String> = names
                .iter()
                .enumerate()
                .map(|(at, name)| format!("({at}, '{name}', '{}')", name.to_lowercase()))
                .collect();
            self.run(&format!(
                "CREATE TEMPORARY TABLE {table} (at INTEGER PRIMARY KEY, name TEXT, lower TEXT)"
            ))
            .await?;
            self.run(&format!("INSERT INTO {table} VALUES {}", rows.join(", ")))
                .await?;
        }
        Ok(())
    }

    /// The numbers of a slice as `s.i`.
    fn numbers(&self, from: i64, to: i64) -> String {
        if self.is_sqlite() {
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) SELECT i FROM n) AS s"
            )
        } else {
            format!("generate_series({from}::bigint, {to}::bigint) AS s(i)")
        }
    }

    /// A time `second` seconds after a fixed one, as the server stores times.
    fn time(&self, second: &str) -> String {
        if self.is_sqlite() {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', 1600000000 + {second}, 'unixepoch')")
        } else {
            format!("to_timestamp(1600000000 + {second})")
        }
    }

    async fn service_providers(&self, from: i64, to: i64) -> Result<()> {
        let template = self
            .number("SELECT MIN(service_provider_id) FROM saml_service_provider")
            .await?;
        let before = self.number("SELECT MAX(id) FROM service_provider").await?;
        let (numbers, at) = (self.numbers(from, to), self.time("s.i * 60"));
        let name = "(SELECT name FROM seed_last WHERE at = s.i % 1000)";
        let lower = "(SELECT lower FROM seed_last WHERE at = s.i % 1000)";
        let columns = "claim_dialect, subject_claim, authentication_type, local_authenticator, federated_identity_provider_id, \
                       version, revision";
        self.run(&format!(
            "INSERT INTO service_provider (name, name_lower, description, created_at, updated_at, {columns}) \
             SELECT {name} || ' ' || s.i, {lower} || ' ' || s.i, 'Made to be measured', {at}, {at}, {columns} \
             FROM {numbers} CROSS JOIN service_provider WHERE id = {template}"
        ))
        .await?;
        let made = format!("FROM service_provider AS made WHERE made.id > {before}");
        self.run(&format!(
            "INSERT INTO saml_service_provider (service_provider_id, issuer, settings, version) \
             SELECT made.id, 'https://app' || made.id || '.example.org/saml', \
             (SELECT settings FROM saml_service_provider WHERE service_provider_id = {template}), 1 {made}"
        ))
        .await?;
        self.run(&format!(
            "INSERT INTO service_provider_claim (service_provider_id, position, local_claim, remote_claim, mandatory) \
             SELECT made.id, 0, 'http://wso2.org/claims/mobile', '', FALSE {made}"
        ))
        .await?;
        let steps = self
            .number("SELECT COALESCE(MAX(id), 0) FROM authentication_step")
            .await?;
        self.run(&format!(
            "INSERT INTO authentication_step (service_provider_id, position, gives_subject, gives_attributes) \
             SELECT made.id, 0, TRUE, TRUE {made}"
        ))
        .await?;
        self.run(&format!(
            "INSERT INTO authentication_step_option (step_id, position, authenticator, identity_provider_id) \
             SELECT id, 0, 'basic', NULL FROM authentication_step WHERE id > {steps}"
        ))
        .await
    }

    async fn users(&self, from: i64, to: i64) -> Result<()> {
        let before = self.number("SELECT MAX(id) FROM users").await?;
        let (numbers, at) = (self.numbers(from, to), self.time("s.i * 60"));
        let (first, last) = ("s.i % 48", "(s.i / 48) % 1000");
        let of = |table: &str, column: &str, at: &str| format!("(SELECT {column} FROM {table} WHERE at = {at})");
        let name = format!(
            "{} || '.' || {} || s.i",
            of("seed_first", "lower", first),
            of("seed_last", "lower", last)
        );
        self.run(&format!(
            "INSERT INTO users (username, username_lower, password_hash, locked, version, created_at, updated_at) \
             SELECT {name}, {name}, (SELECT password_hash FROM users WHERE id = (SELECT MIN(id) FROM users)), \
             s.i % 500 = 0, 1, {at}, {at} FROM {numbers}"
        ))
        .await?;
        // The number that a user was made from, by its place among those that were made with it.
        let number = format!("(made.id - {before} + {from} - 1)");
        let (first, last) = (format!("{number} % 48"), format!("({number} / 48) % 1000"));
        let mobile = format!("'+9477' || (1000000 + {number} % 9000000)");
        for (claim, value, lower) in [
            (
                "givenname",
                of("seed_first", "name", &first),
                of("seed_first", "lower", &first),
            ),
            (
                "lastname",
                of("seed_last", "name", &last),
                of("seed_last", "lower", &last),
            ),
            (
                "emailaddress",
                "made.username || '@example.org'".to_owned(),
                "made.username || '@example.org'".to_owned(),
            ),
            ("mobile", mobile.clone(), mobile),
        ] {
            self.run(&format!(
                "INSERT INTO user_claim (user_id, claim_uri, value, value_lower) \
                 SELECT made.id, 'http://wso2.org/claims/{claim}', {value}, {lower} \
                 FROM users AS made WHERE made.id > {before}"
            ))
            .await?;
        }
        Ok(())
    }

    async fn audit(&self, from: i64, to: i64) -> Result<()> {
        let (numbers, at) = (self.numbers(from, to), self.time("s.i * 20"));
        self.run(&format!(
            "INSERT INTO audit (at, actor, action, target_kind, target, detail, address) SELECT {at}, \
             CASE WHEN s.i % 10 < 7 THEN 'admin' ELSE 'operator' || (s.i % 400) END, \
             CASE s.i % 5 WHEN 0 THEN 'create' WHEN 1 THEN 'delete' ELSE 'update' END, \
             CASE WHEN s.i % 100 = 0 THEN 'roles' WHEN s.i % 10 = 1 THEN 'service_providers' ELSE 'users' END, \
             'thing ' || s.i, 'Display Name', '192.0.2.' || (s.i % 250) FROM {numbers}"
        ))
        .await
    }

    /// What PostgreSQL does by itself after a while; SQLite is left as the server has it.
    async fn finish(&self) -> Result<()> {
        if self.is_sqlite() {
            self.run("PRAGMA wal_checkpoint(TRUNCATE)").await
        } else {
            self.run("VACUUM ANALYZE").await
        }
    }
}
