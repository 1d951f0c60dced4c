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
    /// What was asked for, as JSON, where there is no flow that tells it.
    pub request: Option<String>,
    pub service_provider_id: Option<i64>,
    /// Of the assertion; `None` where there is none.
    pub session_index: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
