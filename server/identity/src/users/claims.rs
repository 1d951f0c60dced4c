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
    let mut claims = typed_claims(db, user_id).await?;
    claims.insert(claim::USERNAME.to_owned(), user.username);
    let names = roles::names_of(db, user_id).await?;
    if !names.is_empty() {
        claims.insert(claim::ROLE.to_owned(), names.join(","));
    }
    Ok(claims)
}

/// The number codes are sent to, if the user has one.
///
/// # Errors
/// `Internal` only.
pub async fn mobile_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<E164>> {
    let row = user_claim::Entity::find_by_id((user_id, claim::MOBILE.to_owned()))
        .one(db)
        .await?;
    Ok(row.and_then(|row| E164::new(&row.value)))
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
