//! Reading a log from its newest row back, by the row's id: new rows do not move those on a page, and a page costs the
//! same wherever it is.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::view::{COUNT_LIMIT, ListQuery, PAGE_SIZE, Page};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use crate::Result;

/// Reads one page of `select`, the newest first. `after` in the query is the id to go on from to older rows, `before`
/// to newer ones; anything that is no id is the first page.
pub(crate) async fn page<E>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    id: E::Column,
    query: &ListQuery,
    id_of: impl Fn(&E::Model) -> i64,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let key = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
    let after = key(&query.after);
    let before = key(&query.before).filter(|_| after.is_none());
    let mut rows = {
        let select = match (after, before) {
            (Some(after), _) => select.clone().filter(id.lt(after)),
            (None, Some(before)) => select.clone().filter(id.gt(before)),
            (None, None) => select.clone(),
        };
        let order = if before.is_some() { Order::Asc } else { Order::Desc };
        select.order_by(id, order).limit(PAGE_SIZE + 1).all(db).await?
    };
    let more = rows.len() as u64 > PAGE_SIZE;
    rows.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    if before.is_some() {
        rows.reverse();
    }
    let has_previous = if before.is_some() { more } else { after.is_some() };
    let has_next = before.is_some() || more;
    let key_of = |row: &E::Model| id_of(row).to_string();
    Ok(Page {
        count: count(db, select, id).await?,
        previous: rows.first().filter(|_| has_previous).map(key_of),
        next: rows.last().filter(|_| has_next).map(key_of),
        rows,
    })
}

/// Counts exactly to 10,000; beyond that `None`. Of a log that is never emptied, no more than that is ever read.
async fn count<E: EntityTrait>(db: &impl ConnectionTrait, select: Select<E>, id: E::Column) -> Result<Option<u64>> {
    let counted = select.select_only().column(id).limit(COUNT_LIMIT + 1).into_query();
    let statement = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "n")
        .from_subquery(counted, "counted")
        .to_owned();
    let row = db.query_one(&statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).ok().filter(|n| *n <= COUNT_LIMIT))
}

/// What was typed into a search, without what no name holds and PostgreSQL takes in no text.
pub(crate) fn typed(search: &str) -> String {
    let printable: String = search.chars().filter(|c| !c.is_control()).collect();
    printable.trim().to_lowercase()
}

/// `column` begins with `typed` in any case. Logs keep names as they were written, user names in ASCII alone, which both
/// databases lower alike.
pub(crate) fn begins_with(column: impl ColumnTrait, typed: &str) -> Expr {
    let characters = i32::try_from(typed.chars().count()).unwrap_or(i32::MAX);
    let lower = Expr::expr(Func::lower(Expr::col(column.as_column_ref())));
    let start = Func::cust("SUBSTR")
        .arg(lower)
        .arg(Expr::value(1))
        .arg(Expr::value(characters));
    Expr::expr(start).eq(typed.to_lowercase())
}

/// A time as logs show it: UTC, to the second, as RFC 3339 writes it.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use domain::view::{ListQuery, Page};
    use entity::sign_in;
    use sea_orm::ActiveValue::Set;
    use sea_orm::{EntityTrait, QueryFilter};

    use super::{begins_with, page};
    use crate::Services;
    use crate::testing::services;

    async fn add(services: &Services, names: impl IntoIterator<Item = String>) {
        let rows = names.into_iter().map(|username| sign_in::ActiveModel {
            at: Set(services.clock.now()),
            flow_id: Set(String::new()),
            application: Set(String::new()),
            username: Set(username),
            outcome: Set("signed_in".into()),
            assertion_id: Set(String::new()),
            key_id: Set(String::new()),
            address: Set(String::new()),
            ..Default::default()
        });
        sign_in::Entity::insert_many(rows).exec(&services.db).await.unwrap();
    }

    async fn read(services: &Services, after: Option<String>, before: Option<String>) -> Page<sign_in::Model> {
        let query = ListQuery {
            after,
            before,
            ..ListQuery::default()
        };
        page(
            &services.db,
            sign_in::Entity::find(),
            sign_in::Column::Id,
            &query,
            |row| row.id,
        )
        .await
        .unwrap()
    }

    fn names(page: &Page<sign_in::Model>) -> (usize, &str, &str) {
        (
            page.rows.len(),
            &page.rows[0].username,
            &page.rows[page.rows.len() - 1].username,
        )
    }

    #[tokio::test]
    async fn pages_go_back_in_time_and_forth_again() {
        let (services, ..) = services().await;
        add(&services, (1..=60).map(|n| format!("u{n:02}"))).await;

        let first = read(&services, None, None).await;
        assert_eq!((names(&first), first.count), ((25, "u60", "u36"), Some(60)));
        assert_eq!(first.previous, None);
        let second = read(&services, first.next.clone(), None).await;
        assert_eq!((names(&second), second.count), ((25, "u35", "u11"), Some(60)));
        let third = read(&services, second.next.clone(), None).await;
        assert_eq!((names(&third), third.next.clone()), ((10, "u10", "u01"), None));

        let back = read(&services, None, third.previous).await;
        assert_eq!((names(&back), &back.next), (names(&second), &second.next));
        let home = read(&services, None, back.previous).await;
        assert_eq!(
            (names(&home), &home.next, &home.previous),
            (names(&first), &first.next, &None)
        );

        add(&services, ["new".to_owned()]).await;
        let same = read(&services, first.next, None).await;
        assert_eq!(
            names(&same),
            names(&second),
            "a new row moves nothing on a page further back"
        );
    }

    #[tokio::test]
    async fn a_key_that_is_none_is_the_first_page() {
        let (services, ..) = services().await;
        add(&services, ["a".to_owned()]).await;
        for key in ["", "x", "1'; drop table sign_in; --", "99999999999999999999"] {
            let page = read(&services, Some(key.to_owned()), Some(key.to_owned())).await;
            assert_eq!((page.rows.len(), page.previous, page.next), (1, None, None), "{key}");
        }
        let beyond = read(&services, Some("0".to_owned()), None).await;
        assert_eq!((beyond.rows.len(), beyond.previous, beyond.next), (0, None, None));
    }

    #[tokio::test]
    async fn a_name_is_found_by_its_start_in_any_case() {
        let (services, ..) = services().await;
        add(&services, ["Jane_1", "janet", "mary", "a%b"].map(str::to_owned)).await;
        for (typed, expected) in [
            ("JAN", 2),
            ("jane", 2),
            ("jane_", 1),
            ("ane", 0),
            ("%", 0),
            ("a%", 1),
            ("'", 0),
        ] {
            let found = sign_in::Entity::find().filter(begins_with(sign_in::Column::Username, typed));
            assert_eq!(found.all(&services.db).await.unwrap().len(), expected, "{typed}");
        }
    }
}
