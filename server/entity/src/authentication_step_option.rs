//! An authenticator of a step: `basic`, or `SMSOTP` of an identity provider.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authentication_step_option")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub step_id: i64,
    pub position: i32,
    pub authenticator: String,
    pub identity_provider_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
