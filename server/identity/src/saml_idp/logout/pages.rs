//! A logout as its person sees and steers it: begun here, asked for, gone on with after an application that is silent.

use super::LogoutStep;
use super::ending::{self, is_named, live};
use super::state::{Participant, Standing, State, TRIES, Turn, change, id_for, insert, load, mine, save};
use crate::{Error, Result, Services, store, token};

/// What the logout's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutPage {
    /// Whether to log out has to be asked.
    Confirm {
        application: String,
    },
    /// Nothing: a message is to be sent, at [`super::visit`]'s address.
    Next,
    View(LogoutView),
}

/// How a logout stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutView {
    /// The application that asked for it.
    pub initiator: Option<String>,
    /// Everybody else, in the order of their turns.
    pub applications: Vec<(String, Standing)>,
    /// Whom the logout waits for; nobody when it is over.
    pub unanswered: Option<Unanswered>,
}

/// An application that was asked and has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub application: String,
    /// The ID of the LogoutRequest it was sent last: a page that is old names another, and changes nothing.
    pub request: String,
}

impl LogoutView {
    fn of(state: &State) -> Self {
        let waited_for = state.participants.iter().find(|one| one.standing == Standing::Asked);
        Self {
            initiator: state.initiator.as_ref().map(|initiator| initiator.name.clone()),
            applications: state
                .participants
                .iter()
                .map(|one| (one.name.clone(), one.standing))
                .collect(),
            unanswered: waited_for.map(|one| Unanswered {
                application: one.name.clone(),
                request: one.sent.last().map(|sent| sent.id.clone()).unwrap_or_default(),
            }),
        }
    }

    /// Whether every application has confirmed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.applications
            .iter()
            .all(|(_, standing)| *standing == Standing::LoggedOut)
    }
}

/// Begins a logout that the user asked for here; `None` if nobody is signed in. A second press of the button leads to
/// the logout that the first began: its id and secret come from the session's own secret, which only this browser has.
///
/// # Errors
/// `Internal` only.
pub async fn begin_at_home(services: &Services, session: Option<&str>) -> Result<Option<LogoutStep>> {
    let Some(secret) = session else {
        return Ok(None);
    };
    let id = id_for("session", secret);
    let browser_secret = token::hash(&format!("logout/secret/{secret}"));
    if let Some(live) = live(services, session).await? {
        let mut state = State {
            ended: true,
            ..State::default()
        };
        let txn = store::begin(&services.db).await?;
        ending::end(&txn, &mut state, &live.row.id).await?;
        // Nobody to tell may mean that the first press has just told them: its row stands.
        if insert(services, &txn, &id, &browser_secret, &state).await? {
            txn.commit().await?;
        } else {
            txn.rollback().await?;
        }
    }
    let begun = load(services, &id).await?.is_some();
    Ok(begun.then_some(LogoutStep::Begun { id, browser_secret }))
}

/// The logout's page; ends this browser's session, if it is the one that an unverified request names.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn open(services: &Services, id: &str, browser_secret: &str, session: Option<&str>) -> Result<LogoutPage> {
    for _ in 0..TRIES {
        let (row, state) = mine(services, id, browser_secret).await?;
        if state.ended {
            return Ok(match state.turn() {
                Turn::Tell | Turn::Answer => LogoutPage::Next,
                Turn::Wait | Turn::Over => LogoutPage::View(LogoutView::of(&state)),
            });
        }
        let initiator = state
            .initiator
            .as_ref()
            .ok_or_else(|| Error::internal("a logout without beginning"))?;
        if let Some(live) = live(services, session).await?
            && !is_named(services, initiator, &live).await?
        {
            // Another tab may have ended the session between the two looks at it.
            if mine(services, id, browser_secret).await?.0.version != row.version {
                continue;
            }
            return Ok(LogoutPage::Confirm {
                application: initiator.name.clone(),
            });
        }
        // Either it is the one that was named, or nobody is signed in here: that is what was asked for.
        end_own(services, id, browser_secret, session).await?;
    }
    Err(Error::Busy { retry_after: 1 })
}

/// Somebody has said yes: ends this browser's session.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn confirm(services: &Services, id: &str, browser_secret: &str, session: Option<&str>) -> Result<()> {
    for _ in 0..TRIES {
        if end_own(services, id, browser_secret, session).await? {
            return Ok(());
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

/// Ends this browser's session for the logout, unless that has been done; both rows in one transaction. `false`: another
/// request has saved in between.
async fn end_own(services: &Services, id: &str, browser_secret: &str, session: Option<&str>) -> Result<bool> {
    let (mut row, mut state) = mine(services, id, browser_secret).await?;
    if state.ended {
        return Ok(true);
    }
    let live = live(services, session).await?;
    let txn = store::begin(&services.db).await?;
    if let Some(live) = live {
        ending::end(&txn, &mut state, &live.row.id).await?;
    }
    state.ended = true;
    let saved = save(&txn, &mut row, &state).await?;
    if saved {
        txn.commit().await?;
    } else {
        txn.rollback().await?;
    }
    Ok(saved)
}

/// *Skip*: goes past the application that this request went to, if it has still not answered.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn skip(services: &Services, id: &str, browser_secret: &str, request: &str) -> Result<()> {
    decide(services, id, browser_secret, request, Standing::Skipped).await
}

/// *Try again*: the application that this request went to gets another, if it has still not answered.
///
/// # Errors
/// As [`skip`].
pub async fn try_again(services: &Services, id: &str, browser_secret: &str, request: &str) -> Result<()> {
    decide(services, id, browser_secret, request, Standing::Waiting).await
}

async fn decide(services: &Services, id: &str, browser_secret: &str, request: &str, standing: Standing) -> Result<()> {
    mine(services, id, browser_secret).await?;
    let awaited = |state: &mut State| {
        let one: &mut Participant = state.told_by(request).filter(|one| one.awaits(request))?;
        one.standing = standing;
        Some(one.name.clone())
    };
    if let Some(application) = change(services, id, awaited).await? {
        let decided = standing.as_str();
        tracing::info!(application, decided, "a logout goes on after a silent application");
    }
    Ok(())
}

/// The first of these logouts, each with its secret, that is this browser's and not over.
///
/// # Errors
/// `Internal` only.
pub async fn unfinished(services: &Services, held: &[(String, String)]) -> Result<Option<String>> {
    for (id, browser_secret) in held {
        match mine(services, id, browser_secret).await {
            Ok((_, state)) if state.ended && state.turn() != Turn::Over => return Ok(Some(id.clone())),
            Ok(_) | Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}
