//! What SMS Deliveries shows and filters by: which sign-in and service provider a message was for, when each phase of
//! its last try ended, how many segments it has. No index for *used*: about half of all rows are, so any page is near.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::index;

/// Each is read the newest first, so the row's id is the second half.
const FILTERS: [&str; 5] = [
    "identity_provider_id",
    "service_provider_id",
    "user_id",
    "outcome",
    "country",
];
const BY_FLOW: [&str; 2] = ["sms_delivery", "sign_in"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column a statement.
        for column in columns() {
            let table = Table::alter().table("sms_delivery").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        for column in FILTERS {
            manager.create_index(index("sms_delivery", &[column, "id"])).await?;
        }
        for table in BY_FLOW {
            manager.create_index(index(table, &["flow_id"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let filters = FILTERS.map(|column| ("sms_delivery", format!("ix_sms_delivery_{column}_id")));
        let by_flow = BY_FLOW.map(|table| (table, format!("ix_{table}_flow_id")));
        for (table, name) in filters.into_iter().chain(by_flow) {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        for column in columns() {
            let name = column.get_column_name().clone();
            let table = Table::alter().table("sms_delivery").drop_column(name).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

fn columns() -> [ColumnDef; 7] {
    [
        big_integer_null("service_provider_id"),
        string_len_null("flow_id", 32),
        integer_null("name_ms"),
        integer_null("connected_ms"),
        integer_null("first_byte_ms"),
        integer_null("done_ms"),
        integer_null("segments"),
    ]
}
