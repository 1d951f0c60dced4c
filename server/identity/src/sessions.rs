//! Sessions: the console's, and the sign-in session that service providers share. Two kinds, two cookies.
//!
//! A cookie holds 256 random bits; the row is found by their hash. A session ends by idleness, by age, by its user's
//! locking or new password, or by hand.

use chrono::{DateTime, Duration, Utc};
use domain::PermissionSet;
use domain::flow::{Authenticator, Reason};
use entity::{draft, session, session_participant, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::time_outs::TimeOuts;
use crate::{Actor, Error, Result, Services, drafts, login, roles, store, time_outs, token};

/// Which of the two a session is. Signing in to one satisfies nothing at the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Console,
    SignIn,
}

impl Kind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::SignIn => "sign_in",
        }
    }
}

/// Where a request comes from, for the rows that tell an administrator.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub address: String,
    pub user_agent: String,
}

/// An authenticator that a session has satisfied, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfied {
    pub authenticator: Authenticator,
    pub at: DateTime<Utc>,
}

/// A live session with its user.
#[derive(Clone, Debug)]
pub struct Live {
    pub row: session::Model,
    pub user: user::Model,
    pub satisfied: Vec<Satisfied>,
}

/// Rows touched this recently are not touched again: a page of ten requests writes once.
const TOUCH_AFTER_SECONDS: i64 = 60;

/// Begins a session; the token for the cookie is given once and stored nowhere.
///
/// # Errors
/// `Internal` only.
pub async fn begin(
    services: &Services,
    db: &impl ConnectionTrait,
    kind: Kind,
    user_id: i64,
    satisfied: &[Satisfied],
    client: &Client,
) -> Result<(String, session::Model)> {
    let now = services.clock.now();
    let longest = time_outs::current(services, db).await?.longest();
    let secret = token::secret()?;
    let row = session::ActiveModel {
        id: Set(token::hash(&secret)),
        kind: Set(kind.as_str().to_owned()),
        user_id: Set(user_id),
        satisfied: Set(serde_json::to_string(satisfied).map_err(Error::internal)?),
        authenticated_at: Set(now),
        password_at: Set(now),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + longest),
        address: Set(client.address.chars().take(64).collect()),
        user_agent: Set(client.user_agent.chars().take(255).collect()),
    }
    .insert(db)
    .await?;
    Ok((secret, row))
}

/// The live session a cookie belongs to: not idle too long, not too old, its user not locked.
///
/// # Errors
/// `Internal` only; anything else is `None`.
pub async fn find(services: &Services, kind: Kind, secret: &str) -> Result<Option<Live>> {
    find_by_id(services, kind, &token::hash(secret)).await
}

/// What neither age nor idleness has ended: other rows wait to be cleaned up.
pub(crate) fn live_at(now: DateTime<Utc>, time_outs: TimeOuts) -> Condition {
    Condition::all()
        .add(session::Column::ExpiresAt.gt(now))
        .add(session::Column::LastSeenAt.gt(now - time_outs.idle()))
        // A maximum that was shortened counts for those that are open.
        .add(session::Column::CreatedAt.gt(now - time_outs.longest()))
}

/// As [`find`], by the row's id.
///
/// # Errors
/// `Internal` only.
pub async fn find_by_id(services: &Services, kind: Kind, id: &str) -> Result<Option<Live>> {
    let found = session::Entity::find_by_id(id)
        .filter(session::Column::Kind.eq(kind.as_str()))
        .find_also_related(user::Entity)
        .one(&services.db)
        .await?;
    let Some((row, Some(user))) = found else {
        return Ok(None);
    };
    let live = live(services, row, user).await?;
    if let Some(live) = &live {
        seen(services, live).await?;
    }
    Ok(live)
}

/// A session that was just read, with its user: `None` if it has ended.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn live(services: &Services, row: session::Model, user: user::Model) -> Result<Option<Live>> {
    let now = services.clock.now();
    let time_outs = time_outs::current(services, &services.db).await?;
    // As `live_at` says it to the store.
    let open =
        row.expires_at > now && row.last_seen_at > now - time_outs.idle() && row.created_at > now - time_outs.longest();
    if !open || user.locked {
        return Ok(None);
    }
    let mut satisfied: Vec<Satisfied> = serde_json::from_str(&row.satisfied).map_err(Error::internal)?;
    // A session may be renewed by some of its authenticators: each of them counts a session's length from its own time.
    satisfied.retain(|one| now - one.at < time_outs.longest());
    Ok(Some(Live { row, user, satisfied }))
}

/// Notes that a session is used, which puts its idle time-out off.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn seen(services: &Services, live: &Live) -> Result<()> {
    let now = services.clock.now();
    if now - live.row.last_seen_at > Duration::seconds(TOUCH_AFTER_SECONDS) {
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(now))
            .filter(session::Column::Id.eq(&live.row.id))
            .exec(&services.db)
            .await?;
    }
    Ok(())
}

