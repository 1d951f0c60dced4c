//! `doctor`: looks at the clock, the addresses, the store, the master key and the certificates, and says what to do about
//! what it finds. It changes nothing, and goes on where something is broken: what else is wrong is worth knowing too.

mod addresses;
mod certificates;
mod network;
mod store;

use std::fmt;

use anyhow::bail;
use clap::Args;

use super::SettingsArgs;

pub const EXAMPLES: &str = "Examples:
  gatehouse doctor --config /etc/gatehouse/gatehouse.toml
  gatehouse doctor --network         also looks up the hosts of the SMS providers

Each line is ok, a warning or a problem. The exit code is 1 if there is a problem.";

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Also looks up the hosts that codes are sent to
    #[arg(long)]
    network: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Ok,
    Warning,
    Problem,
}

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    level: Level,
    what: &'static str,
    /// What is so, and what to do about it.
    words: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        };
        write!(f, "{level:<8} {:<13} {}", self.what, self.words)
    }
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, level: Level, what: &'static str, words: impl Into<String>) {
        let finding = Finding {
            level,
            what,
            words: words.into(),
        };
        // At once: a later look may wait for a store that does not answer.
        println!("{finding}");
        self.0.push(finding);
    }

    fn ok(&mut self, what: &'static str, words: impl Into<String>) {
        self.add(Level::Ok, what, words);
    }

    fn warn(&mut self, what: &'static str, words: impl Into<String>) {
        self.add(Level::Warning, what, words);
    }

    fn problem(&mut self, what: &'static str, words: impl Into<String>) {
        self.add(Level::Problem, what, words);
    }

    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|finding| finding.level == level).count()
    }
}

pub async fn run(args: DoctorArgs) -> anyhow::Result<()> {
    crate::telemetry::init();
    let config = args.settings.load()?;
    let mut findings = Findings::default();
    addresses::look(&config, &mut findings).await;
    if let Some(services) = store::look(&config, &mut findings).await {
        certificates::look(&services, &mut findings).await;
        if args.network {
            network::look(&services, &mut findings).await;
        }
    }
    let (problems, warnings) = (findings.count(Level::Problem), findings.count(Level::Warning));
    println!("{problems} problems, {warnings} warnings.");
    if problems > 0 {
        bail!("there is something wrong with this installation; see above");
    }
    Ok(())
}
