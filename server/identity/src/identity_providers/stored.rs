//! The SMSOTP settings as they are sealed: one typed value per authenticator, bound to its identity provider.

use domain::input::identity_provider::IdentityProviderInput;
use entity::federated_authenticator;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};
use serde::{Deserialize, Serialize};

use super::policy::StoredPolicy;
use super::request;
use super::secrets::Secrets;
use crate::vault::{Place, Vault};
use crate::{Result, Services};

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stored {
    pub request: ::sms::Settings,
    pub bind_to_site: bool,
    /// As it was typed; empty if there is none.
    pub test_number: String,
    /// PEM, as it was typed.
    pub trusted_certificates: String,
    pub policy: StoredPolicy,
    /// The values of the request's secret slots.
    pub secrets: Secrets,
    /// The preset that names them.
    pub filled_from: String,
}

impl Stored {
    /// The form's fields; name, description and version are the row's.
    pub fn into_input(self) -> IdentityProviderInput {
        let policy = self.policy;
        let mut input = IdentityProviderInput {
            bind_to_site: self.bind_to_site.into(),
            test_number: self.test_number,
            trusted_certificates: self.trusted_certificates,
            filled_from: self.filled_from,
            code_length: policy.code_length.to_string(),
            code_characters: if policy.letters {
                "letters_and_digits".into()
            } else {
                "digits".into()
            },
            code_lifetime: policy.lifetime_minutes.to_string(),
            wrong_codes_allowed: policy.wrong_codes_allowed.to_string(),
            resend_wait: policy.resend_wait_seconds.to_string(),
            codes_per_sign_in: policy.codes_per_sign_in.to_string(),
            codes_per_hour: policy.codes_per_hour.to_string(),
            codes_per_day: policy.codes_per_day.to_string(),
            daily_budget: policy
                .daily_budget
                .map_or_else(String::new, |budget| budget.to_string()),
            allowed_countries: policy.allowed_countries.join(", "),
            numbers_may_be_entered: policy.numbers_may_be_entered.into(),
            ..IdentityProviderInput::default()
        };
        request::fill(&mut input, self.request);
        input
    }
}

pub(super) fn seal(services: &Services, identity_provider_id: i64, stored: &Stored) -> Result<Vec<u8>> {
    services
        .vault
        .seal_json(place(&identity_provider_id.to_string()), stored)
}

pub(super) fn open(services: &Services, row: &federated_authenticator::Model) -> Result<Stored> {
    services
        .vault
        .open_json(place(&row.identity_provider_id.to_string()), &row.settings_sealed)
}

/// Seals the settings of every authenticator again under another master key; how many there were.
pub(crate) async fn reseal(db: &impl ConnectionTrait, old: &Vault, new: &Vault) -> Result<u64> {
    let rows = federated_authenticator::Entity::find().all(db).await?;
    let count = rows.len() as u64;
    for row in rows {
        let id = row.identity_provider_id.to_string();
        let sealed = old.reseal(new, place(&id), &row.settings_sealed)?;
        let mut row: federated_authenticator::ActiveModel = row.into();
        row.settings_sealed = Set(sealed);
        row.update(db).await?;
    }
    Ok(count)
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "federated_authenticator",
        column: "settings_sealed",
        row,
    }
}
