//! What a service provider has to do with one of our signing keys: when it last fetched metadata that names the key, when
//! an administrator said that it has the certificate, and when an assertion for it was last signed with the key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_provider_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_provider_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: String,
    pub fetched_at: Option<DateTimeUtc>,
    pub told_at: Option<DateTimeUtc>,
    pub signed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
