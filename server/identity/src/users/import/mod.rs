//! Users from a CSV file: uploaded, looked through in a grid, and only then added.
//!
//! An import belongs to whoever uploaded the file; nobody else opens it. Until *Import* is pressed no user is written.
//! What the file holds is sealed, and deleted when the import is discarded, when it is a day old, and row by row as users
//! are added. Roles are never imported.

use chrono::{DateTime, Duration, Utc};
use domain::Permission;
use domain::view::user_import::{ImportFacts, ImportStatus};
use entity::user_import;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::vault::{Place, Vault};
use crate::{Actor, Error, Result, Services};

mod check;
mod columns;
mod end;
mod file;
mod recheck;
mod review;
mod rows;
mod run;
mod start;
#[cfg(test)]
mod tests;
mod text;
mod upload;

pub use end::{Left, discard, left};
pub(crate) use end::{cleanup, reseal};
pub use recheck::{check_again, columns, set_columns};
pub use review::{review, save};
pub use run::work;
pub use start::{progress, start, stop};
pub use upload::{Open, open, upload};

/// How long what a file holds is kept.
const HOURS: i64 = 24;
/// How long a process that says nothing more is waited for.
const LEASE_SECONDS: i64 = 60;

/// What is known of a file besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    file: String,
    read_as: String,
    country: String,
    without_password: bool,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    header: String,
    target: String,
}

impl About {
    fn place(id: &str) -> Place<'_> {
        Place {
            table: "user_import",
            column: "about_sealed",
            row: id,
        }
    }

    fn seal(&self, vault: &Vault, id: &str) -> Result<Vec<u8>> {
        vault.seal_json(Self::place(id), self)
    }

    fn open(vault: &Vault, row: &user_import::Model) -> Result<Self> {
        vault.open_json(Self::place(&row.id), &row.about_sealed)
    }
}

fn status(row: &user_import::Model) -> Result<ImportStatus> {
    ImportStatus::from_name(&row.status).ok_or_else(|| Error::internal(format!("an import is {:?}", row.status)))
}

/// The import of this id, if it is the actor's own and not forgotten yet.
async fn own(services: &Services, db: &impl ConnectionTrait, actor: &Actor, id: &str) -> Result<user_import::Model> {
    actor.require(Permission::ManageUsers)?;
    let user_id = actor.user_id.ok_or(Error::NotFound)?;
    let row = user_import::Entity::find_by_id(id)
        .filter(user_import::Column::UserId.eq(user_id))
        .filter(user_import::Column::ExpiresAt.gt(services.clock.now()))
        .one(db)
        .await?;
    row.ok_or(Error::NotFound)
}

/// Goes from one status to another, if it is still the one before. `false`: it is not.
async fn turn(
    db: &impl ConnectionTrait,
    id: &str,
    from: ImportStatus,
    to: ImportStatus,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut update = user_import::Entity::update_many()
        .col_expr(user_import::Column::Status, Expr::value(to.as_str()))
        .filter(user_import::Column::Id.eq(id))
        .filter(user_import::Column::Status.eq(from.as_str()));
    if matches!(to, ImportStatus::Done | ImportStatus::Stopped | ImportStatus::Denied) {
        update = update.col_expr(user_import::Column::FinishedAt, Expr::value(now));
    }
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Holds the import for another while. `false`: it is somebody else's by now, or has ended.
async fn renew(
    services: &Services,
    db: &impl ConnectionTrait,
    id: &str,
    by: &str,
    status: ImportStatus,
) -> Result<bool> {
    let now = services.clock.now();
    let until = now + Duration::seconds(LEASE_SECONDS);
    let renewed = user_import::Entity::update_many()
        .col_expr(user_import::Column::LeaseUntil, Expr::value(until))
        // Its day begins with the last that was done to it.
        .col_expr(
            user_import::Column::ExpiresAt,
            Expr::value(now + Duration::hours(HOURS)),
        )
        .filter(user_import::Column::Id.eq(id))
        .filter(user_import::Column::LeaseBy.eq(by))
        .filter(user_import::Column::Status.eq(status.as_str()))
        .exec(db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

async fn facts(services: &Services, row: &user_import::Model, about: About) -> Result<ImportFacts> {
    let (counts, kinds) = rows::counts(&services.db, &row.id).await?;
    Ok(ImportFacts {
        id: row.id.clone(),
        file: about.file,
        read_as: about.read_as,
        country: about.country,
        without_password: about.without_password,
        status: status(row)?,
        counts,
        kinds,
    })
}
