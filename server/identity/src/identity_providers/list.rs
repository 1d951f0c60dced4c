//! The list: searched by the start of the name, read by key.

use std::collections::HashMap;

use domain::Permission;
use domain::view::{IdentityProviderRow, ListQuery, Page};
use entity::{federated_authenticator, identity_provider};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use url::Url;

use super::{SMSOTP, stored, usage};
use crate::{Actor, Result, Services, lists};

/// One page of identity providers, ordered by name.
///
/// # Errors
/// `Denied`.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<IdentityProviderRow>> {
    actor.require(Permission::ViewIdentityProviders)?;
    let mut select = identity_provider::Entity::find();
    if !query.search.trim().is_empty() {
        select = select.filter(lists::begins_with(identity_provider::Column::NameLower, &query.search));
    }
    let page = lists::page(
        &services.db,
        select,
        identity_provider::Column::NameLower,
        query,
        |row| row.name_lower.clone(),
    )
    .await?;
    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let authenticators: HashMap<i64, federated_authenticator::Model> = federated_authenticator::Entity::find()
        .filter(federated_authenticator::Column::IdentityProviderId.is_in(ids.iter().copied()))
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP))
        .all(&services.db)
        .await?
        .into_iter()
        .map(|row| (row.identity_provider_id, row))
        .collect();
    let used = usage::counts(&services.db, &ids).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        let authenticator = authenticators.get(&row.id);
        rows.push(IdentityProviderRow {
            id: row.id,
            name: row.name,
            description: row.description,
            enabled: row.enabled,
            sms_enabled: authenticator.is_some_and(|authenticator| authenticator.enabled),
            sms_host: authenticator
                .map(|row| stored::open(services, row))
                .transpose()?
                .and_then(|stored| host(&stored.request.url)),
            used_by: used.get(&row.id).copied().unwrap_or_default(),
        });
    }
    Ok(Page {
        rows,
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

/// The host alone: user, password, path and query may hold keys.
pub(super) fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}
