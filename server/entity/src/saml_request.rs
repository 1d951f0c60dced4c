//! An AuthnRequest that waits for its answer, or had it: the replay guard.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saml_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub service_provider_id: i64,
    pub issuer: String,
    pub request_id: String,
    pub digest: String,
    pub request: String,
    pub acs_url: String,
    pub relay_state: Option<String>,
    pub flow_id: Option<String>,
    pub received_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
