//! Identity providers and their SMSOTP authenticator: how codes are sent, and the policy they follow.
//!
//! Owns the checking, sealing and listing of what an administrator types. Refuses to let the settings out unsealed but
//! to whoever may edit them, and to delete what a service provider's sign-in needs.

mod changes;
mod check;
mod list;
mod policy;
mod request;
mod stored;
mod usage;
mod write;

use domain::input::identity_provider::IdentityProviderInput;
use domain::view::IdentityProviderView;
use domain::{Permission, phone};
use entity::{federated_authenticator, identity_provider};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Actor, Error, Result, Services, counters};

pub(crate) use check::checked;
pub use list::list;
pub use policy::Policy;
pub use write::{create, delete, set_enabled, update};

/// The kind of the one federated authenticator there is.
pub const SMSOTP: &str = "SMSOTP";

/// An identity provider's SMSOTP authenticator, ready to send codes with.
#[derive(Clone, Debug)]
pub struct SmsOtp {
    pub identity_provider_id: i64,
    pub name: String,
    /// Whether both the identity provider and its authenticator are enabled.
    pub enabled: bool,
    pub request: ::sms::Settings,
    pub policy: Policy,
    /// Whether messages end in the line that binds the code to this site.
    pub bind_to_site: bool,
}

/// The SMSOTP authenticator of an identity provider; `None` where there is no such identity provider or it is not set up.
///
/// # Errors
/// `Internal` only.
pub async fn sms_otp(services: &Services, db: &impl ConnectionTrait, identity_provider_id: i64) -> Result<Option<SmsOtp>> {
    let Some(row) = identity_provider::Entity::find_by_id(identity_provider_id).one(db).await? else { return Ok(None) };
    let Some(authenticator) = authenticator(db, row.id).await? else { return Ok(None) };
    let stored = stored::open(services, &authenticator)?;
    if stored.request.url.is_empty() {
        return Ok(None);
    }
    Ok(Some(SmsOtp {
        identity_provider_id: row.id,
        name: row.name,
        enabled: row.enabled && authenticator.enabled,
        request: stored.request,
        policy: stored.policy.into(),
        bind_to_site: stored.bind_to_site,
    }))
}

/// The options of *Federated Authenticators*: id and name of every enabled identity provider with SMSOTP enabled.
///
/// # Errors
/// `Internal` only.
pub async fn choices(db: &impl ConnectionTrait) -> Result<Vec<(i64, String)>> {
    let rows = identity_provider::Entity::find()
        .find_also_related(federated_authenticator::Entity)
        .filter(identity_provider::Column::Enabled.eq(true))
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP))
        .filter(federated_authenticator::Column::Enabled.eq(true))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(row, _)| (row.id, row.name)).collect())
}
