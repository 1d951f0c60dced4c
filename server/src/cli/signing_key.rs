//! `signing-key`: the steps of a roll from the command line, on the store itself, whether the server runs or not. It reads
//! the keys' rows each time it signs, so a step counts at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::input::signing_key::{ImportKeyInput, PublishKeyInput};
use domain::signing_key::{KeyState, RSA_SIZES, short_id};
use domain::view::resident::{ResidentQuery, ResidentView, RollView, SigningKeyView};
use identity::{Actor, Error, Services, keys, resident};

use super::SettingsArgs;
use super::serve::open_prepared;
use crate::config::ConfigError;

pub const EXAMPLES: &str = "Examples:
  gatehouse signing-key publish
  gatehouse signing-key use          a week later, when service providers have fetched the new metadata
  gatehouse signing-key retire       a day later; until then `use` with the old key's id takes the step back";

/// The fewest characters that name a key.
const SHORTEST_ID: usize = 6;

#[derive(Debug, Subcommand)]
pub enum SigningKey {
    /// Shows the keys, and what to do next
    #[command(after_help = "Example: gatehouse signing-key list")]
    List {
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Publishes a key, generated or brought along, as the next one of its kind; it does not sign yet
    #[command(after_help = "Examples:
  gatehouse signing-key publish --bits 3072
  gatehouse signing-key publish --kind ec
  gatehouse signing-key publish --key idp.key --certificate idp.crt")]
    Publish {
        #[command(flatten)]
        settings: SettingsArgs,
        #[command(flatten)]
        what: PublishArgs,
    },
    /// Signs with the next key from now on; with the id of the key before, takes the last use back
    #[command(after_help = "Example: gatehouse signing-key use 3f9a2c")]
    Use {
        #[command(flatten)]
        settings: SettingsArgs,
        #[command(flatten)]
        key: KeyArgs,
        /// Also if service providers do not know its certificate yet
        #[arg(long)]
        anyway: bool,
    },
    /// Publishes the key no longer and erases its private key
    #[command(after_help = "Example: gatehouse signing-key retire 3f9a2c")]
    Retire {
        #[command(flatten)]
        settings: SettingsArgs,
        #[command(flatten)]
        key: KeyArgs,
        /// Also while messages that it has signed may be on their way
        #[arg(long)]
        anyway: bool,
    },
}

#[derive(Debug, Args)]
pub struct PublishArgs {
    /// What it can sign with
    #[arg(long, value_enum, default_value = "rsa")]
    kind: Kind,
    /// The size of an RSA key: 2048, 3072 or 4096
    #[arg(long, value_name = "N", default_value_t = RSA_SIZES[0])]
    bits: u16,
    /// A private key in PEM that was made elsewhere, instead of a new one
    #[arg(long, value_name = "FILE", requires = "certificate", conflicts_with_all = ["kind", "bits"])]
    key: Option<PathBuf>,
    /// Its certificate in PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Rsa,
    Ec,
}

#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The beginning of a key's id; without it, the only key that the step is possible for
    #[arg(value_name = "KEY-ID")]
    key: Option<String>,
}

pub async fn run(step: SigningKey) -> anyhow::Result<()> {
    crate::telemetry::init();
    match step {
        SigningKey::List { settings } => {
            let store = Store::open(settings).await?;
            print!("{}", listed(&store.view().await?));
        }
        SigningKey::Publish { settings, what } => {
            let input = read(&what)?;
            let store = Store::open(settings).await?;
            store.publish(&what, input).await?;
        }
        SigningKey::Use { settings, key, anyway } => {
            let store = Store::open(settings).await?;
            let key = store.choose(key, "use", |key| key.state == KeyState::Next).await?;
            store.use_key(&key, anyway).await?;
        }
        SigningKey::Retire { settings, key, anyway } => {
            let store = Store::open(settings).await?;
            let key = store
                .choose(key, "retire", |key| key.state == KeyState::Retiring)
                .await?;
            store.retire(&key, anyway).await?;
        }
    }
    Ok(())
}

/// The pair that was brought along, if one was.
fn read(what: &PublishArgs) -> anyhow::Result<Option<ImportKeyInput>> {
    let file = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("the file {} cannot be read: {error}", path.display())))
    };
    match (&what.key, &what.certificate) {
        (Some(key), Some(certificate)) => Ok(Some(ImportKeyInput {
            private_key: file(key)?,
            certificate: file(certificate)?,
        })),
        _ => Ok(None),
    }
}

struct Store {
    services: Services,
    actor: Actor,
}

impl Store {
    async fn open(settings: SettingsArgs) -> anyhow::Result<Self> {
        let services = open_prepared(&settings.load()?).await?;
        let actor = Actor::command_line(services.clock.now());
        Ok(Self { services, actor })
    }

    async fn view(&self) -> anyhow::Result<ResidentView> {
        Ok(resident::get(&self.services, &self.actor, &ResidentQuery::default()).await?)
    }

