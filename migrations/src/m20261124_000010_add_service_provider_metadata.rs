//! The metadata a service provider was taken from: where it came from, how long it holds, what it offers.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::reference;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(service_provider_metadata()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table("service_provider_metadata").to_owned();
        manager.drop_table(table).await
    }
}

fn service_provider_metadata() -> TableCreateStatement {
    Table::create()
        .table("service_provider_metadata")
        .col(big_integer("service_provider_id").primary_key())
        .col(string_len_null("source_url", 2048))
        .col(timestamp_with_time_zone("imported_at"))
        .col(timestamp_with_time_zone_null("valid_until"))
        .col(text("encryption_methods"))
        .col(text("acs_indexes"))
        .col(text("notes"))
        .foreign_key(&mut reference(
            "service_provider_metadata",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
