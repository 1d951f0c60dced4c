//! The identity provider's page: basic information and the SMSOTP authenticator with its code policy.

use serde::{Deserialize, Serialize};

use super::Tick;
use super::secret::SecretRow;
use crate::claim;
use crate::view::SmsTestView;

/// The form of `/console/identity-providers/{id}`. Flat, since form encoding has no reliable nesting for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdentityProviderInput {
    /// The row's version when the form was opened; empty for a new one. Guards against overwriting unseen changes.
    pub version: String,
    pub name: String,
    pub display_name: String,
    pub description: String,
    /// The URI of the claim that holds the number codes go to.
    pub number_claim: String,
    /// The names of the roles whose holders may use it in a step; empty: everybody.
    pub roles: Vec<String>,

    pub sms_enabled: Tick,
    pub sms_default: Tick,
    pub sms_url: String,
    /// `GET`, `POST` or `PUT`.
    pub http_method: String,
    pub http_headers: String,
    pub http_payload: String,
    /// Empty: 200, 201, 202. Else a list with ranges.
    pub http_response_code: String,
    /// `none`, `equals`, `not_equals`, `contains`, `not_contains`, `matches`.
    pub body_rule: String,
    /// JSON pointer (RFC 6901), for `equals` and `not_equals`.
    pub body_rule_pointer: String,
    pub body_rule_value: String,
    pub message: String,
    /// A curl command to fill the request's fields from; never stored.
    pub curl: String,
    /// The preset to fill the request's fields from; never stored.
    pub preset: String,
    /// The preset they were filled from last: it gives the secrets' fields the vendor's own words, and nothing else.
    pub filled_from: String,
    /// What was typed for the secret slots.
    pub secrets: Vec<SecretRow>,
    /// Under which id values are held that were typed and are not saved yet; empty if there are none.
    pub held: String,
    /// What the form's last button has done; never stored.
    pub done: Done,
    pub bind_to_site: Tick,
    /// `e164`, `without_plus`, `national`.
    pub number_format: String,
    /// PEM, several blocks; trusted besides the system's certificate authorities.
    pub trusted_certificates: String,
    /// The id of another identity provider; empty: none.
    pub fallback: String,
    /// For *Send test SMS* and the preview; kept with the settings.
    pub test_number: String,

    pub code_length: String,
    /// `digits` or `letters_and_digits`.
    pub code_characters: String,
    /// Minutes.
    pub code_lifetime: String,
    pub wrong_codes_allowed: String,
    /// Seconds before the first resend; doubles from there.
    pub resend_wait: String,
    pub codes_per_sign_in: String,
    pub codes_per_hour: String,
    pub codes_per_day: String,
    /// Empty: no budget.
    pub daily_budget: String,
    /// ISO 3166-1 alpha-2 codes, comma-separated; empty: all.
    pub allowed_countries: String,
    /// *Let users without a number enter one*.
    pub numbers_may_be_entered: Tick,
}

/// What a button that fills the form has done, to be said when it is shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Done {
    /// In a sentence or two; empty if there is nothing to say.
    pub said: String,
    /// The draft with what was there before; empty if nothing was replaced.
    pub undo: String,
    /// What is worth knowing about a field, by its name.
    pub notes: Vec<(String, String)>,
    /// What *Send test SMS* came to, where no script shows it in place.
    pub tested: Option<SmsTestView>,
}

impl Default for IdentityProviderInput {
    /// A new identity provider: the policy of NIST SP 800-63B-4 section 3.1.3 and this product's own limits, everything else empty.
    fn default() -> Self {
        Self {
            version: String::new(),
            name: String::new(),
            display_name: String::new(),
            description: String::new(),
            number_claim: claim::MOBILE.into(),
            roles: Vec::new(),
            sms_enabled: Tick(false),
            sms_default: Tick(false),
            sms_url: String::new(),
            http_method: "POST".into(),
            http_headers: String::new(),
            http_payload: String::new(),
            http_response_code: String::new(),
            body_rule: "none".into(),
            body_rule_pointer: String::new(),
            body_rule_value: String::new(),
            message: "Your verification code is &otp. It expires in &min minutes.".into(),
            curl: String::new(),
            preset: String::new(),
            filled_from: String::new(),
            secrets: Vec::new(),
            held: String::new(),
            done: Done::default(),
            bind_to_site: Tick(false),
            number_format: "e164".into(),
            trusted_certificates: String::new(),
            fallback: String::new(),
            test_number: String::new(),
            code_length: "6".into(),
            code_characters: "digits".into(),
            code_lifetime: "5".into(),
            wrong_codes_allowed: "5".into(),
            resend_wait: "30".into(),
            codes_per_sign_in: "5".into(),
            codes_per_hour: "10".into(),
            codes_per_day: "30".into(),
            daily_budget: String::new(),
            allowed_countries: String::new(),
            numbers_may_be_entered: Tick(false),
        }
    }
}

impl IdentityProviderInput {
    /// Whether any field of the request is filled: then it has to be right, enabled or not.
    #[must_use]
    pub fn has_sms_request(&self) -> bool {
        let filled = [
            &self.sms_url,
            &self.http_headers,
            &self.http_payload,
            &self.http_response_code,
        ];
        filled.iter().any(|text| !text.trim().is_empty()) || self.body_rule != "none"
    }

    /// A code as the policy would make one, for the preview and the test: good for nothing.
    #[must_use]
    pub fn sample_code(&self) -> String {
        let all = if self.code_characters == "letters_and_digits" {
            "K7QM2X9PRT"
        } else {
            "4829137056"
        };
        let length = self.code_length.trim().parse().unwrap_or(6_usize);
        all.chars().take(length.clamp(4, 10)).collect()
    }
}
