//! The other steps of a roll: *Use* and *Retire*. They take turns, so that of two administrators at once one wins and the
//! other is told; no step is possible out of order; each leaves an audit row in its transaction.

use chrono::{DateTime, Duration, Utc};
use domain::Problems;
use domain::signing_key::{KeyKind, KeyState, short_id};
use entity::signing_key::{self, Column};
use saml::keys::Certificate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryOrder};

use super::publish::may;
use super::{KIND, check, kind, seen, since, state};
use crate::audit::{self, Changes, Entry};
use crate::{Actor, Error, Result, Services, newest, store};

/// PostgreSQL's number for the lock of whoever rolls a key; any that nothing else here takes.
const TURN: &str = "SELECT pg_advisory_xact_lock(7310589144)";

/// Minutes for which what a key has signed may be on its way: an assertion is good for five, and clocks differ.
const IN_FLIGHT_MINUTES: i64 = 10;

/// What *Use* did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub key_id: String,
    /// The key that signed until now.
    pub replaced: Option<String>,
}

/// What *Retire* did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    pub key_id: String,
    /// `Retiring` for a key that signed until now; else `Retired`.
    pub state: KeyState,
}

/// A transaction in which nobody else takes a step. SQLite's write transaction is that by itself.
pub(super) async fn begin(services: &Services) -> Result<DatabaseTransaction> {
    let txn = store::begin(&services.db).await?;
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared(TURN).await?;
    }
    Ok(txn)
}

/// A rule that stands against the step.
pub(super) fn refused(why: impl Into<String>) -> Error {
    Error::Invalid(Problems::one("", why))
}

pub(super) async fn record(
    services: &Services,
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: &str,
    key_id: &str,
    detail: String,
    changes: Changes,
) -> Result<()> {
    let entry = Entry {
        action,
        target_kind: KIND,
        target: key_id,
        detail,
    };
    audit::record_changes(db, &*services.clock, actor, entry, changes).await
}

/// The state of a key before and after a step. `None`: it was not here.
pub(super) fn moved(key_id: &str, before: Option<KeyState>, after: KeyState) -> Changes {
    let mut changes = Changes::default();
    let before = before.map(KeyState::in_words).unwrap_or_default();
    changes.text(format!("State of {}", short_id(key_id)), before, after.in_words());
    changes
}

/// Signs with this key from now on: the next one of its kind, or the one before, which takes the last *Use* back. The key
/// that signed until now stays published. `anyway`: also if service providers do not know its certificate yet.
///
/// # Errors
/// `Denied` without *Manage settings*; `PasswordNeeded`; `NotFound`; `Invalid` in words, for a step out of order, a
/// certificate outside its dates, and service providers that do not know it.
pub async fn activate(services: &Services, actor: &Actor, id: i64, anyway: bool) -> Result<Used> {
    may(services, actor)?;
    let turn = begin(services).await?;
    let row = find(&turn, id).await?;
    if let Some(why) = use_refusal(&turn, &row, services.clock.now()).await? {
        return Err(refused(why));
    }
    let waiting = seen::waiting(&turn, &row).await?;
    if waiting > 0 && !anyway {
        return Err(refused(format!(
            "{} would not accept what this key signs, as far as is known. Look at who, and use it all the same if you know \
             better.",
            counted(waiting)
        )));
    }
    let now = services.clock.now();
    let replaced = super::active_of(&turn, kind(&row)).await?;
    // In this order: the table takes one active key of a kind at any moment.
    if let Some(active) = &replaced {
        step(&turn, active, KeyState::Retiring, now).await?;
    }
    step(&turn, &row, KeyState::Active, now).await?;
    let replaced = replaced.map(|active| active.key_id);
    let detail = used_detail(&row, replaced.as_deref(), waiting);
    let mut changes = moved(&row.key_id, Some(state(&row)), KeyState::Active);
    if let Some(replaced) = &replaced {
        let field = format!("State of {}", short_id(replaced));
        changes.text(field, KeyState::Active.in_words(), KeyState::Retiring.in_words());
    }
    record(services, &turn, actor, "use", &row.key_id, detail, changes).await?;
    turn.commit().await?;
    Ok(Used {
        key_id: row.key_id,
        replaced,
    })
}

fn used_detail(row: &signing_key::Model, replaced: Option<&str>, waiting: u64) -> String {
    let mut detail = match replaced {
        Some(replaced) => format!("{}, instead of {}", kind(row).label(), short_id(replaced)),
        None => format!("{}, the first of its kind", kind(row).label()),
    };
    if state(row) == KeyState::Retiring {
        detail.push_str("; the last step taken back");
    }
    if waiting > 0 {
        detail.push_str(&format!("; {} did not know its certificate", counted(waiting)));
    }
    detail
}