/// The console session a cookie belongs to or has belonged to, live or ended by its time-outs not long ago. It opens
/// nothing: it only tells whose a form is that comes too late. Ended by hand, or its user locked, it is none.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn recent(services: &Services, secret: &str) -> Result<Option<(session::Model, user::Model)>> {
    let since = services.clock.now() - Duration::hours(drafts::LIFETIME_HOURS);
    let time_outs = time_outs::current(services, &services.db).await?;
    let found = session::Entity::find_by_id(token::hash(secret))
        .filter(session::Column::Kind.eq(Kind::Console.as_str()))
        .filter(live_at(since, time_outs))
        .find_also_related(user::Entity)
        .one(&services.db)
        .await?;
    Ok(found
        .and_then(|(row, user)| Some((row, user?)))
        .filter(|(_, user)| !user.locked))
}

/// Ends the console session of this cookie, which a new one in the same browser takes the place of. What was typed in it
/// goes over where both are the same user's, and is gone with it otherwise.
///
/// # Errors
/// `Internal` only.
pub async fn succeed(services: &Services, old: &str, new: &str) -> Result<()> {
    let (old, new) = (token::hash(old), token::hash(new));
    let txn = store::begin(&services.db).await?;
    let owner = async |id: &str| -> Result<Option<i64>> {
        let row = session::Entity::find_by_id(id).filter(session::Column::Kind.eq(Kind::Console.as_str()));
        Ok(row.one(&txn).await?.map(|row| row.user_id))
    };
    let (before, now) = (owner(&old).await?, owner(&new).await?);
    if before.is_some() && before == now {
        draft::Entity::update_many()
            .col_expr(draft::Column::SessionId, Expr::value(new))
            .filter(draft::Column::SessionId.eq(&old))
            .exec(&txn)
            .await?;
    }
    end(&txn, &old).await?;
    txn.commit().await?;
    Ok(())
}

/// The administrator behind a console cookie.
///
/// # Errors
/// `Internal` only; without a live session `None`.
pub async fn actor(services: &Services, secret: &str, address: &str) -> Result<Option<Actor>> {
    let Some(live) = find(services, Kind::Console, secret).await? else {
        return Ok(None);
    };
    let permissions: PermissionSet = roles::permissions_of(&services.db, live.user.id).await?;
    Ok(Some(Actor {
        user_id: Some(live.user.id),
        username: live.user.username,
        permissions,
        session_id: live.row.id,
        password_at: live.row.password_at,
        address: address.to_owned(),
    }))
}

/// Notes that the session's owner has just given the password again.
///
/// # Errors
/// `Internal` only.
pub async fn password_given(services: &Services, session_id: &str) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::PasswordAt, Expr::value(services.clock.now()))
        .filter(session::Column::Id.eq(session_id))
        .exec(&services.db)
        .await?;
    Ok(())
}

/// Ends a session that another takes the place of: its service providers go over to `by` where that is the same user's.
///
/// # Errors
/// `Internal` only.
pub async fn replace(db: &impl ConnectionTrait, session_id: &str, by: Option<&str>) -> Result<()> {
    if let Some(by) = by {
        session_participant::Entity::update_many()
            .col_expr(session_participant::Column::SessionId, Expr::value(by))
            .filter(session_participant::Column::SessionId.eq(session_id))
            .exec(db)
            .await?;
    }
    end(db, session_id).await
}

/// Ends one session.
///
/// # Errors
/// `Internal` only; ending a session twice is no error.
pub async fn end(db: &impl ConnectionTrait, session_id: &str) -> Result<()> {
    session::Entity::delete_by_id(session_id).exec(db).await?;
    Ok(())
}

/// Waits until no sign-in of the user is about to begin a session or to renew one, and keeps others from it for the
/// transaction: a session that is being replaced would be missed otherwise.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn take_turn(db: &impl ConnectionTrait, user_id: i64) -> Result<()> {
    user::Entity::find_by_id(user_id).lock_exclusive().one(db).await?;
    Ok(())
}

/// Ends every session of a user, but for one where that is the user's own doing; and the sign-ins under way.
///
/// # Errors
/// `Internal` only.
pub async fn end_all_of(db: &impl ConnectionTrait, user_id: i64, except: Option<&str>) -> Result<()> {
    take_turn(db, user_id).await?;
    let mut sessions = session::Entity::delete_many().filter(session::Column::UserId.eq(user_id));
    if let Some(own) = except {
        sessions = sessions.filter(session::Column::Id.ne(own));
    }
    sessions.exec(db).await?;
    login::end_all_of(db, user_id, Reason::AccountChanged).await
}
