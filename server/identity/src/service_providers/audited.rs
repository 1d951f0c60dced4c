//! A service provider's settings before and after a change, for the audit log: by the labels of their fields. They hold
//! no secrets; certificates are public.

use domain::claim;
use domain::input::saml::SamlInput;
use domain::input::service_provider::{AuthenticationType, ClaimRow, RoleRow, ServiceProviderInput};
use entity::identity_provider;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::Result;
use crate::audit::Changes;

/// A field by its label, and how it reads.
type Reading = (&'static str, fn(&SamlInput) -> String);

/// What a box reads that is clear.
const CLEAR: &str = "no";

const SAML: [Reading; 27] = [
    ("Issuer", |saml| saml.issuer.clone()),
    ("Assertion Consumer URLs", |saml| saml.acs_urls.join("\n")),
    ("Default Assertion Consumer URL", |saml| saml.default_acs_url.clone()),
    ("NameID format", |saml| saml.name_id_format.clone()),
    ("Response Signing Algorithm", |saml| {
        saml.response_signing_algorithm.clone()
    }),
    ("Response Digest Algorithm", |saml| {
        saml.response_digest_algorithm.clone()
    }),
    ("Assertion Encryption Algorithm", |saml| {
        saml.assertion_encryption_algorithm.clone()
    }),
    ("Key Encryption Algorithm", |saml| saml.key_encryption_algorithm.clone()),
    ("Enable Response Signing", |saml| ticked(saml.enable_response_signing.0)),
    (
        "Enable Signature Validation in Authentication Requests and Logout Requests",
        |saml| ticked(saml.enable_signature_validation.0),
    ),
    ("Enable Assertion Encryption", |saml| {
        ticked(saml.enable_assertion_encryption.0)
    }),
    ("Certificate", |saml| saml.certificate.clone()),
    ("Encryption certificate", |saml| saml.encryption_certificate.clone()),
    ("Enable Single Logout", |saml| ticked(saml.enable_single_logout.0)),
    ("SLO Response URL", |saml| saml.slo_response_url.clone()),
    ("SLO Request URL", |saml| saml.slo_request_url.clone()),
    ("Logout Method", |saml| saml.logout_method.clone()),
    ("Enable Attribute Profile", |saml| {
        ticked(saml.enable_attribute_profile.0)
    }),
    ("Include Attributes in the Response Always", |saml| {
        ticked(saml.include_attributes_always.0)
    }),
    ("Enable Audience Restriction", |saml| {
        ticked(saml.enable_audience_restriction.0)
    }),
    ("Audiences", |saml| saml.audiences.join("\n")),
    ("Enable Recipient Validation", |saml| {
        ticked(saml.enable_recipient_validation.0)
    }),
    ("Recipients", |saml| saml.recipients.join("\n")),
    ("Enable IdP Initiated SSO", |saml| {
        ticked(saml.enable_idp_initiated_sso.0)
    }),
    ("Enable IdP Initiated SLO", |saml| {
        ticked(saml.enable_idp_initiated_slo.0)
    }),
    ("IdP Entity ID Alias", |saml| saml.idp_entity_id_alias.clone()),
    ("Attribute Name Format", |saml| saml.attribute_name_format.clone()),
];

fn ticked(on: bool) -> String {
    if on { "yes" } else { CLEAR }.to_owned()
}

/// Notes what of the SAML configuration differs. `None`: there is none.
pub(super) fn saml(changes: &mut Changes, before: Option<&SamlInput>, after: Option<&SamlInput>) {
    for (label, read) in SAML {
        let values = [before, after].map(|side| side.map(read).unwrap_or_default());
        // A box that is clear is nothing to tell of a configuration that is new, or gone.
        let is_clear = |value: &String| value.is_empty() || value == CLEAR;
        if (before.is_some() && after.is_some()) || !values.iter().all(is_clear) {
            changes.text(label, &values[0], &values[1]);
        }
    }
}

/// What of the page differs. `None`: the service provider is not there.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    before: Option<&ServiceProviderInput>,
    after: Option<&ServiceProviderInput>,
) -> Result<Changes> {
    let nothing = ServiceProviderInput::default();
    let sides = [before.unwrap_or(&nothing), after.unwrap_or(&nothing)];
    let mut changes = Changes::default();
    let [old, new] = sides;
    changes.text("Service Provider Name", &old.name, &new.name);
    changes.text("Description", &old.description, &new.description);
    changes.text("Claim dialect", &old.claim_dialect, &new.claim_dialect);
    let [old_claims, new_claims] = sides.map(|side| side.claims.iter().map(claim_line).collect::<Vec<_>>());
    changes.lines("Requested claims", &old_claims, &new_claims);
    changes.text("Subject Claim URI", &old.subject_claim, &new.subject_claim);
    let [old_roles, new_roles] = sides.map(|side| side.roles.iter().map(role_line).collect::<Vec<_>>());
    changes.lines("Roles", &old_roles, &new_roles);
    let [old_type, new_type] = sides.map(|side| {
        let kind = AuthenticationType::from_name(&side.authentication_type);
        kind.map_or(side.authentication_type.as_str(), |kind| kind.label())
    });
    changes.text("Authentication Type", old_type, new_type);
    let old_provider = provider(db, &old.federated_identity_provider).await?;
    let new_provider = provider(db, &new.federated_identity_provider).await?;
    changes.text("Federated authenticator", &old_provider, &new_provider);
    Ok(changes)
}

/// Requested claims as lines, for whoever changes them without the page.
pub(super) fn claim_lines(claims: &[(String, String, bool)]) -> Vec<String> {
    let rows = claims.iter().map(|(local, remote, mandatory)| ClaimRow {
        local: local.clone(),
        remote: remote.clone(),
        mandatory: (*mandatory).into(),
    });
    rows.map(|row| claim_line(&row)).collect()
}

fn claim_line(row: &ClaimRow) -> String {
    let local = claim::short_name(&row.local);
    let remote = if row.remote.is_empty() || row.remote == row.local {
        String::new()
    } else {
        format!(" as {}", row.remote)
    };
    let mandatory = if row.mandatory.0 { " (mandatory)" } else { "" };
    format!("{local}{remote}{mandatory}")
}

fn role_line(row: &RoleRow) -> String {
    format!("{} as {}", row.local, row.remote)
}

async fn provider(db: &impl ConnectionTrait, id: &str) -> Result<String> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(String::new());
    };
    let found = identity_provider::Entity::find_by_id(id).one(db).await?;
    Ok(found.map_or_else(|| id.to_string(), |row| row.name))
}
