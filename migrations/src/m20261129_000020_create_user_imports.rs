//! Users from a file: an import under way, and its rows until they are users. What rows hold is sealed.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(user_import()).await?;
        manager.create_index(index("user_import", &["user_id"])).await?;
        manager.create_index(index("user_import", &["expires_at"])).await?;
        manager.create_table(user_import_row()).await?;
        manager
            .create_index(index("user_import_row", &["import_id", "standing", "line"]))
            .await?;
        // Counted on every page: without this each count would read what all rows hold.
        manager
            .create_index(index("user_import_row", &["import_id", "standing", "problems"]))
            .await?;
        manager
            .create_index(index("user_import_row", &["import_id", "username_blind", "line"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["user_import_row", "user_import"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn user_import() -> TableCreateStatement {
    Table::create()
        .table("user_import")
        .col(string_len("id", 32).primary_key())
        .col(big_integer("user_id"))
        .col(string_len("address", 64))
        .col(string_len("status", 16))
        .col(blob("about_sealed"))
        .col(big_integer("total"))
        .col(big_integer("to_add"))
        .col(big_integer("added"))
        .col(string_len("lease_by", 32))
        .col(timestamp_with_time_zone("lease_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut reference(
            "user_import",
            "user_id",
            "users",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// `username_blind` is a keyed hash: rows of one name are found without opening any.
fn user_import_row() -> TableCreateStatement {
    Table::create()
        .table("user_import_row")
        .col(string_len("import_id", 32))
        .col(big_integer("line"))
        .col(integer("standing"))
        .col(integer("problems"))
        .col(string_len("username_blind", 32))
        .col(blob("cells_sealed"))
        .primary_key(Index::create().col("import_id").col("line"))
        .foreign_key(&mut reference(
            "user_import_row",
            "import_id",
            "user_import",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
