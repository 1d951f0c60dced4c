//! What an update changed, by the labels of the fields: for the audit log, which holds no values.

use domain::input::identity_provider::IdentityProviderInput;

/// The labels of the fields that differ, with commas between.
pub(super) fn labels(before: &IdentityProviderInput, after: &IdentityProviderInput) -> String {
    let changed = [
        ("Identity Provider Name", before.name != after.name),
        ("Display Name", before.display_name != after.display_name),
        ("Description", before.description != after.description),
        ("Enable SMSOTP Authenticator", before.sms_enabled != after.sms_enabled),
        ("SMS URL", before.sms_url != after.sms_url),
        ("HTTP Method", before.http_method != after.http_method),
        ("HTTP Headers", before.http_headers != after.http_headers),
        ("HTTP Payload", before.http_payload != after.http_payload),
        (
            "HTTP Response Code",
            before.http_response_code != after.http_response_code,
        ),
        ("rule on the answer", rule(before) != rule(after)),
        ("Message", before.message != after.message),
        ("Bind the code to this site", before.bind_to_site != after.bind_to_site),
        ("Number format", before.number_format != after.number_format),
        ("Test number", before.test_number != after.test_number),
        ("Code length", before.code_length != after.code_length),
        ("Code characters", before.code_characters != after.code_characters),
        ("Code lifetime", before.code_lifetime != after.code_lifetime),
        (
            "Wrong codes allowed",
            before.wrong_codes_allowed != after.wrong_codes_allowed,
        ),
        ("Resend wait", before.resend_wait != after.resend_wait),
        ("Codes per sign-in", before.codes_per_sign_in != after.codes_per_sign_in),
        ("Codes per hour", before.codes_per_hour != after.codes_per_hour),
        ("Codes per day", before.codes_per_day != after.codes_per_day),
        ("Daily budget", before.daily_budget != after.daily_budget),
        ("Allowed countries", before.allowed_countries != after.allowed_countries),
    ];
    let labels: Vec<_> = changed
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(label, _)| label)
        .collect();
    if labels.is_empty() {
        "nothing changed".to_owned()
    } else {
        format!("changed: {}", labels.join(", "))
    }
}

fn rule(input: &IdentityProviderInput) -> [&str; 3] {
    [&input.body_rule, &input.body_rule_pointer, &input.body_rule_value]
}
