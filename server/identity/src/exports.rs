//! Lists as files: who may have one, and that it was taken. What is in it is what the list shows, part after part.

use domain::Permission;

use crate::audit::{self, Entry};
use crate::sessions::{self, Kind};
use crate::{Actor, Error, Result, Services, roles};

/// A list that can be taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    IdentityProviders,
    ServiceProviders,
    Users,
    Roles,
    Claims,
    SmsDeliveries,
    SignIns,
    AuditLog,
}

impl List {
    /// What audit rows call it.
    fn kind(self) -> &'static str {
        match self {
            Self::IdentityProviders => "identity_providers",
            Self::ServiceProviders => "service_providers",
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Claims => "claims",
            Self::SmsDeliveries => "sms_deliveries",
            Self::SignIns => "sign_ins",
            Self::AuditLog => "audit_log",
        }
    }

    fn needs(self) -> Permission {
        match self {
            Self::IdentityProviders => Permission::ViewIdentityProviders,
            Self::ServiceProviders => Permission::ViewServiceProviders,
            Self::Users => Permission::ViewUsers,
            Self::Roles => Permission::ViewRoles,
            Self::Claims => Permission::ViewSettings,
            Self::SmsDeliveries | Self::SignIns | Self::AuditLog => Permission::ViewLog,
        }
    }
}

/// Notes that somebody takes a list along, before they get any of it. Filters may be names and numbers of people: that
/// there were some is noted, not which.
///
/// # Errors
/// `Denied` without the list's own permission.
pub async fn begin(services: &Services, actor: &Actor, list: List, filtered: bool) -> Result<()> {
    actor.require(list.needs())?;
    let part = if filtered {
        "a part of the list, found by a search"
    } else {
        "the whole list"
    };
    let entry = Entry {
        action: "export",
        target_kind: list.kind(),
        target: "CSV",
        detail: part.to_owned(),
    };
    audit::record(&services.db, &*services.clock, actor, entry).await
}

/// Asked before each part of a file: a reader may be slow, and what one may do can end meanwhile.
///
/// # Errors
/// `Denied` once the session has ended, its user is locked, or the permission is gone.
pub async fn go_on(services: &Services, actor: &Actor, list: List) -> Result<()> {
    let live = sessions::find_by_id(services, Kind::Console, &actor.session_id).await?;
    let live = live.ok_or_else(|| Error::Denied("The session has ended.".to_owned()))?;
    let permissions = roles::permissions_of(&services.db, live.user.id).await?;
    Actor {
        permissions,
        ..actor.clone()
    }
    .require(list.needs())
}
