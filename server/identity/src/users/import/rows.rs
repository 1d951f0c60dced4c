//! The rows of an import in the store. What they hold is sealed, each for its own place; what is told of a row without
//! opening it is where it stands, which kinds of problems it has, and a keyed hash of its user name.

use std::collections::HashSet;

use domain::view::user_import::{ImportCounts, KindCount, Standing};
use entity::{user, user_import_row};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use zeroize::Zeroizing;

use super::check::{Checked, Kind, standing};
use crate::vault::{Place, Vault};
use crate::{Result, counters};

/// Rows of one statement.
pub(super) const BATCH: usize = 500;

/// A row on its way into the store.
pub(super) struct Prepared {
    pub line: i64,
    pub username_lower: String,
    pub bits: i32,
    pub left_out: bool,
    pub blind: String,
    pub sealed: Vec<u8>,
}

/// Cells, wiped when they are no longer needed.
pub(super) type Cells = Zeroizing<Vec<String>>;

pub(super) fn place(import: &str, line: i64) -> String {
    format!("{import}/{line}")
}

fn at(row: &str) -> Place<'_> {
    Place {
        table: "user_import_row",
        column: "cells_sealed",
        row,
    }
}

pub(super) fn seal<S: AsRef<str> + serde::Serialize>(
    vault: &Vault,
    import: &str,
    line: i64,
    cells: &[S],
) -> Result<Vec<u8>> {
    vault.seal_json(at(&place(import, line)), &cells)
}

pub(super) fn open(vault: &Vault, row: &user_import_row::Model) -> Result<Cells> {
    let cells: Vec<String> = vault.open_json(at(&place(&row.import_id, row.line)), &row.cells_sealed)?;
    Ok(Zeroizing::new(cells))
}

pub(super) fn reseal(old: &Vault, new: &Vault, row: &user_import_row::Model) -> Result<Vec<u8>> {
    old.reseal(new, at(&place(&row.import_id, row.line)), &row.cells_sealed)
}

/// By what rows of one user name find each other; nothing without the master key.
pub(super) fn blind(vault: &Vault, import: &str, username_lower: &str) -> String {
    if username_lower.is_empty() {
        return String::new();
    }
    vault.blind(&format!("import/{import}/{username_lower}"))
}

/// A row that was looked at, as it is stored.
pub(super) fn prepare<S: AsRef<str> + serde::Serialize>(
    vault: &Vault,
    import: &str,
    line: i64,
    cells: &[S],
    checked: &Checked,
) -> Result<Prepared> {
    let username_lower = checked.username.to_lowercase();
    Ok(Prepared {
        line,
        bits: checked.bits(),
        left_out: false,
        blind: blind(vault, import, &username_lower),
        sealed: seal(vault, import, line, cells)?,
        username_lower,
    })
}

/// Which of these user names somebody has.
pub(super) async fn taken(db: &impl ConnectionTrait, lower: impl Iterator<Item = &str>) -> Result<HashSet<String>> {
    // PostgreSQL takes no NUL in a text; no user name holds one.
    let names: Vec<&str> = lower.filter(|name| !name.is_empty() && !name.contains('\0')).collect();
    if names.is_empty() {
        return Ok(HashSet::new());
    }
    let found = user::Entity::find()
        .select_only()
        .column(user::Column::UsernameLower)
        .filter(user::Column::UsernameLower.is_in(names))
        .into_tuple::<String>()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Notes which of the rows have a user already.
pub(super) async fn note_taken(db: &impl ConnectionTrait, rows: &mut [Prepared]) -> Result<()> {
    let taken = taken(db, rows.iter().map(|row| row.username_lower.as_str())).await?;
    for row in rows.iter_mut().filter(|row| taken.contains(&row.username_lower)) {
        row.bits |= Kind::Exists.bit();
    }
    Ok(())
}

pub(super) async fn insert(db: &impl ConnectionTrait, import: &str, rows: Vec<Prepared>) -> Result<()> {
    let rows: Vec<_> = rows.into_iter().map(|row| active(import, row)).collect();
    if !rows.is_empty() {
        user_import_row::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

pub(super) fn active(import: &str, row: Prepared) -> user_import_row::ActiveModel {
    let place = if row.left_out {
        Standing::LeftOut
    } else {
        standing(row.bits)
    };
    user_import_row::ActiveModel {
        import_id: Set(import.to_owned()),
        line: Set(row.line),
        standing: Set(place.number()),
        problems: Set(row.bits),
        username_blind: Set(row.blind),
        cells_sealed: Set(row.sealed),
    }
}

/// Marks the rows whose user name stands in an earlier row that is not left out, and lets go of those where it no longer
/// does.
pub(super) async fn mark_duplicates(db: &impl ConnectionTrait, import: &str) -> Result<()> {
    let [twice, exists] = [Kind::Duplicate.bit(), Kind::Exists.bit()];
    let left_out = Standing::LeftOut.number();
    let earlier = format!(
        "EXISTS (SELECT 1 FROM user_import_row AS earlier WHERE earlier.import_id = user_import_row.import_id \
         AND earlier.username_blind = user_import_row.username_blind AND earlier.line < user_import_row.line \
         AND earlier.standing <> {left_out})"
    );
    let both = twice | exists;
    let unmark = format!(
        "UPDATE user_import_row SET problems = problems - {twice}, \
         standing = CASE WHEN problems = {twice} THEN {ready} WHEN problems = {both} THEN {there} ELSE {problem} END \
         WHERE import_id = $1 AND (problems & {twice}) <> 0 AND standing <> {left_out} AND NOT {earlier}",
        ready = Standing::Ready.number(),
        there = Standing::Exists.number(),
        problem = Standing::Problem.number(),
    );
    let mark = format!(
        "UPDATE user_import_row SET problems = problems + {twice}, standing = {problem} \
         WHERE import_id = $1 AND (problems & {twice}) = 0 AND standing <> {left_out} AND username_blind <> '' \
         AND {earlier}",
        problem = Standing::Problem.number(),
    );
    for sql in [unmark, mark] {
        counters::execute(db, sql, [import.into()]).await?;
    }
    Ok(())
}

/// How many rows stand where, and how many have which kind of problem.
pub(super) async fn counts(db: &impl ConnectionTrait, import: &str) -> Result<(ImportCounts, Vec<KindCount>)> {
    let rows = user_import_row::Entity::find()
        .select_only()
        .column(user_import_row::Column::Standing)
        .column(user_import_row::Column::Problems)
        .column_as(Expr::cust("COUNT(*)"), "n")
        .filter(user_import_row::Column::ImportId.eq(import))
        .group_by(user_import_row::Column::Standing)
        .group_by(user_import_row::Column::Problems)
        .into_tuple::<(i32, i32, i64)>()
        .all(db)
        .await?;
    let mut counts = ImportCounts::default();
    let mut kinds = Kind::ALL.map(|kind| (kind, 0));
    for (standing, bits, n) in rows {
        let n = u64::try_from(n).unwrap_or(0);
        let standing = Standing::from_number(standing);
        match standing {
            Standing::Problem => counts.problems += n,
            Standing::Exists => counts.exists += n,
            Standing::Ready => counts.ready += n,
            Standing::LeftOut => counts.left_out += n,
        }
        if standing != Standing::LeftOut {
            for (_, rows) in kinds.iter_mut().filter(|(kind, _)| bits & kind.bit() != 0) {
                *rows += n;
            }
        }
    }
    let kinds = kinds
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(kind, rows)| KindCount {
            name: kind.name().to_owned(),
            words: kind.words().to_owned(),
            rows,
        });
    Ok((counts, kinds.collect()))
}
