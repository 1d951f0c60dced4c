//! What is known about a user, claim by claim: typed ones as stored, derived ones as they are now.

use std::collections::BTreeMap;

use domain::claim;
use domain::phone::E164;
use entity::{user, user_claim};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{Result, roles};

/// Every claim a user has a value for, by URI; the user name and the roles (joined by `,`) are derived.
///
/// # Errors
/// `Internal` only; an unknown user has no claims.
pub async fn claims_of(db: &impl ConnectionTrait, user_id: i64) -> Result<BTreeMap<String, String>> {
    let Some(user) = user::Entity::find_by_id(user_id).one(db).await? else {
        return Ok(BTreeMap::new());
    };
    let names = roles::names_of(db, user_id).await?;
    claims_with(db, &user, &names).await
}

/// As [`claims_of`], for a user that was read already, with the roles.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn claims_with(
    db: &impl ConnectionTrait,
    user: &user::Model,
    roles: &[String],
) -> Result<BTreeMap<String, String>> {
    let mut claims = typed_claims(db, user.id).await?;
    derive_claims(&mut claims, user, roles);
    Ok(claims)
}

/// Adds the claims that nobody types to those that somebody has.
pub(crate) fn derive_claims(claims: &mut BTreeMap<String, String>, user: &user::Model, roles: &[String]) {
    claims.insert(claim::USERNAME.to_owned(), user.username.clone());
    if !roles.is_empty() {
        claims.insert(claim::ROLE.to_owned(), roles.join(","));
    }
}

/// The mobile number of a user, if there is one.
///
/// # Errors
/// `Internal` only.
pub async fn mobile_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<E164>> {
    number_of(db, user_id, claim::MOBILE).await
}

/// The number codes are sent to, as the claim of this URI holds it. What is no number in E.164 counts as none.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn number_of(db: &impl ConnectionTrait, user_id: i64, uri: &str) -> Result<Option<E164>> {
    let row = user_claim::Entity::find_by_id((user_id, uri.to_owned()))
        .one(db)
        .await?;
    Ok(row.and_then(|row| E164::new(&row.value)))
}

/// Whether anything stands under this URI.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn has_claim(db: &impl ConnectionTrait, user_id: i64, uri: &str) -> Result<bool> {
    let row = user_claim::Entity::find_by_id((user_id, uri.to_owned()));
    Ok(row.one(db).await?.is_some())
}

/// The claims that somebody has typed.
pub(crate) async fn typed_claims(db: &impl ConnectionTrait, user_id: i64) -> Result<BTreeMap<String, String>> {
    let rows = user_claim::Entity::find()
        .filter(user_claim::Column::UserId.eq(user_id))
        .filter(user_claim::Column::ClaimUri.is_not_in(claim::DERIVED))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.claim_uri, row.value)).collect())
}
