//! Sign-ins: one row for each that ended, however it ended.

use entity::sign_in;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait};

use crate::{Result, Services};

/// How a sign-in ended. `username` is empty where no such user exists: people type passwords into that field.
#[derive(Clone, Debug, Default)]
pub struct SignIn<'a> {
    pub flow_id: &'a str,
    pub application: &'a str,
    pub username: &'a str,
    /// `signed_in`, `wrong_password`, or a reason's name.
    pub outcome: &'a str,
    pub assertion_id: &'a str,
    pub key_id: &'a str,
    pub address: &'a str,
}

/// # Errors
/// `Internal` only.
pub async fn record(services: &Services, db: &impl ConnectionTrait, entry: SignIn<'_>) -> Result<()> {
    sign_in::ActiveModel {
        at: Set(services.clock.now()),
        flow_id: Set(entry.flow_id.to_owned()),
        application: Set(entry.application.to_owned()),
        username: Set(entry.username.to_owned()),
        outcome: Set(entry.outcome.to_owned()),
        assertion_id: Set(entry.assertion_id.to_owned()),
        key_id: Set(entry.key_id.to_owned()),
        address: Set(entry.address.chars().take(64).collect()),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}
