//! Reading a log from its newest row back, by the row's id: new rows do not move those on a page, and a page costs the
//! same wherever it is. Or from its oldest on, where the query says so.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::view::{ListQuery, Page};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use crate::{Result, lists};

/// As many names are followed each by itself.
const NAMES: usize = 50;

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
    let place = Place::of(query);
    let rows = place.part(select.clone(), id).all(db).await?;
    let count = if query.whole {
        None
    } else {
        lists::count(db, select, id).await?
    };
    Ok(place.page(rows, count, id_of))
}

/// As [`page`], of the rows whose `name` begins with `typed` in any case; all, if nothing was typed. Rows of a name are
/// found by an index over `lower(name)` and the id, so that neither a name that fills the log nor one that is not in it
/// makes anybody wait.
pub(crate) async fn page_of_names<E>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    (id, name): (E::Column, E::Column),
    typed: &str,
    query: &ListQuery,
    id_of: impl Fn(&E::Model) -> i64,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    if typed.is_empty() {
        return page(db, select, id, query, id_of).await;
    }
    let found = select.clone().filter(lists::begins_in_any_case(name, typed));
    let place = Place::of(query);
    let names = names::<E>(db, name, typed).await?;
    let rows = if names.len() <= NAMES {
        // The newest of each name, and of those the newest.
        let of_name = |text: &String| place.part(select.clone().filter(lists::lower(name).eq(text.as_str())), id);
        let parts = names
            .iter()
            .map(|text| of_name(text).select_only().column(id).into_query());
        match all_of(parts) {
            Some(ids) => {
                place
                    .part(select.clone().filter(id.in_subquery(ids)), id)
                    .all(db)
                    .await?
            }
            None => Vec::new(),
        }
    } else if lists::count(db, found.clone(), id).await?.is_some() {
        place.part(found.clone(), id).all(db).await?
    } else {
        // So many that the next is never far: the log is walked, past an index that would have all of them sorted.
        place
            .part(select.clone().filter(begins_with(name, typed)), id)
            .all(db)
            .await?
    };
    let count = if query.whole {
        None
    } else {
        lists::count(db, found, id).await?
    };
    Ok(place.page(rows, count, id_of))
}

/// The different names that begin so, to one more than are followed: each is one step along the index.
async fn names<E: EntityTrait>(db: &impl ConnectionTrait, name: E::Column, typed: &str) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    while names.len() <= NAMES {
        // One lower bound: of two, SQLite goes by the first, and would read all that lies between them.
        let from = match names.last() {
            Some(last) => lists::lower(name).gt(last.as_str()),
            None => lists::lower(name).gte(typed),
        };
        let next = E::find()
            .select_only()
            .column_as(lists::lower(name), "name")
            .filter(from)
            .filter(lists::lower(name).lt(lists::end_of(typed)));
        let next: Option<String> = next
            .order_by_asc(lists::lower(name))
            .limit(1)
            .into_tuple()
            .one(db)
            .await?;
        match next {
            Some(next) => names.push(next),
            None => break,
        }
    }
    Ok(names)
}

fn all_of(mut parts: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    // SQLite takes no ORDER BY and LIMIT in a part of a union but inside another SELECT.
    let inside = |part: SelectStatement| Query::select().column("id").from_subquery(part, "part").to_owned();
    let mut all = inside(parts.next()?);
    for part in parts {
        all.union(UnionType::All, inside(part));
    }
    Some(all)
}

/// Where in a log a page is, and which way it is read.
struct Place {
    after: Option<i64>,
    before: Option<i64>,
    oldest_first: bool,
    size: u64,
}

impl Place {
    fn of(query: &ListQuery) -> Self {
        let key = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
        let after = key(&query.after);
        Self {
            after,
            before: key(&query.before).filter(|_| after.is_none()),
            oldest_first: query.dir == "asc",
            size: query.size(),
        }
    }

    /// The rows of the page, and one more if there is one.
    fn part<E: EntityTrait>(&self, select: Select<E>, id: E::Column) -> Select<E> {
        let ascending = self.oldest_first != self.before.is_some();
        let select = match self.after.or(self.before) {
            Some(key) if ascending => select.filter(id.gt(key)),
            Some(key) => select.filter(id.lt(key)),
            None => select,
        };
        let order = if ascending { Order::Asc } else { Order::Desc };
        select.order_by(id, order).limit(self.size + 1)
    }

    fn page<T>(&self, mut rows: Vec<T>, count: Option<u64>, id_of: impl Fn(&T) -> i64) -> Page<T> {
        let backwards = self.before.is_some();
        let more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        if backwards {
            rows.reverse();
        }
        let has_previous = if backwards { more } else { self.after.is_some() };
        let key_of = |row: &T| id_of(row).to_string();
        Page {
            count,
            previous: rows.first().filter(|_| has_previous).map(key_of),
            next: rows.last().filter(|_| backwards || more).map(key_of),
            rows,
        }
    }
}

/// What was typed into a search, without what no name holds and PostgreSQL takes in no text.
pub(crate) fn typed(search: &str) -> String {
    let printable: String = search.chars().filter(|c| !c.is_control()).collect();
    printable.trim().to_lowercase()
}

/// `column` begins with `typed` in any case, past any index. Logs keep names as they were written, user names in ASCII
/// alone, which both databases lower alike.
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

    use super::{begins_with, page, page_of_names};
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

    async fn of_names(services: &Services, typed: &str, query: &ListQuery) -> Page<sign_in::Model> {
        let columns = (sign_in::Column::Id, sign_in::Column::Username);
        page_of_names(&services.db, sign_in::Entity::find(), columns, typed, query, |row| {
            row.id
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn rows_of_a_name_come_in_pages_however_many_names_begin_so() {
        let (services, ..) = services().await;
        // 60 names twice, and one that is alone.
        add(&services, (0..120).map(|n| format!("User{:02}", n % 60))).await;
        add(&services, ["Mary".to_owned()]).await;
        for (typed, count) in [
            ("user", 120),
            ("USER0", 20),
            ("user07", 2),
            ("mary", 1),
            ("nobody", 0),
            ("%", 0),
        ] {
            for dir in ["", "asc"] {
                let mut query = ListQuery {
                    dir: dir.into(),
                    ..ListQuery::default()
                };
                let (mut ids, mut last) = (Vec::new(), None);
                loop {
                    let page = of_names(&services, &typed.to_lowercase(), &query).await;
                    assert_eq!(page.count, Some(count), "{typed}");
                    ids.extend(page.rows.iter().map(|row| row.id));
                    let next = page.next.clone();
                    let before = last.replace(page);
                    if let (Some(before), Some(last)) = (before, &last) {
                        let back = ListQuery {
                            before: last.previous.clone(),
                            after: None,
                            ..query.clone()
                        };
                        assert_eq!(
                            of_names(&services, &typed.to_lowercase(), &back).await,
                            before,
                            "{typed} {dir}"
                        );
                    }
                    match next {
                        Some(next) => query.after = Some(next),
                        None => break,
                    }
                }
                assert_eq!(ids.len() as u64, count, "{typed} {dir}");
                assert!(
                    ids.is_sorted_by(|a, b| if dir == "asc" { a < b } else { a > b }),
                    "{typed} {dir}: {ids:?}"
                );
            }
        }
    }
}
