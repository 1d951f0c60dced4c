//! What somebody may do. The server enforces these; pages only hide what would be refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One permission. `Manage…` includes the `View…` of the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Permission {
    ViewIdentityProviders,
    ManageIdentityProviders,
    ViewServiceProviders,
    ManageServiceProviders,
    ViewUsers,
    ManageUsers,
    ViewRoles,
    ManageRoles,
    /// Claims, resident identity provider and keys.
    ViewSettings,
    ManageSettings,
    /// SMS deliveries, sign-ins and the audit log.
    ViewLog,
}

impl Permission {
    /// Every permission, in the order pages list them.
    pub const ALL: [Self; 11] = [
        Self::ViewIdentityProviders,
        Self::ManageIdentityProviders,
        Self::ViewServiceProviders,
        Self::ManageServiceProviders,
        Self::ViewUsers,
        Self::ManageUsers,
        Self::ViewRoles,
        Self::ManageRoles,
        Self::ViewSettings,
        Self::ManageSettings,
        Self::ViewLog,
    ];

    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ViewIdentityProviders => "identity_providers.view",
            Self::ManageIdentityProviders => "identity_providers.manage",
            Self::ViewServiceProviders => "service_providers.view",
            Self::ManageServiceProviders => "service_providers.manage",
            Self::ViewUsers => "users.view",
            Self::ManageUsers => "users.manage",
            Self::ViewRoles => "roles.view",
            Self::ManageRoles => "roles.manage",
            Self::ViewSettings => "settings.view",
            Self::ManageSettings => "settings.manage",
            Self::ViewLog => "log.view",
        }
    }

    /// The name it is shown under.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ViewIdentityProviders => "View identity providers",
            Self::ManageIdentityProviders => "Manage identity providers",
            Self::ViewServiceProviders => "View service providers",
            Self::ManageServiceProviders => "Manage service providers",
            Self::ViewUsers => "View users",
            Self::ManageUsers => "Manage users",
            Self::ViewRoles => "View roles",
            Self::ManageRoles => "Manage roles",
            Self::ViewSettings => "View settings",
            Self::ManageSettings => "Manage settings",
            Self::ViewLog => "View log",
        }
    }

    /// What holding it includes besides itself.
    fn includes(self) -> Option<Self> {
        match self {
            Self::ManageIdentityProviders => Some(Self::ViewIdentityProviders),
            Self::ManageServiceProviders => Some(Self::ViewServiceProviders),
            Self::ManageUsers => Some(Self::ViewUsers),
            Self::ManageRoles => Some(Self::ViewRoles),
            Self::ManageSettings => Some(Self::ViewSettings),
            _ => None,
        }
    }

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A stored permission name that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("there is no permission {0:?}")]
pub struct UnknownPermission(String);

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == name)
            .ok_or_else(|| UnknownPermission(name.to_owned()))
    }
}

/// What a user holds through all roles together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionSet(u16);

impl PermissionSet {
    /// Every permission there is: what the role `admin` holds.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether everything in `other` is held here too. Nobody grants or touches what they do not hold.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .into_iter()
            .filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::default(), |set, permission| {
            Self(set.0 | permission.bit() | permission.includes().map_or(0, Permission::bit))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse::<Permission>().unwrap(), permission);
        }
        assert!("users.delete".parse::<Permission>().is_err());
    }

    #[test]
    fn manage_includes_view_and_nothing_else() {
        let set: PermissionSet = [Permission::ManageUsers].into_iter().collect();
        assert!(set.has(Permission::ViewUsers));
        assert!(!set.has(Permission::ViewRoles));
        assert!(PermissionSet::all().includes(set));
        assert!(!set.includes(PermissionSet::all()));
    }
}
