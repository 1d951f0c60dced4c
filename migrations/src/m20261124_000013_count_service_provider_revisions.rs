//! How often anything of a service provider was saved: what a process has read of it is old when this has grown.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = integer("revision").default(1).to_owned();
        let table = Table::alter().table("service_provider").add_column(column).to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("service_provider")
            .drop_column("revision")
            .to_owned();
        manager.alter_table(table).await
    }
}
