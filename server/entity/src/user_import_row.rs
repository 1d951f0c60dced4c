//! A row of an import that is no user yet; what it holds is sealed. `problems` is a set of bits.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    pub standing: i32,
    pub problems: i32,
    pub username_blind: String,
    pub cells_sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
