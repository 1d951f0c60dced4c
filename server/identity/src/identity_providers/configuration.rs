//! *Claim Configuration* and *Role Configuration*: which claim holds the number that codes go to, and who may use an
//! identity provider in a step.
//!
//! Only claims that hold numbers are offered: what guards others' numbers guards exactly these (`users::profile`). A
//! fallback sends to the number that was found by the identity provider it stands in for, and its own roles do not count.

use std::collections::{BTreeMap, BTreeSet};

use domain::input::identity_provider::IdentityProviderInput;
use domain::{Problems, claim};
use entity::{claim as claim_row, identity_provider, identity_provider_role, role, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{Error, Result};

/// What the two sections offer: URIs of the claims that hold numbers, and the names of all roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    pub number_claims: Vec<String>,
    pub roles: Vec<String>,
}

/// # Errors
/// `Internal` only.
pub async fn offered(db: &impl ConnectionTrait) -> Result<Offered> {
    Ok(Offered {
        number_claims: known_number_claims(db).await?,
        roles: roles_by_name(db).await?.into_keys().collect(),
    })
}

async fn known_number_claims(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let rows = claim_row::Entity::find()
        .filter(claim_row::Column::Uri.is_in(claim::NUMBERS))
        .order_by_asc(claim_row::Column::Uri)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.uri).collect())
}

async fn roles_by_name(db: &impl ConnectionTrait) -> Result<BTreeMap<String, i64>> {
    let rows = role::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.id)).collect())
}

/// Reads the field of *Claim Configuration*. What was left out is the mobile number.
pub(super) fn number_claim(input: &IdentityProviderInput, problems: &mut Problems) -> String {
    let uri = match input.number_claim.trim() {
        "" => claim::MOBILE,
        typed => typed,
    };
    if !claim::NUMBERS.contains(&uri) {
        problems.add(
            "number_claim",
            format!("Codes cannot go to `{uri}`. Choose one of the claims that hold numbers."),
        );
    }
    uri.to_owned()
}

/// Refuses a claim that has been deleted from the dialect.
pub(super) async fn require_claim(db: &impl ConnectionTrait, uri: &str) -> Result<()> {
    if known_number_claims(db).await?.iter().any(|known| known == uri) {
        return Ok(());
    }
    let text = format!("There is no claim `{uri}` any more. Choose another.");
    Err(Error::field("number_claim", text))
}

async fn role_ids(db: &impl ConnectionTrait, id: i64) -> Result<Vec<i64>> {
    let named = identity_provider_role::Entity::find()
        .select_only()
        .column(identity_provider_role::Column::RoleId)
        .filter(identity_provider_role::Column::IdentityProviderId.eq(id));
    Ok(named.into_tuple().all(db).await?)
}

/// The names of the roles that may use an identity provider, in alphabetical order.
pub(super) async fn roles_of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<String>> {
    let rows = role_ids(db, id).await?;
    let named = role::Entity::find()
        .filter(role::Column::Id.is_in(rows))
        .order_by_asc(role::Column::NameLower)
        .all(db)
        .await?;
    Ok(named.into_iter().map(|row| row.name).collect())
}

/// Saves who may use an identity provider, in the transaction that saves the rest of it.
///
/// # Errors
/// `Invalid` for a role that is not there: leaving it out could open the identity provider to everybody.
pub(super) async fn save_roles(db: &impl ConnectionTrait, id: i64, names: &[String]) -> Result<()> {
    let known = roles_by_name(db).await?;
    let mut wanted = BTreeSet::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let Some(role) = known.get(name) else {
            let text = format!("There is no role `{name}` any more. Look through the roles again.");
            return Err(Error::field("roles", text));
        };
        wanted.insert(*role);
    }
    identity_provider_role::Entity::delete_many()
        .filter(identity_provider_role::Column::IdentityProviderId.eq(id))
        .exec(db)
        .await?;
    let rows: Vec<_> = wanted
        .into_iter()
        .map(|role_id| identity_provider_role::ActiveModel {
            identity_provider_id: Set(id),
            role_id: Set(role_id),
        })
        .collect();
    if !rows.is_empty() {
        identity_provider_role::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Whether a user may use an identity provider in a step: it names no role, or one that the user holds.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn may_use(db: &impl ConnectionTrait, id: i64, user_id: i64) -> Result<bool> {
    let wanted = role_ids(db, id).await?;
    if wanted.is_empty() {
        return Ok(true);
    }
    let held = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(user_id))
        .filter(user_role::Column::RoleId.is_in(wanted))
        .one(db)
        .await?;
    Ok(held.is_some())
}

/// Every claim that codes go to: the mobile number, and what an identity provider names in its place.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn number_claims(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let named: Vec<String> = identity_provider::Entity::find()
        .select_only()
        .column(identity_provider::Column::NumberClaim)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let mut all: BTreeSet<String> = named.into_iter().collect();
    all.insert(claim::MOBILE.to_owned());
    Ok(all.into_iter().collect())
}

/// The identity providers whose codes go to this claim, by id and name.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn sending_to(db: &impl ConnectionTrait, uri: &str) -> Result<Vec<(i64, String)>> {
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::NumberClaim.eq(uri))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The identity providers that only holders of this role, or of another that they name, may use.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn naming_role(db: &impl ConnectionTrait, role_id: i64) -> Result<Vec<(i64, String)>> {
    let ids: Vec<i64> = identity_provider_role::Entity::find()
        .select_only()
        .column(identity_provider_role::Column::IdentityProviderId)
        .filter(identity_provider_role::Column::RoleId.eq(role_id))
        .into_tuple()
        .all(db)
        .await?;
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.is_in(ids))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
