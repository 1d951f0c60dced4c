//! An authenticator of an identity provider; `settings_sealed` is its form as sealed JSON.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "federated_authenticator")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub identity_provider_id: i64,
    pub kind: String,
    pub enabled: bool,
    pub is_default: bool,
    pub settings_sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
