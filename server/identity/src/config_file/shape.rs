//! What the file may hold: its sections, and the keys of each. A key is named like the form's field it stands for.

use domain::input::saml;
use domain::input::service_provider::{AuthenticationType, DIALECT_CUSTOM, DIALECT_LOCAL};

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    /// One of these texts, which the form offers in a select.
    Choice(fn() -> Vec<&'static str>),
    Flag,
    Number,
    /// A number, or an empty text for none.
    NumberOrNone,
    Texts,
    /// Tables in an array, each with these keys.
    Rows(&'static [Field]),
    /// One table with these keys.
    Table(&'static [Field]),
    /// A table of texts under names that the store knows.
    Words,
    /// A table of secrets' values: each `{ env = "…" }` or `{ file = "…" }`.
    Values,
}

impl Kind {
    /// In words, for whoever wrote something else.
    pub fn accepted(self) -> String {
        let words = match self {
            Self::Choice(choices) => {
                let quoted: Vec<_> = choices().into_iter().map(|choice| format!("{choice:?}")).collect();
                return format!("one of {}", quoted.join(", "));
            }
            Self::Text => "a text in quotes",
            Self::Flag => "true or false",
            Self::Number => "a whole number",
            Self::NumberOrNone => "a whole number, or \"\" for none",
            Self::Texts => "a list of texts, such as [\"one\", \"two\"]",
            Self::Rows(_) => "a list of tables, such as [{ … }, { … }]",
            Self::Table(_) | Self::Words => "a table",
            Self::Values => "a table whose values are { env = \"VARIABLE\" } or { file = \"PATH\" }",
        };
        words.to_owned()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub kind: Kind,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

const fn choice(name: &'static str, choices: fn() -> Vec<&'static str>) -> Field {
    field(name, Kind::Choice(choices))
}

const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag)
}

const fn number(name: &'static str) -> Field {
    field(name, Kind::Number)
}

/// The kinds of things, in the order in which they are written and applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Section {
    Claim,
    Role,
    IdentityProvider,
    ServiceProvider,
    User,
    SigningKey,
}

impl Section {
    pub const ALL: [Self; 6] = [
        Self::Claim,
        Self::Role,
        Self::IdentityProvider,
        Self::ServiceProvider,
        Self::User,
        Self::SigningKey,
    ];

    /// The array of tables in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Role => "role",
            Self::IdentityProvider => "identity_provider",
            Self::ServiceProvider => "service_provider",
            Self::User => "user",
            Self::SigningKey => "signing_key",
        }
    }

    /// The key that says which thing is meant.
    pub fn key(self) -> &'static str {
        match self {
            Self::Claim => "uri",
            Self::User => "username",
            Self::SigningKey => "certificate",
            _ => "name",
        }
    }

    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Claim => &CLAIM,
            Self::Role => &ROLE,
            Self::IdentityProvider => &IDENTITY_PROVIDER,
            Self::ServiceProvider => &SERVICE_PROVIDER,
            Self::User => &USER,
            Self::SigningKey => &SIGNING_KEY,
        }
    }

    /// Two names that differ in case alone mean one thing, except where they are compared exactly.
    pub fn same(self, name: &str) -> String {
        match self {
            Self::Claim | Self::SigningKey => name.to_owned(),
            _ => name.trim().to_lowercase(),
        }
    }
}

/// The values of a select's options.
fn values(options: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    options.iter().map(|(value, _)| *value).collect()
}

/// The weak ones are refused by the rules, where the metadata does not ask for them.
fn encryption_algorithms() -> Vec<&'static str> {
    let all = [&saml::ENCRYPTION_ALGORITHMS, &saml::WEAK_ENCRYPTION_ALGORITHMS];
    all.into_iter().flat_map(|options| values(options)).collect()
}

/// Removes the thing; any section takes it but signing keys, which are retired.
pub(super) const DELETE: &str = "delete";

const CLAIM: [Field; 5] = [
    text("uri"),
    text("label"),
    text("attribute"),
    flag("required"),
    text("pattern"),
];

