//! A number that is entered at sign-in waits with its challenge, sealed, until the code is right; and the kind of number
//! that a claim holds.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = |name: &'static str, column: ColumnDef| Table::alter().table(name).add_column(column).to_owned();
        manager
            .alter_table(table("otp_challenge", blob_null("number_sealed").take()))
            .await?;
        manager
            .alter_table(table("user_claim", string_len_null("number_kind", 8).take()))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("user_claim", "number_kind"), ("otp_challenge", "number_sealed")] {
            manager
                .alter_table(Table::alter().table(table).drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}
