//! A user of the local user store. The table is `users`: `user` is a reserved word in SQL.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub username: String,
    pub username_lower: String,
    pub password_hash: String,
    pub locked: bool,
    /// Whether the mobile claim is there; kept by the store itself.
    pub has_mobile: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
