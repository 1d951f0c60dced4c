//! Which identity provider is asked when another fails: at most one each.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_provider_fallback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub identity_provider_id: i64,
    pub fallback_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
