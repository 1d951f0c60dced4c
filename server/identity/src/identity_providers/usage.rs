//! Which service providers' sign-in needs an identity provider, and which identity providers have it as their fallback.

use std::collections::HashMap;

use domain::view::UsedBy;
use entity::{authentication_step, authentication_step_option, service_provider};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::fallback;
use crate::Result;

/// Every use, as links: steps of *Advanced Configuration*, *Federated Authentication*, and *Fallback identity provider*.
pub(super) async fn of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<UsedBy>> {
    let step_ids: Vec<i64> = authentication_step_option::Entity::find()
        .filter(authentication_step_option::Column::IdentityProviderId.eq(id))
        .all(db)
        .await?
        .into_iter()
        .map(|option| option.step_id)
        .collect();
    let steps = authentication_step::Entity::find()
        .filter(authentication_step::Column::Id.is_in(step_ids))
        .order_by_asc(authentication_step::Column::Position)
        .all(db)
        .await?;
    let of_steps: Vec<i64> = steps.iter().map(|step| step.service_provider_id).collect();
    let providers = service_provider::Entity::find()
        .filter(
            service_provider::Column::FederatedIdentityProviderId
                .eq(id)
                .or(service_provider::Column::Id.is_in(of_steps)),
        )
        .order_by_asc(service_provider::Column::NameLower)
        .all(db)
        .await?;
    let mut uses = Vec::new();
    for provider in providers {
        if provider.federated_identity_provider_id == Some(id) {
            uses.push(UsedBy {
                name: provider.name.clone(),
                href: format!("/console/service-providers/{}", provider.id),
                how: "federated authentication".into(),
            });
        }
        for step in steps.iter().filter(|step| step.service_provider_id == provider.id) {
            uses.push(UsedBy {
                name: provider.name.clone(),
                href: format!("/console/service-providers/{}/authentication-steps", provider.id),
                how: format!("step {}", step.position + 1),
            });
        }
    }
    for (user, name) in fallback::users(db, id).await? {
        uses.push(UsedBy {
            name,
            href: format!("/console/identity-providers/{user}"),
            how: "fallback".into(),
        });
    }
    Ok(uses)
}

/// How many service providers use each of these.
pub(super) async fn counts(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, u64>> {
    let mut users: HashMap<i64, Vec<i64>> = HashMap::new();
    let federated = service_provider::Entity::find()
        .filter(service_provider::Column::FederatedIdentityProviderId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    for provider in federated {
        users
            .entry(provider.federated_identity_provider_id.unwrap_or_default())
            .or_default()
            .push(provider.id);
    }
    let options = authentication_step_option::Entity::find()
        .filter(authentication_step_option::Column::IdentityProviderId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let step_ids = options.iter().map(|option| option.step_id);
    let steps = authentication_step::Entity::find()
        .filter(authentication_step::Column::Id.is_in(step_ids))
        .all(db)
        .await?;
    let of_step: HashMap<i64, i64> = steps
        .into_iter()
        .map(|step| (step.id, step.service_provider_id))
        .collect();
    for option in options {
        if let (Some(id), Some(provider)) = (option.identity_provider_id, of_step.get(&option.step_id)) {
            users.entry(id).or_default().push(*provider);
        }
    }
    Ok(users
        .into_iter()
        .map(|(id, mut providers)| {
            providers.sort_unstable();
            providers.dedup();
            (id, providers.len() as u64)
        })
        .collect())
}
