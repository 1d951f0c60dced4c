//! `master-key rotate`: a new master key, and everything in the store sealed with it.
//!
//! The new key is in a file beside the old one's before anything is sealed with it, and takes its place after the store has
//! committed: wherever it is cut off, one of the two files opens the store, and the next start finds it.

use anyhow::{Context, bail};
use clap::Subcommand;
use identity::clock::SystemClock;
use identity::{master_key as rules, setup, store};
use sea_orm::DatabaseConnection;

use super::serve::connect;
use super::{SettingsArgs, master_key};
use crate::config::Config;

pub const EXAMPLES: &str = "Examples:
  systemctl stop gatehouse && gatehouse master-key rotate --config /etc/gatehouse/gatehouse.toml
  gatehouse master-key rotate --data-dir ./data";

#[derive(Debug, Subcommand)]
pub enum MasterKey {
    /// Makes a new master key and seals everything in the store with it; no server may run meanwhile
    #[command(after_help = EXAMPLES)]
    Rotate {
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

pub async fn run(command: MasterKey) -> anyhow::Result<()> {
    crate::telemetry::init();
    let MasterKey::Rotate { settings } = command;
    rotate(&settings.load()?).await
}

async fn rotate(config: &Config) -> anyhow::Result<()> {
    let path = &config.master_key_file;
    let db = connect(config).await?;
    if !setup::is_initialised(&db).await? {
        bail!("this store is empty: start the server once (gatehouse serve), which makes its first key");
    }
    // Finishes a rotation that was cut off, before the file is locked that is then in place.
    master_key::fitting(path, &db).await?;
    let locked = master_key::lock(path)?;
    let count = seal_anew(config, &db).await?;
    drop(locked);
    println!(
        "The master key is changed: {count} values are sealed with the new one, which is in {}.",
        path.display()
    );
    println!(
        "The old one opens nothing but backups of the store from before. Other nodes need a copy of the new file."
    );
    Ok(())
}

async fn seal_anew(config: &Config, db: &DatabaseConnection) -> anyhow::Result<u64> {
    let path = &config.master_key_file;
    let old = master_key::fitting(path, db).await?;
    // A node that starts meanwhile waits for its turn, and then finds the new key.
    let txn = match setup::take_turn(db).await? {
        Some(txn) => txn,
        None => store::begin(db).await?,
    };
    let others = rules::other_connections(&txn).await?;
    if others > 0 {
        bail!("other gatehouse processes have {others} connections to this store; stop them first, on every node");
    }
    let (next, key) = master_key::make_next(path)?;
    let count = rules::reseal(&txn, &SystemClock, &old, &key).await?;
    // Should the answer get lost, either file may be the right one: both stay, and the next start finds out.
    txn.commit().await.context(
        "it is not known whether the store took the change; both keys are kept, and the next start finds the right one",
    )?;
    store::flush(db).await.context(
        "the change may not have reached the disk yet; both keys are kept, and the next start finds the right one",
    )?;
    master_key::put_in_place(&next, path)?;
    Ok(count)
}
