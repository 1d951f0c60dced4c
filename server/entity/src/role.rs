//! A named set of permissions.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub name_lower: String,
    pub built_in: bool,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
