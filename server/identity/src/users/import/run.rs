//! The work in the background: rows become users, a few at a time. One process holds an import, for as long as it renews
//! its lease; a row goes in the transaction in which its user comes, so that none is written twice and a crash loses
//! nothing. Before every few users it is asked again whether the owner may add users.

use std::collections::HashMap;

use chrono::Duration;
use domain::view::user_import::{ImportStatus, Standing};
use domain::{Permission, PermissionSet};
use entity::{user, user_claim, user_import, user_import_row};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
};

use super::check::{Checked, Checker, Dialect, Kind, standing};
use super::columns::hidden;
use super::rows::{self, BATCH, Cells};
use super::{About, LEASE_SECONDS, renew, turn};
use crate::audit::{self, Changes, Entry};
use crate::password::no_password;
use crate::users::guard::Change;
use crate::users::profile::row as claim_row;
use crate::{Actor, Error, Result, Services, roles, store, token};

/// Users of one transaction: half a second of hashing.
const STEP: u64 = 20;

/// Works on an import that waits, to its end. `false`: none does.
///
/// # Errors
/// `Internal`; `Busy` if sign-ins leave no time. The import then goes on once its lease has run out.
pub async fn work(services: &Services) -> Result<bool> {
    let me = token::id()?;
    let Some(import) = lease(services, &me).await? else {
        return Ok(false);
    };
    let job = Job {
        about: About::open(&services.vault, &import)?,
        services,
        import,
        me,
    };
    while job.step().await? {}
    Ok(true)
}

/// Takes an import that nobody works on.
pub(super) async fn lease(services: &Services, me: &str) -> Result<Option<user_import::Model>> {
    let now = services.clock.now();
    let waiting = user_import::Entity::find()
        .filter(user_import::Column::Status.eq(ImportStatus::Running.as_str()))
        .filter(user_import::Column::LeaseUntil.lte(now))
        .order_by_asc(user_import::Column::StartedAt)
        .one(&services.db)
        .await?;
    let Some(row) = waiting else {
        return Ok(None);
    };
    let leased = user_import::Entity::update_many()
        .col_expr(user_import::Column::LeaseBy, Expr::value(me))
        .col_expr(
            user_import::Column::LeaseUntil,
            Expr::value(now + Duration::seconds(LEASE_SECONDS)),
        )
        .filter(user_import::Column::Id.eq(&row.id))
        .filter(user_import::Column::Status.eq(ImportStatus::Running.as_str()))
        .filter(user_import::Column::LeaseUntil.lte(now))
        .exec(&services.db)
        .await?;
    Ok((leased.rows_affected == 1).then_some(row))
}

/// A row that passed, with its password's hash.
struct Adding {
    line: i64,
    checked: Checked,
    changes: Changes,
    hash: String,
}

pub(super) struct Job<'a> {
    pub services: &'a Services,
    pub import: user_import::Model,
    pub about: About,
    pub me: String,
}

