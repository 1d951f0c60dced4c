//! `user`: users from the command line, by the rules of the console. A password is typed or comes by standard input; as an
//! argument every process of the machine could read it.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use domain::claim;
use domain::input::user::{PasswordInput, ProfileInput, UserInput};
use domain::view::ProfileView;
use identity::{Actor, Error, Services, users};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use secrecy::zeroize::Zeroizing;

use super::serve::open_prepared;
use super::{SettingsArgs, Told};

pub const EXAMPLES: &str = "Examples:
  gatehouse user create jane --role helpdesk
  gatehouse user set-claim jane mobile +94771234567
  gatehouse user lock jane";

/// The longest line that is read for a password: more than any that is accepted.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds a user; the password is asked for, or read from standard input
    #[command(after_help = "Examples:
  gatehouse user create jane --role helpdesk --role auditors
  pwgen -s 20 1 | gatehouse user create jane")]
    Create {
        #[command(flatten)]
        who: Who,
        /// A role to hold; may be given several times
        #[arg(long = "role", value_name = "NAME")]
        roles: Vec<String>,
    },
    /// Changes a password and ends the user's sessions; it is asked for, or read from standard input
    #[command(after_help = "Example: gatehouse user set-password jane < password.txt")]
    SetPassword {
        #[command(flatten)]
        who: Who,
    },
    /// Sets one claim of the profile, or clears it with an empty value
    #[command(after_help = "Examples:
  gatehouse user set-claim jane mobile +94771234567
  gatehouse user set-claim jane mobile 0771234567        with the setting default_country
  gatehouse user set-claim jane http://wso2.org/claims/department Sales")]
    SetClaim {
        #[command(flatten)]
        who: Who,
        /// The claim's URI, or the last part of it
        #[arg(value_name = "CLAIM")]
        claim: String,
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
    /// Locks a user out and ends all sessions
    #[command(after_help = "Example: gatehouse user lock jane")]
    Lock {
        #[command(flatten)]
        who: Who,
    },
    /// Lets a locked user in again
    #[command(after_help = "Example: gatehouse user unlock jane")]
    Unlock {
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Args)]
pub struct Who {
    #[arg(value_name = "USERNAME")]
    username: String,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub async fn run(command: User) -> anyhow::Result<()> {
    crate::telemetry::init();
    match command {
        User::Create { who, roles } => create(who, &roles).await,
        User::SetPassword { who } => set_password(who).await,
        User::SetClaim { who, claim, value } => set_claim(who, &claim, &value).await,
        User::Lock { who } => {
            let (services, actor, name) = open(who).await?;
            users::lock(&services, &actor, &name)
                .await
                .map_err(|error| told(error, &name))?;
            println!("The user {name} is locked, and all sessions have ended.");
            Ok(())
        }
        User::Unlock { who } => {
            let (services, actor, name) = open(who).await?;
            users::unlock(&services, &actor, &name)
                .await
                .map_err(|error| told(error, &name))?;
            println!("The user {name} is unlocked.");
            Ok(())
        }
    }
}

async fn open(who: Who) -> anyhow::Result<(Services, Actor, String)> {
    let services = open_prepared(&who.settings.load()?).await?;
    let actor = Actor::command_line(services.clock.now());
    Ok((services, actor, who.username))
}

async fn create(who: Who, roles: &[String]) -> anyhow::Result<()> {
    let (services, actor, username) = open(who).await?;
    let password = new_password(&username)?;
    let input = UserInput {
        username: username.clone(),
        password: password.to_string(),
        confirm_password: password.to_string(),
    };
    users::create_with_roles(&services, &actor, &input, roles)
        .await
        .map_err(|error| told(error, &username))?;
    match roles {
        [] => println!("The user {username} is added, without a role."),
        roles => println!("The user {username} is added, with the roles: {}.", roles.join(", ")),
    }
    Ok(())
}

async fn set_password(who: Who) -> anyhow::Result<()> {
    let (services, actor, username) = open(who).await?;
    // Nobody types a password twice to hear that there is no such user.
    known(&services, &actor, &username).await?;
    let password = new_password(&username)?;
    let input = PasswordInput {
        new_password: password.to_string(),
        confirm_password: password.to_string(),
    };
    users::set_password(&services, &actor, &username, &input)
        .await
        .map_err(|error| told(error, &username))?;
    println!("The password of {username} is changed, and all sessions have ended.");
    Ok(())
}

async fn set_claim(who: Who, name: &str, value: &str) -> anyhow::Result<()> {
    let (services, actor, username) = open(who).await?;
    let profile = known(&services, &actor, &username).await?;
    let named = |uri: &str| uri == name || claim::short_name(uri) == name;
    let Some((field, _)) = profile.fields.iter().find(|(field, _)| named(&field.uri)) else {
        let accepted: Vec<_> = profile
            .fields
            .iter()
            .map(|(field, _)| claim::short_name(&field.uri))
            .collect();
        bail!(Told(format!(
            "there is no claim {name:?}; accepted are {}",
            accepted.join(", ")
        )));
    };
    let short = claim::short_name(&field.uri);
    let input = ProfileInput {
        version: profile.version.to_string(),
        claims: [(short.to_owned(), value.to_owned())].into(),
    };
    let replaced = users::save_profile(&services, &actor, &username, &input)
        .await
        .map_err(|error| told(error, &username))?;
    let stored = known(&services, &actor, &username).await?;
    let is = stored.fields.iter().find(|(known, _)| known.uri == field.uri);
    match is.map_or("", |(_, value)| value.as_str()) {
        "" => println!("The claim {short} of {username} is empty."),
        value => println!("The claim {short} of {username} is {value}."),
    }
    for old in replaced {
        users::tell_old_number(&services, old).await;
    }
    Ok(())
}

async fn known(services: &Services, actor: &Actor, username: &str) -> anyhow::Result<ProfileView> {
    users::profile(services, actor, username)
        .await
        .map_err(|error| told(error, username))
}

/// What the rules have against it. What was told wrong is one exit code, what they forbid another.
fn told(error: Error, username: &str) -> anyhow::Error {
    match error {
        Error::Invalid(problems) => {
            let forbidden = problems.0.iter().all(|problem| problem.field.is_empty());
            let words: Vec<_> = problems.0.into_iter().map(|problem| problem.message).collect();
            if forbidden {
                anyhow!("{}", words.join(" "))
            } else {
                Told(words.join(" ")).into()
            }
        }
        Error::NotFound => Told(format!("there is no user {username:?}")).into(),
        Error::Stale => anyhow!("somebody else has changed {username} at the same moment; try again"),
        other => other.into(),
    }
}

/// A password, typed twice without being shown; or the first line of standard input.
fn new_password(username: &str) -> anyhow::Result<Zeroizing<String>> {
    if !io::stdin().is_terminal() {
        return line();
    }
    let first = prompt(&format!("New password of {username}: "))?;
    if first != prompt("The same again: ")? {
        bail!(Told("the two passwords differ; nothing is changed".to_owned()));
    }
    Ok(first)
}

/// Asks at the terminal, which shows nothing of the answer.
fn prompt(question: &str) -> anyhow::Result<Zeroizing<String>> {
    let terminal = io::stdin();
    let shown = tcgetattr(&terminal)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden.local_modes.insert(LocalModes::ECHONL);
    // Before the question: whoever answers at once is not shown either.
    tcsetattr(&terminal, OptionalActions::Flush, &hidden)?;
    eprint!("{question}");
    let answer = line();
    tcsetattr(&terminal, OptionalActions::Now, &shown)?;
    answer
}

fn line() -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    io::Read::take(io::stdin().lock(), LONGEST).read_line(&mut text)?;
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    if text.is_empty() {
        bail!(Told(
            "no password was given; type it, or pass it by standard input".to_owned()
        ));
    }
    Ok(text)
}
