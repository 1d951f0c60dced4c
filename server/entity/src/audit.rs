//! Who changed what, when.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub actor: String,
    pub action: String,
    pub target_kind: String,
    pub target: String,
    pub detail: String,
    pub address: String,
    /// Before and after by field, as JSON; `None` where nothing but the action is to be told.
    pub changes: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
