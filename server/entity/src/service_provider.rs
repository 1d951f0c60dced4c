//! A service provider: an application that signs its users in here.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_provider")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub name_lower: String,
    pub description: String,
    pub claim_dialect: String,
    pub subject_claim: String,
    pub authentication_type: String,
    pub local_authenticator: String,
    pub federated_identity_provider_id: Option<i64>,
    /// What the service provider's own page saw.
    pub version: i32,
    /// Grows with every change of anything that belongs to it: claims, roles, SAML, steps.
    pub revision: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
