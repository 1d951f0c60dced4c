//! A local role under the service provider's own name.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_provider_role")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub service_provider_id: i64,
    pub position: i32,
    pub local_role: String,
    pub remote_role: String,
}

impl ActiveModelBehavior for ActiveModel {}
