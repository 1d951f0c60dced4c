//! `serve` and `migrate`: open the store, prepare it, listen, and say where.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use identity::clock::SystemClock;
use identity::keys::OpenedKeys;
use identity::password::Hasher;
use identity::services::Parts;
use identity::sms::HttpTransport;
use identity::{Services, setup, store};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use secrecy::{ExposeSecret, SecretString};

use super::master_key;
use crate::config::{Config, ConfigError};
use crate::serve::{self, Listeners};
use crate::{AppState, telemetry};

/// The variable with the first administrator's password.
const ADMIN_PASSWORD: &str = "GATEHOUSE_ADMIN_PASSWORD";

pub async fn serve(mut config: Config, demo: bool) -> anyhow::Result<()> {
    telemetry::init();
    if demo {
        config.allow_sandbox();
    }
    // Ports first: a second start must not touch the store of the first.
    let listeners = Listeners::bind(&config, demo).await?;
    let (services, generated) = open_or_begin(&config).await?;
    let state = AppState::new(services, config.trusted_proxies.clone());
    serve::run(state, listeners, &config, demo, || {
        announce(&config, demo, generated.as_ref())
    })
    .await
}

pub async fn migrate(config: Config) -> anyhow::Result<()> {
    telemetry::init();
    connect(&config).await?;
    println!("The store is up to date.");
    Ok(())
}

/// The store, migrated.
pub(super) async fn connect(config: &Config) -> anyhow::Result<DatabaseConnection> {
    if config.database_url.starts_with("sqlite:") {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("data folder {} cannot be made", config.data_dir.display()))?;
    }
    // The address may hold a password: it is not repeated.
    let db = store::connect(&config.database_url)
        .await
        .map_err(|error| anyhow!("the store (setting database_url) cannot be opened: {error}"))?;
    // Nodes that start together would make the same tables at once.
    let turn = setup::take_turn(&db).await?;
    Migrator::up(&db, None)
        .await
        .context("the store's tables cannot be brought up to date")?;
    if let Some(turn) = turn {
        turn.commit().await?;
    }
    Ok(db)
}

/// The services over a store that the server has prepared before, held against the master key.
pub(super) async fn open_prepared(config: &Config) -> anyhow::Result<Services> {
    let db = connect(config).await?;
    if !setup::is_initialised(&db).await? {
        bail!("this store is empty: start the server once (gatehouse serve), which makes its first key");
    }
    let services = over(config, db).await?;
    setup::check_master_key(&services, &services.db)
        .await
        .map_err(explain)?;
    Ok(services)
}

/// The services over the store, which is prepared if nobody has done so: then the administrator's password may be generated.
pub(super) async fn open_or_begin(config: &Config) -> anyhow::Result<(Services, Option<SecretString>)> {
    let db = connect(config).await?;
    let services = over(config, db).await?;
    let given = std::env::var(ADMIN_PASSWORD)
        .ok()
        .filter(|password| !password.is_empty())
        .map(SecretString::from);
    let prepared = setup::prepare(&services, &config.admin_username, given)
        .await
        .map_err(explain)?;
    Ok((services, prepared.generated_password))
}

/// The services over a store that is there and up to date; neither it nor anything beside it is made or changed.
pub(super) async fn open_as_it_is(config: &Config) -> anyhow::Result<Services> {
    let db = as_it_is(config).await?;
    let pending = pending(&db).await?;
    if !pending.is_empty() {
        bail!("the store's tables are those of an earlier version; run gatehouse migrate first");
    }
    if !setup::is_initialised(&db).await? {
        bail!("this store is empty: start the server once (gatehouse serve), which makes its first key");
    }
    let services = over(config, db).await?;
    setup::check_master_key(&services, &services.db)
        .await
        .map_err(explain)?;
    Ok(services)
}

/// The store, if it is there.
pub(super) async fn as_it_is(config: &Config) -> anyhow::Result<DatabaseConnection> {
    if let Some(path) = sqlite_file(config)
        && !path.exists()
    {
        bail!(
            "there is no store at {} (setting database_url); start the server once (gatehouse serve)",
            path.display()
        );
    }
    // The address may hold a password: it is not repeated.
    store::connect(&config.database_url)
        .await
        .map_err(|error| anyhow!("the store (setting database_url) cannot be opened: {error}"))
}

/// The file of an SQLite store.
pub(super) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    let path = config.database_url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    (path != ":memory:").then(|| PathBuf::from(path))
}

/// The names of the migrations that the store has not seen yet.
pub(super) async fn pending(db: &DatabaseConnection) -> anyhow::Result<Vec<String>> {
    // Migrator's own question would make its table.
    let seen = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let seen: HashSet<String> = match db.query_all_raw(seen).await {
        Ok(rows) => rows
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<_, _>>()?,
        Err(_) => HashSet::new(),
    };
    let all = Migrator::migrations();
    let names = all.iter().map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !seen.contains(name)).collect())
}

async fn over(config: &Config, db: DatabaseConnection) -> anyhow::Result<Services> {
    let vault = master_key::vault(&config.master_key_file, &db).await?;
    let services = Services::new(Parts {
        db,
        clock: Arc::new(SystemClock),
        vault,
        hasher: Hasher::new(config.identity.hash_permits)?,
        settings: config.identity.clone(),
        sms: Arc::new(HttpTransport::new(&config.identity.outbound)?),
        signing_keys: OpenedKeys::default(),
        known: Default::default(),
        time_outs: Default::default(),
    });
    Ok(services)
}

/// Says in words what stopped the preparation.
fn explain(error: identity::Error) -> anyhow::Error {
    match error {
        identity::Error::Invalid(problems) => {
            let words: Vec<_> = problems.0.into_iter().map(|problem| problem.message).collect();
            ConfigError(format!("{ADMIN_PASSWORD} is refused: {}", words.join(" "))).into()
        }
        identity::Error::Internal(source) if source.is::<setup::MasterKeyMismatch>() => anyhow!("{source}"),
        other => anyhow::Error::new(other),
    }
}

/// What a person at the terminal needs to go on, on standard output.
fn announce(config: &Config, demo: bool, generated: Option<&SecretString>) {
    println!("\nGatehouse is ready.\n");
    println!("  Console      {}", config.identity.at("/console"));
    if demo {
        let sample = config.sample.public_url.as_str().trim_end_matches('/');
        println!("  Sample app   {sample}/");
        println!("  SMS inbox    {sample}/sms");
    }
    match generated {
        Some(password) => println!(
            "\nSign in as {} with the password {}\nIt is shown this once only.\n",
            config.admin_username,
            password.expose_secret()
        ),
        None => println!(
            "\nSign in as {} with the password it was given.\n",
            config.admin_username
        ),
    }
}

/// Refuses to serve the demo to anybody but this machine.
pub fn loopback_only(addresses: &[std::net::SocketAddr], key: &str) -> anyhow::Result<()> {
    if let Some(open) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        bail!(ConfigError(format!(
            "setting {key} leads to {open}; with --demo only loopback addresses are accepted"
        )));
    }
    Ok(())
}
