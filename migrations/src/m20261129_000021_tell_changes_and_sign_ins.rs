//! What the logs tell of a change and of a sign-in, and what Home counts by: before and after in the audit log, the
//! request and the events of a sign-in, when certificates end, where numbers are from, who has none.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::index;

/// Partial indexes, which both databases write alike. The URI stands in them as it does in what is asked.
const PARTIAL: [(&str, &str); 3] = [
    (
        "ix_user_claim_number_region",
        "ON user_claim (number_region, user_id) WHERE number_region IS NOT NULL",
    ),
    (
        "ix_user_claim_number_kind",
        "ON user_claim (number_kind, user_id) WHERE number_kind IS NOT NULL",
    ),
    (
        "ix_user_claim_number_unseen",
        "ON user_claim (user_id) WHERE claim_uri = 'http://wso2.org/claims/mobile' AND number_region IS NULL",
    ),
];

/// Whether a user has a mobile number is kept by the store itself: numbers are written in many places, a file of a million
/// users among them, and looking for those without one would read all of them.
const SQLITE_TRIGGERS: [&str; 2] = [
    "CREATE TRIGGER tr_user_claim_mobile_added AFTER INSERT ON user_claim \
     WHEN NEW.claim_uri = 'http://wso2.org/claims/mobile' \
     BEGIN UPDATE users SET has_mobile = TRUE WHERE id = NEW.user_id; END",
    "CREATE TRIGGER tr_user_claim_mobile_removed AFTER DELETE ON user_claim \
     WHEN OLD.claim_uri = 'http://wso2.org/claims/mobile' \
     BEGIN UPDATE users SET has_mobile = FALSE WHERE id = OLD.user_id; END",
];
const POSTGRES_TRIGGERS: [&str; 4] = [
    "CREATE FUNCTION user_claim_mobile_added() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN UPDATE users SET has_mobile = TRUE WHERE id = NEW.user_id; RETURN NULL; END'",
    "CREATE FUNCTION user_claim_mobile_removed() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN UPDATE users SET has_mobile = FALSE WHERE id = OLD.user_id; RETURN NULL; END'",
    "CREATE TRIGGER tr_user_claim_mobile_added AFTER INSERT ON user_claim FOR EACH ROW \
     WHEN (NEW.claim_uri = 'http://wso2.org/claims/mobile') EXECUTE FUNCTION user_claim_mobile_added()",
    "CREATE TRIGGER tr_user_claim_mobile_removed AFTER DELETE ON user_claim FOR EACH ROW \
     WHEN (OLD.claim_uri = 'http://wso2.org/claims/mobile') EXECUTE FUNCTION user_claim_mobile_removed()",
];
const HAVE_ONE_NOW: &str = "UPDATE users SET has_mobile = TRUE WHERE id IN \
    (SELECT user_id FROM user_claim WHERE claim_uri = 'http://wso2.org/claims/mobile')";
const SQLITE_DROPS: [&str; 2] = [
    "DROP TRIGGER tr_user_claim_mobile_added",
    "DROP TRIGGER tr_user_claim_mobile_removed",
];
const POSTGRES_DROPS: [&str; 4] = [
    "DROP TRIGGER tr_user_claim_mobile_added ON user_claim",
    "DROP TRIGGER tr_user_claim_mobile_removed ON user_claim",
    "DROP FUNCTION user_claim_mobile_added()",
    "DROP FUNCTION user_claim_mobile_removed()",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            let table = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        manager.create_table(sign_in_event()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for (name, on) in PARTIAL {
            let sql = format!("CREATE INDEX {name} {on}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        run(manager, &[HAVE_ONE_NOW]).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &SQLITE_TRIGGERS).await,
            _ => run(manager, &POSTGRES_TRIGGERS).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &SQLITE_DROPS).await?,
            _ => run(manager, &POSTGRES_DROPS).await?,
        }
        for (name, _) in PARTIAL {
            let sql = format!("DROP INDEX {name}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        for (table, name) in [
            ("audit", "ix_audit_action_id"),
            ("users", "ix_users_locked_username_lower"),
            ("users", "ix_users_has_mobile_username_lower"),
            ("saml_service_provider", "ix_saml_service_provider_certificate_ends_at"),
            ("sign_in", "ix_sign_in_service_provider_id_id"),
        ] {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        manager
            .drop_table(Table::drop().table("sign_in_event").to_owned())
            .await?;
        for (table, column) in columns().into_iter().rev() {
            let name = column.get_column_name().clone();
            let table = Table::alter().table(table).drop_column(name).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

fn columns() -> [(&'static str, ColumnDef); 7] {
    [
        ("audit", text_null("changes")),
        ("sign_in", text_null("request")),
        ("sign_in", big_integer_null("service_provider_id")),
        ("sign_in", string_len_null("session_index", 64)),
        (
            "saml_service_provider",
            timestamp_with_time_zone_null("certificate_ends_at"),
        ),
        ("user_claim", string_len_null("number_region", 2)),
        ("users", boolean("has_mobile").default(false).take()),
    ]
}

fn indexes() -> [IndexCreateStatement; 7] {
    [
        index("audit", &["action", "id"]),
        index("sign_in", &["service_provider_id", "id"]),
        index("sign_in_event", &["flow_id"]),
        index("sign_in_event", &["at"]),
        index("saml_service_provider", &["certificate_ends_at"]),
        index("users", &["locked", "username_lower"]),
        index("users", &["has_mobile", "username_lower"]),
    ]
}

/// No foreign key: the events stay as long as the logs, the flow a day. What comes after a sign-in is kept under the
/// SessionIndex of its assertion in the flow's place.
fn sign_in_event() -> TableCreateStatement {
    Table::create()
        .table("sign_in_event")
        .col(big_pk_auto("id"))
        .col(string_len("flow_id", 64))
        .col(timestamp_with_time_zone("at"))
        .col(string_len("kind", 32))
        .col(text("detail"))
        .col(string_len("address", 64))
        .to_owned()
}
