//! Who is acting: a signed-in administrator, or the command line.

use chrono::{DateTime, Utc};
use domain::{Permission, PermissionSet};

use crate::{Error, Result};

/// The one in whose name something is done; every change is authorised against it and audited under its name.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `None` for the command line, which acts with every permission.
    pub user_id: Option<i64>,
    pub username: String,
    pub permissions: PermissionSet,
    /// The console session's row.
    pub session_id: String,
    /// When the own password was last given.
    pub password_at: DateTime<Utc>,
    /// Network address, for the audit log.
    pub address: String,
}

/// How long one's own password counts as just given.
pub const PASSWORD_FRESH_MINUTES: i64 = 5;

impl Actor {
    /// Whoever runs the binary on the machine itself.
    #[must_use]
    pub fn command_line(now: DateTime<Utc>) -> Self {
        Self {
            user_id: None,
            username: "command line".into(),
            permissions: PermissionSet::all(),
            session_id: String::new(),
            password_at: now,
            address: String::new(),
        }
    }

    /// # Errors
    /// `Denied`, naming the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.permissions.has(permission) {
            Ok(())
        } else {
            Err(Error::lacks(permission))
        }
    }

    /// For keys, secrets, roles, and others' passwords and numbers. The command line has no password to give: whoever runs it
    /// holds the store.
    ///
    /// # Errors
    /// `PasswordNeeded`, if the own password was given over five minutes ago.
    pub fn require_fresh_password(&self, now: DateTime<Utc>) -> Result<()> {
        let fresh = now - self.password_at <= chrono::Duration::minutes(PASSWORD_FRESH_MINUTES);
        if fresh || self.user_id.is_none() {
            Ok(())
        } else {
            Err(Error::PasswordNeeded)
        }
    }
}
