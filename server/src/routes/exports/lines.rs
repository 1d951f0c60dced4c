//! The lines of the files: a row of a list as text, cell after cell.

use domain::view::watch::{AuditRow, SignInRow};
use domain::view::{CertificateState, ClaimRow, IdentityProviderRow, RoleRow, ServiceProviderRow, UserRow};

use crate::http::csv;

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

pub(super) fn identity_provider(row: IdentityProviderRow) -> String {
    csv::line([
        row.id.to_string(),
        row.name,
        row.description,
        yes(row.enabled),
        yes(row.sms_enabled),
        row.sms_host.unwrap_or_default(),
        row.used_by.to_string(),
        row.created,
    ])
}

pub(super) fn service_provider(row: ServiceProviderRow) -> String {
    let days = match row.certificate {
        CertificateState::Days(days) => days.to_string(),
        CertificateState::NoConfiguration | CertificateState::NoneNeeded => String::new(),
    };
    csv::line([
        row.id.to_string(),
        row.name,
        row.description,
        row.issuer.unwrap_or_default(),
        row.steps.join(" → "),
        days,
        row.metadata_days.map(|days| days.to_string()).unwrap_or_default(),
        row.created,
    ])
}

pub(super) fn user(row: UserRow) -> String {
    csv::line([
        row.id.to_string(),
        row.username,
        row.full_name,
        row.mobile.unwrap_or_default(),
        row.roles.join(", "),
        yes(row.locked),
        row.created,
    ])
}

pub(super) fn role(row: RoleRow) -> String {
    let permissions: Vec<_> = row.permissions.iter().map(|permission| permission.label()).collect();
    csv::line([
        row.id.to_string(),
        row.name,
        permissions.join(", "),
        row.users.to_string(),
    ])
}

pub(super) fn claim(row: ClaimRow) -> String {
    let claim = row.claim;
    csv::line([
        claim.uri,
        claim.label,
        claim.attribute,
        yes(claim.required),
        claim.pattern,
        yes(claim.derived),
    ])
}

pub(super) fn sign_in(row: SignInRow) -> String {
    csv::line([
        row.id.to_string(),
        row.at,
        row.application,
        row.username,
        row.outcome,
        row.assertion_id,
        row.key_id,
        row.address,
    ])
}

pub(super) fn entry(row: AuditRow) -> String {
    csv::line([
        row.id.to_string(),
        row.at,
        row.actor,
        row.action,
        row.kind,
        row.target,
        row.detail,
        row.address,
    ])
}
