//! The list: searched by the start of the name, read by key.

use std::collections::HashMap;

use domain::Permission;
use domain::view::{IdentityProviderRow, ListQuery, Page, budget_warning};
use entity::federated_authenticator;
use entity::identity_provider::{self, Column, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use url::Url;

use super::{SMSOTP, stored, usage};
use crate::lists::{self, By, Key};
use crate::newest::moment;
use crate::{Actor, Result, Services, counters};

/// What the list can be sorted by; the first is how it is sorted.
const SORTS: [By<identity_provider::Entity>; 2] = [
    By::text("name", Column::NameLower, |row: &Model| {
        Key::Text(row.name_lower.clone())
    }),
    By::time("created", Column::CreatedAt, Column::Id, |row: &Model| {
        Key::Time(row.created_at, row.id)
    }),
];

/// One page of identity providers.
///
/// # Errors
/// `Denied`.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<IdentityProviderRow>> {
    actor.require(Permission::ViewIdentityProviders)?;
    let mut select = identity_provider::Entity::find();
    if !query.search.trim().is_empty() {
        select = select.filter(lists::begins_with(Column::NameLower, &query.search));
    }
    let page = lists::page(&services.db, select, lists::chosen(&SORTS, query), query).await?;
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
        let stored = authenticator.map(|row| stored::open(services, row)).transpose()?;
        let budget = stored.as_ref().and_then(|stored| stored.policy.daily_budget);
        let (sent, _) = match budget {
            Some(_) => counters::used(&services.db, services.clock.now(), &crate::sms::budget(row.id)).await?,
            None => Default::default(),
        };
        rows.push(IdentityProviderRow {
            id: row.id,
            name: row.name,
            description: row.description,
            enabled: row.enabled,
            sms_enabled: authenticator.is_some_and(|authenticator| authenticator.enabled),
            sms_host: stored.and_then(|stored| host(&stored.request.url)),
            used_by: used.get(&row.id).copied().unwrap_or_default(),
            budget_nearly_used: budget_warning(sent, budget.map(u64::from)),
            created: moment(row.created_at),
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
