//! The fallback of an identity provider. One that is somebody's fallback cannot be deleted.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(identity_provider_fallback()).await?;
        manager
            .create_index(index("identity_provider_fallback", &["fallback_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table("identity_provider_fallback").to_owned();
        manager.drop_table(table).await
    }
}

fn identity_provider_fallback() -> TableCreateStatement {
    Table::create()
        .table("identity_provider_fallback")
        .col(big_integer("identity_provider_id").primary_key())
        .col(big_integer("fallback_id"))
        .foreign_key(&mut reference(
            "identity_provider_fallback",
            "identity_provider_id",
            "identity_provider",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "identity_provider_fallback",
            "fallback_id",
            "identity_provider",
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}
