//! The list of users: found by the start of the user name or of any claim, a page at a time.

use std::collections::BTreeMap;

use domain::view::{ListQuery, Page, UserRow};
use domain::{Permission, PermissionSet, claim, phone};
use entity::{role, user, user_claim, user_role};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::profile::{FIRST_NAME, LAST_NAME, NUMBERS, searchable};
use crate::phone::parse_mobile;
use crate::{Actor, Result, Services, lists, roles};

/// A page of the users whose name, or any claim of whom, begins with what is searched for.
///
/// # Errors
/// `Denied` without *View users*.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<UserRow>> {
    actor.require(Permission::ViewUsers)?;
    let mut select = user::Entity::find();
    let search: String = query.search.chars().filter(|c| !c.is_control()).collect();
    if !search.trim().is_empty() {
        select = select.filter(found_by(services, actor, search.trim()));
    }
    let page = lists::page(&services.db, select, user::Column::UsernameLower, query, |user| {
        user.username_lower.clone()
    })
    .await?;
    let known = Known::about(&services.db, page.rows.iter().map(|user| user.id).collect()).await?;
    let rows = page.rows.into_iter().map(|user| known.row(actor, user)).collect();
    Ok(Page {
        rows,
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

/// The whole text begins something, or each of its words does: `jane d` finds Jane Doe.
fn found_by(services: &Services, actor: &Actor, search: &str) -> Condition {
    let words = search
        .split_whitespace()
        .fold(Condition::all(), |all, word| all.add(begins(actor, word)));
    Condition::any()
        .add(begins(actor, search))
        .add(words)
        .add(number(services, actor, search))
}

fn begins(actor: &Actor, text: &str) -> Condition {
    let mut claims = claim_rows().filter(lists::begins_with(user_claim::Column::ValueLower, &searchable(text)));
    if !actor.permissions.has(Permission::ManageUsers) {
        // Whoever sees numbers masked must not find them out digit by digit.
        claims = claims.filter(user_claim::Column::ClaimUri.is_not_in(NUMBERS));
    }
    Condition::any()
        .add(lists::begins_with(user::Column::UsernameLower, text))
        .add(user::Column::Id.in_subquery(claims.into_query()))
}

/// A number is found as it is written, spaces and all; in part only by those who may see it.
fn number(services: &Services, actor: &Actor, text: &str) -> Condition {
    let mobile = || claim_rows().filter(user_claim::Column::ClaimUri.eq(claim::MOBILE));
    let found = |claims: sea_orm::Select<user_claim::Entity>| user::Column::Id.in_subquery(claims.into_query());
    let mut condition = Condition::any();
    if let Ok(number) = parse_mobile(text, services.settings.default_country.as_deref()) {
        condition = condition.add(found(mobile().filter(user_claim::Column::Value.eq(number.as_str()))));
    }
    let written = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if written && !digits.is_empty() && actor.permissions.has(Permission::ManageUsers) {
        condition = condition.add(found(
            mobile().filter(lists::begins_with(user_claim::Column::Value, &format!("+{digits}"))),
        ));
    }
    // An empty condition would hold for everybody.
    if condition.is_empty() {
        condition.add(user::Column::Id.is_in([0_i64; 0]))
    } else {
        condition
    }
}

fn claim_rows() -> sea_orm::Select<user_claim::Entity> {
    user_claim::Entity::find()
        .select_only()
        .column(user_claim::Column::UserId)
}

/// What a page of users needs besides the users.
struct Known {
    claims: BTreeMap<(i64, String), String>,
    roles: BTreeMap<i64, Vec<(i64, String)>>,
    permissions: BTreeMap<i64, PermissionSet>,
}

impl Known {
    async fn about(db: &impl ConnectionTrait, users: Vec<i64>) -> Result<Self> {
        let claims = user_claim::Entity::find()
            .filter(user_claim::Column::UserId.is_in(users.iter().copied()))
            .filter(user_claim::Column::ClaimUri.is_in([FIRST_NAME, LAST_NAME, claim::MOBILE]))
            .all(db)
            .await?;
        let held = user_role::Entity::find()
            .filter(user_role::Column::UserId.is_in(users))
            .all(db)
            .await?;
        let ids: Vec<i64> = held.iter().map(|row| row.role_id).collect();
        let named = role::Entity::find()
            .filter(role::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(role::Column::NameLower)
            .all(db)
            .await?;
        let mut roles: BTreeMap<i64, Vec<(i64, String)>> = BTreeMap::new();
        for role in &named {
            for row in held.iter().filter(|row| row.role_id == role.id) {
                roles.entry(row.user_id).or_default().push((role.id, role.name.clone()));
            }
        }
        Ok(Self {
            claims: claims
                .into_iter()
                .map(|row| ((row.user_id, row.claim_uri), row.value))
                .collect(),
            roles,
            permissions: roles::permissions_by_role(db, ids).await?,
        })
    }

    fn row(&self, actor: &Actor, user: user::Model) -> UserRow {
        let claim = |uri: &str| self.claims.get(&(user.id, uri.to_owned())).cloned();
        let roles = self.roles.get(&user.id).map_or(&[][..], Vec::as_slice);
        let held = roles
            .iter()
            .filter_map(|(id, _)| self.permissions.get(id))
            .fold(PermissionSet::default(), |all, more| all.union(*more));
        let oneself = actor.user_id == Some(user.id);
        UserRow {
            id: user.id,
            full_name: [claim(FIRST_NAME), claim(LAST_NAME)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            mobile: claim(claim::MOBILE).map(|number| phone::mask(&number)),
            roles: roles.iter().map(|(_, name)| name.clone()).collect(),
            locked: user.locked,
            may_change: actor.permissions.has(Permission::ManageUsers) && (oneself || actor.permissions.includes(held)),
            oneself,
            username: user.username,
        }
    }
}
