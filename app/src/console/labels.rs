//! What the fields of each form are called, by their names in the input: for what is told about a form outside of it.

/// Names of fields with `[]` in the place of a row's number, and labels with `{}` in the place of that number from 1.
pub type Labels = &'static [(&'static str, &'static str)];

/// A form whose fields are named by their labels.
pub const BY_LABEL: Labels = &[];

pub const IDENTITY_PROVIDER: Labels = &[
    ("name", "Identity Provider Name"),
    ("display_name", "Display Name"),
    ("description", "Description"),
    ("number_claim", "Number Claim URI"),
    ("roles", "Roles that may use it"),
    ("sms_enabled", "Enable SMSOTP Authenticator"),
    ("sms_default", "Default"),
    ("sms_url", "SMS URL"),
    ("http_method", "HTTP Method"),
    ("http_headers", "HTTP Headers"),
    ("http_payload", "HTTP Payload"),
    ("http_response_code", "HTTP Response Code"),
    ("body_rule", "Rule on the answer"),
    ("body_rule_pointer", "JSON pointer"),
    ("body_rule_value", "Value, text or expression"),
    ("message", "Message"),
    ("held", "Secrets"),
    ("bind_to_site", "Bind the code to this site"),
    ("number_format", "Number format"),
    ("trusted_certificates", "Trusted certificates"),
    ("fallback", "Fallback identity provider"),
    ("test_number", "Test number"),
    ("code_length", "Code length"),
    ("code_characters", "Code characters"),
    ("code_lifetime", "Code lifetime (minutes)"),
    ("wrong_codes_allowed", "Wrong codes allowed"),
    ("resend_wait", "Resend wait (seconds)"),
    ("codes_per_sign_in", "Codes per sign-in"),
    ("codes_per_hour", "Codes per hour"),
    ("codes_per_day", "Codes per day"),
    ("daily_budget", "Daily budget"),
    ("allowed_countries", "Allowed countries"),
    ("numbers_may_be_entered", "Let users without a number enter one"),
];

pub const SERVICE_PROVIDER: Labels = &[
    ("name", "Service Provider Name"),
    ("description", "Description"),
    ("claim_dialect", "Dialect"),
    ("claims[][local]", "Requested claim {}: Local Claim"),
    ("claims[][remote]", "Requested claim {}: Service Provider Claim"),
    ("claims[][mandatory]", "Requested claim {}: Mandatory Claim"),
    ("subject_claim", "Subject Claim URI"),
    ("roles[][local]", "Role mapping {}: Local Role"),
    ("roles[][remote]", "Role mapping {}: Service Provider Role"),
    ("authentication_type", "Authentication Type"),
    ("local_authenticator", "Local Authenticators"),
    ("federated_identity_provider", "Federated Authenticators"),
];

pub const SAML: Labels = &[
    ("issuer", "Issuer"),
    ("acs_urls", "Assertion Consumer URLs"),
    ("default_acs_url", "Default Assertion Consumer URL"),
    ("name_id_format", "NameID format"),
    ("response_signing_algorithm", "Response Signing Algorithm"),
    ("response_digest_algorithm", "Response Digest Algorithm"),
    ("assertion_encryption_algorithm", "Assertion Encryption Algorithm"),
    ("key_encryption_algorithm", "Key Encryption Algorithm"),
    ("enable_response_signing", "Enable Response Signing"),
    ("enable_signature_validation", "Enable Signature Validation"),
    ("enable_assertion_encryption", "Enable Assertion Encryption"),
    ("certificate", "Certificate"),
    ("encryption_certificate", "Encrypt assertions to"),
    ("enable_single_logout", "Enable Single Logout"),
    ("slo_response_url", "SLO Response URL"),
    ("slo_request_url", "SLO Request URL"),
    ("logout_method", "Logout Method"),
    ("enable_attribute_profile", "Enable Attribute Profile"),
    ("include_attributes_always", "Include Attributes in the Response Always"),
    ("enable_audience_restriction", "Enable Audience Restriction"),
    ("audiences", "Audiences"),
    ("enable_recipient_validation", "Enable Recipient Validation"),
    ("recipients", "Recipients"),
    ("enable_idp_initiated_sso", "Enable IdP Initiated SSO"),
    ("enable_idp_initiated_slo", "Enable IdP Initiated SLO"),
    ("idp_entity_id_alias", "IdP Entity ID Alias"),
    ("attribute_name_format", "Attribute Name Format"),
];

pub const STEPS: Labels = &[
    ("steps[][authenticators]", "Step {}"),
    ("subject_step", "Use subject identifier from this step"),
    ("attributes_step", "Use attributes from this step"),
];

