//! What an identity provider's steps take from the user: the claim that holds the number, and the roles that may use it.
//! A role that is named there cannot be deleted: without it everybody could use the identity provider.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

const MOBILE: &str = "http://wso2.org/claims/mobile";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let claim = string_len("number_claim", 255).default(MOBILE).take();
        manager
            .alter_table(Table::alter().table("identity_provider").add_column(claim).to_owned())
            .await?;
        manager.create_table(identity_provider_role()).await?;
        manager
            .create_index(index("identity_provider_role", &["role_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("identity_provider_role").to_owned())
            .await?;
        let claim = Table::alter()
            .table("identity_provider")
            .drop_column("number_claim")
            .to_owned();
        manager.alter_table(claim).await
    }
}

fn identity_provider_role() -> TableCreateStatement {
    let table = "identity_provider_role";
    Table::create()
        .table(table)
        .col(big_integer("identity_provider_id"))
        .col(big_integer("role_id"))
        .primary_key(Index::create().col("identity_provider_id").col("role_id"))
        .foreign_key(&mut reference(
            table,
            "identity_provider_id",
            "identity_provider",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(table, "role_id", "role", ForeignKeyAction::Restrict))
        .to_owned()
}
