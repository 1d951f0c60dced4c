//! An attempt to deliver an SMS: no code, no full number, no text.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sms_delivery")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub identity_provider_id: i64,
    pub identity_provider: String,
    pub application: String,
    pub user_id: Option<i64>,
    pub masked_number: String,
    pub country: String,
    pub purpose: String,
    pub outcome: String,
    pub phase: String,
    pub status: Option<i32>,
    pub rule: String,
    pub attempts: i32,
    pub duration_ms: Option<i32>,
    pub deadline_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
    pub service_provider_id: Option<i64>,
    pub flow_id: Option<String>,
    pub name_ms: Option<i32>,
    pub connected_ms: Option<i32>,
    pub first_byte_ms: Option<i32>,
    pub done_ms: Option<i32>,
    pub segments: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
