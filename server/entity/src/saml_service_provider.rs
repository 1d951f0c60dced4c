//! A service provider's SAML configuration; `settings` is the checked form as JSON.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saml_service_provider")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_provider_id: i64,
    pub issuer: String,
    pub settings: String,
    pub version: i32,
    /// When the first of its certificates ends, the end of time without one; `None` until somebody has looked.
    pub certificate_ends_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
