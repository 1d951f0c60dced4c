//! A user's sessions, seen and ended by an administrator. A session is a row: once it is gone, no node takes its cookie.

use std::collections::HashMap;

use domain::Permission;
use domain::flow::{Authenticator, Reason};
use domain::view::session::{SessionRow, SessionsView};
use entity::{identity_provider, service_provider, session, session_participant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::guard::{self, Change};
use super::{browser, find_by_username, get_by_username};
use crate::audit::{self, Entry};
use crate::newest::moment;
use crate::sessions::{self, Kind, Satisfied};
use crate::{Actor, Error, Result, Services, login, roles, time_outs};

/// More than anybody reads. *End all sessions* ends the others, too.
const LISTED: u64 = 100;

/// The live sessions of a user.
///
/// # Errors
/// `Denied` without *View users*; `NotFound`.
pub async fn sessions_of(services: &Services, actor: &Actor, username: &str) -> Result<SessionsView> {
    actor.require(Permission::ViewUsers)?;
    let db = &services.db;
    let user = find_by_username(db, username).await?.ok_or(Error::NotFound)?;
    let oneself = actor.user_id == Some(user.id);
    let live = live(services, db, user.id).await?;
    let total = live.clone().count(db).await?;
    let rows = live
        .order_by_desc(session::Column::LastSeenAt)
        .order_by_asc(session::Column::Id)
        .limit(LISTED)
        .all(db)
        .await?;
    let known = Known::about(db, &rows).await?;
    let may_end = actor.permissions.has(Permission::ManageUsers)
        && (oneself || guard::covers(actor.permissions, roles::permissions_of(db, user.id).await?).is_ok());
    Ok(SessionsView {
        rows: rows
            .into_iter()
            .map(|row| known.row(actor, row))
            .collect::<Result<_>>()?,
        username: user.username,
        total,
        may_end,
        oneself,
    })
}

async fn live(services: &Services, db: &impl ConnectionTrait, user_id: i64) -> Result<Select<session::Entity>> {
    let time_outs = time_outs::current(services, db).await?;
    Ok(session::Entity::find()
        .filter(session::Column::UserId.eq(user_id))
        .filter(sessions::live_at(services.clock.now(), time_outs)))
}

/// Ends one session; with one that applications share also the user's sign-ins under way, which may build on it. One
/// that is gone already is no error.
///
/// # Errors
/// `Denied` without *Manage users* or without every permission that the user has; `NotFound` for an unknown user.
pub async fn end_session(services: &Services, actor: &Actor, username: &str, session_id: &str) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.may_touch(user.id).await?;
    sessions::take_turn(change.db(), user.id).await?;
    let row = session::Entity::find_by_id(session_id)
        .filter(session::Column::UserId.eq(user.id))
        .one(change.db())
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    sessions::end(change.db(), &row.id).await?;
    let detail = if row.kind == Kind::Console.as_str() {
        "console session"
    } else {
        login::end_all_of(change.db(), user.id, Reason::AccountChanged).await?;
        "sign-in session"
    };
    let entry = Entry {
        action: "end_session",
        target_kind: "users",
        target: &user.username,
        detail: detail.to_owned(),
    };
    audit::record(change.db(), &*services.clock, actor, entry).await?;
    change.commit().await
}

/// Ends every session of the user and the sign-ins under way; of one's own all but this one.
///
/// # Errors
/// As [`end_session`].
pub async fn end_all_sessions(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.may_touch(user.id).await?;
    let own_session = change.is_self(user.id).then_some(actor.session_id.as_str());
    let live = live(services, change.db(), user.id).await?;
    let count = live.count(change.db()).await?;
    let count = count.saturating_sub(u64::from(own_session.is_some()));
    sessions::end_all_of(change.db(), user.id, own_session).await?;
    let entry = Entry {
        action: "end_sessions",
        target_kind: "users",
        target: &user.username,
        detail: match count {
            1 => "1 session".to_owned(),
            n => format!("{n} sessions"),
        },
    };
    audit::record(change.db(), &*services.clock, actor, entry).await?;
    change.commit().await
}

/// The names that a list of sessions needs.
struct Known {
    applications: HashMap<String, Vec<String>>,
    identity_providers: HashMap<i64, String>,
}

impl Known {
    async fn about(db: &impl ConnectionTrait, rows: &[session::Model]) -> Result<Self> {
        let participants = session_participant::Entity::find()
            .filter(session_participant::Column::SessionId.is_in(rows.iter().map(|row| row.id.as_str())))
            .order_by_asc(session_participant::Column::Id)
            .all(db)
            .await?;
        let ids = participants.iter().map(|row| row.service_provider_id);
        let named = service_provider::Entity::find().filter(service_provider::Column::Id.is_in(ids));
        let names: HashMap<_, _> = named.all(db).await?.into_iter().map(|row| (row.id, row.name)).collect();
        let mut applications: HashMap<String, Vec<String>> = HashMap::new();
        for row in participants {
            if let Some(name) = names.get(&row.service_provider_id) {
                applications.entry(row.session_id).or_default().push(name.clone());
            }
        }
        let identity_providers = identity_provider::Entity::find().all(db).await?;
        Ok(Self {
            applications,
            identity_providers: identity_providers.into_iter().map(|row| (row.id, row.name)).collect(),
        })
    }

    fn row(&self, actor: &Actor, row: session::Model) -> Result<SessionRow> {
        let satisfied: Vec<Satisfied> = serde_json::from_str(&row.satisfied).map_err(Error::internal)?;
        let mut steps: Vec<String> = satisfied.iter().map(|one| self.step(&one.authenticator)).collect();
        let is_console = row.kind == Kind::Console.as_str();
        if is_console {
            // The console asks for nothing else, and notes no steps.
            steps = vec!["password".to_owned()];
        }
        Ok(SessionRow {
            is_console,
            is_current: row.id == actor.session_id,
            began: moment(row.created_at),
            last_seen: moment(row.last_seen_at),
            browser: browser::in_words(&row.user_agent),
            applications: self.applications.get(&row.id).cloned().unwrap_or_default(),
            steps,
            address: row.address,
            id: row.id,
        })
    }

    fn step(&self, authenticator: &Authenticator) -> String {
        match authenticator {
            Authenticator::Basic => "password".to_owned(),
            Authenticator::SmsOtp { identity_provider } => self
                .identity_providers
                .get(identity_provider)
                .map_or_else(|| "SMS".to_owned(), |name| format!("SMS ({name})")),
        }
    }
}
