//! The run over a file: every thing by itself in a savepoint, all of them in one transaction.
//!
//! One thing may need another that comes later, or make room for it (a fallback, the last administrator). What is refused is
//! tried again as long as anything else goes through, so the order in the file does not matter.

use sea_orm::DbErr;

use super::diff::{self, State};
use super::document::{self, Item};
use super::mistake::{At, Refused, placed};
use super::report::{Change, Report, Verb};
use super::secrets::Source;
use super::shape::Section;
use super::{claims, identity_providers, roles, service_providers, signing_keys, users};
use crate::users::{OldNumber, tell_old_number};
use crate::{Actor, Error, Result, Services, token};

/// Whether the run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Apply,
    /// Everything is tried, and taken back.
    Plan,
}

/// Why one thing was not done.
#[derive(Debug)]
pub(super) enum Failure {
    Mistakes(Vec<At>),
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

impl Failure {
    /// What the rules have against a thing. `place` turns a form's field into a path of the file.
    pub fn of(item: &Item, error: Error, place: impl Fn(&str) -> String) -> Self {
        let said = match error {
            Error::Invalid(problems) => problems
                .0
                .into_iter()
                .map(|problem| item.mistake(&place(&problem.field), &problem.message))
                .collect(),
            Error::Denied(why) => vec![item.mistake("", &why)],
            Error::InUse(users) => {
                let users: Vec<_> = users
                    .into_iter()
                    .map(|user| format!("{} ({})", user.name, user.how))
                    .collect();
                vec![item.mistake("", &format!("it is in use: {}", users.join(", ")))]
            }
            Error::NotFound => vec![item.mistake("", "it is not in the store any more")],
            Error::Stale => vec![item.mistake("", "somebody else has changed it at the same moment; apply again")],
            other => return Self::Failed(other),
        };
        Self::Mistakes(said)
    }
}

/// What a run has come to so far.
pub(super) struct Run<'a> {
    pub actor: &'a Actor,
    pub source: Source<'a>,
    pub report: Report,
    /// Numbers that were replaced, to be told when all is done.
    pub replaced: Vec<OldNumber>,
    /// The hash of a password that nobody knows.
    nobody: Option<String>,
}

/// Makes the store what the file says, or finds out what that would change.
///
/// # Errors
/// All that is wrong with the file, and nothing is changed; or why the store failed.
pub async fn apply(
    services: &Services,
    actor: &Actor,
    text: &str,
    source: Source<'_>,
    mode: Mode,
) -> Result<Report, Refused> {
    let items = document::read(text).map_err(|found| Refused::Mistakes(placed(text, found)))?;
    let mut run = Run {
        actor,
        source,
        report: Report::default(),
        replaced: Vec::new(),
        nobody: None,
    };
    let whole = services.within().await?;
    let mistakes = run.all(&whole.services, &items).await?;
    if !mistakes.is_empty() {
        whole.roll_back().await?;
        return Err(Refused::Mistakes(placed(text, mistakes)));
    }
    if mode == Mode::Plan || run.report.is_empty() {
        whole.roll_back().await?;
        return Ok(run.report);
    }
    whole.commit().await?;
    for old in run.replaced {
        tell_old_number(services, old).await;
    }
    Ok(run.report)
}

