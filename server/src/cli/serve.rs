//! `serve` and `migrate`: open the store, prepare it, listen, and say where.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use identity::clock::SystemClock;
use identity::keys::OpenedKeys;
use identity::password::Hasher;
use identity::services::Parts;
use identity::sms::HttpTransport;
use identity::vault::Vault;
use identity::{Services, setup, store};
use migrations::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;
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
    let services = open(&config).await?;
    let given = std::env::var(ADMIN_PASSWORD)
        .ok()
        .filter(|password| !password.is_empty())
        .map(SecretString::from);
    let prepared = setup::prepare(&services, &config.admin_username, given)
        .await
        .map_err(explain)?;
    let state = AppState::new(services, config.trusted_proxies.clone());
    serve::run(state, listeners, &config, demo, || {
        announce(&config, demo, prepared.generated_password.as_ref())
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
async fn connect(config: &Config) -> anyhow::Result<DatabaseConnection> {
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

async fn open(config: &Config) -> anyhow::Result<Services> {
    let db = connect(config).await?;
    let is_empty = !setup::is_initialised(&db).await?;
    let key = master_key::open(&config.master_key_file, is_empty)?;
    let services = Services::new(Parts {
        db,
        clock: Arc::new(SystemClock),
        vault: Vault::new(&key)?,
        hasher: Hasher::new(config.identity.hash_permits)?,
        settings: config.identity.clone(),
        sms: Arc::new(HttpTransport::new(&config.identity.outbound)?),
        signing_keys: OpenedKeys::default(),
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
