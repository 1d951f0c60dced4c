//! Who the assertion is about and what it says of them: NameID and attributes.

use std::collections::BTreeMap;

use domain::claim;
use entity::user;
use saml::identifier::{
    ATTRNAME_BASIC, ATTRNAME_URI, NAMEID_EMAIL as EMAIL, NAMEID_PERSISTENT as PERSISTENT,
    NAMEID_TRANSIENT as TRANSIENT, NAMEID_UNSPECIFIED as UNSPECIFIED,
};
use saml::message::{Attribute, NameId, NameIdPolicy};
use sea_orm::ConnectionTrait;

use crate::service_providers::SamlServiceProvider;
use crate::{Result, Services, roles, token};

/// The format a request asks for, where this server has none such (SAML Core 3.4.1.1).
pub fn unsupported_format(policy: Option<&NameIdPolicy>) -> Option<&str> {
    let format = policy?.format.as_deref()?;
    (![UNSPECIFIED, EMAIL, PERSISTENT, TRANSIENT].contains(&format)).then_some(format)
}

/// The NameID in the format asked for, else the registered one. `None`: the user lacks the claim it is taken from.
pub fn name_id(
    services: &Services,
    sp: &SamlServiceProvider,
    user: &user::Model,
    claims: &BTreeMap<String, String>,
    asked: Option<&str>,
) -> Result<Option<NameId>> {
    let format = asked
        .filter(|format| *format != UNSPECIFIED)
        .unwrap_or(&sp.saml.name_id_format);
    let format = if format.is_empty() { UNSPECIFIED } else { format };
    let value = match format {
        PERSISTENT => Some(services.vault.blind(&format!("persistent/{}/{}", sp.id, user.id))),
        TRANSIENT => Some(token::saml_id()?),
        EMAIL if sp.subject_claim.is_empty() => claims.get(claim::EMAIL).cloned(),
        _ if sp.subject_claim.is_empty() => Some(user.username.clone()),
        _ => claims.get(&sp.subject_claim).cloned(),
    };
    Ok(value
        .filter(|value| !value.is_empty())
        .map(|value| named(services, sp, &value, format)))
}

/// A NameID exactly as this server writes it to a service provider: a persistent one carries both qualifiers, in the
/// assertion and in a LogoutRequest alike (SAML Core 3.7.3).
pub fn named(services: &Services, sp: &SamlServiceProvider, value: &str, format: &str) -> NameId {
    let persistent = format == PERSISTENT;
    NameId {
        value: value.to_owned(),
        format: Some(format.to_owned()),
        name_qualifier: persistent.then(|| issuer(services, sp)),
        sp_name_qualifier: persistent.then(|| sp.saml.issuer.clone()),
    }
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

/// The requested claims that the user has, under the service provider's names for them.
pub async fn attributes(
    db: &impl ConnectionTrait,
    sp: &SamlServiceProvider,
    user: &user::Model,
    claims: &BTreeMap<String, String>,
) -> Result<Vec<Attribute>> {
    let name_format = if sp.saml.attribute_name_format == "basic" {
        ATTRNAME_BASIC
    } else {
        ATTRNAME_URI
    };
    let mut attributes = Vec::new();
    for requested in &sp.claims {
        let values = if requested.local == claim::ROLE {
            roles_of(db, sp, user.id).await?
        } else {
            claims
                .get(&requested.local)
                .filter(|value| !value.is_empty())
                .cloned()
                .into_iter()
                .collect()
        };
        if values.is_empty() {
            continue;
        }
        let name = if sp.custom_dialect {
            &requested.remote
        } else {
            &requested.local
        };
        attributes.push(Attribute {
            name: name.clone(),
            name_format: Some(name_format.to_owned()),
            friendly_name: Some(claim::short_name(&requested.local).to_owned()),
            values,
        });
    }
    Ok(attributes)
}

/// The user's roles, under the service provider's names where they are mapped.
async fn roles_of(db: &impl ConnectionTrait, sp: &SamlServiceProvider, user_id: i64) -> Result<Vec<String>> {
    let names = roles::names_of(db, user_id).await?;
    let mapped = |name: String| {
        sp.roles
            .iter()
            .find(|(local, _)| *local == name)
            .map_or(name, |(_, remote)| remote.clone())
    };
    Ok(names.into_iter().map(mapped).collect())
}
