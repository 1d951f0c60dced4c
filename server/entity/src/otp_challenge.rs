//! The SMS step of one sign-in: how many codes were sent, how many wrong ones typed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "otp_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub flow_id: String,
    pub step: i32,
    pub user_id: i64,
    pub identity_provider_id: i64,
    pub masked_number: String,
    pub wrong_codes: i32,
    pub wrong_codes_allowed: i32,
    pub sends: i32,
    pub next_send_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    /// A number that was entered in this sign-in, until its code is right.
    pub number_sealed: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
