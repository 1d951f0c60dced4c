//! *Import*: from here on users are added, and how far that is.

use chrono::Duration;
use domain::Problems;
use domain::view::user_import::{ImportStatus, ProgressView};
use entity::{user_import, user_import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{About, HOURS, facts, own, rows, turn};
use crate::audit::{self, Entry};
use crate::{Actor, Error, Result, Services, store};

/// Lets the rows without problems become users, in the background (see [`super::work`]).
///
/// # Errors
/// `Denied`; `NotFound`; `PasswordNeeded`; `Invalid` if there is nobody to add; `Stale` if it was begun already.
pub async fn start(services: &Services, actor: &Actor, id: &str) -> Result<()> {
    own(services, &services.db, actor, id).await?;
    let now = services.clock.now();
    actor.require_fresh_password(now)?;
    let txn = store::begin(&services.db).await?;
    if !turn(&txn, id, ImportStatus::Review, ImportStatus::Running, now).await? {
        return Err(Error::Stale);
    }
    let (counts, _) = rows::counts(&txn, id).await?;
    if counts.ready == 0 {
        let text = "There is nobody to add: every row has a problem, is there already or is left out.";
        return Err(Error::Invalid(Problems::one("", text)));
    }
    let to_add = i64::try_from(counts.ready).map_err(Error::internal)?;
    user_import::Entity::update_many()
        .col_expr(user_import::Column::ToAdd, Expr::value(to_add))
        .col_expr(user_import::Column::StartedAt, Expr::value(now))
        .col_expr(user_import::Column::LeaseUntil, Expr::value(now))
        .col_expr(
            user_import::Column::ExpiresAt,
            Expr::value(now + Duration::hours(HOURS)),
        )
        .col_expr(
            user_import::Column::Address,
            Expr::value(actor.address.chars().take(64).collect::<String>()),
        )
        .filter(user_import::Column::Id.eq(id))
        .exec(&txn)
        .await?;
    Ok(txn.commit().await?)
}

/// How far an import is.
///
/// # Errors
/// `Denied`; `NotFound` for an import of somebody else's.
pub async fn progress(services: &Services, actor: &Actor, id: &str) -> Result<ProgressView> {
    let import = own(services, &services.db, actor, id).await?;
    let about = About::open(&services.vault, &import)?;
    let [to_add, added] = [import.to_add, import.added].map(|n| u64::try_from(n).unwrap_or(0));
    let passed = import
        .started_at
        .map(|start| (services.clock.now() - start).num_milliseconds());
    let passed = passed.and_then(|millis| u64::try_from(millis).ok());
    let seconds_left = passed
        .filter(|_| added > 0)
        .map(|millis| millis * to_add.saturating_sub(added) / added / 1000 + 1);
    Ok(ProgressView {
        facts: facts(services, &import, about).await?,
        to_add,
        added,
        seconds_left,
    })
}

/// Ends an import by hand: who was added stays, the rest of the file is deleted.
///
/// # Errors
/// `Denied`; `NotFound`; `Stale` if it had ended.
pub async fn stop(services: &Services, actor: &Actor, id: &str) -> Result<()> {
    own(services, &services.db, actor, id).await?;
    end(services, actor, id, ImportStatus::Stopped).await
}

/// As [`stop`], or for an owner who may no longer add users.
pub(super) async fn end(services: &Services, actor: &Actor, id: &str, how: ImportStatus) -> Result<()> {
    let txn = store::begin(&services.db).await?;
    if !turn(&txn, id, ImportStatus::Running, how, services.clock.now()).await? {
        return Err(Error::Stale);
    }
    let row = user_import::Entity::find_by_id(id)
        .one(&txn)
        .await?
        .ok_or(Error::NotFound)?;
    user_import_row::Entity::delete_many()
        .filter(user_import_row::Column::ImportId.eq(id))
        .exec(&txn)
        .await?;
    let why = match how {
        ImportStatus::Denied => "stopped: the permission was taken away",
        _ => "stopped by hand",
    };
    let about = About::open(&services.vault, &row)?;
    let entry = Entry {
        action: "import",
        target_kind: "users",
        target: &about.file,
        detail: format!("{why}; {} of {} added", row.added, row.to_add),
    };
    audit::record(&txn, &*services.clock, actor, entry).await?;
    Ok(txn.commit().await?)
}
