//! `export` and `apply`: the whole configuration as one file. Both work on the store itself, whether the server runs or not.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Read as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use identity::config_file::{self, Exported, Mode, Refused, Source};
use identity::{Actor, Services};
use secrecy::ExposeSecret as _;

use super::serve::{open_as_it_is, open_or_begin};
use super::{SettingsArgs, Told};

pub const EXPORT_EXAMPLES: &str = "Examples:
  gatehouse export --output configuration.toml
  gatehouse export --without-users | less

What is written holds no values of secrets and no password hashes. Users' claims are in it, their numbers among them.";

pub const APPLY_EXAMPLES: &str = "Examples:
  gatehouse apply configuration.toml --plan
  SMS_KEY=… gatehouse apply configuration.toml

What the file does not name is left alone; `delete = true` in a thing removes it. A secret's value is given as
  [identity_provider.secrets]
  key = { env = \"SMS_KEY\" }        # or { file = \"sms.key\" }
Exit codes: 0 done, 1 failed, 2 the file has mistakes and nothing was changed.";

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// The file to write, readable by its owner only [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Leaves out the users
    #[arg(long)]
    without_users: bool,
}

#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Shows what would change, and changes nothing
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub async fn export(args: ExportArgs) -> anyhow::Result<()> {
    crate::telemetry::init();
    let services = open_as_it_is(&args.settings.load()?).await?;
    let actor = Actor::command_line(services.clock.now());
    let exported = match &args.output {
        None => {
            config_file::export(
                &services,
                &actor,
                !args.without_users,
                &mut BufWriter::new(io::stdout()),
            )
            .await?
        }
        Some(path) => to_file(&services, &actor, !args.without_users, path).await?,
    };
    for note in notes(&exported) {
        eprintln!("{note}");
    }
    Ok(())
}

/// Written beside its place and moved there: whoever reads it meanwhile has the old one whole.
async fn to_file(services: &Services, actor: &Actor, with_users: bool, path: &Path) -> anyhow::Result<Exported> {
    let cannot = || format!("the file {} cannot be written", path.display());
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    // What an earlier run may have left there is not written on: it could be readable by others, or lead elsewhere.
    let _ = std::fs::remove_file(&unfinished);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let file = options.open(&unfinished).with_context(cannot)?;
    let mut out = BufWriter::new(file);
    let exported = config_file::export(services, actor, with_users, &mut out).await;
    let exported = match exported {
        Ok(exported) => exported,
        Err(error) => {
            let _ = std::fs::remove_file(&unfinished);
            return Err(error).with_context(cannot);
        }
    };
    out.flush().with_context(cannot)?;
    out.get_ref().sync_all().with_context(cannot)?;
    std::fs::rename(&unfinished, path).with_context(cannot)?;
    Ok(exported)
}

fn notes(exported: &Exported) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, slots) in &exported.moved {
        let slots: Vec<_> = slots.iter().map(|slot| format!("{{{{secret:{slot}}}}}")).collect();
        notes.push(format!(
            "identity_provider {name:?}: keys that stand in the request are left out; the file has {} in their places",
            slots.join(", ")
        ));
    }
    if exported.users > 0 {
        notes.push(format!(
            "The file names {} users with their claims; --without-users leaves them out.",
            exported.users
        ));
    }
    notes
}

pub async fn apply(args: ApplyArgs) -> anyhow::Result<()> {
    crate::telemetry::init();
    let config = args.settings.load()?;
    let text = read(&args.file)?;
    let folder = args.file.parent().filter(|_| args.file != Path::new("-"));
    let source = Source {
        folder: folder.unwrap_or(Path::new("")),
        variable: &|name| std::env::var(name).ok(),
    };
    let (services, mode) = if args.plan {
        (open_as_it_is(&config).await?, Mode::Plan)
    } else {
        let (services, generated) = open_or_begin(&config).await?;
        if let Some(password) = generated {
            let (name, password) = (&config.admin_username, password.expose_secret());
            println!("The store was empty: the user {name} has the password {password}, shown this once only.");
        }
        (services, Mode::Apply)
    };
    let actor = Actor::command_line(services.clock.now());
    match config_file::apply(&services, &actor, &text, source, mode).await {
        Ok(report) => {
            print!("{report}");
            println!("{}", report.count());
            if args.plan && !report.is_empty() {
                println!("This is the plan; nothing is changed.");
            }
            Ok(())
        }
        Err(Refused::Mistakes(mistakes)) => {
            let name = args.file.display();
            for mistake in &mistakes {
                eprintln!("{name}:{mistake}");
            }
            let count = match mistakes.len() {
                1 => "a mistake".to_owned(),
                many => format!("{many} mistakes"),
            };
            bail!(Told(format!("{name} has {count}; nothing is changed")))
        }
        Err(Refused::Failed(error)) => Err(error.into()),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    let told = |error: io::Error| Told(format!("the file {} cannot be read: {error}", path.display()));
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(told)?;
        return Ok(text);
    }
    Ok(std::fs::read_to_string(path).map_err(told)?)
}
