//! Sign-ins, the audit log, and the forms somebody is still working on.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(sign_in()).await?;
        manager.create_index(index("sign_in", &["at"])).await?;
        manager.create_table(audit()).await?;
        manager.create_index(index("audit", &["at"])).await?;
        manager.create_table(draft()).await?;
        manager.create_index(index("draft", &["expires_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["draft", "audit", "sign_in"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn sign_in() -> TableCreateStatement {
    Table::create()
        .table("sign_in")
        .col(big_pk_auto("id"))
        .col(timestamp_with_time_zone("at"))
        .col(string_len("flow_id", 32))
        .col(string_len("application", 100))
        .col(string_len("username", 100))
        .col(string_len("outcome", 32))
        .col(string_len("assertion_id", 64))
        .col(string_len("key_id", 64))
        .col(string_len("address", 64))
        .to_owned()
}

fn audit() -> TableCreateStatement {
    Table::create()
        .table("audit")
        .col(big_pk_auto("id"))
        .col(timestamp_with_time_zone("at"))
        .col(string_len("actor", 100))
        .col(string_len("action", 64))
        .col(string_len("target_kind", 32))
        .col(string_len("target", 255))
        .col(text("detail"))
        .col(string_len("address", 64))
        .to_owned()
}

/// What was typed and what was wrong with it, sealed: a form may hold keys and numbers.
fn draft() -> TableCreateStatement {
    Table::create()
        .table("draft")
        .col(string_len("id", 32).primary_key())
        .col(string_len("session_id", 64))
        .col(string_len("form", 64))
        .col(blob("content_sealed"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut reference(
            "draft",
            "session_id",
            "session",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
