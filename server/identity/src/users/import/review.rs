//! The grid: a page of rows with what is wrong with each cell, and what is changed there. Every change is checked at once
//! and stored sealed; nobody is added.

use std::collections::BTreeMap;

use domain::input::user_import::ReviewInput;
use domain::view::user_import::{ImportCell, ImportCounts, ImportRow, ImportStatus, ReviewView, Standing};
use domain::view::{ListQuery, PAGE_SIZE};
use entity::{user_import, user_import_row};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::check::{Checked, Checker, Dialect, Kind};
use super::columns::Target;
use super::rows::{self, Cells};
use super::{About, facts, own};
use crate::{Actor, Error, Result, Services, store};

/// A longer cell is not shown to be edited: it is typed anew.
const EDITABLE: usize = 1024;

/// A page of the grid, the rows with problems first.
///
/// # Errors
/// `Denied`; `NotFound` for an import of somebody else's.
pub async fn review(services: &Services, actor: &Actor, id: &str, query: &ListQuery) -> Result<ReviewView> {
    let import = own(services, &services.db, actor, id).await?;
    let about = About::open(&services.vault, &import)?;
    let checker = Checker::new(&about, &Dialect::load(&services.db).await?);
    let ignored = about
        .columns
        .iter()
        .zip(&checker.targets)
        .filter(|(_, target)| **target == Target::Ignored)
        .map(|(column, _)| column.header.clone())
        .collect();
    let grid = Grid { services, checker };
    let (found, previous, next) = page(&services.db, id, query).await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in &found {
        rows.push(grid.row(row)?);
    }
    let can_check = import.status == ImportStatus::Checking.as_str() && import.lease_until <= services.clock.now();
    Ok(ReviewView {
        facts: facts(services, &import, about).await?,
        ignored,
        rows,
        next,
        previous,
        can_check,
    })
}

type Part = (Vec<user_import_row::Model>, Option<String>, Option<String>);

/// The rows after or before a key (`{standing}.{line}`), with the keys to go on from.
async fn page(db: &impl ConnectionTrait, id: &str, query: &ListQuery) -> Result<Part> {
    use user_import_row::Column::{ImportId, Line, Standing as At};
    let backwards = query.before.is_some() && query.after.is_none();
    let key = query.after.as_deref().or(query.before.as_deref()).and_then(read_key);
    let mut select = user_import_row::Entity::find().filter(ImportId.eq(id));
    if let Some((standing, line)) = key {
        let beyond = if backwards {
            Condition::any()
                .add(At.lt(standing))
                .add(Condition::all().add(At.eq(standing)).add(Line.lt(line)))
        } else {
            Condition::any()
                .add(At.gt(standing))
                .add(Condition::all().add(At.eq(standing)).add(Line.gt(line)))
        };
        select = select.filter(beyond);
    }
    let select = if backwards {
        select.order_by_desc(At).order_by_desc(Line)
    } else {
        select.order_by_asc(At).order_by_asc(Line)
    };
    let mut found = select.limit(PAGE_SIZE + 1).all(db).await?;
    let more = found.len() as u64 > PAGE_SIZE;
    found.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    if backwards {
        found.reverse();
    }
    let key_of = |row: &user_import_row::Model| format!("{}.{}", row.standing, row.line);
    let has_previous = if backwards { more } else { key.is_some() };
    let has_next = backwards || more;
    let previous = found.first().filter(|_| has_previous).map(key_of);
    let next = found.last().filter(|_| has_next).map(key_of);
    Ok((found, previous, next))
}

fn read_key(key: &str) -> Option<(i32, i64)> {
    let (standing, line) = key.split_once('.')?;
    Some((standing.parse().ok()?, line.parse().ok()?))
}

/// Opens rows to be shown.
struct Grid<'a> {
    services: &'a Services,
    checker: Checker,
}

impl Grid<'_> {
    fn row(&self, row: &user_import_row::Model) -> Result<ImportRow> {
        let cells = rows::open(&self.services.vault, row)?;
        let checked = self.checker.check(&cells)?;
        let shown = self.checker.targets.iter().enumerate();
        let shown = shown.filter_map(|(column, target)| self.cell(row, column, target, &cells, &checked));
        let whole = checked.found.iter().filter(|found| found.column.is_none());
        Ok(ImportRow {
            line: row.line,
            standing: Standing::from_number(row.standing),
            cells: shown.collect(),
            problems: whole.map(|found| found.message.clone()).collect(),
        })
    }

    fn cell(
        &self,
        row: &user_import_row::Model,
        column: usize,
        target: &Target,
        cells: &Cells,
        checked: &Checked,
    ) -> Option<ImportCell> {
        let (label, is_secret) = match target {
            Target::Ignored => return None,
            Target::Username => ("Username".to_owned(), false),
            Target::Password => ("Password".to_owned(), true),
            Target::Claim(claim) => (claim.label.clone(), false),
        };
        let stored = cells.get(column).map_or("", String::as_str);
        let is_hidden = !stored.is_empty() && (is_secret || stored.chars().count() > EDITABLE);
        let mut problem = checked
            .found
            .iter()
            .find(|found| found.column == Some(column))
            .map(|found| found.message.clone());
        if *target == Target::Username && problem.is_none() {
            problem = of_others(row.problems);
        }
        let becomes = checked.claims.iter().find(|(at, ..)| *at == column);
        let becomes = becomes
            .map(|(.., value)| value.clone())
            .filter(|value| value != stored.trim());
        Some(ImportCell {
            column,
            label,
            value: if is_hidden { String::new() } else { stored.to_owned() },
            is_secret,
            is_hidden,
            problem,
            becomes,
        })
    }
}

