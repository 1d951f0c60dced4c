//! Sign-ins found by the assertion that was issued, and by the key that signed it: was this one ours, and what did that
//! key sign.

use sea_orm_migration::prelude::*;

use crate::columns::index;

const COLUMNS: [&str; 2] = ["assertion_id", "key_id"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.create_index(index("sign_in", &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let name = format!("ix_sign_in_{column}");
            manager
                .drop_index(Index::drop().name(name).table("sign_in").to_owned())
                .await?;
        }
        Ok(())
    }
}
