//! What deliveries can be filtered by.

use domain::view::delivery::{DeliveriesQuery, DeliveryChoices};
use domain::view::watch::FilterChoices;
use entity::{federated_authenticator, identity_provider, service_provider, sms_delivery};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::filter::{TESTS, is_country};
use super::{OPEN, OUTCOMES, UNDER_WAY};
use crate::{Result, identity_providers};

/// As many as a select can still be used with. Beyond, the search finds service providers.
const OFFERED: u64 = 200;

pub(super) async fn offered(db: &impl ConnectionTrait, query: &DeliveriesQuery) -> Result<DeliveryChoices> {
    let outcomes = OUTCOMES.map(|outcome| (outcome.as_str().to_owned(), outcome.label().to_owned()));
    Ok(DeliveryChoices {
        outcomes: outcomes
            .into_iter()
            .chain([(OPEN.to_owned(), UNDER_WAY.to_owned())])
            .collect(),
        identity_providers: identity_providers(db, query.identity_provider.parse().ok()).await?,
        service_providers: service_providers(db, query.service_provider.parse().ok()).await?,
        countries: countries(db, &query.country).await?,
    })
}

/// The identity providers that can send SMS, enabled or not, and the one that is asked for: it may be gone by now.
async fn identity_providers(db: &impl ConnectionTrait, chosen: Option<i64>) -> Result<FilterChoices> {
    let with_sms = federated_authenticator::Entity::find()
        .select_only()
        .column(federated_authenticator::Column::IdentityProviderId)
        .filter(federated_authenticator::Column::Kind.eq(identity_providers::SMSOTP));
    let providers = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.in_subquery(with_sms.into_query()))
        .order_by_asc(identity_provider::Column::NameLower)
        .limit(OFFERED)
        .all(db)
        .await?;
    let choices = providers.into_iter().map(|row| (row.id.to_string(), row.name));
    let column = sms_delivery::Column::IdentityProviderId;
    with_chosen(db, choices.collect(), column, chosen, |row| row.identity_provider).await
}

/// The first service providers by name, the one that is asked for, and the tests.
async fn service_providers(db: &impl ConnectionTrait, chosen: Option<i64>) -> Result<FilterChoices> {
    let rows: Vec<(i64, String)> = service_provider::Entity::find()
        .select_only()
        .columns([service_provider::Column::Id, service_provider::Column::Name])
        .order_by_asc(service_provider::Column::NameLower)
        .limit(OFFERED)
        .into_tuple()
        .all(db)
        .await?;
    let choices = rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let column = sms_delivery::Column::ServiceProviderId;
    let mut choices = with_chosen(db, choices, column, chosen, |row| row.application).await?;
    choices.push((TESTS.to_owned(), "Tests from the console".to_owned()));
    Ok(choices)
}

/// Adds what is asked for, by the name that its newest delivery has kept.
async fn with_chosen(
    db: &impl ConnectionTrait,
    mut choices: FilterChoices,
    column: sms_delivery::Column,
    chosen: Option<i64>,
    name: impl Fn(sms_delivery::Model) -> String,
) -> Result<FilterChoices> {
    if let Some(id) = chosen
        && !choices.iter().any(|(offered, _)| *offered == id.to_string())
    {
        let last = sms_delivery::Entity::find()
            .filter(column.eq(id))
            .order_by_desc(sms_delivery::Column::Id)
            .one(db)
            .await?;
        choices.extend(last.map(|row| (id.to_string(), name(row))));
    }
    Ok(choices)
}

/// Every region something was sent to: each is one step along the index, however long the log is.
async fn countries(db: &impl ConnectionTrait, chosen: &str) -> Result<FilterChoices> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().map_or("", String::as_str);
        let next: Option<String> = sms_delivery::Entity::find()
            .select_only()
            .column(sms_delivery::Column::Country)
            .filter(sms_delivery::Column::Country.gt(after))
            .order_by_asc(sms_delivery::Column::Country)
            .limit(1)
            .into_tuple()
            .one(db)
            .await?;
        match next {
            Some(country) => found.push(country),
            None => break,
        }
    }
    if is_country(chosen) && !found.iter().any(|country| country == chosen) {
        found.push(chosen.to_owned());
    }
    Ok(found.into_iter().map(|country| (country.clone(), country)).collect())
}