/// What other rows and other users have to do with it.
fn of_others(bits: i32) -> Option<String> {
    if bits & Kind::Exists.bit() != 0 {
        Some("There is a user of this name already. Choose another name, or leave the row out.".to_owned())
    } else if bits & Kind::Duplicate.bit() != 0 {
        Some("An earlier row has this user name. Change one of them, or leave one out.".to_owned())
    } else {
        None
    }
}

/// Stores what was typed into a page of the grid, checks those rows again, and does what the button says:
/// `leave-out {line}`, `put-back {line}`, `leave-out-all {kind}`. Gives what that comes to.
///
/// # Errors
/// `Denied`; `NotFound`; `Stale` when the import is no longer looked through.
pub async fn save(services: &Services, actor: &Actor, id: &str, input: &ReviewInput) -> Result<ImportCounts> {
    own(services, &services.db, actor, id).await?;
    let dialect = Dialect::load(&services.db).await?;
    let txn = store::begin(&services.db).await?;
    let import = held(&txn, id).await?;
    let checker = Checker::new(&About::open(&services.vault, &import)?, &dialect);
    let (verb, what) = input.press.split_once(' ').unwrap_or((input.press.as_str(), ""));
    let line = what.parse::<i64>().ok();
    let mut typed: BTreeMap<i64, &BTreeMap<String, String>> = BTreeMap::new();
    let nothing = BTreeMap::new();
    if let Some(line) = line.filter(|_| verb == "put-back") {
        typed.insert(line, &nothing);
    }
    for (row, cells) in &input.cells {
        if let Some(line) = row.strip_prefix('r').and_then(|line| line.parse().ok()) {
            typed.insert(line, cells);
        }
    }
    let put_back = line.filter(|_| verb == "put-back");
    save_rows(services, &txn, &checker, id, &typed, put_back).await?;
    match verb {
        "leave-out" => leave_out(&txn, id, user_import_row::Column::Line.eq(line.unwrap_or(-1)).into()).await?,
        "leave-out-all" => {
            if let Some(kind) = Kind::from_name(what) {
                let bits = Expr::col(user_import_row::Column::Problems).bit_and(kind.bit());
                leave_out(&txn, id, Condition::all().add(bits.ne(0))).await?;
            }
        }
        _ => {}
    }
    rows::mark_duplicates(&txn, id).await?;
    let (counts, _) = rows::counts(&txn, id).await?;
    txn.commit().await?;
    Ok(counts)
}

/// The import, held until the transaction ends, so that it is not started with half a page saved.
async fn held(db: &impl ConnectionTrait, id: &str) -> Result<user_import::Model> {
    let held = user_import::Entity::update_many()
        .col_expr(user_import::Column::Added, Expr::col(user_import::Column::Added))
        .filter(user_import::Column::Id.eq(id))
        .filter(user_import::Column::Status.eq(ImportStatus::Review.as_str()))
        .exec(db)
        .await?;
    if held.rows_affected == 0 {
        return Err(Error::Stale);
    }
    user_import::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

async fn leave_out(db: &impl ConnectionTrait, id: &str, which: Condition) -> Result<()> {
    user_import_row::Entity::update_many()
        .col_expr(
            user_import_row::Column::Standing,
            Expr::value(Standing::LeftOut.number()),
        )
        .filter(user_import_row::Column::ImportId.eq(id))
        .filter(which)
        .exec(db)
        .await?;
    Ok(())
}

async fn save_rows(
    services: &Services,
    db: &impl ConnectionTrait,
    checker: &Checker,
    id: &str,
    typed: &BTreeMap<i64, &BTreeMap<String, String>>,
    put_back: Option<i64>,
) -> Result<()> {
    let stored = user_import_row::Entity::find()
        .filter(user_import_row::Column::ImportId.eq(id))
        .filter(user_import_row::Column::Line.is_in(typed.keys().copied().take(PAGE_SIZE as usize * 2)))
        .all(db)
        .await?;
    let mut prepared = Vec::with_capacity(stored.len());
    for row in stored {
        let mut cells = rows::open(&services.vault, &row)?;
        if let Some(typed) = typed.get(&row.line) {
            put(checker, &mut cells, typed);
        }
        let checked = checker.check(&cells)?;
        let mut new = rows::prepare(&services.vault, id, row.line, &cells, &checked)?;
        new.left_out = row.standing == Standing::LeftOut.number() && put_back != Some(row.line);
        prepared.push(new);
    }
    rows::note_taken(db, &mut prepared).await?;
    for row in prepared {
        rows::active(id, row).update(db).await?;
    }
    Ok(())
}

/// Puts what was typed into the cells. An empty field of something that was not shown leaves it as it is.
fn put(checker: &Checker, cells: &mut Cells, typed: &BTreeMap<String, String>) {
    let columns = checker.targets.len();
    let mut changed = false;
    for (name, value) in typed {
        let column = name.strip_prefix('c').and_then(|column| column.parse::<usize>().ok());
        let Some(column) = column.filter(|column| *column < columns) else {
            continue;
        };
        while cells.len() <= column {
            cells.push(String::new());
        }
        let is_secret = checker.targets[column] == Target::Password;
        let is_hidden = is_secret || cells[column].chars().count() > EDITABLE;
        if checker.targets[column] == Target::Ignored || (is_hidden && value.is_empty()) {
            continue;
        }
        // Browsers send a text's lines with CR LF between.
        let value = value.replace("\r\n", "\n");
        changed |= cells[column] != value;
        cells[column] = value;
    }
    // Cells beyond the last column come from a separator that was meant as text: who puts the row right sees them gone.
    if changed {
        cells.truncate(columns);
    }
}
