//! The metadata a service provider's SAML configuration was taken from; the lists are JSON.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_provider_metadata")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_provider_id: i64,
    pub source_url: Option<String>,
    pub imported_at: DateTimeUtc,
    pub valid_until: Option<DateTimeUtc>,
    pub encryption_methods: String,
    pub acs_indexes: String,
    pub notes: String,
    pub logout_responses: String,
}

impl ActiveModelBehavior for ActiveModel {}
