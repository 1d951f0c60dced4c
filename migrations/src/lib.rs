//! The store's history. Hand-written and portable between SQLite and PostgreSQL; expand first, contract a release later.
//!
//! Depends on none of our crates: an old migration must never change its meaning because an entity did.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m20261123_000001_create_keys_and_settings;
mod m20261123_000002_create_users_and_roles;
mod m20261123_000003_create_claims;
mod m20261123_000004_create_identity_providers;
mod m20261123_000005_create_service_providers;
mod m20261123_000006_create_sessions_and_flows;
mod m20261123_000007_create_saml_requests;
mod m20261123_000008_create_codes_and_deliveries;
mod m20261123_000009_create_logs_and_drafts;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_keys_and_settings::Migration),
            Box::new(m20261123_000002_create_users_and_roles::Migration),
            Box::new(m20261123_000003_create_claims::Migration),
            Box::new(m20261123_000004_create_identity_providers::Migration),
            Box::new(m20261123_000005_create_service_providers::Migration),
            Box::new(m20261123_000006_create_sessions_and_flows::Migration),
            Box::new(m20261123_000007_create_saml_requests::Migration),
            Box::new(m20261123_000008_create_codes_and_deliveries::Migration),
            Box::new(m20261123_000009_create_logs_and_drafts::Migration),
        ]
    }
}
