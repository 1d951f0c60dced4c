//! Taking a file: read on a thread of its own, checked row by row, stored batch by batch. Neither the file's text nor its
//! rows are ever whole in memory, but for the bytes that were uploaded.

use std::num::NonZero;
use std::thread::{self, available_parallelism};

use chrono::Duration;
use csv::StringRecord;
use domain::input::user_import::UploadInput;
use domain::view::ClaimView;
use domain::view::user_import::ImportStatus;
use domain::{Permission, Problems};
use entity::{user, user_import};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::mpsc;

use super::check::{Checker, Dialect};
use super::columns::recognise;
use super::file::File;
use super::rows::{self, BATCH, Prepared};
use super::{About, Column, HOURS};
use crate::phone::is_country;
use crate::{Actor, Error, Result, Services, store, token};

/// Characters of a file's name that are kept.
const FILE_NAME: usize = 200;
/// Sign-ins need processors, too.
const MOST_THREADS: usize = 4;

/// The import that the actor has under way, or the last one that ended and is not forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub id: String,
    pub file: String,
    pub status: ImportStatus,
}

/// What the actor has of imports. One that broke off while its file was read is nobody's any more.
///
/// # Errors
/// `Denied`.
pub async fn open(services: &Services, actor: &Actor) -> Result<Option<Open>> {
    actor.require(Permission::ManageUsers)?;
    let Some(user_id) = actor.user_id else {
        return Ok(None);
    };
    let row = user_import::Entity::find()
        .filter(user_import::Column::UserId.eq(user_id))
        .filter(user_import::Column::ExpiresAt.gt(services.clock.now()))
        .filter(user_import::Column::Status.ne(ImportStatus::Reading.as_str()))
        .order_by_desc(user_import::Column::CreatedAt)
        .one(&services.db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Open {
        file: About::open(&services.vault, &row)?.file,
        status: super::status(&row)?,
        id: row.id,
    }))
}

