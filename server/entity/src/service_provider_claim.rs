//! A claim that a service provider asks for.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_provider_claim")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub service_provider_id: i64,
    pub position: i32,
    pub local_claim: String,
    pub remote_claim: String,
    pub mandatory: bool,
}

impl ActiveModelBehavior for ActiveModel {}
