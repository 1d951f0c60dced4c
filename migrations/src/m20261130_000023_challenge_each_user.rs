//! A step's challenge is one user's: where another user takes a sign-in over, the codes of the one before are none of theirs.

use sea_orm_migration::prelude::*;

use crate::columns::unique;

const TABLE: &str = "otp_challenge";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(unique(TABLE, &["flow_id", "step", "user_id"]))
            .await?;
        drop_index(manager, "ux_otp_challenge_flow_id_step").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(unique(TABLE, &["flow_id", "step"])).await?;
        drop_index(manager, "ux_otp_challenge_flow_id_step_user_id").await
    }
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table(TABLE).to_owned())
        .await
}
