//! One-time codes, the attempts to deliver them, and every counter that limits anything.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(otp_challenge()).await?;
        manager
            .create_index(unique("otp_challenge", &["flow_id", "step"]))
            .await?;
        manager.create_table(otp_code()).await?;
        manager.create_index(index("otp_code", &["challenge_id"])).await?;
        manager.create_table(sms_delivery()).await?;
        manager.create_index(index("sms_delivery", &["at"])).await?;
        manager.create_table(counter()).await?;
        manager.create_index(index("counter", &["expires_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["counter", "sms_delivery", "otp_code", "otp_challenge"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The attempt: resending adds codes to it, never attempts.
fn otp_challenge() -> TableCreateStatement {
    Table::create()
        .table("otp_challenge")
        .col(string_len("id", 32).primary_key())
        .col(string_len("flow_id", 32))
        .col(integer("step"))
        .col(big_integer("user_id"))
        .col(big_integer("identity_provider_id"))
        .col(string_len("masked_number", 40))
        .col(integer("wrong_codes").default(0))
        .col(integer("wrong_codes_allowed"))
        .col(integer("sends").default(0))
        .col(timestamp_with_time_zone("next_send_at"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference(
            "otp_challenge",
            "flow_id",
            "login_flow",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "otp_challenge",
            "user_id",
            "users",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// A code as a keyed hash: the database alone opens nothing.
fn otp_code() -> TableCreateStatement {
    Table::create()
        .table("otp_code")
        .col(big_pk_auto("id"))
        .col(string_len("challenge_id", 32))
        .col(binary_len("code_hash", 32))
        .col(big_integer_null("delivery_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("consumed_at"))
        .foreign_key(&mut reference(
            "otp_code",
            "challenge_id",
            "otp_challenge",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// A row per attempt to send; names are kept as they were, no code, no number, no text.
fn sms_delivery() -> TableCreateStatement {
    Table::create()
        .table("sms_delivery")
        .col(big_pk_auto("id"))
        .col(timestamp_with_time_zone("at"))
        .col(big_integer("identity_provider_id"))
        .col(string_len("identity_provider", 100))
        .col(string_len("application", 100))
        .col(big_integer_null("user_id"))
        .col(string_len("masked_number", 40))
        .col(string_len("country", 2))
        .col(string_len("purpose", 16))
        .col(string_len("outcome", 24))
        .col(string_len("phase", 24))
        .col(integer_null("status"))
        .col(string_len("rule", 500))
        .col(integer("attempts").default(0))
        .col(integer_null("duration_ms"))
        .col(timestamp_with_time_zone("deadline_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .to_owned()
}

/// A limit in a window: `name` says what of whom, `count` is raised in one statement with the check.
fn counter() -> TableCreateStatement {
    Table::create()
        .table("counter")
        .col(string_len("name", 200).primary_key())
        .col(big_integer("count"))
        .col(timestamp_with_time_zone("blocked_until"))
        .col(timestamp_with_time_zone("expires_at"))
        .to_owned()
}
