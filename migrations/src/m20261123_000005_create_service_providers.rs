//! Service providers: claims, roles, SAML, and the steps their users go through.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(service_provider()).await?;
        manager.create_table(service_provider_claim()).await?;
        manager
            .create_index(index("service_provider_claim", &["service_provider_id", "position"]))
            .await?;
        manager.create_table(service_provider_role()).await?;
        manager
            .create_index(index("service_provider_role", &["service_provider_id", "position"]))
            .await?;
        manager.create_table(saml_service_provider()).await?;
        manager.create_table(authentication_step()).await?;
        manager
            .create_index(unique("authentication_step", &["service_provider_id", "position"]))
            .await?;
        manager.create_table(authentication_step_option()).await?;
        manager
            .create_index(index("authentication_step_option", &["step_id", "position"]))
            .await?;
        manager
            .create_index(index("authentication_step_option", &["identity_provider_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "authentication_step_option",
            "authentication_step",
            "saml_service_provider",
            "service_provider_role",
            "service_provider_claim",
            "service_provider",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn service_provider() -> TableCreateStatement {
    Table::create()
        .table("service_provider")
        .col(big_pk_auto("id"))
        .col(string_len("name", 100))
        .col(string_len("name_lower", 100).unique_key())
        .col(string_len("description", 500))
        .col(string_len("claim_dialect", 16))
        .col(string_len("subject_claim", 255))
        .col(string_len("authentication_type", 16))
        .col(string_len("local_authenticator", 32))
        .col(big_integer_null("federated_identity_provider_id"))
        .col(integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "service_provider",
            "federated_identity_provider_id",
            "identity_provider",
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

fn service_provider_claim() -> TableCreateStatement {
    Table::create()
        .table("service_provider_claim")
        .col(big_pk_auto("id"))
        .col(big_integer("service_provider_id"))
        .col(integer("position"))
        .col(string_len("local_claim", 255))
        .col(string_len("remote_claim", 255))
        .col(boolean("mandatory").default(false))
        .foreign_key(&mut reference(
            "service_provider_claim",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn service_provider_role() -> TableCreateStatement {
    Table::create()
        .table("service_provider_role")
        .col(big_pk_auto("id"))
        .col(big_integer("service_provider_id"))
        .col(integer("position"))
        .col(string_len("local_role", 100))
        .col(string_len("remote_role", 100))
        .foreign_key(&mut reference(
            "service_provider_role",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn saml_service_provider() -> TableCreateStatement {
    Table::create()
        .table("saml_service_provider")
        .col(big_integer("service_provider_id").primary_key())
        .col(string_len("issuer", 1024).unique_key())
        .col(text("settings"))
        .col(integer("version").default(1))
        .foreign_key(&mut reference(
            "saml_service_provider",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn authentication_step() -> TableCreateStatement {
    Table::create()
        .table("authentication_step")
        .col(big_pk_auto("id"))
        .col(big_integer("service_provider_id"))
        .col(integer("position"))
        .col(boolean("gives_subject").default(false))
        .col(boolean("gives_attributes").default(false))
        .foreign_key(&mut reference(
            "authentication_step",
            "service_provider_id",
            "service_provider",
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn authentication_step_option() -> TableCreateStatement {
    Table::create()
        .table("authentication_step_option")
        .col(big_pk_auto("id"))
        .col(big_integer("step_id"))
        .col(integer("position"))
        .col(string_len("authenticator", 32))
        .col(big_integer_null("identity_provider_id"))
        .foreign_key(&mut reference(
            "authentication_step_option",
            "step_id",
            "authentication_step",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "authentication_step_option",
            "identity_provider_id",
            "identity_provider",
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}