impl Job<'_> {
    /// The next few. `false`: the import has ended, or is somebody else's.
    pub async fn step(&self) -> Result<bool> {
        let (services, id) = (self.services, self.import.id.as_str());
        let Some(actor) = self.owner().await? else {
            return Ok(false);
        };
        if !actor.permissions.has(Permission::ManageUsers) {
            return self.denied(&actor).await;
        }
        let found = user_import_row::Entity::find()
            .filter(user_import_row::Column::ImportId.eq(id))
            .filter(user_import_row::Column::Standing.eq(Standing::Ready.number()))
            .order_by_asc(user_import_row::Column::Line)
            .limit(STEP)
            .all(&services.db)
            .await?;
        if found.is_empty() {
            return self.finish(&actor).await;
        }
        let checker = Checker::new(&self.about, &Dialect::load(&services.db).await?);
        let (mut adding, mut refused) = (Vec::new(), Vec::new());
        for row in &found {
            let cells = rows::open(&services.vault, row)?;
            // Claims may have changed since the row was looked at.
            let checked = checker.check(&cells)?;
            match checked.bits() {
                0 => adding.push(Adding {
                    hash: self.hash(&checked, &cells).await?,
                    line: row.line,
                    changes: checker.told(&checked),
                    checked,
                }),
                bits => refused.push((row.line, bits)),
            }
        }
        match self.write(&actor, adding, refused).await {
            Err(Error::Denied(_)) => self.denied(&actor).await,
            other => other,
        }
    }

    /// In whose name users are added, with what they may do now. `None`: deleted, and the import with them.
    async fn owner(&self) -> Result<Option<Actor>> {
        let db = &self.services.db;
        let Some(owner) = user::Entity::find_by_id(self.import.user_id).one(db).await? else {
            return Ok(None);
        };
        let permissions = if owner.locked {
            PermissionSet::default()
        } else {
            roles::permissions_of(db, owner.id).await?
        };
        Ok(Some(Actor {
            user_id: Some(owner.id),
            username: owner.username,
            permissions,
            session_id: String::new(),
            password_at: self.import.started_at.unwrap_or(self.import.created_at),
            address: self.import.address.clone(),
        }))
    }

    async fn denied(&self, owner: &Actor) -> Result<bool> {
        match super::start::end(self.services, owner, &self.import.id, ImportStatus::Denied).await {
            Ok(()) | Err(Error::Stale | Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn hash(&self, checked: &Checked, cells: &Cells) -> Result<String> {
        match checked.password.and_then(|column| cells.get(column)) {
            Some(password) => self.services.hasher.hash_unhurried(password).await,
            None => no_password(),
        }
    }

    async fn write(&self, owner: &Actor, adding: Vec<Adding>, refused: Vec<(i64, i32)>) -> Result<bool> {
        let (services, id) = (self.services, self.import.id.as_str());
        let change = Change::begin(services, owner, Some(Permission::ManageUsers)).await?;
        let db = change.db();
        if !renew(services, db, id, &self.me, ImportStatus::Running).await? {
            return Ok(false);
        }
        for (line, bits) in refused {
            note(db, id, line, bits).await?;
        }
        let lower: Vec<String> = adding.iter().map(|one| one.checked.username.to_lowercase()).collect();
        let taken = rows::taken(db, lower.iter().map(String::as_str)).await?;
        let mut new = Vec::with_capacity(adding.len());
        for (one, lower) in adding.into_iter().zip(lower) {
            if taken.contains(&lower) {
                note(db, id, one.line, Kind::Exists.bit()).await?;
            } else {
                new.push((one, lower));
            }
        }
        match self.add(db, owner, new).await {
            // Somebody has taken one of the names just now: the next try finds it taken.
            Err(Added::Taken) => return Ok(true),
            Err(Added::Failed(error)) => return Err(error),
            Ok(()) => {}
        }
        change.commit().await?;
        Ok(true)
    }

    async fn add(&self, db: &impl ConnectionTrait, owner: &Actor, new: Vec<(Adding, String)>) -> Result<(), Added> {
        if new.is_empty() {
            return Ok(());
        }
        let (services, id) = (self.services, self.import.id.as_str());
        let now = services.clock.now();
        let users = new.iter().map(|(one, lower)| user::ActiveModel {
            username: Set(one.checked.username.clone()),
            username_lower: Set(lower.clone()),
            password_hash: Set(one.hash.clone()),
            locked: Set(false),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        user::Entity::insert_many(users).exec_without_returning(db).await?;
        let ids = ids_of(db, &new).await?;
        let claims: Vec<_> = new
            .iter()
            .filter_map(|(one, lower)| Some((one, *ids.get(lower)?)))
            .flat_map(|(one, user)| {
                one.checked
                    .claims
                    .iter()
                    .map(move |(_, uri, value)| claim_row(user, uri, value))
            })
            .collect();
        if !claims.is_empty() {
            user_claim::Entity::insert_many(claims)
                .exec_without_returning(db)
                .await?;
        }
        user_import_row::Entity::delete_many()
            .filter(user_import_row::Column::ImportId.eq(id))
            .filter(user_import_row::Column::Line.is_in(new.iter().map(|(one, _)| one.line)))
            .exec(db)
            .await?;
        let count = i64::try_from(new.len()).map_err(Error::internal)?;
        user_import::Entity::update_many()
            .col_expr(
                user_import::Column::Added,
                Expr::col(user_import::Column::Added).add(count),
            )
            .filter(user_import::Column::Id.eq(id))
            .exec(db)
            .await?;
        let entries = new.iter().map(|(one, _)| {
            let entry = Entry {
                action: "create",
                target_kind: "users",
                target: &one.checked.username,
                detail: "import".to_owned(),
            };
            (entry, one.changes.clone())
        });
        Ok(audit::record_all(db, &*services.clock, owner, entries).await?)
    }

    /// The end: what is left keeps no password, and the log says what came of the file.
    async fn finish(&self, owner: &Actor) -> Result<bool> {
        let (services, id) = (self.services, self.import.id.as_str());
        let hidden = hidden(&self.about.columns);
        if !hidden.is_empty() {
            let mut after = i64::MIN;
            while let Some(last) = self.wipe(&hidden, after).await? {
                after = last;
            }
        }
        let txn = store::begin(&services.db).await?;
        let mine = renew(services, &txn, id, &self.me, ImportStatus::Running).await?;
        if !mine
            || !turn(
                &txn,
                id,
                ImportStatus::Running,
                ImportStatus::Done,
                services.clock.now(),
            )
            .await?
        {
            return Ok(false);
        }
        let row = user_import::Entity::find_by_id(id)
            .one(&txn)
            .await?
            .ok_or(Error::NotFound)?;
        let (counts, _) = rows::counts(&txn, id).await?;
        let entry = Entry {
            action: "import",
            target_kind: "users",
            target: &self.about.file,
            detail: format!(
                "{} added, {} already there, {} with problems, {} left out",
                row.added, counts.exists, counts.problems, counts.left_out
            ),
        };
        audit::record(&txn, &*services.clock, owner, entry).await?;
        txn.commit().await?;
        Ok(false)
    }

    /// Takes what is hidden out of the rows after `after` that are left; gives the last of them.
    async fn wipe(&self, hidden: &[usize], after: i64) -> Result<Option<i64>> {
        let (services, id) = (self.services, self.import.id.as_str());
        let found = user_import_row::Entity::find()
            .filter(user_import_row::Column::ImportId.eq(id))
            .filter(user_import_row::Column::Line.gt(after))
            .order_by_asc(user_import_row::Column::Line)
            .limit(BATCH as u64)
            .all(&services.db)
            .await?;
        let Some(last) = found.last().map(|row| row.line) else {
            return Ok(None);
        };
        let lines: Vec<i64> = found.iter().map(|row| row.line).collect();
        let mut wiped = Vec::with_capacity(found.len());
        for row in found {
            let mut cells = rows::open(&services.vault, &row)?;
            for column in hidden {
                if let Some(cell) = cells.get_mut(*column) {
                    cell.clear();
                }
            }
            let sealed = rows::seal(&services.vault, id, row.line, &cells)?;
            let mut row = user_import_row::ActiveModel::from(row).reset_all();
            row.cells_sealed = Set(sealed);
            wiped.push(row);
        }
        let txn = store::begin(&services.db).await?;
        if !renew(services, &txn, id, &self.me, ImportStatus::Running).await? {
            return Ok(None);
        }
        user_import_row::Entity::delete_many()
            .filter(user_import_row::Column::ImportId.eq(id))
            .filter(user_import_row::Column::Line.is_in(lines))
            .exec(&txn)
            .await?;
        user_import_row::Entity::insert_many(wiped)
            .exec_without_returning(&txn)
            .await?;
        txn.commit().await?;
        Ok(Some(last))
    }
}

/// The ids of users that were just added, by their names.
async fn ids_of(db: &impl ConnectionTrait, new: &[(Adding, String)]) -> Result<HashMap<String, i64>> {
    let found = user::Entity::find()
        .select_only()
        .column(user::Column::UsernameLower)
        .column(user::Column::Id)
        .filter(user::Column::UsernameLower.is_in(new.iter().map(|(_, lower)| lower.as_str())))
        .into_tuple::<(String, i64)>()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Why users were not added.
enum Added {
    Taken,
    Failed(Error),
}

impl From<DbErr> for Added {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Taken,
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<Error> for Added {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A row that is not added after all, and why.
async fn note(db: &impl ConnectionTrait, id: &str, line: i64, bits: i32) -> Result<()> {
    user_import_row::Entity::update_many()
        .col_expr(user_import_row::Column::Problems, Expr::value(bits))
        .col_expr(user_import_row::Column::Standing, Expr::value(standing(bits).number()))
        .filter(user_import_row::Column::ImportId.eq(id))
        .filter(user_import_row::Column::Line.eq(line))
        .exec(db)
        .await?;
    Ok(())
}
