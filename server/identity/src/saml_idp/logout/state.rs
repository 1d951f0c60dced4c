//! A logout under way as a row: who asked, whom to tell, how it stands with each.
//!
//! Every change names the version it was made from: of two tabs one wins, and the other looks again. So no application
//! is told twice by accident.

use chrono::Duration;
use entity::logout;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{Error, Result, Services, token, vault};

/// Longer than a request may be old or ahead: the row is also what keeps a LogoutRequest from being taken twice.
const KEPT_MINUTES: i64 = 30;
/// As long as the ids of other rows: 132 bits.
const ID_CHARACTERS: usize = 22;
/// How often a change is tried against others that save at the same moment.
pub const TRIES: usize = 20;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    pub initiator: Option<Initiator>,
    /// The sessions have ended; before that nobody is told anything.
    pub ended: bool,
    /// The one who asked has been answered.
    pub answered: bool,
    pub participants: Vec<Participant>,
}

/// The application that asked for the logout.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Initiator {
    pub service_provider_id: i64,
    pub name: String,
    pub request_id: String,
    /// Of the request's XML: the same ID again is the same request only with the same bytes.
    pub digest: String,
    pub by_post: bool,
    pub relay_state: Option<String>,
    pub name_id: String,
    pub session_indexes: Vec<String>,
}

/// An application that had part in the sessions and did not ask for the logout itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Participant {
    pub service_provider_id: i64,
    pub name: String,
    pub name_id: String,
    pub name_id_format: String,
    pub session_indexes: Vec<String>,
    /// The LogoutRequests that were sent, the newest last. An answer to any of them counts.
    pub sent: Vec<Sent>,
    pub standing: Standing,
}

/// A LogoutRequest of ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sent {
    pub id: String,
    /// Of the answer's XML: the same bytes again change nothing, and others are refused.
    pub answer: Option<String>,
}

/// How it stands with one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its turn comes.
    Waiting,
    /// A LogoutRequest has left for it.
    Asked,
    LoggedOut,
    /// It has answered with another status than Success.
    Refused,
    /// It has answered by SOAP with something that is no answer to our request, or is not its own.
    Unusable,
    /// By SOAP: no answer in time.
    Silent,
    /// By SOAP: no connection.
    Unreachable,
    /// The person went past it.
    Skipped,
    /// It takes no logout messages, or is registered no longer.
    NothingToTell,
}

impl Standing {
    /// For the person who logs out, after the application's name.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting its turn",
            Self::Asked => "asked, not answered yet",
            Self::LoggedOut => "logged out",
            Self::Refused => "refused to log you out",
            Self::Unusable => "gave an answer that cannot be trusted",
            Self::Silent => "did not answer within 5 seconds",
            Self::Unreachable => "could not be reached",
            Self::Skipped => "skipped",
            Self::NothingToTell => "not told, because it takes no logout",
        }
    }

    /// The name in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asked => "asked",
            Self::LoggedOut => "logged_out",
            Self::Refused => "refused",
            Self::Unusable => "unusable",
            Self::Silent => "silent",
            Self::Unreachable => "unreachable",
            Self::Skipped => "skipped",
            Self::NothingToTell => "nothing_to_tell",
        }
    }
}

/// What a logout whose sessions have ended needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// An application has to be told.
    Tell,
    /// One was asked and has not answered: a person decides whether to wait.
    Wait,
    /// The one who asked has to be answered.
    Answer,
    Over,
}

impl State {
    pub fn turn(&self) -> Turn {
        let any = |standing| self.participants.iter().any(|one| one.standing == standing);
        if any(Standing::Asked) {
            Turn::Wait
        } else if any(Standing::Waiting) {
            Turn::Tell
        } else if self.initiator.is_some() && !self.answered {
            Turn::Answer
        } else {
            Turn::Over
        }
    }

    /// Whether every application has confirmed.
    pub fn is_complete(&self) -> bool {
        self.participants.iter().all(|one| one.standing == Standing::LoggedOut)
    }

