//! A claim of the local dialect.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub uri: String,
    pub label: String,
    pub attribute: String,
    pub display_order: i32,
    pub required: bool,
    pub pattern: String,
    pub derived: bool,
}

impl ActiveModelBehavior for ActiveModel {}