/// Ends a key. One that waits, or signs no more, is not published any longer and its private key is erased. An ECDSA key
/// that signs now stops signing first, if no service provider takes its signatures; the active RSA key is replaced by
/// *Use* only. `anyway`: also while messages that it has signed may be on their way.
///
/// # Errors
/// As [`activate`]; `InUse` with the service providers whose signatures need it.
pub async fn retire(services: &Services, actor: &Actor, id: i64, anyway: bool) -> Result<Retired> {
    may(services, actor)?;
    let turn = begin(services).await?;
    let row = find(&turn, id).await?;
    if let Some(why) = retire_refusal(&row) {
        return Err(refused(why));
    }
    let now = services.clock.now();
    if let Some(until) = in_flight_until(&row, now).filter(|_| !anyway) {
        return Err(refused(format!(
            "Messages that this key has signed may be on their way until {}. Retire it then, or at once if somebody else has \
             the key.",
            newest::moment(until)
        )));
    }
    let becomes = after_retire(&row);
    // First the step, then the look at who uses it: whoever chooses ECDSA meanwhile waits for this row.
    step(&turn, &row, becomes, now).await?;
    if state(&row) == KeyState::Active {
        let users = seen::users(&turn, kind(&row), seen::NAMED).await?;
        if !users.is_empty() {
            return Err(Error::InUse(users));
        }
    }
    let detail = match (state(&row), becomes) {
        (KeyState::Next, _) => "withdrawn before it was used; private key erased",
        (_, KeyState::Retiring) => "signs no more; still published",
        _ => "no longer published; private key erased",
    };
    let changes = moved(&row.key_id, Some(state(&row)), becomes);
    record(
        services,
        &turn,
        actor,
        "retire",
        &row.key_id,
        detail.to_owned(),
        changes,
    )
    .await?;
    turn.commit().await?;
    if becomes == KeyState::Retired {
        services.signing_keys.forget(&row.key_id);
    }
    Ok(Retired {
        key_id: row.key_id,
        state: becomes,
    })
}

pub(super) async fn find(db: &impl ConnectionTrait, id: i64) -> Result<signing_key::Model> {
    signing_key::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

/// Moves a key on, if it is where it was when it was read.
async fn step(db: &impl ConnectionTrait, row: &signing_key::Model, to: KeyState, now: DateTime<Utc>) -> Result<()> {
    let mut update = signing_key::Entity::update_many()
        .col_expr(Column::State, Expr::value(to.as_str()))
        .col_expr(Column::StateSince, Expr::value(Some(now)))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(&row.state));
    if to == KeyState::Retired {
        update = update.col_expr(Column::PrivateKeySealed, Expr::value(Vec::<u8>::new()));
    }
    match update.exec(db).await?.rows_affected {
        1 => Ok(()),
        _ => Err(refused(
            "Another step was taken at the same moment. Look at the list of keys.",
        )),
    }
}

/// Why a key cannot be used now.
pub(super) async fn use_refusal(
    db: &impl ConnectionTrait,
    row: &signing_key::Model,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    match state(row) {
        KeyState::Active => return Ok(Some("This key signs already.".to_owned())),
        KeyState::Retired => return Ok(Some("This key is retired: its private key is erased.".to_owned())),
        KeyState::Retiring => {}
        KeyState::Next => {
            if let Some(retiring) = retiring(db, kind(row)).await? {
                return Ok(Some(format!(
                    "The key {} of the roll before is still published. Retire it first.",
                    short_id(&retiring.key_id)
                )));
            }
        }
    }
    let certificate = Certificate::parse(&row.certificate_pem).map_err(Error::internal)?;
    Ok(check::objection(&certificate, now))
}

pub(super) async fn retiring(db: &impl ConnectionTrait, kind: KeyKind) -> Result<Option<signing_key::Model>> {
    let row = signing_key::Entity::find()
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::State.eq(KeyState::Retiring.as_str()))
        .order_by_desc(Column::Id);
    Ok(row.one(db).await?)
}

/// Why a key cannot be retired, whoever uses it.
pub(super) fn retire_refusal(row: &signing_key::Model) -> Option<String> {
    match (state(row), kind(row)) {
        (KeyState::Retired, _) => Some("This key is retired already.".to_owned()),
        (KeyState::Active, KeyKind::Rsa) => {
            Some("This key signs now. Publish and use another RSA key first; then this one can be retired.".to_owned())
        }
        _ => None,
    }
}

/// What a key is after *Retire*.
pub(super) fn after_retire(row: &signing_key::Model) -> KeyState {
    if state(row) == KeyState::Active {
        KeyState::Retiring
    } else {
        KeyState::Retired
    }
}

/// Until when messages that a key has signed may be on their way, if that is to come.
pub(super) fn in_flight_until(row: &signing_key::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = since(row) + Duration::minutes(IN_FLIGHT_MINUTES);
    (state(row) == KeyState::Retiring && until > now).then_some(until)
}

fn counted(n: u64) -> String {
    if n == 1 {
        "1 service provider".to_owned()
    } else {
        format!("{n} service providers")
    }
}
