//! Paging by key: a page costs the same wherever it is in the list, and no page is ever loaded but the one shown.
//!
//! A list is sorted by a column with an index, and by the row's id where rows are alike in it. Refuses offsets: those read
//! all that they skip.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::view::{COUNT_LIMIT, ListQuery, Page};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Value,
};

use crate::Result;

#[cfg(test)]
mod tests;

/// The last character there is, by bytes too: what begins with a text stands between the text and the text with it.
const LAST: char = '\u{10ffff}';

/// Where a row stands in a list's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A text that no other row has.
    Text(String),
    Time(DateTime<Utc>, i64),
    Flag(bool, i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Time,
    Flag,
}

/// A column that a list can be sorted by.
pub struct By<E: EntityTrait> {
    /// Its name in the address.
    pub name: &'static str,
    column: E::Column,
    id: E::Column,
    kind: Kind,
    key: fn(&E::Model) -> Key,
}

impl<E: EntityTrait> By<E> {
    /// A stored lower-cased text that no two rows share.
    pub const fn text(name: &'static str, column: E::Column, key: fn(&E::Model) -> Key) -> Self {
        Self {
            name,
            column,
            id: column,
            kind: Kind::Text,
            key,
        }
    }

    /// A time, then `id`.
    pub const fn time(name: &'static str, column: E::Column, id: E::Column, key: fn(&E::Model) -> Key) -> Self {
        Self {
            name,
            column,
            id,
            kind: Kind::Time,
            key,
        }
    }

    /// Whether something holds, then `id`.
    pub const fn flag(name: &'static str, column: E::Column, id: E::Column, key: fn(&E::Model) -> Key) -> Self {
        Self {
            name,
            column,
            id,
            kind: Kind::Flag,
            key,
        }
    }

    /// The key as the address has it.
    fn written(&self, row: &E::Model) -> String {
        match (self.key)(row) {
            Key::Text(text) => text,
            Key::Time(time, id) => format!("{id}.{}", time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Key::Flag(flag, id) => format!("{id}.{flag}"),
        }
    }

    /// A key of the address; one that is none is the beginning.
    fn read(&self, text: &str) -> Option<(Value, Option<i64>)> {
        if self.kind == Kind::Text {
            return Some((text.into(), None));
        }
        let (id, value) = text.split_once('.')?;
        let value = match self.kind {
            Kind::Flag => value.parse::<bool>().ok()?.into(),
            _ => DateTime::parse_from_rfc3339(value).ok()?.with_timezone(&Utc).into(),
        };
        Some((value, Some(id.parse().ok()?)))
    }

    fn ordered(&self, select: Select<E>, order: &Order) -> Select<E> {
        let select = select.order_by(self.column, order.clone());
        match self.kind {
            Kind::Text => select,
            _ => select.order_by(self.id, order.clone()),
        }
    }
}

/// What the query sorts by: the first where it names none of them.
pub fn chosen<'a, E: EntityTrait>(all: &'a [By<E>], query: &ListQuery) -> &'a By<E> {
    all.iter().find(|by| by.name == query.sort).unwrap_or(&all[0])
}

/// Reads one page of `select`, and counts what it holds.
///
/// # Errors
/// `Internal` only.
pub async fn page<E>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    by: &By<E>,
    query: &ListQuery,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let page = rows(db, &select, by, query).await?;
    let count = if query.whole {
        None
    } else {
        count(db, select, by.id).await?
    };
    Ok(Page { count, ..page })
}

