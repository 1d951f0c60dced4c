//! What a claim is used by: service providers that ask for it, identity providers whose codes go to it, and users who have
//! a value of it.

use domain::view::UsedBy;
use domain::view::watch::ClaimDetails;
use domain::{Permission, claim};
use entity::{claim as claim_row, service_provider, service_provider_claim, user, user_claim};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::{Actor, Error, Result, Services, identity_providers};

/// How many users, and how many service providers, are named.
const NAMED: u64 = 20;

/// One claim, and what keeps it from being deleted.
///
/// # Errors
/// `Denied` without *View settings*; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, uri: &str) -> Result<ClaimDetails> {
    actor.require(Permission::ViewSettings)?;
    let claim = super::view(row(&services.db, uri).await?);
    let used_by = of(&services.db, actor, &claim.uri).await?;
    Ok(ClaimDetails {
        built_in: built_in(&claim.uri, claim.derived),
        claim,
        used_by,
    })
}

pub(super) async fn row(db: &impl ConnectionTrait, uri: &str) -> Result<claim_row::Model> {
    // PostgreSQL takes no NUL in a text; no URI holds one.
    if uri.contains('\0') {
        return Err(Error::NotFound);
    }
    claim_row::Entity::find_by_id(uri).one(db).await?.ok_or(Error::NotFound)
}

/// Codes go to the mobile number; user name and roles are the server's own.
pub(super) fn built_in(uri: &str, derived: bool) -> bool {
    derived || uri == claim::MOBILE
}

/// Every use, as links. Users are named to those who may see users.
pub(super) async fn of(db: &impl ConnectionTrait, actor: &Actor, uri: &str) -> Result<Vec<UsedBy>> {
    let mut uses = by_service_providers(db, uri).await?;
    let sending = identity_providers::sending_to(db, uri).await?;
    uses.extend(sending.into_iter().take(NAMED as usize).map(|(id, name)| UsedBy {
        href: format!("/console/identity-providers/{id}"),
        name,
        how: "number of codes".to_owned(),
    }));
    uses.extend(by_users(db, actor, uri).await?);
    Ok(uses)
}

async fn by_service_providers(db: &impl ConnectionTrait, uri: &str) -> Result<Vec<UsedBy>> {
    let asked = service_provider_claim::Entity::find()
        .select_only()
        .column(service_provider_claim::Column::ServiceProviderId)
        .filter(service_provider_claim::Column::LocalClaim.eq(uri));
    let asking = service_provider::Column::Id.in_subquery(asked.into_query());
    let subject = service_provider::Column::SubjectClaim.eq(uri);
    let mut uses = named(db, service_provider::Entity::find().filter(asking), "claim").await?;
    uses.extend(named(db, service_provider::Entity::find().filter(subject), "subject claim").await?);
    Ok(uses)
}

async fn named(
    db: &impl ConnectionTrait,
    providers: Select<service_provider::Entity>,
    how: &str,
) -> Result<Vec<UsedBy>> {
    let rows = providers
        .order_by_asc(service_provider::Column::NameLower)
        .limit(NAMED)
        .all(db)
        .await?;
    let used_by = |provider: service_provider::Model| UsedBy {
        href: format!("/console/service-providers/{}", provider.id),
        name: provider.name,
        how: how.to_owned(),
    };
    Ok(rows.into_iter().map(used_by).collect())
}

async fn by_users(db: &impl ConnectionTrait, actor: &Actor, uri: &str) -> Result<Vec<UsedBy>> {
    let values = user_claim::Entity::find().filter(user_claim::Column::ClaimUri.eq(uri));
    let total = values.clone().count(db).await?;
    let mut uses = Vec::new();
    if actor.permissions.has(Permission::ViewUsers) {
        let ids = values.select_only().column(user_claim::Column::UserId).into_query();
        let users = user::Entity::find().filter(user::Column::Id.in_subquery(ids));
        let users = users
            .order_by_asc(user::Column::UsernameLower)
            .limit(NAMED)
            .all(db)
            .await?;
        uses.extend(users.into_iter().map(|user| UsedBy {
            href: format!("/console/users/{}/profile", encoded(&user.username)),
            name: user.username,
            how: "has a value".to_owned(),
        }));
    }
    let more = total.saturating_sub(uses.len() as u64);
    if more > 0 {
        let (few, have) = if more == 1 {
            ("user", "has a value")
        } else {
            ("users", "have a value")
        };
        let name = if uses.is_empty() {
            format!("{more} {few}")
        } else {
            format!("{more} more {few}")
        };
        uses.push(UsedBy {
            name,
            href: "/console/users".to_owned(),
            how: have.to_owned(),
        });
    }
    Ok(uses)
}

/// A user name in an address: of its characters only these mean something there.
fn encoded(username: &str) -> String {
    username.replace('+', "%2B").replace('@', "%40")
}
