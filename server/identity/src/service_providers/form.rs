//! A service provider as its page's form shows it, and what the form offers to choose from.

use domain::Permission;
use domain::input::service_provider::{ClaimRow, RoleRow, ServiceProviderInput};
use domain::view::{ServiceProviderChoices, ServiceProviderView};
use entity::{role, saml_service_provider, service_provider};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{import, lookup, steps};
use crate::{Actor, Error, Result, Services, claims, identity_providers};

/// # Errors
/// `Denied`, `NotFound`.
pub async fn get(services: &Services, actor: &Actor, id: i64) -> Result<ServiceProviderView> {
    actor.require(Permission::ViewServiceProviders)?;
    let db = &services.db;
    let row = service_provider::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let saml = saml_service_provider::Entity::find_by_id(id).one(db).await?;
    let record = import::record(db, id).await?;
    let configured = saml.as_ref().map(lookup::stored).transpose()?;
    let lapses = import::lapses(configured.as_ref(), record.as_ref(), services.clock.now());
    let advanced = steps::advanced(db, &[id]).await?.remove(&id).unwrap_or_default();
    let now = steps::resolve(&row, advanced.clone())?;
    let names = steps::names(db, advanced.iter().chain(&now)).await?;
    Ok(ServiceProviderView {
        id,
        name: row.name.clone(),
        issuer: saml.map(|saml| saml.issuer),
        steps: steps::in_words(&now, &names),
        advanced_steps: steps::in_words(&advanced, &names),
        choices: offered(db).await?,
        input: input(db, row).await?,
        metadata: record.as_ref().map(import::facts).transpose()?,
        lapses,
    })
}

/// What the pages of a service provider may be set to: claims, roles and identity providers as they are now.
pub(super) async fn offered(db: &impl ConnectionTrait) -> Result<ServiceProviderChoices> {
    let claims = claims::all(db).await?.into_iter().map(|claim| claim.uri);
    let roles = role::Entity::find()
        .order_by_asc(role::Column::NameLower)
        .all(db)
        .await?;
    let identity_providers = identity_providers::choices(db).await?;
    Ok(ServiceProviderChoices {
        claims: claims.collect(),
        roles: roles.into_iter().map(|role| role.name).collect(),
        identity_providers: identity_providers
            .into_iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect(),
    })
}

/// What is stored, as the form.
pub(super) async fn input(db: &impl ConnectionTrait, row: service_provider::Model) -> Result<ServiceProviderInput> {
    let claims = lookup::claim_rows(db, row.id).await?.into_iter().map(|claim| ClaimRow {
        local: claim.local_claim,
        remote: claim.remote_claim,
        mandatory: claim.mandatory.into(),
    });
    let roles = lookup::role_rows(db, row.id).await?.into_iter();
    Ok(ServiceProviderInput {
        version: row.version.to_string(),
        claims: claims.collect(),
        roles: roles
            .map(|role| RoleRow {
                local: role.local_role,
                remote: role.remote_role,
            })
            .collect(),
        name: row.name,
        description: row.description,
        claim_dialect: row.claim_dialect,
        subject_claim: row.subject_claim,
        seen_authentication_type: row.authentication_type.clone(),
        authentication_type: row.authentication_type,
        local_authenticator: row.local_authenticator,
        federated_identity_provider: row
            .federated_identity_provider_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
        press: String::new(),
        refused_case: String::new(),
    })
}