pub const ROLE: Labels = &[("name", "Role Name"), ("permissions", "Permissions")];

pub const USER_ROLES: Labels = &[("roles", "Roles")];

pub const CLAIM: Labels = &[
    ("label", "Display Name"),
    ("attribute", "Mapped Attribute"),
    ("required", "Required"),
    ("pattern", "Regular Expression"),
];

/// What stands in an input and is no setting: versions, buttons, helpers that fill a form.
const NO_SETTINGS: [&str; 13] = [
    "version",
    "press",
    "seen_authentication_type",
    "refused_case",
    "curl",
    "preset",
    "filled_from",
    "secrets",
    "done",
    // A claim's URI stays what it is.
    "uri",
    // The selects of a step, from which an authenticator is added.
    "steps[][local]",
    "steps[][federated]",
    "steps[]",
];

/// The label of the field at `path`, such as `claims[2][local]`. `None` for what is no setting.
#[must_use]
pub fn of(form: Labels, path: &str) -> Option<String> {
    if form.is_empty() {
        return Some(path.to_owned());
    }
    let (name, row) = numberless(path);
    let top = name.split('[').next().unwrap_or_default();
    if NO_SETTINGS.contains(&name.as_str()) || NO_SETTINGS.contains(&top) {
        return None;
    }
    let known = form.iter().find(|(known, _)| *known == name);
    // Better under its own name than not at all.
    let label = known.map_or_else(|| name.replace('_', " "), |(_, label)| (*label).to_owned());
    Some(label.replace("{}", &row))
}

/// `claims[2][local]` as `claims[][local]` and `3`.
fn numberless(path: &str) -> (String, String) {
    let (mut name, mut row) = (String::new(), String::new());
    for part in path.split_inclusive(['[', ']']) {
        match part.strip_suffix(']').and_then(|inner| inner.parse::<usize>().ok()) {
            Some(number) => {
                row = (number + 1).to_string();
                name.push(']');
            }
            None => name.push_str(part),
        }
    }
    (name, row)
}

#[cfg(test)]
mod tests {
    use domain::input::claim::ClaimInput;
    use domain::input::identity_provider::IdentityProviderInput;
    use domain::input::role::RoleInput;
    use domain::input::saml::SamlInput;
    use domain::input::service_provider::{ClaimRow, RoleRow, ServiceProviderInput, StepRow, StepsInput};
    use serde::Serialize;

    use super::*;

    #[test]
    fn a_row_is_counted_from_one() {
        let label = of(SERVICE_PROVIDER, "claims[2][local]").unwrap();
        assert_eq!(label, "Requested claim 3: Local Claim");
        assert_eq!(of(SERVICE_PROVIDER, "version"), None);
        assert_eq!(of(STEPS, "steps[0][local]"), None);
        assert_eq!(of(STEPS, "steps[1][authenticators]").unwrap(), "Step 2");
        assert_eq!(of(BY_LABEL, "Mobile").unwrap(), "Mobile");
        assert_eq!(of(ROLE, "new_field").unwrap(), "new field");
    }

    /// A field that a form gets is named here too, or among what is no setting.
    #[test]
    fn every_field_has_its_label() {
        let mut saml = SamlInput::default();
        for list in [&mut saml.acs_urls, &mut saml.audiences, &mut saml.recipients] {
            list.push("x".into());
        }
        let provider = ServiceProviderInput {
            claims: vec![ClaimRow::default()],
            roles: vec![RoleRow::default()],
            ..ServiceProviderInput::default()
        };
        let steps = StepsInput {
            steps: vec![StepRow {
                authenticators: vec!["basic".into()],
                ..StepRow::default()
            }],
            ..StepsInput::default()
        };
        let role = RoleInput {
            permissions: vec!["x".into()],
            ..RoleInput::default()
        };
        check(IDENTITY_PROVIDER, &IdentityProviderInput::default());
        check(SERVICE_PROVIDER, &provider);
        check(SAML, &saml);
        check(STEPS, &steps);
        check(ROLE, &role);
        check(CLAIM, &ClaimInput::default());
    }

    fn check(form: Labels, input: &impl Serialize) {
        let written = serde_qs::to_string(input).unwrap();
        for (path, _) in url::form_urlencoded::parse(written.as_bytes()) {
            let name = numberless(&path).0;
            let name = name.strip_suffix("[]").unwrap_or(&name);
            let known = form.iter().any(|(known, _)| *known == name);
            assert!(
                known || of(form, &path).is_none(),
                "{path} has no label in console/labels.rs"
            );
        }
    }
}
