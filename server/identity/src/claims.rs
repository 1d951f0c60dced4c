//! The local claim dialect: which claims there are, in the order profiles and lists show them, and changing that.
//!
//! A claim's URI is its name everywhere and never changes. Refuses to touch users' values: what is stored stays valid
//! until somebody saves it again.

use domain::view::ClaimView;
use entity::claim;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::Result;

mod check;
mod list;
mod usage;
mod write;

#[cfg(test)]
mod tests;

pub use list::page;
pub use usage::get;
pub(crate) use write::arrange;
pub use write::{Direction, create, delete, list, move_by_one, place, update, version};

/// Every claim of the local dialect, in display order.
///
/// # Errors
/// `Internal` only.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<ClaimView>> {
    let rows = claim::Entity::find()
        .order_by_asc(claim::Column::DisplayOrder)
        .order_by_asc(claim::Column::Uri)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(view).collect())
}

fn view(row: claim::Model) -> ClaimView {
    ClaimView {
        uri: row.uri,
        label: row.label,
        attribute: row.attribute,
        required: row.required,
        pattern: row.pattern,
        derived: row.derived,
    }
}
