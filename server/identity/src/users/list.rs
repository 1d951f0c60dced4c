//! The list of users: found by the start of the user name or of claims, a page at a time.

use std::collections::BTreeMap;

use domain::view::{COUNT_LIMIT, ClaimView, ListQuery, Page, UserRow, UsersView};
use domain::{Permission, PermissionSet, claim, phone};
use entity::user::{self, Column};
use entity::{role, user_claim, user_role};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::profile::{FIRST_NAME, LAST_NAME};
use super::search::{self, Found};
use crate::lists::{self, By, Key};
use crate::newest::moment;
use crate::{Actor, Result, Services, claims, roles};

/// What the list can be sorted by; the first is how it is sorted.
pub(crate) const SORTS: [By<user::Entity>; 3] = [
    By::text("username", Column::UsernameLower, |user: &user::Model| {
        Key::Text(user.username_lower.clone())
    }),
    By::time("created", Column::CreatedAt, Column::Id, |user: &user::Model| {
        Key::Time(user.created_at, user.id)
    }),
    By::flag("locked", Column::Locked, Column::Id, |user: &user::Model| {
        Key::Flag(user.locked, user.id)
    }),
];

/// A page of the users whose name, or any claim of whom, begins with what is searched for.
///
/// # Errors
/// `Denied` without *View users*.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<UsersView> {
    actor.require(Permission::ViewUsers)?;
    let db = &services.db;
    let claims = claims::all(db).await?;
    let by = lists::chosen(&SORTS, query);
    let mut cut = false;
    let page = match search::find(services, actor, &claims, query).await? {
        Found::Everybody => lists::page(db, user::Entity::find(), by, query).await?,
        Found::Named(start) => {
            let named = user::Entity::find().filter(lists::begins_with(Column::UsernameLower, &start));
            lists::page(db, named, by, query).await?
        }
        Found::Users { ids, cut: more } => {
            cut = more;
            of_these(services, &ids, more, by, query).await?
        }
    };
    let known = Known::about(db, page.rows.iter().map(|user| user.id).collect()).await?;
    Ok(UsersView {
        page: page.with_rows(|rows| rows.into_iter().map(|user| known.row(actor, user)).collect()),
        search_in: search_in(claims),
        cut,
    })
}

async fn of_these(
    services: &Services,
    ids: &[i64],
    cut: bool,
    by: &By<user::Entity>,
    query: &ListQuery,
) -> Result<Page<user::Model>> {
    let db = &services.db;
    let count = u64::try_from(ids.len()).ok().filter(|n| !cut && *n <= COUNT_LIMIT);
    if ids.is_empty() {
        return Ok(Page {
            count,
            ..Page::default()
        });
    }
    let these = user::Entity::find().filter(lists::among(db.get_database_backend(), Column::Id, ids));
    let page = lists::rows(db, &these, by, query).await?;
    Ok(Page { count, ..page })
}

/// What *Search in* offers besides everything.
fn search_in(claims: Vec<ClaimView>) -> Vec<(String, String)> {
    let claims = claims.into_iter().filter(|claim| !claim.derived);
    let claims = claims.map(|claim| (claim.uri, claim.label));
    std::iter::once((search::USERNAME.to_owned(), "User name".to_owned()))
        .chain(claims)
        .collect()
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
            created: moment(user.created_at),
            username: user.username,
        }
    }
}
