//! A key pair that signs. `kind` is `rsa` or `ec`; `state` is `next`, `active`, `retiring` or `retired`, since
//! `state_since`. The private key is sealed, and empty once it is retired.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub key_id: String,
    pub kind: String,
    pub state: String,
    pub state_since: Option<DateTimeUtc>,
    pub certificate_pem: String,
    pub private_key_sealed: Vec<u8>,
    pub not_after: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
