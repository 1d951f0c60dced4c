//! Backup codes: for whoever has no phone at hand. A row each, gone once it is used.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{reference, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("backup_code")
                    .col(big_pk_auto("id"))
                    .col(big_integer("user_id"))
                    .col(string_len("name", 4))
                    .col(string_len("code_hash", 255))
                    .foreign_key(&mut reference(
                        "backup_code",
                        "user_id",
                        "users",
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("backup_code", &["user_id", "name"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("backup_code").to_owned()).await
    }
}
