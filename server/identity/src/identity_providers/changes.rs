//! What a change was about, for the audit log: the labels of the fields in a line, and each field before and after, keys
//! dotted and the test number masked.

use std::collections::BTreeSet;

use domain::input::identity_provider::IdentityProviderInput;
use domain::phone;
use entity::identity_provider;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::check::Checked;
use super::configuration;
use super::stored::Stored;
use crate::Result;
use crate::audit::Changes;

/// A field by its label, and how it reads.
type Reading = (&'static str, fn(&IdentityProviderInput) -> String);

/// Every field of the form that is kept, as its page names it.
const FIELDS: [Reading; 29] = [
    ("Identity Provider Name", |form| form.name.clone()),
    ("Display Name", |form| form.display_name.clone()),
    ("Description", |form| form.description.clone()),
    ("Number Claim URI", |form| form.number_claim.clone()),
    ("Role Configuration", |form| form.roles.join(", ")),
    ("Enable SMSOTP Authenticator", |form| ticked(form.sms_enabled.0)),
    ("SMS URL", |form| form.sms_url.clone()),
    ("HTTP Method", |form| form.http_method.clone()),
    ("HTTP Headers", |form| form.http_headers.clone()),
    ("HTTP Payload", |form| form.http_payload.clone()),
    ("HTTP Response Code", |form| form.http_response_code.clone()),
    ("Rule on the answer", |form| rule(form).join(" ").trim().to_owned()),
    ("Message", |form| form.message.clone()),
    ("Bind the code to this site", |form| ticked(form.bind_to_site.0)),
    ("Number format", |form| form.number_format.clone()),
    ("Trusted certificates", |form| form.trusted_certificates.clone()),
    ("Fallback identity provider", |form| form.fallback.clone()),
    ("Test number", |form| form.test_number.clone()),
    ("Code length", |form| form.code_length.clone()),
    ("Code characters", |form| form.code_characters.clone()),
    ("Code lifetime (minutes)", |form| form.code_lifetime.clone()),
    ("Wrong codes allowed", |form| form.wrong_codes_allowed.clone()),
    ("Resend wait (seconds)", |form| form.resend_wait.clone()),
    ("Codes per sign-in", |form| form.codes_per_sign_in.clone()),
    ("Codes per hour", |form| form.codes_per_hour.clone()),
    ("Codes per day", |form| form.codes_per_day.clone()),
    ("Daily budget", |form| form.daily_budget.clone()),
    ("Allowed countries", |form| form.allowed_countries.clone()),
    ("Let users without a number enter one", |form| {
        ticked(form.numbers_may_be_entered.0)
    }),
];

/// What is stored of an identity provider: as it is, to be compared, and as it may be shown. `None`: it is not there.
pub(super) struct Side(Option<(IdentityProviderInput, IdentityProviderInput)>);

/// What is not in the sealed settings: name, display name, description and number claim; and the roles.
struct Own<'a> {
    texts: [&'a str; 4],
    roles: Vec<String>,
}

impl Side {
    pub fn none() -> Self {
        Self(None)
    }

    /// As it is stored, by its row and the sealed settings.
    pub async fn stored(
        db: &impl ConnectionTrait,
        row: &identity_provider::Model,
        sms_enabled: bool,
        stored: &Stored,
        fallback: Option<i64>,
    ) -> Result<Self> {
        let own = Own {
            texts: [&row.name, &row.display_name, &row.description, &row.number_claim].map(String::as_str),
            roles: configuration::roles_of(db, row.id).await?,
        };
        Self::of(db, own, sms_enabled, stored, fallback).await
    }

    /// As it is being saved, its roles already.
    pub async fn checked(db: &impl ConnectionTrait, id: i64, checked: &Checked) -> Result<Self> {
        let own = Own {
            texts: [
                &checked.name,
                &checked.display_name,
                &checked.description,
                &checked.number_claim,
            ]
            .map(String::as_str),
            roles: configuration::roles_of(db, id).await?,
        };
        Self::of(db, own, checked.sms_enabled, &checked.stored, checked.fallback).await
    }

    async fn of(
        db: &impl ConnectionTrait,
        own: Own<'_>,
        sms_enabled: bool,
        stored: &Stored,
        fallback: Option<i64>,
    ) -> Result<Self> {
        let fallback = match fallback {
            Some(id) => identity_provider::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let fallback = fallback.map(|row| row.name).unwrap_or_default();
        let [name, display_name, description, number_claim] = own.texts;
        let whole = |stored: Stored| IdentityProviderInput {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            description: description.to_owned(),
            number_claim: number_claim.to_owned(),
            roles: own.roles.clone(),
            sms_enabled: sms_enabled.into(),
            fallback: fallback.clone(),
            ..stored.into_input()
        };
        let dotted = Stored {
            request: ::sms::redact(&stored.request),
            test_number: phone::mask(&stored.test_number),
            ..stored.clone()
        };
        Ok(Self(Some((whole(stored.clone()), whole(dotted)))))
    }
}

/// Each field that differs, before and after; of secrets, that they do.
pub(super) fn of(before: &Side, after: &Side, secrets: &[String]) -> Changes {
    let mut changes = Changes::default();
    for (label, read) in FIELDS {
        let value = |side: &Side| side.0.as_ref().map(|(is, _)| read(is)).unwrap_or_default();
        let shown = |side: &Side| side.0.as_ref().map(|(_, shown)| read(shown)).unwrap_or_default();
        let values = [value(before), value(after)];
        // A box that is clear is nothing to tell of one that is new, or gone.
        let is_clear = |value: &String| value.is_empty() || value == CLEAR;
        if !values.iter().all(is_clear) || (before.0.is_some() && after.0.is_some()) {
            let shown = [shown(before), shown(after)];
            changes.shown(
                label,
                values.each_ref().map(String::as_str),
                shown.each_ref().map(String::as_str),
            );
        }
    }
    for name in secrets {
        changes.secret(format!("Secret {name}"), before.0.is_none());
    }
    changes
}

const CLEAR: &str = "no";

fn ticked(on: bool) -> String {
    if on { "yes" } else { CLEAR }.to_owned()
}

/// The labels of the fields that differ, and the names of the secrets that have another value, with commas between.
pub(super) fn labels(before: &IdentityProviderInput, after: &IdentityProviderInput, secrets: &[String]) -> String {
    let changed = [
        ("Identity Provider Name", before.name != after.name),
        ("Display Name", before.display_name != after.display_name),
        ("Description", before.description != after.description),
        ("Number Claim URI", before.number_claim != after.number_claim),
        ("Role Configuration", roles(before) != roles(after)),
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
        (
            "Trusted certificates",
            before.trusted_certificates != after.trusted_certificates,
        ),
        ("Fallback identity provider", before.fallback != after.fallback),
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
        (
            "Let users without a number enter one (on)",
            after.numbers_may_be_entered.0 && !before.numbers_may_be_entered.0,
        ),
        (
            "Let users without a number enter one (off)",
            before.numbers_may_be_entered.0 && !after.numbers_may_be_entered.0,
        ),
    ];
    let labels: Vec<_> = changed
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(label, _)| label.to_owned())
        .chain(secrets.iter().map(|name| format!("secret {name}")))
        .collect();
    if labels.is_empty() {
        "nothing changed".to_owned()
    } else {
        format!("changed: {}", labels.join(", "))
    }
}

fn roles(input: &IdentityProviderInput) -> BTreeSet<&str> {
    input.roles.iter().map(|name| name.trim()).collect()
}

fn rule(input: &IdentityProviderInput) -> [&str; 3] {
    [&input.body_rule, &input.body_rule_pointer, &input.body_rule_value]
}