    /// The application that this LogoutRequest of ours went to.
    pub fn told_by(&mut self, request_id: &str) -> Option<&mut Participant> {
        self.participants
            .iter_mut()
            .find(|one| one.sent.iter().any(|sent| sent.id == request_id))
    }
}

impl Participant {
    /// A new LogoutRequest is about to leave.
    pub fn ask(&mut self, request_id: &str) {
        self.sent.push(Sent {
            id: request_id.to_owned(),
            answer: None,
        });
        self.standing = Standing::Asked;
    }

    /// Whether this request of ours is the newest, and waits for its answer.
    pub fn awaits(&self, request_id: &str) -> bool {
        self.standing == Standing::Asked && self.sent.last().is_some_and(|sent| sent.id == request_id)
    }

    /// An answer has come. Once it has logged out, it stays so, whatever it says to another request.
    pub fn answered(&mut self, standing: Standing) {
        if self.standing != Standing::LoggedOut {
            self.standing = standing;
        }
    }
}

/// A row id that belongs to something that happens once: the row's key then keeps it from happening twice.
pub fn id_for(what: &str, name: &str) -> String {
    let mut id = token::hash(&format!("logout/{what}/{name}"));
    id.truncate(ID_CHARACTERS);
    id
}

/// Keeps a new logout; `false` if there is one of this id.
pub async fn insert(
    services: &Services,
    db: &impl ConnectionTrait,
    id: &str,
    browser_secret: &str,
    state: &State,
) -> Result<bool> {
    let now = services.clock.now();
    let row = logout::ActiveModel {
        id: Set(id.to_owned()),
        browser_hash: Set(token::hash(browser_secret)),
        state: Set(serde_json::to_string(state).map_err(Error::internal)?),
        version: Set(1),
        created_at: Set(now),
        expires_at: Set(now + Duration::minutes(KEPT_MINUTES)),
    };
    let once = OnConflict::column(logout::Column::Id).do_nothing().to_owned();
    let inserted = logout::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

pub async fn load(services: &Services, id: &str) -> Result<Option<(logout::Model, State)>> {
    let row = logout::Entity::find_by_id(id)
        .filter(logout::Column::ExpiresAt.gt(services.clock.now()))
        .one(&services.db)
        .await?;
    row.map(|row| {
        serde_json::from_str(&row.state)
            .map(|state| (row, state))
            .map_err(Error::internal)
    })
    .transpose()
}

/// The logout, if it is this browser's.
pub async fn mine(services: &Services, id: &str, browser_secret: &str) -> Result<(logout::Model, State)> {
    let found = load(services, id).await?;
    let same = |row: &logout::Model| vault::equal(row.browser_hash.as_bytes(), token::hash(browser_secret).as_bytes());
    found.filter(|(row, _)| same(row)).ok_or(Error::NotFound)
}

/// Saves the state, unless another request has saved in between. `false`: it has; read the row again.
pub async fn save(db: &impl ConnectionTrait, row: &mut logout::Model, state: &State) -> Result<bool> {
    let saved = logout::Entity::update_many()
        .col_expr(
            logout::Column::State,
            Expr::value(serde_json::to_string(state).map_err(Error::internal)?),
        )
        .col_expr(logout::Column::Version, Expr::col(logout::Column::Version).add(1))
        .filter(logout::Column::Id.eq(&row.id))
        .filter(logout::Column::Version.eq(row.version))
        .exec(db)
        .await?
        .rows_affected
        == 1;
    if saved {
        row.version += 1;
    }
    Ok(saved)
}

/// Changes the state however often others save in between. `change` gives `None` where there is nothing to change.
pub async fn change<T>(
    services: &Services,
    id: &str,
    mut change: impl FnMut(&mut State) -> Option<T>,
) -> Result<Option<T>> {
    for _ in 0..TRIES {
        let Some((mut row, mut state)) = load(services, id).await? else {
            return Ok(None);
        };
        let Some(changed) = change(&mut state) else {
            return Ok(None);
        };
        if save(&services.db, &mut row, &state).await? {
            return Ok(Some(changed));
        }
    }
    Err(Error::Busy { retry_after: 1 })
}
