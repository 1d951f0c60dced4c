//! Users from a file, while they are looked through and added. Whoever uploaded the file owns it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub user_id: i64,
    pub address: String,
    pub status: String,
    pub about_sealed: Vec<u8>,
    pub total: i64,
    pub to_add: i64,
    pub added: i64,
    /// Which process works on it, until when.
    pub lease_by: String,
    pub lease_until: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
