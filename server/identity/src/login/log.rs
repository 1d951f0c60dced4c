//! Sign-ins: one row for each that ended, however it ended, and one for what else an administrator has to see.

use entity::sign_in;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{Result, Services};

/// A backup code took the place of the code by SMS; how the sign-in ended is a row of its own.
pub const BACKUP_CODE: &str = "backup_code";

/// How a sign-in ended. `username` is empty where no such user exists: people type passwords into that field.
#[derive(Clone, Debug, Default)]
pub struct SignIn<'a> {
    pub flow_id: &'a str,
    pub application: &'a str,
    pub username: &'a str,
    /// `signed_in`, `wrong_password`, [`BACKUP_CODE`], or a reason's name.
    pub outcome: &'a str,
    pub assertion_id: &'a str,
    pub key_id: &'a str,
    pub address: &'a str,
    pub service_provider_id: Option<i64>,
    /// What was asked for, where no flow tells it: the request was answered as it came.
    pub request: Option<String>,
    /// Of the assertion: under it, what came of its logout is told.
    pub session_index: Option<String>,
}

impl SignIn<'_> {
    /// The address, as much of it as a row holds.
    pub fn address(&self) -> String {
        self.address.chars().take(64).collect()
    }
}

/// # Errors
/// `Internal` only.
pub async fn record(services: &Services, db: &impl ConnectionTrait, entry: SignIn<'_>) -> Result<()> {
    let row = sign_in::ActiveModel {
        at: Set(services.clock.now()),
        flow_id: Set(entry.flow_id.to_owned()),
        application: Set(entry.application.to_owned()),
        username: Set(entry.username.to_owned()),
        outcome: Set(entry.outcome.to_owned()),
        assertion_id: Set(entry.assertion_id.to_owned()),
        key_id: Set(entry.key_id.to_owned()),
        address: Set(entry.address()),
        service_provider_id: Set(entry.service_provider_id),
        request: Set(entry.request),
        session_index: Set(entry.session_index),
        ..Default::default()
    };
    sign_in::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
