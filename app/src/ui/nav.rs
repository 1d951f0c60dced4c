//! The console's map: its pages, the sections they belong to, their names and addresses.
//! Who may see what is decided by the caller; a page that is not in `may` is not shown.

/// A page the navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NavItem {
    IdentityProviderAdd,
    IdentityProviderList,
    Resident,
    ServiceProviderAdd,
    ServiceProviderList,
    Users,
    Roles,
    Claims,
    SmsDeliveries,
    SignIns,
    AuditLog,
}

impl NavItem {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 11] = [
        Self::IdentityProviderAdd,
        Self::IdentityProviderList,
        Self::Resident,
        Self::ServiceProviderAdd,
        Self::ServiceProviderList,
        Self::Users,
        Self::Roles,
        Self::Claims,
        Self::SmsDeliveries,
        Self::SignIns,
        Self::AuditLog,
    ];

    /// The page's name in its section's menu.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::IdentityProviderAdd | Self::ServiceProviderAdd => "Add",
            Self::IdentityProviderList | Self::ServiceProviderList => "List",
            Self::Resident => "Resident",
            Self::Users => "Users",
            Self::Roles => "Roles",
            Self::Claims => "Claims",
            Self::SmsDeliveries => "SMS Deliveries",
            Self::SignIns => "Sign-ins",
            Self::AuditLog => "Audit Log",
        }
    }

    /// The page's address.
    #[must_use]
    pub fn href(self) -> &'static str {
        match self {
            Self::IdentityProviderAdd => "/console/identity-providers/new",
            Self::IdentityProviderList => "/console/identity-providers",
            Self::Resident => "/console/identity-providers/resident",
            Self::ServiceProviderAdd => "/console/service-providers/new",
            Self::ServiceProviderList => "/console/service-providers",
            Self::Users => "/console/users",
            Self::Roles => "/console/roles",
            Self::Claims => "/console/claims",
            Self::SmsDeliveries => "/console/deliveries",
            Self::SignIns => "/console/sign-ins",
            Self::AuditLog => "/console/audit",
        }
    }
}

/// A section of the navigation. The first page of `lands_on` that one may see is where its link leads.
pub(super) struct Section {
    pub label: &'static str,
    pub items: &'static [NavItem],
    lands_on: &'static [NavItem],
}

impl Section {
    /// Where the section's link leads for somebody who may see `may`; `None` hides the section.
    pub fn landing(&self, may: &[NavItem]) -> Option<NavItem> {
        self.lands_on.iter().copied().find(|item| may.contains(item))
    }

    pub fn holds(&self, item: NavItem) -> bool {
        self.items.contains(&item)
    }
}

const fn single(label: &'static str, item: &'static [NavItem]) -> Section {
    Section {
        label,
        items: item,
        lands_on: item,
    }
}

/// The two groups of sections under their heads.
pub(super) const GROUPS: [(&str, &[Section]); 2] = [
    (
        "Identity",
        &[
            Section {
                label: "Identity Providers",
                items: &[
                    NavItem::IdentityProviderAdd,
                    NavItem::IdentityProviderList,
                    NavItem::Resident,
                ],
                lands_on: &[
                    NavItem::IdentityProviderList,
                    NavItem::Resident,
                    NavItem::IdentityProviderAdd,
                ],
            },
            Section {
                label: "Service Providers",
                items: &[NavItem::ServiceProviderAdd, NavItem::ServiceProviderList],
                lands_on: &[NavItem::ServiceProviderList, NavItem::ServiceProviderAdd],
            },
            single("Users and Roles", &[NavItem::Users, NavItem::Roles]),
            single("Claims", &[NavItem::Claims]),
        ],
    ),
    (
        "Watch",
        &[
            single("SMS Deliveries", &[NavItem::SmsDeliveries]),
            single("Sign-ins", &[NavItem::SignIns]),
            single("Audit Log", &[NavItem::AuditLog]),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::{GROUPS, NavItem};

    #[test]
    fn every_page_is_in_one_section_and_can_be_landed_on() {
        for item in NavItem::ALL {
            let homes = GROUPS
                .iter()
                .flat_map(|(_, sections)| sections.iter())
                .filter(|section| section.holds(item));
            let homes: Vec<_> = homes.collect();
            assert_eq!(homes.len(), 1, "{item:?}");
            assert_eq!(homes[0].landing(&[item]), Some(item), "{item:?}");
        }
    }
}