    /// The key that is meant.
    async fn choose(
        &self,
        named: KeyArgs,
        step: &str,
        usual: impl Fn(&SigningKeyView) -> bool,
    ) -> anyhow::Result<SigningKeyView> {
        let keys = self.view().await?.keys;
        let ids = |keys: &[&SigningKeyView]| -> String {
            keys.iter()
                .map(|key| short_id(&key.key_id))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found: Vec<_> = match &named.key {
            Some(id) if id.len() < SHORTEST_ID => bail!(ConfigError(format!(
                "{id:?} is too short for a key's id; give at least {SHORTEST_ID} of its characters"
            ))),
            Some(id) => keys.iter().filter(|key| key.key_id.starts_with(id.as_str())).collect(),
            None => keys.iter().filter(|key| usual(key)).collect(),
        };
        match (found.as_slice(), named.key) {
            ([key], _) => Ok((*key).clone()),
            ([], Some(id)) => bail!(ConfigError(format!(
                "no published key's id begins with {id:?}; there are {}",
                ids(&keys.iter().collect::<Vec<_>>())
            ))),
            ([], None) => bail!("there is no key to {step}; see gatehouse signing-key list"),
            (several, _) => bail!(ConfigError(format!("which key? {}", ids(several)))),
        }
    }

    async fn publish(&self, what: &PublishArgs, pair: Option<ImportKeyInput>) -> anyhow::Result<()> {
        let published = match pair {
            Some(pair) => keys::import(&self.services, &self.actor, &pair).await,
            None => {
                let kind = match what.kind {
                    Kind::Rsa => "rsa",
                    Kind::Ec => "ec",
                };
                let input = PublishKeyInput {
                    kind: kind.to_owned(),
                    bits: what.bits.to_string(),
                };
                keys::publish(&self.services, &self.actor, &input).await
            }
        };
        let published = published.map_err(told)?;
        let view = self.view().await?;
        println!("Published the key {}. It does not sign yet.", published.key_id);
        println!("The metadata names it: {}", view.entity_id);
        self.advise().await
    }

    async fn use_key(&self, key: &SigningKeyView, anyway: bool) -> anyhow::Result<()> {
        let used = keys::activate(&self.services, &self.actor, key.id, anyway).await;
        let used = match used {
            Err(error) if !anyway => return Err(self.with_waiting(told(error), key).await),
            other => other.map_err(told)?,
        };
        println!("The key {} signs from now on.", used.key_id);
        if let Some(replaced) = used.replaced {
            println!(
                "The key {} signs no more; the metadata still names it.",
                short_id(&replaced)
            );
        }
        self.advise().await
    }

    /// The refusal, with those who would not know the key, where that is the reason.
    async fn with_waiting(&self, error: anyhow::Error, key: &SigningKeyView) -> anyhow::Error {
        let question = keys::use_question(&self.services, &self.actor, key.id).await;
        match question {
            Ok(question) if question.refusal.is_none() && question.waiting > 0 => {
                let names: Vec<_> = question.first.iter().map(|sp| sp.name.as_str()).collect();
                let more = question.waiting.saturating_sub(names.len() as u64);
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                anyhow!(
                    "{error} They are: {}{more}. With --anyway it is used all the same.",
                    names.join(", ")
                )
            }
            _ => error,
        }
    }

    async fn retire(&self, key: &SigningKeyView, anyway: bool) -> anyhow::Result<()> {
        let retired = keys::retire(&self.services, &self.actor, key.id, anyway)
            .await
            .map_err(told)?;
        if retired.state == KeyState::Retiring {
            println!("The key {} signs no more; the metadata still names it.", retired.key_id);
        } else {
            println!(
                "The key {} is retired: the metadata names it no longer, and its private key is erased.",
                retired.key_id
            );
        }
        self.advise().await
    }

    /// What to do next, and when.
    async fn advise(&self) -> anyhow::Result<()> {
        let view = self.view().await?;
        let advice: Vec<_> = view.rolls.iter().map(advice).collect();
        println!(
            "{}",
            if advice.is_empty() {
                "Nothing is left to do.".to_owned()
            } else {
                advice.join("\n")
            }
        );
        Ok(())
    }
}

/// What the rules have against it, in one line.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(problems) => {
            let words: Vec<_> = problems.0.into_iter().map(|problem| problem.message).collect();
            anyhow!("{}", words.join(" "))
        }
        Error::InUse(users) => {
            let names: Vec<_> = users.into_iter().map(|user| user.name).collect();
            anyhow!(
                "service providers take this key's signatures: {}. Choose another signing algorithm there first",
                names.join(", ")
            )
        }
        Error::NotFound => anyhow!("there is no such key any more"),
        other => anyhow::Error::new(other),
    }
}

fn listed(view: &ResidentView) -> String {
    let mut text = String::new();
    for key in view.keys.iter().chain(&view.retired) {
        let _ = writeln!(
            text,
            "{}  {:<16}  {:<24}  since {}  certificate until {}{}",
            short_id(&key.key_id),
            key.size,
            key.state.in_words(),
            &key.since[..10.min(key.since.len())],
            key.not_after,
            if key.days_left < 0 { " (expired)" } else { "" },
        );
    }
    for roll in &view.rolls {
        let _ = writeln!(text, "{}", advice(roll));
    }
    text
}

fn advice(roll: &RollView) -> String {
    let kind = roll.kind.label();
    let (total, seen) = (roll.seen.total, roll.seen.total.saturating_sub(roll.seen.waiting));
    let when = if roll.is_ripe {
        "now".to_owned()
    } else {
        format!("from {} on", roll.ripe)
    };
    match (&roll.retiring, &roll.next) {
        (Some(old), _) => format!(
            "{kind}: {seen} of {total} service providers are known to have the new certificate. Next, {when}: gatehouse \
             signing-key retire {}. Until then, gatehouse signing-key use {0} takes the step back.",
            short_id(&old.key_id)
        ),
        (None, Some(next)) => format!(
            "{kind}: {seen} of {total} service providers are known to have the new certificate. Next, {when}, or as soon as \
             all have it: gatehouse signing-key use {}",
            short_id(&next.key_id)
        ),
        (None, None) => format!("{kind}: nothing is left to do."),
    }
}
