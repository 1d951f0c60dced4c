//! Numbers that were stored before their region and kind were: looked at a few at a time, until none is left.

use domain::claim;
use domain::phone::E164;
use entity::user_claim;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::phone::{country_of, kind_of};
use crate::{Result, Services};

/// Numbers that are looked at in one go.
const AT_ONCE: u64 = 1000;

/// # Errors
/// `Internal` only.
pub(crate) async fn look_at_numbers(services: &Services) -> Result<()> {
    // As text and not as a value, and in this order: only so do both databases see that the partial index serves it.
    let mobile = Expr::cust(format!("\"claim_uri\" = '{}'", claim::MOBILE));
    let rows = user_claim::Entity::find()
        .filter(mobile)
        .filter(user_claim::Column::NumberRegion.is_null())
        .order_by_asc(user_claim::Column::UserId)
        .limit(AT_ONCE)
        .all(&services.db)
        .await?;
    for row in rows {
        let number = E164::new(&row.value);
        let region = number.as_ref().and_then(country_of).unwrap_or_default();
        let kind = number.map(|number| kind_of(&number).as_str().to_owned());
        user_claim::Entity::update_many()
            .col_expr(user_claim::Column::NumberRegion, Expr::value(Some(region)))
            .col_expr(user_claim::Column::NumberKind, Expr::value(kind))
            .filter(user_claim::Column::UserId.eq(row.user_id))
            .filter(user_claim::Column::ClaimUri.eq(&row.claim_uri))
            // Another number has been saved meanwhile, with its own.
            .filter(user_claim::Column::Value.eq(&row.value))
            .exec(&services.db)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::services;
    use crate::users::tests::{add, save};

    #[tokio::test]
    async fn numbers_from_before_are_looked_at_once() {
        let (services, _, admin) = services().await;
        add(&services, &admin, "jane").await;
        save(
            &services,
            &admin,
            "jane",
            &[("mobile", "+94771234567"), ("organization", "x")],
        )
        .await
        .unwrap();
        let stored = async || {
            let rows = user_claim::Entity::find().all(&services.db).await.unwrap();
            let mut told: Vec<_> = rows
                .into_iter()
                .map(|row| (row.number_region, row.number_kind))
                .collect();
            told.sort();
            told
        };
        let as_saved = stored().await;
        assert!(
            as_saved.contains(&(Some("LK".into()), Some("mobile".into()))),
            "{as_saved:?}"
        );
        user_claim::Entity::update_many()
            .col_expr(user_claim::Column::NumberRegion, Expr::value(None::<String>))
            .col_expr(user_claim::Column::NumberKind, Expr::value(None::<String>))
            .exec(&services.db)
            .await
            .unwrap();
        look_at_numbers(&services).await.unwrap();
        assert_eq!(stored().await, as_saved, "and no other claim has a region");
    }
}
