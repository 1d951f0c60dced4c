//! Users: adding one, passwords, the profile, roles.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// *Add User*.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserInput {
    pub username: String,
    /// Never kept in a draft.
    #[serde(skip_serializing)]
    pub password: String,
    #[serde(skip_serializing)]
    pub confirm_password: String,
}

/// *Change Password*, of oneself or of another.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordInput {
    #[serde(skip_serializing)]
    pub new_password: String,
    #[serde(skip_serializing)]
    pub confirm_password: String,
}

/// The user's profile: claim by claim, under the last part of the claim's URI.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileInput {
    pub version: String,
    pub claims: BTreeMap<String, String>,
}

/// *Assign Roles*: the ids of the roles that are ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserRolesInput {
    pub version: String,
    pub roles: Vec<String>,
}

macro_rules! debug_without_values {
    ($($name:ident),+) => {$(
        /// Without values: passwords and numbers would end in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
debug_without_values!(UserInput, PasswordInput, ProfileInput);