/// Takes a file and gives the import's id. An import of the actor's that has ended makes room once the file is read; one that
/// has not ended is in the way.
///
/// # Errors
/// `Denied`; `Invalid` with what is wrong with the file.
pub async fn upload(services: &Services, actor: &Actor, input: UploadInput) -> Result<String> {
    actor.require(Permission::ManageUsers)?;
    let user_id = actor
        .user_id
        .ok_or_else(|| Error::Denied("Only a signed-in administrator imports users.".to_owned()))?;
    let mut about = About {
        file: input.file.chars().filter(|c| !c.is_control()).take(FILE_NAME).collect(),
        country: country(&input.country)?,
        without_password: input.without_password.0,
        ..About::default()
    };
    if input.content.is_empty() && input.file.is_empty() {
        return Err(Error::field("file", "Choose a CSV file."));
    }
    let id = begin(services, actor, user_id, &about).await?;
    let dialect = Dialect::load(&services.db).await?;
    let (send, receive) = mpsc::channel(2);
    let reader = Reading {
        services: services.clone(),
        import: id.clone(),
        send,
    };
    let reading = tokio::task::spawn_blocking(move || {
        let read = reader.all(&input.content, &mut about, &dialect);
        read.map(|total| (about, total))
    });
    // Whoever goes away drops the receiver, and with it the thread ends.
    let stored = keep(services, &id, receive).await;
    let read = reading.await.map_err(Error::internal)?;
    let finished = match (stored, read) {
        (Ok(()), Ok((about, total))) => finish(services, user_id, &id, &about, total).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    if let Err(error) = finished {
        user_import::Entity::delete_by_id(&id).exec(&services.db).await?;
        return Err(error);
    }
    Ok(id)
}

/// The country that local numbers are read as; empty for none.
pub(super) fn country(typed: &str) -> Result<String> {
    let country = typed.trim().to_ascii_uppercase();
    if country.is_empty() || is_country(&country) {
        Ok(country)
    } else {
        Err(Error::field(
            "country",
            "This is no country code. Choose one from the list.",
        ))
    }
}

async fn begin(services: &Services, actor: &Actor, user_id: i64, about: &About) -> Result<String> {
    let now = services.clock.now();
    let id = token::id()?;
    let txn = store::begin(&services.db).await?;
    // Two uploads of one person take turns.
    user::Entity::find_by_id(user_id).lock_exclusive().one(&txn).await?;
    let mine = || user_import::Entity::find().filter(user_import::Column::UserId.eq(user_id));
    let under_way = [ImportStatus::Review, ImportStatus::Checking, ImportStatus::Running].map(ImportStatus::as_str);
    let other = mine()
        .filter(user_import::Column::ExpiresAt.gt(now))
        .filter(user_import::Column::Status.is_in(under_way))
        .one(&txn)
        .await?;
    if other.is_some() {
        let text = "You have an import that has not ended. Go on with it or discard it first.";
        return Err(Error::Invalid(Problems::one("", text)));
    }
    // What is left of one that has ended stays until this file is read: it may be refused.
    let broken_off = user_import::Column::Status.eq(ImportStatus::Reading.as_str());
    user_import::Entity::delete_many()
        .filter(user_import::Column::UserId.eq(user_id))
        .filter(
            Condition::any()
                .add(broken_off)
                .add(user_import::Column::ExpiresAt.lte(now)),
        )
        .exec(&txn)
        .await?;
    user_import::ActiveModel {
        id: Set(id.clone()),
        user_id: Set(user_id),
        address: Set(actor.address.chars().take(64).collect()),
        status: Set(ImportStatus::Reading.as_str().to_owned()),
        about_sealed: Set(about.seal(&services.vault, &id)?),
        total: Set(0),
        to_add: Set(0),
        added: Set(0),
        lease_by: Set(String::new()),
        lease_until: Set(now),
        created_at: Set(now),
        expires_at: Set(now + Duration::hours(HOURS)),
        started_at: Set(None),
        finished_at: Set(None),
    }
    .insert(&txn)
    .await?;
    txn.commit().await?;
    Ok(id)
}

/// Stores what the thread gives, a transaction each: sign-ins get their turn in between.
async fn keep(services: &Services, id: &str, mut receive: mpsc::Receiver<Vec<Prepared>>) -> Result<()> {
    while let Some(mut batch) = receive.recv().await {
        rows::note_taken(&services.db, &mut batch).await?;
        let txn = store::begin(&services.db).await?;
        if user_import::Entity::find_by_id(id)
            .lock_exclusive()
            .one(&txn)
            .await?
            .is_none()
        {
            let text = "Another file was uploaded in the place of this one.";
            return Err(Error::Invalid(Problems::one("", text)));
        }
        rows::insert(&txn, id, batch).await?;
        txn.commit().await?;
    }
    Ok(())
}

/// The file is read: its import is the actor's only one.
async fn finish(services: &Services, user_id: i64, id: &str, about: &About, total: i64) -> Result<()> {
    let txn = store::begin(&services.db).await?;
    user_import::Entity::delete_many()
        .filter(user_import::Column::UserId.eq(user_id))
        .filter(user_import::Column::Id.ne(id))
        .exec(&txn)
        .await?;
    rows::mark_duplicates(&txn, id).await?;
    let updated = user_import::Entity::update_many()
        .col_expr(user_import::Column::Status, Expr::value(ImportStatus::Review.as_str()))
        .col_expr(user_import::Column::Total, Expr::value(total))
        .col_expr(
            user_import::Column::AboutSealed,
            Expr::value(about.seal(&services.vault, id)?),
        )
        .filter(user_import::Column::Id.eq(id))
        .exec(&txn)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    Ok(txn.commit().await?)
}

/// The thread's part.
struct Reading {
    services: Services,
    import: String,
    send: mpsc::Sender<Vec<Prepared>>,
}

impl Reading {
    /// How many rows there are. The file is gone through once before: one that is refused has cost no check and no row.
    fn all(&self, bytes: &[u8], about: &mut About, dialect: &Dialect) -> Result<i64> {
        let refused = |why: String| Error::field("file", why);
        let total = File::count(bytes).map_err(refused)?;
        let mut file = File::open(bytes).map_err(refused)?;
        about.read_as.clone_from(&file.read_as);
        about.columns = named(&file.headers, &dialect.claims).map_err(refused)?;
        if total == 0 {
            return Err(refused(
                "There is no user in the file: nothing follows its header row.".to_owned(),
            ));
        }
        let checker = Checker::new(about, dialect);
        let mut record = StringRecord::new();
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(line) = file.next(&mut record).map_err(refused)? {
            batch.push((line, record.clone()));
            if batch.len() == BATCH {
                self.give(self.look(&checker, &batch)?)?;
                batch.clear();
            }
        }
        self.give(self.look(&checker, &batch)?)?;
        Ok(total)
    }

    /// Looks at some rows on all processors: estimating passwords takes most of an upload's time.
    fn look(&self, checker: &Checker, rows: &[(i64, StringRecord)]) -> Result<Vec<Prepared>> {
        let threads = available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
        let part = rows.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let parts: Vec<_> = rows
                .chunks(part)
                .map(|part| {
                    scope.spawn(move || {
                        let rows = part.iter();
                        rows.map(|(line, record)| self.row(checker, *line, record))
                            .collect::<Result<Vec<_>>>()
                    })
                })
                .collect();
            let mut prepared = Vec::with_capacity(rows.len());
            for part in parts {
                prepared.extend(part.join().map_err(|_| Error::internal("a check of rows panicked"))??);
            }
            Ok(prepared)
        })
    }

    fn row(&self, checker: &Checker, line: i64, record: &StringRecord) -> Result<Prepared> {
        let cells: Vec<&str> = record.iter().collect();
        let checked = checker.check(&cells)?;
        rows::prepare(&self.services.vault, &self.import, line, &cells, &checked)
    }

    fn give(&self, batch: Vec<Prepared>) -> Result<()> {
        self.send
            .blocking_send(batch)
            .map_err(|_| Error::internal("nobody waits for this file any more"))
    }
}

/// The columns by their headers; one without gets its place as its name.
fn named(headers: &[String], claims: &[ClaimView]) -> Result<Vec<Column>, String> {
    let targets = recognise(headers, claims);
    if targets.iter().all(String::is_empty) {
        return Err(format!(
            "The first line names no column that is known here: {}. Name the columns there, as Username, Password, First \
             Name or Mobile.",
            shown(headers)
        ));
    }
    let columns = headers
        .iter()
        .zip(targets)
        .enumerate()
        .map(|(place, (header, target))| Column {
            header: if header.is_empty() {
                format!("Column {}", place + 1)
            } else {
                header.chars().take(FILE_NAME).collect()
            },
            target,
        });
    Ok(columns.collect())
}

/// How the header row begins. It may be a user's row: no more of it than a word is shown.
fn shown(headers: &[String]) -> String {
    let first: String = headers.iter().flat_map(|header| header.chars()).take(20).collect();
    let [open, close] = ['\u{201c}', '\u{201d}'];
    format!("{open}{first}{close}")
}
