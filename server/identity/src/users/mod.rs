//! Users: adding them, their passwords, profiles, roles and locks.
//!
//! Every road that could leave the installation without an administrator goes through [`guard::Change`]; nobody grants
//! or touches what they do not hold.

use entity::user;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{Error, Result};

mod claims;
mod password;

pub use claims::{claims_of, mobile_of};
pub use password::check_password;

/// The user of this name, whatever its case.
///
/// # Errors
/// `Internal` only.
pub async fn find_by_username(db: &impl ConnectionTrait, username: &str) -> Result<Option<user::Model>> {
    // PostgreSQL takes no NUL in a text; no user name holds one.
    if username.contains('\0') {
        return Ok(None);
    }
    Ok(user::Entity::find().filter(user::Column::UsernameLower.eq(username.to_lowercase())).one(db).await?)
}

/// As [`find_by_username`], where there must be one.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn get_by_username(db: &impl ConnectionTrait, username: &str) -> Result<user::Model> {
    find_by_username(db, username).await?.ok_or(Error::NotFound)
}
