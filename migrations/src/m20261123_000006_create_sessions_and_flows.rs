//! Sessions (the console's and the sign-in's), who takes part in them, and the sign-ins under way.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(session()).await?;
        manager.create_index(index("session", &["user_id"])).await?;
        manager.create_index(index("session", &["expires_at"])).await?;
        manager.create_table(session_participant()).await?;
        manager
            .create_index(unique("session_participant", &["session_id", "service_provider_id"]))
            .await?;
        manager
            .create_index(index("session_participant", &["session_index"]))
            .await?;
        manager.create_table(login_flow()).await?;
        manager.create_index(index("login_flow", &["expires_at"])).await?;
        manager.create_index(index("login_flow", &["user_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["login_flow", "session_participant", "session"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// `id` is the hash of what the cookie holds: a stolen database opens no session.
fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(string_len("id", 64).primary_key())
        .col(string_len("kind", 16))
        .col(big_integer("user_id"))
        .col(text("satisfied"))
        .col(timestamp_with_time_zone("authenticated_at"))
        .col(timestamp_with_time_zone("password_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(string_len("address", 64))
        .col(string_len("user_agent", 255))
        .foreign_key(&mut reference("session", "user_id", "users", ForeignKeyAction::Cascade))
        .to_owned()
}

fn session_participant() -> TableCreateStatement {
    Table::create()
        .table("session_participant")
        .col(big_pk_auto("id"))
        .col(string_len("session_id", 64))
        .col(big_integer("service_provider_id"))
        .col(string_len("name_id", 1024))
        .col(string_len("name_id_format", 255))
        .col(string_len("session_index", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference(
            "session_participant",
            "session_id",
            "session",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "session_participant",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// `stage` is JSON: what has been passed, what is asked now, what went wrong last. `version` guards every change.
fn login_flow() -> TableCreateStatement {
    Table::create()
        .table("login_flow")
        .col(string_len("id", 32).primary_key())
        .col(string_len("browser_hash", 64))
        .col(string_len("continuation_kind", 16))
        .col(string_len("continuation_id", 1024))
        .col(big_integer_null("service_provider_id"))
        .col(string_len("application", 100))
        .col(big_integer_null("user_id"))
        .col(text("stage"))
        .col(integer("version").default(1))
        .col(string_len_null("session_id", 64))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut reference(
            "login_flow",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "login_flow",
            "user_id",
            "users",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
