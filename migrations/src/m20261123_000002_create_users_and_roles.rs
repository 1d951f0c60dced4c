//! Users, roles, and who holds which.

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
                    .table("users")
                    .col(big_pk_auto("id"))
                    .col(string_len("username", 100))
                    .col(string_len("username_lower", 100).unique_key())
                    .col(string_len("password_hash", 255))
                    .col(boolean("locked").default(false))
                    .col(integer("version").default(1))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("role")
                    .col(big_pk_auto("id"))
                    .col(string_len("name", 100))
                    .col(string_len("name_lower", 100).unique_key())
                    .col(boolean("built_in").default(false))
                    .col(integer("version").default(1))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("role_permission")
                    .col(big_integer("role_id"))
                    .col(string_len("permission", 64))
                    .primary_key(Index::create().col("role_id").col("permission"))
                    .foreign_key(&mut reference(
                        "role_permission",
                        "role_id",
                        "role",
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("user_role")
                    .col(big_integer("user_id"))
                    .col(big_integer("role_id"))
                    .primary_key(Index::create().col("user_id").col("role_id"))
                    .foreign_key(&mut reference(
                        "user_role",
                        "user_id",
                        "users",
                        ForeignKeyAction::Cascade,
                    ))
                    .foreign_key(&mut reference(
                        "user_role",
                        "role_id",
                        "role",
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("user_role", &["role_id", "user_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["user_role", "role_permission", "role", "users"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
