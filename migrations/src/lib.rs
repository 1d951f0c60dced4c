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
mod m20261124_000010_add_service_provider_metadata;
mod m20261124_000011_roll_signing_keys;
mod m20261124_000012_index_sign_ins;
mod m20261124_000013_count_service_provider_revisions;
mod m20261124_000015_add_fallback_identity_providers;
mod m20261124_000016_create_backup_codes;
mod m20261124_000017_add_entered_numbers_and_kinds;
mod m20261124_000018_detail_deliveries;
mod m20261129_000019_index_lists;
mod m20261129_000020_create_user_imports;
mod m20261129_000021_tell_changes_and_sign_ins;
mod m20261129_000022_configure_identity_providers;
mod m20261130_000023_answer_in_one_statement;
mod m20261130_000024_keep_logout_addresses;

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
            Box::new(m20261124_000010_add_service_provider_metadata::Migration),
            Box::new(m20261124_000011_roll_signing_keys::Migration),
            Box::new(m20261124_000012_index_sign_ins::Migration),
            Box::new(m20261124_000013_count_service_provider_revisions::Migration),
            Box::new(m20261124_000015_add_fallback_identity_providers::Migration),
            Box::new(m20261124_000016_create_backup_codes::Migration),
            Box::new(m20261124_000017_add_entered_numbers_and_kinds::Migration),
            Box::new(m20261124_000018_detail_deliveries::Migration),
            Box::new(m20261129_000019_index_lists::Migration),
            Box::new(m20261129_000020_create_user_imports::Migration),
            Box::new(m20261129_000021_tell_changes_and_sign_ins::Migration),
            Box::new(m20261129_000022_configure_identity_providers::Migration),
            Box::new(m20261130_000023_answer_in_one_statement::Migration),
            Box::new(m20261130_000024_keep_logout_addresses::Migration),
        ]
    }
}
