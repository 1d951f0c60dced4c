//! Paging by key: a page costs the same wherever it is in the list, and no page is ever loaded but the one shown.

use domain::view::{COUNT_LIMIT, ListQuery, PAGE_SIZE, Page};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use crate::Result;

/// Reads one page of `select`, ordered by `key`, a unique stored lower-cased text column. `key_of` gives a row's key.
///
/// # Errors
/// `Internal` only.
pub async fn page<E>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    key: E::Column,
    query: &ListQuery,
    key_of: impl Fn(&E::Model) -> String,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let backwards = query.before.is_some() && query.after.is_none();
    let mut rows = {
        let mut select = select.clone();
        if let Some(after) = &query.after {
            select = select.filter(key.gt(after.as_str()));
        } else if let Some(before) = &query.before {
            select = select.filter(key.lt(before.as_str()));
        }
        let order = if backwards { Order::Desc } else { Order::Asc };
        select.order_by(key, order).limit(PAGE_SIZE + 1).all(db).await?
    };
    let more = rows.len() as u64 > PAGE_SIZE;
    rows.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    if backwards {
        rows.reverse();
    }
    let has_previous = if backwards { more } else { query.after.is_some() };
    let has_next = if backwards { true } else { more };
    Ok(Page {
        count: count(db, select, key).await?,
        previous: rows.first().filter(|_| has_previous).map(&key_of),
        next: rows.last().filter(|_| has_next).map(&key_of),
        rows,
    })
}

/// Counts exactly to 10,000; beyond that `None`.
async fn count<E: EntityTrait>(db: &impl ConnectionTrait, select: Select<E>, key: E::Column) -> Result<Option<u64>> {
    use sea_orm::sea_query::Query;
    let limited = select.select_only().column(key).limit(COUNT_LIMIT + 1);
    let inner = sea_orm::QueryTrait::into_query(limited);
    let statement = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "n")
        .from_subquery(inner, "limited")
        .to_owned();
    let row = db.query_one(&statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    let n = u64::try_from(n).unwrap_or(0);
    Ok((n <= COUNT_LIMIT).then_some(n))
}

/// `column` begins with what was typed, whatever it holds: `%` and `_` are only characters here. An index on a
/// lower-cased column serves it.
pub fn begins_with(column: impl ColumnTrait, typed: &str) -> Condition {
    let lower = typed.trim().to_lowercase();
    let mut escaped = String::with_capacity(lower.len());
    for c in lower.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped.push('%');
    Condition::all().add(Expr::col(column.as_column_ref()).like(LikeExpr::new(escaped).escape('\\')))
}
