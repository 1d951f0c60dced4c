//! A sign-in under way; `stage` is JSON, `version` guards every change of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_flow")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub browser_hash: String,
    pub continuation_kind: String,
    pub continuation_id: String,
    pub service_provider_id: Option<i64>,
    pub application: String,
    pub user_id: Option<i64>,
    pub stage: String,
    pub version: i32,
    pub session_id: Option<String>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
