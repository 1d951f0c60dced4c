//! How one sign-in ended.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub flow_id: String,
    pub application: String,
    pub username: String,
    pub outcome: String,
    pub assertion_id: String,
    pub key_id: String,
    pub address: String,
}

impl ActiveModelBehavior for ActiveModel {}
