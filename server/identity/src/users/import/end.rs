//! What becomes of an import in the end: it is discarded, forgotten, or read out for whoever repairs the rest elsewhere.

use domain::view::user_import::ImportStatus;
use entity::{user_import, user_import_row};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::hidden;
use super::rows::{self, BATCH};
use super::{About, check, own};
use crate::vault::Vault;
use crate::{Actor, Error, Result, Services};

/// Deletes an import with everything that is left of its file. One that runs is stopped first.
///
/// # Errors
/// `Denied`; `NotFound`; `Stale` while it runs.
pub async fn discard(services: &Services, actor: &Actor, id: &str) -> Result<()> {
    own(services, &services.db, actor, id).await?;
    let deleted = user_import::Entity::delete_by_id(id)
        .filter(user_import::Column::Status.ne(ImportStatus::Running.as_str()))
        .exec(&services.db)
        .await?;
    if deleted.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Forgets imports that are a day old. One that runs is worked on to its end, whatever kept it waiting.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn cleanup(services: &Services) -> Result<()> {
    user_import::Entity::delete_many()
        .filter(user_import::Column::ExpiresAt.lte(services.clock.now()))
        .filter(user_import::Column::Status.ne(ImportStatus::Running.as_str()))
        .exec(&services.db)
        .await?;
    Ok(())
}

/// The rows of an ended import that became no users, batch by batch.
pub struct Left {
    services: Services,
    id: String,
    hidden: Vec<usize>,
    after: i64,
    /// The head: the file's own columns but those that are hidden, after line and reason.
    pub head: Vec<String>,
}

/// Reads out what is left of an import that has ended.
///
/// # Errors
/// `Denied`; `NotFound` for an import of somebody else's, and before the end.
pub async fn left(services: &Services, actor: &Actor, id: &str) -> Result<Left> {
    let import = own(services, &services.db, actor, id).await?;
    if import.status != ImportStatus::Done.as_str() {
        return Err(Error::NotFound);
    }
    let about = About::open(&services.vault, &import)?;
    let hidden = hidden(&about.columns);
    let fixed = ["Line", "Reason"].map(str::to_owned);
    let headers = about.columns.into_iter().map(|column| column.header);
    let head = fixed.into_iter().chain(without(&hidden, headers)).collect();
    Ok(Left {
        services: services.clone(),
        id: import.id,
        hidden,
        after: i64::MIN,
        head,
    })
}

fn without(places: &[usize], cells: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    cells
        .enumerate()
        .filter(|(at, _)| !places.contains(at))
        .map(|(_, cell)| cell)
}

impl Left {
    /// The next rows; none after the last.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn next(&mut self) -> Result<Vec<Vec<String>>> {
        let found = user_import_row::Entity::find()
            .filter(user_import_row::Column::ImportId.eq(&self.id))
            .filter(user_import_row::Column::Line.gt(self.after))
            .order_by_asc(user_import_row::Column::Line)
            .limit(BATCH as u64)
            .all(&self.services.db)
            .await?;
        if let Some(last) = found.last() {
            self.after = last.line;
        }
        found.iter().map(|row| self.line(row)).collect()
    }

    fn line(&self, row: &user_import_row::Model) -> Result<Vec<String>> {
        use domain::view::user_import::Standing;
        let cells = rows::open(&self.services.vault, row)?;
        let why = match Standing::from_number(row.standing) {
            Standing::LeftOut => Standing::LeftOut.words().to_owned(),
            _ => check::words(row.problems),
        };
        let fixed = [row.line.to_string(), why];
        Ok(fixed
            .into_iter()
            .chain(without(&self.hidden, cells.iter().cloned()))
            .collect())
    }
}

/// Seals every import again under another master key; how many values there were.
pub(crate) async fn reseal(db: &impl ConnectionTrait, old: &Vault, new: &Vault) -> Result<u64> {
    let mut count = 0;
    for row in user_import::Entity::find().all(db).await? {
        let sealed = old.reseal(new, About::place(&row.id), &row.about_sealed)?;
        let mut row: user_import::ActiveModel = row.into();
        row.about_sealed = Set(sealed);
        row.update(db).await?;
        count += 1;
    }
    let mut after: Option<(String, i64)> = None;
    loop {
        use user_import_row::Column::{ImportId, Line};
        let mut select = user_import_row::Entity::find();
        if let Some((import, line)) = &after {
            let same = Condition::all().add(ImportId.eq(import)).add(Line.gt(*line));
            select = select.filter(Condition::any().add(ImportId.gt(import)).add(same));
        }
        let select = select.order_by_asc(ImportId).order_by_asc(Line).limit(BATCH as u64);
        let found = select.all(db).await?;
        let Some(last) = found.last() else {
            return Ok(count);
        };
        after = Some((last.import_id.clone(), last.line));
        for row in found {
            let sealed = rows::reseal(old, new, &row)?;
            let mut row: user_import_row::ActiveModel = row.into();
            row.cells_sealed = Set(sealed);
            row.update(db).await?;
            count += 1;
        }
    }
}
