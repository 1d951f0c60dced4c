//! Sessions: the console's, and the sign-in session that service providers share. Two kinds, two cookies.
//!
//! A cookie holds 256 random bits; the row is found by their hash. A session ends by idleness, by age, by its user's
//! locking or new password, or by hand.

use chrono::{DateTime, Duration, Utc};
use domain::PermissionSet;
use domain::flow::{Authenticator, Reason};
use entity::{session, session_participant, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{Actor, Error, Result, Services, login, roles, token};

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
        expires_at: Set(now + Duration::hours(services.settings.session_hours)),
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

/// As [`find`], by the row's id.
///
/// # Errors
/// `Internal` only.
pub async fn find_by_id(services: &Services, kind: Kind, id: &str) -> Result<Option<Live>> {
    let now = services.clock.now();
    let idle = Duration::minutes(services.settings.session_idle_minutes);
    let Some((row, Some(user))) = session::Entity::find_by_id(id)
        .filter(session::Column::Kind.eq(kind.as_str()))
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(session::Column::LastSeenAt.gt(now - idle))
        .find_also_related(user::Entity)
        .one(&services.db)
        .await?
    else {
        return Ok(None);
    };
    if user.locked {
        return Ok(None);
    }
    if now - row.last_seen_at > Duration::seconds(TOUCH_AFTER_SECONDS) {
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(now))
            .filter(session::Column::Id.eq(&row.id))
            .exec(&services.db)
            .await?;
    }
    let mut satisfied: Vec<Satisfied> = serde_json::from_str(&row.satisfied).map_err(Error::internal)?;
    // A session may be renewed by some of its authenticators: each of them counts a session's length from its own time.
    satisfied.retain(|one| now - one.at < Duration::hours(services.settings.session_hours));
    Ok(Some(Live { row, user, satisfied }))
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

/// Ends every session of a user, but for one where that is the user's own doing; and the sign-ins under way.
///
/// # Errors
/// `Internal` only.
pub async fn end_all_of(db: &impl ConnectionTrait, user_id: i64, except: Option<&str>) -> Result<()> {
    let mut sessions = session::Entity::delete_many().filter(session::Column::UserId.eq(user_id));
    if let Some(own) = except {
        sessions = sessions.filter(session::Column::Id.ne(own));
    }
    sessions.exec(db).await?;
    login::end_all_of(db, user_id, Reason::AccountChanged).await
}
