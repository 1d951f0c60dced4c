//! The command line. Exit codes: 0 done, 1 failed, 2 told something wrong.

mod configuration;
mod doctor;
mod master_key;
mod rotate;
mod serve;
mod signing_key;
mod user;

pub use serve::loopback_only;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Config, ConfigError};

/// An identity server with an admin console: SMS codes through any provider's HTTP API, SAML 2.0 single sign-on.
#[derive(Debug, Parser)]
#[command(name = "gatehouse", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server
    #[command(after_help = "Example: gatehouse serve --config /etc/gatehouse/gatehouse.toml")]
    Serve {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Starts the sample app and the SMS sandbox too; listens on loopback only
        #[arg(long)]
        demo: bool,
    },
    /// Brings the store's tables up to date and exits
    #[command(after_help = "Example: gatehouse migrate --database-url postgres://gatehouse@localhost/gatehouse")]
    Migrate {
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Writes the whole configuration as one TOML file, without secrets' values
    #[command(after_help = configuration::EXPORT_EXAMPLES)]
    Export(configuration::ExportArgs),
    /// Makes the configuration what a TOML file says, or shows what that would change
    #[command(after_help = configuration::APPLY_EXAMPLES)]
    Apply(configuration::ApplyArgs),
    /// Adds users, changes their passwords and claims, locks them
    #[command(subcommand, after_help = user::EXAMPLES)]
    User(user::User),
    /// Looks for what is wrong with this installation, and says what to do
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(doctor::DoctorArgs),
    /// Changes the key that everything secret in the store is sealed with
    #[command(subcommand, after_help = rotate::EXAMPLES)]
    MasterKey(rotate::MasterKey),
    /// Rolls the keys that sign, without an outage: publish one, use it, retire the old one
    #[command(subcommand, after_help = signing_key::EXAMPLES)]
    SigningKey(signing_key::SigningKey),
}

/// What somebody told the command wrong: a value, or a file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

#[derive(Clone, Debug, Args)]
struct SettingsArgs {
    /// The settings file [default: gatehouse.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Host and port to listen on [setting listen]
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// Where browsers reach this server [setting public_url]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The data folder [setting data_dir]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The database [setting database_url]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl SettingsArgs {
    fn load(self) -> Result<Config, ConfigError> {
        let flags = config::Flags {
            listen: self.listen,
            public_url: self.public_url,
            data_dir: self.data_dir,
            database_url: self.database_url,
        };
        config::load(self.config.as_deref(), &flags)
    }
}

/// Runs a command to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| {
            runtime.block_on(async {
                match cli.command {
                    Command::Serve { settings, demo } => serve::serve(settings.load()?, demo).await,
                    Command::Migrate { settings } => serve::migrate(settings.load()?).await,
                    Command::Export(args) => configuration::export(args).await,
                    Command::Apply(args) => configuration::apply(args).await,
                    Command::User(command) => user::run(command).await,
                    Command::Doctor(args) => doctor::run(args).await,
                    Command::MasterKey(command) => rotate::run(command).await,
                    Command::SigningKey(step) => signing_key::run(step).await,
                }
            })
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatehouse: {error:#}");
            ExitCode::from(if error.is::<ConfigError>() || error.is::<Told>() {
                2
            } else {
                1
            })
        }
    }
}
