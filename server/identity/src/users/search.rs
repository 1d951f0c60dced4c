//! Who is found by what was typed: by the start of the user name, of any claim, or of the one that is chosen.
//!
//! Every part of a search is a range of an index, read to a limit: nobody waits for a letter that half of all names begin
//! with. Refuses to let those who see numbers masked find them out digit by digit.

use std::collections::HashSet;

use domain::view::{COUNT_LIMIT, ClaimView, ListQuery};
use domain::{Permission, claim};
use entity::{user, user_claim};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::profile::{NUMBERS, searchable};
use crate::phone::parse_mobile;
use crate::{Actor, Error, Result, Services, lists, newest};

/// The name of the user name in *Search in*; claims go by their URIs.
pub(super) const USERNAME: &str = "username";
/// Claims that a search in everything looks into, in display order. *Search in* reaches the others.
const CLAIMS: usize = 40;
/// Of how many it is looked at whether the other words match, where each word alone matches more than are counted.
const LOOKED_AT: usize = 1_000;

/// What a part of a search calls the ids that it finds.
const FOUND: &str = "found";

/// What a search comes to.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing was typed.
    Everybody,
    /// All whose user name begins so: the list's own order finds them.
    Named(String),
    /// These; not all of them, if it is `cut`.
    Users { ids: Vec<i64>, cut: bool },
}

/// # Errors
/// `Internal` only.
pub(super) async fn find(services: &Services, actor: &Actor, claims: &[ClaimView], query: &ListQuery) -> Result<Found> {
    let typed = newest::typed(&query.search);
    if typed.is_empty() {
        return Ok(Found::Everybody);
    }
    if query.search_in == USERNAME {
        return Ok(Found::Named(typed));
    }
    let search = Search::new(services, actor, claims, query);
    let mut found = Ids::default();
    search.read(&services.db, &typed, &mut found).await?;
    found.read(&services.db, search.number(&typed)).await?;
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.len() > 1 {
        // The whole text begins something, or each of its words does: `jane d` finds Jane Doe.
        search.each_of(&services.db, words, &mut found).await?;
    }
    Ok(Found::Users {
        ids: found.ids,
        cut: found.cut,
    })
}

/// Ids that were found, each once, to as many as are counted.
#[derive(Debug, Default)]
struct Ids {
    ids: Vec<i64>,
    known: HashSet<i64>,
    /// There are more.
    cut: bool,
}

impl Ids {
    /// Reads one part after the other, and none once there are enough.
    async fn read<E: EntityTrait>(&mut self, db: &impl ConnectionTrait, parts: Vec<Select<E>>) -> Result<()> {
        for part in parts {
            if self.cut {
                break;
            }
            self.add(in_one_value(db, part.limit(COUNT_LIMIT + 1)).await?);
        }
        Ok(())
    }

    fn add(&mut self, ids: Vec<i64>) {
        for id in ids {
            if !self.known.insert(id) {
                continue;
            }
            if self.ids.len() as u64 == COUNT_LIMIT {
                self.cut = true;
                break;
            }
            self.ids.push(id);
        }
    }
}

/// The ids that a part finds, in its order. Ten thousand rows take longer on their way here than to be found, one value does
/// not.
async fn in_one_value<E: EntityTrait>(db: &impl ConnectionTrait, part: Select<E>) -> Result<Vec<i64>> {
    let statement = Query::select()
        .expr(Expr::cust(format!("string_agg(CAST({FOUND} AS text), ',')")))
        .from_subquery(part.into_query(), "part")
        .to_owned();
    let row = db.query_one(&statement).await?;
    let joined: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    let ids = joined.iter().flat_map(|joined| joined.split(','));
    ids.map(|id| id.parse().map_err(Error::internal)).collect()
}

/// What is looked into, for whom.
struct Search<'a> {
    services: &'a Services,
    /// The one claim, if one is.
    chosen: Option<&'a str>,
    claims: Vec<&'a str>,
    sees_numbers: bool,
}

impl<'a> Search<'a> {
    fn new(services: &'a Services, actor: &Actor, claims: &'a [ClaimView], query: &ListQuery) -> Self {
        let known = claims.iter().filter(|claim| !claim.derived);
        let chosen = known.clone().find(|claim| claim.uri == query.search_in);
        let claims: Vec<&str> = match chosen {
            Some(one) => vec![&one.uri],
            None => known.take(CLAIMS).map(|claim| claim.uri.as_str()).collect(),
        };
        Self {
            services,
            chosen: chosen.map(|claim| claim.uri.as_str()),
            sees_numbers: actor.permissions.has(Permission::ManageUsers),
            claims,
        }
    }