const ROLE: [Field; 2] = [text("name"), field("permissions", Kind::Texts)];

const IDENTITY_PROVIDER: [Field; 34] = [
    text("name"),
    text("display_name"),
    text("description"),
    flag("enabled"),
    text("number_claim"),
    field("roles", Kind::Texts),
    flag("sms_enabled"),
    text("sms_url"),
    choice("http_method", || vec!["GET", "POST", "PUT"]),
    text("http_headers"),
    text("http_payload"),
    text("http_response_code"),
    choice("body_rule", || {
        vec!["none", "equals", "not_equals", "contains", "not_contains", "matches"]
    }),
    text("body_rule_pointer"),
    text("body_rule_value"),
    text("message"),
    flag("bind_to_site"),
    choice("number_format", || {
        ::sms::NumberFormat::ALL.map(::sms::NumberFormat::as_str).into()
    }),
    text("trusted_certificates"),
    text("fallback"),
    text("test_number"),
    text("filled_from"),
    number("code_length"),
    choice("code_characters", || vec!["digits", "letters_and_digits"]),
    number("code_lifetime"),
    number("wrong_codes_allowed"),
    number("resend_wait"),
    number("codes_per_sign_in"),
    number("codes_per_hour"),
    number("codes_per_day"),
    field("daily_budget", Kind::NumberOrNone),
    text("allowed_countries"),
    flag("numbers_may_be_entered"),
    field("secrets", Kind::Values),
];

const SERVICE_PROVIDER: [Field; 10] = [
    text("name"),
    text("description"),
    choice("claim_dialect", || vec![DIALECT_LOCAL, DIALECT_CUSTOM]),
    text("subject_claim"),
    field(
        "claims",
        Kind::Rows(&[text("local"), text("remote"), flag("mandatory")]),
    ),
    field("roles", Kind::Rows(&[text("local"), text("remote")])),
    choice("authentication_type", || {
        AuthenticationType::ALL.map(AuthenticationType::as_str).into()
    }),
    text("federated_identity_provider"),
    field("steps", Kind::Rows(&STEP)),
    field("saml", Kind::Table(&SAML)),
];

const STEP: [Field; 3] = [
    field("authenticators", Kind::Rows(&[text("local"), text("federated")])),
    flag("gives_subject"),
    flag("gives_attributes"),
];

pub(super) const SAML: [Field; 27] = [
    text("issuer"),
    field("acs_urls", Kind::Texts),
    text("default_acs_url"),
    choice("name_id_format", || values(&saml::NAME_ID_FORMATS)),
    choice("response_signing_algorithm", || values(&saml::SIGNING_ALGORITHMS)),
    choice("response_digest_algorithm", || values(&saml::DIGEST_ALGORITHMS)),
    choice("assertion_encryption_algorithm", encryption_algorithms),
    choice("key_encryption_algorithm", || values(&saml::KEY_ENCRYPTION_ALGORITHMS)),
    flag("enable_response_signing"),
    flag("enable_signature_validation"),
    flag("enable_assertion_encryption"),
    text("certificate"),
    text("encryption_certificate"),
    flag("enable_single_logout"),
    text("slo_response_url"),
    text("slo_request_url"),
    choice("logout_method", || values(&saml::LOGOUT_METHODS)),
    flag("enable_attribute_profile"),
    flag("include_attributes_always"),
    flag("enable_audience_restriction"),
    field("audiences", Kind::Texts),
    flag("enable_recipient_validation"),
    field("recipients", Kind::Texts),
    flag("enable_idp_initiated_sso"),
    flag("enable_idp_initiated_slo"),
    text("idp_entity_id_alias"),
    choice("attribute_name_format", || values(&saml::ATTRIBUTE_NAME_FORMATS)),
];

const USER: [Field; 5] = [
    text("username"),
    flag("locked"),
    field("roles", Kind::Texts),
    text("password_hash"),
    field("claims", Kind::Words),
];

const SIGNING_KEY: [Field; 2] = [text("private_key"), text("certificate")];

/// The names of some keys, for whoever wrote another.
pub(super) fn names(fields: &[Field]) -> String {
    fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
}
