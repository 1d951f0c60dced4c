//! Something that happened in a sign-in under way: no secret, no code, no full number.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The flow's, or an assertion's SessionIndex for what came after it.
    pub flow_id: String,
    pub at: DateTimeUtc,
    pub kind: String,
    pub detail: String,
    pub address: String,
}

impl ActiveModelBehavior for ActiveModel {}
