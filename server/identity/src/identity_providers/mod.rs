//! Identity providers and their SMSOTP authenticator: how codes are sent, and the policy they follow.
//!
//! Owns the checking, sealing and listing of what an administrator types. Refuses to let the settings out unsealed but
//! to whoever may edit them, and to delete what a service provider's sign-in needs.

mod bulk;
mod changes;
mod check;
mod configuration;
mod confirm;
mod contacts;
mod curl;
mod fallback;
mod list;
mod offers;
mod policy;
mod presets;
mod request;
mod secrets;
mod stored;
#[cfg(test)]
mod tests;
mod usage;
mod watch;
mod write;

use domain::input::identity_provider::IdentityProviderInput;
use domain::view::IdentityProviderView;
use domain::{Permission, Problems, phone};
use entity::{federated_authenticator, identity_provider};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::sms::Trusted;
use crate::{Actor, Error, Result, Services, counters};

pub use bulk::set_selected_enabled;
pub(crate) use check::for_test;
pub use configuration::{Offered, offered};
pub(crate) use configuration::{may_use, naming_role, number_claims, sending_to};
pub use contacts::{Contact, contacts};
pub use curl::fill_from_curl;
pub use fallback::fallback_choices;
pub(crate) use fallback::fallbacks;
pub use list::list;
pub use offers::{move_keys, secret_fields};
pub use policy::Policy;
pub use presets::{fill_from_preset, presets};
pub(crate) use request::settings as request_settings;
pub use secrets::{Secrets, hold};
pub(crate) use stored::reseal;
pub(crate) use watch::{Watched, watched};
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
    /// The claim that holds the number codes go to.
    pub number_claim: String,
    pub request: ::sms::Settings,
    /// The values of the request's secret slots.
    pub secrets: Secrets,
    pub policy: Policy,
    /// Whether messages end in the line that binds the code to this site.
    pub bind_to_site: bool,
    /// What its connections trust besides the system's certificate authorities.
    pub trusted: Trusted,
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
        number_claim: row.number_claim,
        request: stored.request,
        secrets: stored.secrets,
        policy: stored.policy.into(),
        bind_to_site: stored.bind_to_site,
        // Checked when it was saved.
        trusted: Trusted::parse(&stored.trusted_certificates).unwrap_or_default(),
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

/// What of *Trusted certificates* is used, a line each, for the page; `None` where there is nothing, or nothing readable.
#[must_use]
pub fn trusted_note(services: &Services, text: &str) -> Option<String> {
    let notes = Trusted::parse(text).ok()?.notes(services.clock.now());
    (!notes.is_empty()).then(|| notes.join(" "))
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
    let fallback = fallback::of(&services.db, id).await?;
    let roles = configuration::roles_of(&services.db, id).await?;
    Ok(IdentityProviderView {
        id,
        enabled: row.enabled,
        used_by: usage::of(&services.db, id).await?,
        sent_today,
        is_skipped: fallback.is_some() && crate::sms::is_skipped(&services.db, services.clock.now(), id).await?,
        last_test: crate::sms::last_test(&services.db, id).await?,
        input: input(services, actor, row, authenticator, fallback, roles)?,
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
    let fallback = fallback::of(&services.db, id).await?;
    let roles = configuration::roles_of(&services.db, id).await?;
    input(services, actor, row, authenticator, fallback, roles)
}

/// A form with the keys in it dotted, for what is shown beside the form itself.
#[must_use]
pub fn dotted(input: &IdentityProviderInput) -> IdentityProviderInput {
    // What does not read as a choice is no key, and stays as it was typed.
    let settings = ::sms::redact(&request::settings(input, &mut Problems::default()));
    IdentityProviderInput {
        sms_url: settings.url,
        http_headers: settings.headers,
        http_payload: settings.payload,
        ..input.clone()
    }
}

fn input(
    services: &Services,
    actor: &Actor,
    row: identity_provider::Model,
    authenticator: Option<federated_authenticator::Model>,
    fallback: Option<i64>,
    roles: Vec<String>,
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
    input.fallback = fallback.map_or_else(String::new, |id| id.to_string());
    input.name = row.name;
    input.display_name = row.display_name;
    input.description = row.description;
    input.number_claim = row.number_claim;
    input.roles = roles;
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
