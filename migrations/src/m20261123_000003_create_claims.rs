//! The local claim dialect, and each user's values.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("claim")
                    .col(string_len("uri", 255).primary_key())
                    .col(string_len("label", 100))
                    .col(string_len("attribute", 100))
                    .col(integer("display_order"))
                    .col(boolean("required").default(false))
                    .col(string_len("pattern", 500).default(""))
                    .col(boolean("derived").default(false))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("user_claim")
                    .col(big_integer("user_id"))
                    .col(string_len("claim_uri", 255))
                    .col(string_len("value", 1024))
                    .col(string_len("value_lower", 1024))
                    .primary_key(Index::create().col("user_id").col("claim_uri"))
                    .foreign_key(&mut reference(
                        "user_claim",
                        "user_id",
                        "users",
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("user_claim", &["claim_uri", "value_lower", "user_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("user_claim").to_owned()).await?;
        manager.drop_table(Table::drop().table("claim").to_owned()).await
    }
}
