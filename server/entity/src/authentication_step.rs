//! A step of a service provider's sign-in; `position` counts from 0.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authentication_step")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub service_provider_id: i64,
    pub position: i32,
    pub gives_subject: bool,
    pub gives_attributes: bool,
}

impl ActiveModelBehavior for ActiveModel {}
