//! What lists are searched and sorted by. Names that are searched are kept by bytes on PostgreSQL, as SQLite does: then
//! *begins with* is a range of the index, whatever the database's own language is, and both stores sort alike. The tables
//! are not written anew for it, but their indexes over these columns are.

use sea_orm_migration::prelude::*;

use crate::columns::is_postgres;

/// Table, column, length.
const BY_BYTES: [(&str, &str, u32); 9] = [
    ("users", "username_lower", 100),
    ("user_claim", "value_lower", 1024),
    ("role", "name_lower", 100),
    ("identity_provider", "name_lower", 100),
    ("service_provider", "name_lower", 100),
    ("saml_service_provider", "issuer", 1024),
    ("sign_in", "username", 100),
    ("audit", "actor", 100),
    ("counter", "name", 200),
];

/// Name, and what it is over. The id is the second half of what is sorted: rows may be alike in the first.
const INDEXES: [(&str, &str); 11] = [
    ("ix_list_users_created", "users (created_at, id)"),
    ("ix_list_users_locked", "users (locked, id)"),
    ("ix_list_service_provider_created", "service_provider (created_at, id)"),
    (
        "ix_list_identity_provider_created",
        "identity_provider (created_at, id)",
    ),
    (
        "ix_list_issuer",
        "saml_service_provider (lower(issuer), service_provider_id)",
    ),
    ("ix_list_sign_in_name", "sign_in (lower(username), id)"),
    ("ix_list_sign_in_outcome", "sign_in (outcome, id)"),
    ("ix_list_sign_in_outcome_name", "sign_in (outcome, lower(username), id)"),
    ("ix_list_audit_actor", "audit (lower(actor), id)"),
    ("ix_list_audit_kind", "audit (target_kind, id)"),
    ("ix_list_audit_kind_actor", "audit (target_kind, lower(actor), id)"),
];

const NAMES: &str = "ix_list_users_name";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        collate(manager, "\"C\"").await?;
        if is_postgres(manager) {
            manager.create_index(names()).await?;
        }
        for (name, over) in INDEXES {
            let statement = format!("CREATE INDEX {name} ON {over}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let statement = format!("DROP INDEX {name}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        if is_postgres(manager) {
            manager
                .drop_index(Index::drop().name(NAMES).table("users").to_owned())
                .await?;
        }
        collate(manager, "\"default\"").await
    }
}

/// Users are found by their names as ids. SQLite's index over the names alone gives those, PostgreSQL's does not.
fn names() -> IndexCreateStatement {
    Index::create()
        .name(NAMES)
        .table("users")
        .col("username_lower")
        .col("id")
        .to_owned()
}

async fn collate(manager: &SchemaManager<'_>, collation: &str) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    for (table, column, length) in BY_BYTES {
        let statement = format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}) COLLATE {collation}");
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}
