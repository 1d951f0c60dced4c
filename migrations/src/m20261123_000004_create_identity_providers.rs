//! Identity providers and their federated authenticators.

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
                    .table("identity_provider")
                    .col(big_pk_auto("id"))
                    .col(string_len("name", 100))
                    .col(string_len("name_lower", 100).unique_key())
                    .col(string_len("display_name", 100))
                    .col(string_len("description", 500))
                    .col(boolean("enabled").default(true))
                    .col(integer("version").default(1))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("federated_authenticator")
                    .col(big_pk_auto("id"))
                    .col(big_integer("identity_provider_id"))
                    .col(string_len("kind", 32))
                    .col(boolean("enabled").default(false))
                    .col(boolean("is_default").default(false))
                    .col(blob("settings_sealed"))
                    .foreign_key(&mut reference(
                        "federated_authenticator",
                        "identity_provider_id",
                        "identity_provider",
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique("federated_authenticator", &["identity_provider_id", "kind"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("federated_authenticator").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("identity_provider").to_owned())
            .await
    }
}
