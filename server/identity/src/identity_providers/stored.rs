//! The SMSOTP settings as they are sealed: one typed value per authenticator, bound to its identity provider.

use domain::input::identity_provider::IdentityProviderInput;
use entity::federated_authenticator;
use serde::{Deserialize, Serialize};

use super::policy::StoredPolicy;
use super::request;
use crate::vault::Place;
use crate::{Result, Services};

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stored {
    pub request: ::sms::Settings,
    pub bind_to_site: bool,
    /// As it was typed; empty if there is none.
    pub test_number: String,
    pub policy: StoredPolicy,
}

impl Stored {
    /// The form's fields; name, description and version are the row's.
    pub fn into_input(self) -> IdentityProviderInput {
        let policy = self.policy;
        let mut input = IdentityProviderInput {
            bind_to_site: self.bind_to_site.into(),
            test_number: self.test_number,
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

fn place(row: &str) -> Place<'_> {
    Place {
        table: "federated_authenticator",
        column: "settings_sealed",
        row,
    }
}
