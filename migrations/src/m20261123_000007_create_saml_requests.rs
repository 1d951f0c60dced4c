//! SAML requests that wait for an answer or had one (the replay guard), refusals, and logouts under way.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(saml_request()).await?;
        manager
            .create_index(unique("saml_request", &["issuer", "request_id"]))
            .await?;
        manager.create_index(index("saml_request", &["expires_at"])).await?;
        manager.create_table(saml_refusal()).await?;
        manager.create_index(index("saml_refusal", &["at"])).await?;
        manager.create_table(logout()).await?;
        manager.create_index(index("logout", &["expires_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["logout", "saml_refusal", "saml_request"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn saml_request() -> TableCreateStatement {
    Table::create()
        .table("saml_request")
        .col(string_len("id", 32).primary_key())
        .col(big_integer("service_provider_id"))
        .col(string_len("issuer", 1024))
        .col(string_len("request_id", 256))
        .col(string_len("digest", 64))
        .col(text("request"))
        .col(string_len("acs_url", 2048))
        .col(text_null("relay_state"))
        .col(string_len_null("flow_id", 32))
        .col(timestamp_with_time_zone("received_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("answered_at"))
        .foreign_key(&mut reference(
            "saml_request",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// `case_number` is what the person saw; the rest is for the administrator.
fn saml_refusal() -> TableCreateStatement {
    Table::create()
        .table("saml_refusal")
        .col(string_len("case_number", 16).primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(string_len("issuer", 1024))
        .col(string_len("failed_check", 64))
        .col(text("detail"))
        .col(text("message"))
        .col(big_integer_null("service_provider_id"))
        .to_owned()
}

/// `state` is JSON: who asked, whom to tell, who has answered.
fn logout() -> TableCreateStatement {
    Table::create()
        .table("logout")
        .col(string_len("id", 32).primary_key())
        .col(string_len("browser_hash", 64))
        .col(text("state"))
        .col(integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .to_owned()
}