    /// Users of whom each word begins something: those of a word that few match, who match the others as well.
    async fn each_of(&self, db: &impl ConnectionTrait, mut words: Vec<&str>, found: &mut Ids) -> Result<()> {
        // A long word is likely to be a rare one.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let mut of_one = Ids::default();
        let mut rare = 0;
        for (at, word) in words.iter().enumerate() {
            (of_one, rare) = (Ids::default(), at);
            self.read(db, word, &mut of_one).await?;
            if !of_one.cut {
                break;
            }
        }
        if of_one.cut {
            of_one.ids.truncate(LOOKED_AT);
            found.cut = true;
        }
        words.remove(rare);
        let others = words
            .iter()
            .fold(Condition::all(), |all, word| all.add(self.matches(word)));
        let ids = user::Entity::find()
            .select_only()
            .column_as(user::Column::Id, FOUND)
            .filter(lists::among(db.get_database_backend(), user::Column::Id, &of_one.ids))
            .filter(others);
        found.add(in_one_value(db, ids).await?);
        Ok(())
    }

    /// Adds those of whom `text` begins something: by user name first, then by each claim.
    async fn read(&self, db: &impl ConnectionTrait, text: &str, found: &mut Ids) -> Result<()> {
        if self.chosen.is_none() {
            let names = user::Entity::find()
                .select_only()
                .column_as(user::Column::Id, FOUND)
                .filter(lists::begins_with(user::Column::UsernameLower, text))
                .order_by_asc(user::Column::UsernameLower);
            found.read(db, vec![names]).await?;
        }
        let claims = self.visible().map(|uri| {
            claim_rows(uri)
                .filter(lists::begins_with(user_claim::Column::ValueLower, &searchable(text)))
                .order_by_asc(user_claim::Column::ValueLower)
                .order_by_asc(user_claim::Column::UserId)
        });
        found.read(db, claims.collect()).await
    }

    /// The condition that `text` begins something of a user. A user has few claims: they are looked at, not asked for one
    /// by one.
    fn matches(&self, text: &str) -> Condition {
        let claims = user_claim::Entity::find()
            .select_only()
            .expr(Expr::val(1))
            .filter(
                Expr::col((user_claim::Entity, user_claim::Column::UserId)).equals((user::Entity, user::Column::Id)),
            )
            .filter(Condition::all().add_option(self.chosen.map(|uri| user_claim::Column::ClaimUri.eq(uri))))
            .filter(
                Condition::all()
                    .add_option((!self.sees_numbers).then(|| user_claim::Column::ClaimUri.is_not_in(NUMBERS))),
            )
            .filter(lists::begins_with(user_claim::Column::ValueLower, &searchable(text)));
        let name = self
            .chosen
            .is_none()
            .then(|| lists::begins_with(user::Column::UsernameLower, text));
        Condition::any().add_option(name).add(Expr::exists(claims.into_query()))
    }

    /// The claims that are looked into. Whoever sees numbers masked must not find them out digit by digit.
    fn visible(&self) -> impl Iterator<Item = &'a str> {
        let all = self.claims.iter().copied();
        all.filter(|uri| self.sees_numbers || !NUMBERS.contains(uri))
    }

    /// A number is found as it is written, spaces and all; in part only by those who may see it.
    fn number(&self, text: &str) -> Vec<Select<user_claim::Entity>> {
        let mut parts = Vec::new();
        if !self.claims.contains(&claim::MOBILE) {
            return parts;
        }
        if let Ok(number) = parse_mobile(text, self.services.settings.default_country.as_deref()) {
            parts.push(claim_rows(claim::MOBILE).filter(user_claim::Column::ValueLower.eq(number.as_str())));
        }
        let written = text
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if written && !digits.is_empty() && self.sees_numbers {
            let begins = lists::begins_with(user_claim::Column::ValueLower, &format!("+{digits}"));
            let rows = claim_rows(claim::MOBILE).filter(begins);
            parts.push(rows.order_by_asc(user_claim::Column::ValueLower));
        }
        parts
    }
}

fn claim_rows(uri: &str) -> Select<user_claim::Entity> {
    user_claim::Entity::find()
        .select_only()
        .column_as(user_claim::Column::UserId, FOUND)
        .filter(user_claim::Column::ClaimUri.eq(uri))
}
