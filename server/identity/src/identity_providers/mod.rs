//! Identity providers and their SMSOTP authenticator: how codes are sent, and the policy they follow.
//!
//! Owns the checking, sealing and listing of what an administrator types. Refuses to let the settings out unsealed but
//! to whoever may edit them, and to delete what a service provider's sign-in needs.

mod changes;
mod check;
mod curl;
mod list;
mod policy;
mod request;
mod stored;
#[cfg(test)]
mod tests;
mod usage;
mod write;

use domain::input::identity_provider::IdentityProviderInput;
use domain::view::IdentityProviderView;
use domain::{Permission, phone};
use entity::{federated_authenticator, identity_provider};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::{Actor, Error, Result, Services, counters};

pub(crate) use check::for_test;
pub use curl::fill_from_curl;
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
pub async fn sms_otp(
    services: &Services,
    db: &impl ConnectionTrait,
    identity_provider_id: i64,
) -> Result<Option<SmsOtp>> {
    let Some(row) = identity_provider::Entity::find_by_id(identity_provider_id)
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let Some(authenticator) = authenticator(db, row.id).await? else {
        return Ok(None);
    };
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
    let with_sms = federated_authenticator::Entity::find()
        .select_only()
        .column(federated_authenticator::Column::IdentityProviderId)
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP))
        .filter(federated_authenticator::Column::Enabled.eq(true))
        .into_query();
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Enabled.eq(true))
        .filter(identity_provider::Column::Id.in_subquery(with_sms))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// What the page of one identity provider shows. Whoever may not manage it sees keys and the test number dotted.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, id: i64) -> Result<IdentityProviderView> {
    actor.require(Permission::ViewIdentityProviders)?;
    let row = identity_provider::Entity::find_by_id(id)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    let authenticator = authenticator(&services.db, id).await?;
    let (sent_today, _) = counters::used(&services.db, services.clock.now(), &crate::sms::budget(id)).await?;
    Ok(IdentityProviderView {
        id,
        enabled: row.enabled,
        used_by: usage::of(&services.db, id).await?,
        sent_today,
        last_test: crate::sms::last_test(&services.db, id).await?,
        input: input(services, actor, row, authenticator)?,
    })
}

/// The form of one identity provider as it is stored.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn input_of(services: &Services, actor: &Actor, id: i64) -> Result<IdentityProviderInput> {
    actor.require(Permission::ViewIdentityProviders)?;
    let row = identity_provider::Entity::find_by_id(id)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    let authenticator = authenticator(&services.db, id).await?;
    input(services, actor, row, authenticator)
}

fn input(
    services: &Services,
    actor: &Actor,
    row: identity_provider::Model,
    authenticator: Option<federated_authenticator::Model>,
) -> Result<IdentityProviderInput> {
    let mut stored = authenticator
        .as_ref()
        .map(|row| stored::open(services, row))
        .transpose()?
        .unwrap_or_default();
    if !actor.permissions.has(Permission::ManageIdentityProviders) {
        stored.request = ::sms::redact(&stored.request);
        stored.test_number = phone::mask(&stored.test_number);
    }
    let mut input = stored.into_input();
    input.version = row.version.to_string();
    input.name = row.name;
    input.display_name = row.display_name;
    input.description = row.description;
    input.sms_enabled = authenticator.as_ref().is_some_and(|row| row.enabled).into();
    input.sms_default = authenticator.as_ref().is_some_and(|row| row.is_default).into();
    Ok(input)
}

async fn authenticator(db: &impl ConnectionTrait, id: i64) -> Result<Option<federated_authenticator::Model>> {
    let found = federated_authenticator::Entity::find()
        .filter(federated_authenticator::Column::IdentityProviderId.eq(id))
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP));
    Ok(found.one(db).await?)
}