/// Reads one page of `select` without counting.
///
/// # Errors
/// `Internal` only.
pub async fn rows<E>(
    db: &impl ConnectionTrait,
    select: &Select<E>,
    by: &By<E>,
    query: &ListQuery,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let key = |text: &Option<String>| text.as_deref().and_then(|text| by.read(text));
    let after = key(&query.after);
    let before = key(&query.before).filter(|_| query.after.is_none());
    let (backwards, forwards) = (before.is_some(), after.is_some());
    let descending = match query.dir.as_str() {
        "asc" => false,
        "desc" => true,
        // Names from the first on; times and what holds of few rows the other way round.
        _ => by.kind != Kind::Text,
    };
    let order = if descending == backwards {
        Order::Asc
    } else {
        Order::Desc
    };
    let size = query.size();
    let mut rows = beyond(db, select, by, after.or(before), &order, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    if backwards {
        rows.reverse();
    }
    let has_previous = if backwards { more } else { forwards };
    let has_next = backwards || more;
    Ok(Page {
        count: None,
        previous: rows.first().filter(|_| has_previous).map(|row| by.written(row)),
        next: rows.last().filter(|_| has_next).map(|row| by.written(row)),
        rows,
    })
}

/// The rows past a place. Those that are alike in the column come first, by their id: two conditions that an index
/// serves, where one over both columns is served by half.
async fn beyond<E>(
    db: &impl ConnectionTrait,
    select: &Select<E>,
    by: &By<E>,
    place: Option<(Value, Option<i64>)>,
    order: &Order,
    most: u64,
) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let Some((value, id)) = place else {
        return Ok(by.ordered(select.clone(), order).limit(most).all(db).await?);
    };
    let past = |column: E::Column, value: Value| match order {
        Order::Desc => column.lt(value),
        _ => column.gt(value),
    };
    let mut rows = Vec::new();
    if let Some(id) = id {
        let alike = select
            .clone()
            .filter(by.column.eq(value.clone()))
            .filter(past(by.id, id.into()));
        rows = alike.order_by(by.id, order.clone()).limit(most).all(db).await?;
    }
    let left = most - rows.len() as u64;
    if left > 0 {
        let others = by.ordered(select.clone().filter(past(by.column, value)), order);
        rows.extend(others.limit(left).all(db).await?);
    }
    Ok(rows)
}

/// Counts exactly to 10,000; beyond that `None`.
///
/// # Errors
/// `Internal` only.
pub async fn count<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    column: E::Column,
) -> Result<Option<u64>> {
    let limited = select.select_only().column(column).limit(COUNT_LIMIT + 1).into_query();
    let statement = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "n")
        .from_subquery(limited, "limited")
        .to_owned();
    let row = db.query_one(&statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).ok().filter(|n| *n <= COUNT_LIMIT))
}

/// `column`, which holds lower-cased texts, begins with what was typed. As a range: an index serves it on both stores,
/// and no character of what was typed means anything else. PostgreSQL keeps these columns by bytes (`COLLATE "C"`).
pub fn begins_with(column: impl ColumnTrait, typed: &str) -> Condition {
    range(Expr::col(column.as_column_ref()), typed)
}

/// As [`begins_with`], for a column that keeps texts as they were written; its index is over `lower(column)`.
pub fn begins_in_any_case(column: impl ColumnTrait, typed: &str) -> Condition {
    range(lower(column), typed)
}

/// `lower(column)`, as indexes have it.
pub(crate) fn lower(column: impl ColumnTrait) -> SimpleExpr {
    Expr::expr(Func::lower(Expr::col(column.as_column_ref())))
}

/// Past all that begins with `text`.
pub(crate) fn end_of(text: &str) -> String {
    format!("{text}{LAST}")
}

fn range(value: SimpleExpr, typed: &str) -> Condition {
    let from = typed.trim().to_lowercase();
    let to = end_of(&from);
    Condition::all().add(value.clone().gte(from)).add(value.lt(to))
}

/// The condition that a row's id is among these, in one value however many they are.
pub(crate) fn among(backend: DbBackend, column: impl ColumnTrait, ids: &[i64]) -> SimpleExpr {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let ids = ids.join(",");
    let column = Expr::col(column.as_column_ref());
    match backend {
        DbBackend::Sqlite => column.in_subquery(
            Query::select()
                .expr(Expr::cust("value"))
                .from_function(Func::cust("json_each").arg(Expr::val(format!("[{ids}]"))), "ids")
                .to_owned(),
        ),
        // Inside its own SELECT the list is of unknown length to the planner, which then looks the ids up. Of ten thousand it
        // would hope to come across them along the order that is asked for, from the first row of the table on.
        _ => Expr::cust_with_exprs(
            "$1 = ANY((SELECT string_to_array($2, ',')::bigint[])::bigint[])",
            [column, Expr::val(ids)],
        ),
    }
}
