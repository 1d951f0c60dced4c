//! Where a service provider takes answers to its LogoutRequests, by binding, as its metadata says.

use sea_orm_migration::{prelude::*, schema::*};

const TABLE: &str = "service_provider_metadata";
const COLUMN: &str = "logout_responses";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text(COLUMN).default("[]").to_owned();
        let table = Table::alter().table(TABLE).add_column(column).to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table(TABLE).drop_column(COLUMN).to_owned();
        manager.alter_table(table).await
    }
}
