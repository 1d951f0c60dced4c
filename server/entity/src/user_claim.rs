//! A user's value of a claim; a mobile number stands here as E.164.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_uri: String,
    pub value: String,
    pub value_lower: String,
    /// What kind of number the mobile claim holds; `None` for other claims, and where it was stored before kinds were.
    pub number_kind: Option<String>,
    /// The region of the mobile claim's number: `LK`, empty for numbers of no country; `None` as above.
    pub number_region: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
