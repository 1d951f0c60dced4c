//! The store's own facts (`setting`) and the key pairs that sign assertions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("setting")
                    .col(string_len("name", 100).primary_key())
                    .col(text("value"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("signing_key")
                    .col(big_pk_auto("id"))
                    .col(string_len("key_id", 64).unique_key())
                    .col(string_len("state", 16))
                    .col(text("certificate_pem"))
                    .col(blob("private_key_sealed"))
                    .col(timestamp_with_time_zone("not_after"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("signing_key").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("setting").to_owned()).await
    }
}
