//! A role: a name and the permissions ticked.

use serde::{Deserialize, Serialize};

/// *Add Role* and a role's own page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleInput {
    pub version: String,
    pub name: String,
    /// Names of permissions (`users.manage`).
    pub permissions: Vec<String>,
}
