//! Who the assertion is about and what it says of them: NameID and attributes, and where each comes from.
//!
//! Pure but for the two functions that ask the settings for our own name. Nothing here decides whether somebody may be
//! told.

use std::collections::BTreeMap;

use domain::claim;
use saml::identifier::{
    ATTRNAME_BASIC, ATTRNAME_URI, NAMEID_EMAIL as EMAIL, NAMEID_PERSISTENT as PERSISTENT,
    NAMEID_TRANSIENT as TRANSIENT, NAMEID_UNSPECIFIED as UNSPECIFIED,
};
use saml::message::{Attribute, NameId, NameIdPolicy};

use super::kept::Kept;
use crate::Services;
use crate::service_providers::{RequestedClaim, SamlServiceProvider};

/// Those this server gives.
const FORMATS: [&str; 4] = [UNSPECIFIED, EMAIL, PERSISTENT, TRANSIENT];

/// What a NameID's value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The value of the claim with this URI.
    Claim(String),
    /// Derived from service provider and user: the same each time, another one for every service provider.
    Persistent,
    /// Made up for this answer.
    Transient,
}

/// Identifiers that no claim holds, made outside.
#[derive(Clone, Debug)]
pub(super) struct Identifiers {
    /// Our entity ID towards the service provider.
    pub issuer: String,
    pub persistent: String,
    pub transient: String,
}

/// Why a NameIDPolicy cannot be honoured, in words for the log (SAML Core 3.4.1.1). AllowCreate is not among the
/// reasons: persistent identifiers are derived, so that none is ever created for a request.
pub(super) fn unsupported(policy: Option<&NameIdPolicy>, sp: &SamlServiceProvider) -> Option<String> {
    let policy = policy?;
    let format = policy.format.as_deref().unwrap_or(UNSPECIFIED);
    if !FORMATS.contains(&format) {
        return Some(format!("Format {format:?}"));
    }
    // Another service provider's name for the user would tell this one what it must not know. An empty attribute is no
    // name (Core 1.3.1).
    let qualifier = policy.sp_name_qualifier.as_deref().unwrap_or_default();
    (!qualifier.is_empty() && qualifier != sp.saml.issuer).then(|| format!("SPNameQualifier {qualifier:?}"))
}

/// The format to name the user in: as NameIDPolicy asks, else as the Subject of the request has it, else as configured.
pub(super) fn format<'a>(sp: &'a SamlServiceProvider, kept: &'a Kept) -> &'a str {
    // One that this server does not give is nobody's, so the Subject will be found to be another's.
    let is_known = |format: &&String| kept.subject.is_some() && FORMATS.contains(&format.as_str());
    let subject_format = kept.subject_format.as_ref().filter(is_known);
    [
        kept.name_id_format.as_ref(),
        subject_format,
        Some(&sp.saml.name_id_format),
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .find(|format| !format.is_empty() && *format != UNSPECIFIED)
    .unwrap_or(UNSPECIFIED)
}

/// What a NameID of this format is taken from.
pub(super) fn source(sp: &SamlServiceProvider, format: &str) -> Source {
    let chosen = sp.subject_claim.as_str();
    let is_default = chosen.is_empty() || chosen == claim::USERNAME;
    match format {
        PERSISTENT => Source::Persistent,
        TRANSIENT => Source::Transient,
        // A user name is no address: where nothing else was chosen, the address itself is told.
        EMAIL if is_default => Source::Claim(claim::EMAIL.to_owned()),
        _ if is_default => Source::Claim(claim::USERNAME.to_owned()),
        _ => Source::Claim(chosen.to_owned()),
    }
}

/// The NameID. `None`: the user lacks the claim it is taken from.
pub(super) fn name_id(
    sp: &SamlServiceProvider,
    format: &str,
    source: &Source,
    claims: &BTreeMap<String, String>,
    identifiers: &Identifiers,
) -> Option<NameId> {
    let value = match source {
        Source::Claim(uri) => claims.get(uri).filter(|value| !value.is_empty())?,
        Source::Persistent => &identifiers.persistent,
        Source::Transient => &identifiers.transient,
    };
    Some(qualified(&identifiers.issuer, sp, value, format))
}

/// A NameID exactly as this server writes it to a service provider: a persistent one carries both qualifiers, in the
/// assertion and in a LogoutRequest alike (SAML Core 3.7.3).
pub fn named(services: &Services, sp: &SamlServiceProvider, value: &str, format: &str) -> NameId {
    qualified(&issuer(services, sp), sp, value, format)
}

fn qualified(issuer: &str, sp: &SamlServiceProvider, value: &str, format: &str) -> NameId {
    let persistent = format == PERSISTENT;
    NameId {
        value: value.to_owned(),
        format: Some(format.to_owned()),
        name_qualifier: persistent.then(|| issuer.to_owned()),
        sp_name_qualifier: persistent.then(|| sp.saml.issuer.clone()),
    }
}

/// Whether the user is the one that the request's Subject names. What it leaves open may be anything; what it says has
/// to be the same (SAML Core 3.3.4).
pub(super) fn is_the_one_asked_for(kept: &Kept, name_id: &NameId) -> bool {
    let same = |asked: &Option<String>, given: &Option<String>| {
        let asked = asked.as_deref().unwrap_or_default();
        asked.is_empty() || Some(asked) == given.as_deref()
    };
    let Some(value) = &kept.subject else {
        return true;
    };
    let format = kept.subject_format.clone().filter(|format| format != UNSPECIFIED);
    *value == name_id.value
        && same(&format, &name_id.format)
        && same(&kept.subject_name_qualifier, &name_id.name_qualifier)
        && same(&kept.subject_sp_name_qualifier, &name_id.sp_name_qualifier)
}

/// Our entity ID towards a service provider.
pub fn issuer(services: &Services, sp: &SamlServiceProvider) -> String {
    let alias = &sp.saml.idp_entity_id_alias;
    if alias.is_empty() {
        services.settings.entity_id()
    } else {
        alias.clone()
    }
}

/// What a requested claim comes to: the attribute under the service provider's name for it. `None`: the user has no
/// value for it, and an attribute without a value would say nothing.
pub(super) fn attribute(
    sp: &SamlServiceProvider,
    requested: &RequestedClaim,
    claims: &BTreeMap<String, String>,
    roles: &[String],
) -> Option<Attribute> {
    let values: Vec<String> = if requested.local == claim::ROLE {
        roles.iter().map(|role| role_name(sp, role).to_owned()).collect()
    } else {
        let value = claims.get(&requested.local).filter(|value| !value.is_empty());
        value.cloned().into_iter().collect()
    };
    if values.is_empty() {
        return None;
    }
    let name = if sp.custom_dialect {
        &requested.remote
    } else {
        &requested.local
    };
    Some(Attribute {
        name: name.clone(),
        name_format: Some(attribute_name_format(sp).to_owned()),
        friendly_name: Some(claim::short_name(&requested.local).to_owned()),
        values,
    })
}

fn attribute_name_format(sp: &SamlServiceProvider) -> &'static str {
    if sp.saml.attribute_name_format == "basic" {
        ATTRNAME_BASIC
    } else {
        ATTRNAME_URI
    }
}

/// A role under the service provider's name for it, where one is mapped.
fn role_name<'a>(sp: &'a SamlServiceProvider, role: &'a str) -> &'a str {
    let mapped = sp.roles.iter().find(|(local, _)| local == role);
    mapped.map_or(role, |(_, remote)| remote)
}
