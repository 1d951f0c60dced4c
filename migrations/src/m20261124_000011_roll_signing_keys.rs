//! Signing keys of two kinds that are rolled, and what each service provider knows of them.
//!
//! A key that is there already is RSA: there was no other kind. One active and one next key of each kind is the table's
//! own rule, so that no two nodes can break it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            string_len("kind", 8).default("rsa").take(),
            timestamp_with_time_zone_null("state_since"),
        ] {
            manager
                .alter_table(Table::alter().table("signing_key").add_column(column).to_owned())
                .await?;
        }
        for state in ["active", "next"] {
            manager.create_index(one_of_a_kind(state)).await?;
        }
        manager.create_table(service_provider_key()).await?;
        manager
            .create_index(index("service_provider_key", &["key_id", "signed_at"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("service_provider_key").to_owned())
            .await?;
        for state in ["active", "next"] {
            let name = index_name(state);
            manager
                .drop_index(Index::drop().name(name).table("signing_key").to_owned())
                .await?;
        }
        for column in ["state_since", "kind"] {
            manager
                .alter_table(Table::alter().table("signing_key").drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn index_name(state: &str) -> String {
    format!("ux_signing_key_{state}")
}

/// A unique index over the rows in one state only.
fn one_of_a_kind(state: &str) -> IndexCreateStatement {
    Index::create()
        .name(index_name(state))
        .table("signing_key")
        .col("kind")
        .unique()
        .cond_where(Expr::col("state").eq(state))
        .to_owned()
}

fn service_provider_key() -> TableCreateStatement {
    Table::create()
        .table("service_provider_key")
        .col(big_integer("service_provider_id"))
        .col(string_len("key_id", 64))
        .col(timestamp_with_time_zone_null("fetched_at"))
        .col(timestamp_with_time_zone_null("told_at"))
        .col(timestamp_with_time_zone_null("signed_at"))
        .primary_key(Index::create().col("service_provider_id").col("key_id"))
        .foreign_key(&mut reference(
            "service_provider_key",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
