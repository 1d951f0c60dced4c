//! The local claim dialect: which claims there are, in the order profiles and lists show them.

use domain::view::ClaimView;
use entity::claim;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::Result;

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

#[cfg(test)]
mod tests {
    use domain::claim;

    use super::all;
    use crate::testing::services;

    #[tokio::test]
    async fn a_fresh_store_has_the_profile_in_order_and_the_derived_claims() {
        let (services, _, _) = services().await;
        let claims = all(&services.db).await.unwrap();
        let typed: Vec<_> = claims
            .iter()
            .filter(|claim| !claim.derived)
            .map(|claim| claim.uri.as_str())
            .collect();
        assert_eq!(typed, claim::PROFILE.map(|(uri, _, _)| uri));
        let derived: Vec<_> = claims
            .iter()
            .filter(|claim| claim.derived)
            .map(|claim| claim.uri.as_str())
            .collect();
        assert_eq!(derived, claim::DERIVED);
    }
}
