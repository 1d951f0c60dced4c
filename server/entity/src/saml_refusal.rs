//! A SAML message that was refused, under the case number that the person saw.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saml_refusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_number: String,
    pub at: DateTimeUtc,
    pub issuer: String,
    pub failed_check: String,
    pub detail: String,
    pub message: String,
    pub service_provider_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
