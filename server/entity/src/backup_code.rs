//! A backup code of a user that is still good; one that is used is deleted.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "backup_code")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: i64,
    /// The code's first characters: they find the row, so that one try is one hash.
    pub name: String,
    pub code_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