impl Run<'_> {
    /// Everything there is to do; gives what is wrong.
    async fn all(&mut self, services: &Services, items: &[Item]) -> Result<Vec<At>> {
        let mut waiting: Vec<&Item> = items.iter().collect();
        let mut mistakes = Vec::new();
        while !waiting.is_empty() {
            let (mut refused, mut moved) = (Vec::new(), false);
            mistakes.clear();
            for item in waiting {
                match self.one(services, item).await {
                    Ok(changed) => moved |= changed,
                    Err(Failure::Mistakes(found)) => {
                        refused.push(item);
                        mistakes.extend(found);
                    }
                    Err(Failure::Failed(error)) => return Err(error),
                }
            }
            waiting = if moved { refused } else { Vec::new() };
        }
        if mistakes.is_empty() {
            claims::arrange(self, services, items).await?;
            self.report.left = left(services, items).await?;
            self.report.changes.sort_by_key(|change| change.at);
            self.report.notes.sort();
            self.report.notes.dedup();
        }
        Ok(mistakes)
    }

    /// One thing; says whether it has changed anything.
    async fn one(&mut self, services: &Services, item: &Item) -> Result<bool, Failure> {
        if item.section == Section::SigningKey {
            return signing_keys::publish(self, services, item).await;
        }
        let before = state(services, self.actor, item).await?;
        if item.delete {
            return self.delete(services, item, before.is_some()).await;
        }
        if before.as_ref().is_some_and(|before| says_nothing_new(item, before)) {
            return Ok(false);
        }
        let inner = services.within().await?;
        let replaced = self.replaced.len();
        let written = match item.section {
            Section::Claim => claims::write(self, &inner.services, item, before.as_ref()).await,
            Section::Role => roles::write(self, &inner.services, item, before.as_ref()).await,
            Section::IdentityProvider => identity_providers::write(self, &inner.services, item).await,
            Section::ServiceProvider => service_providers::write(self, &inner.services, item).await,
            Section::User => users::write(self, &inner.services, item, before.as_ref()).await,
            Section::SigningKey => Ok(Vec::new()),
        };
        let said = match written {
            Ok(said) => said,
            Err(failure) => {
                self.replaced.truncate(replaced);
                inner.roll_back().await?;
                return Err(failure);
            }
        };
        // As it was stored: numbers in full, texts trimmed.
        let after = state(&inner.services, self.actor, item).await?.ok_or(Error::NotFound)?;
        let mut lines = diff::lines(item.section.fields(), before.as_ref(), &after);
        lines.extend(said);
        if before.is_some() && lines.is_empty() {
            inner.roll_back().await?;
            return Ok(false);
        }
        inner.commit().await?;
        let verb = if before.is_some() { Verb::Changed } else { Verb::Added };
        self.changed(item, verb, lines);
        Ok(true)
    }

    async fn delete(&mut self, services: &Services, item: &Item, is_there: bool) -> Result<bool, Failure> {
        if !is_there {
            return Ok(false);
        }
        let (actor, name) = (self.actor, &item.name);
        let deleted = match item.section {
            Section::Claim => crate::claims::delete(services, actor, name).await,
            Section::Role => roles::delete(services, actor, name).await,
            Section::IdentityProvider => identity_providers::delete(services, actor, name).await,
            Section::ServiceProvider => service_providers::delete(services, actor, name).await,
            Section::User => crate::users::delete(services, actor, name).await,
            Section::SigningKey => Ok(()),
        };
        deleted.map_err(|error| Failure::of(item, error, str::to_owned))?;
        self.changed(item, Verb::Removed, Vec::new());
        Ok(true)
    }

    pub fn changed(&mut self, item: &Item, verb: Verb, lines: Vec<String>) {
        self.report.changes.push(Change {
            at: item.at(""),
            verb,
            title: item.title(),
            lines,
        });
    }

    /// For a user whose password nobody knows yet: made once, since it takes its time.
    pub async fn hash_of_nobody(&mut self, services: &Services) -> Result<String> {
        if let Some(hash) = &self.nobody {
            return Ok(hash.clone());
        }
        let hash = services.hasher.hash(&token::id()?).await?;
        self.nobody = Some(hash.clone());
        Ok(hash)
    }
}

/// The thing as it is stored.
async fn state(services: &Services, actor: &Actor, item: &Item) -> Result<Option<State>> {
    let name = &item.name;
    match item.section {
        Section::Claim => claims::state(services, name).await,
        Section::Role => roles::state(services, name).await,
        Section::IdentityProvider => identity_providers::state(services, actor, name).await,
        Section::ServiceProvider => service_providers::state(services, actor, name).await,
        Section::User => users::state(services, name).await,
        Section::SigningKey => Ok(None),
    }
}

/// Whether every value is stored as the file has it, so that nothing has to be tried.
fn says_nothing_new(item: &Item, before: &State) -> bool {
    super::forms::over(&before.values, &item.values) == before.values
}

/// What the store has besides, in few words.
async fn left(services: &Services, items: &[Item]) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for section in Section::ALL {
        let named: std::collections::HashSet<String> = items
            .iter()
            .filter(|item| item.section == section)
            .map(|item| section.same(&item.name))
            .collect();
        let names = match section {
            Section::Claim => claims::names(services).await?,
            Section::Role => roles::names(services).await?,
            Section::IdentityProvider => identity_providers::names(services).await?,
            Section::ServiceProvider => service_providers::names(services).await?,
            Section::User => users::names(services).await?,
            Section::SigningKey => continue,
        };
        let besides: Vec<_> = names
            .iter()
            .filter(|name| !named.contains(&section.same(name)))
            .collect();
        left.extend(in_words(section, &besides));
    }
    Ok(left)
}

/// A few are named, many are counted.
fn in_words(section: Section, names: &[&String]) -> Option<String> {
    const NAMED: usize = 10;
    match names.len() {
        0 => None,
        1..=NAMED => {
            let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
            Some(format!("{} {}", section.name(), names.join(", ")))
        }
        many => Some(format!("{many} of [[{}]]", section.name())),
    }
}
