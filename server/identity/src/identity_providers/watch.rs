//! What Home watches of the identity providers that can send: budgets, the circuit breaker, trusted certificates.

use chrono::{DateTime, Utc};
use entity::{federated_authenticator, identity_provider};
use saml::keys::Certificate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{SMSOTP, fallback, stored};
use crate::{Result, Services, counters};

/// Identity providers that are looked at: each has its settings opened.
const WATCHED: u64 = 100;

/// One identity provider that can send.
pub(crate) struct Watched {
    pub id: i64,
    pub name: String,
    /// Sent in the day that runs; 0 without a budget.
    pub sent: u64,
    pub budget: Option<u64>,
    pub is_skipped: bool,
    /// When the first of *Trusted certificates* ends.
    pub certificates_end: Option<DateTime<Utc>>,
}

/// The enabled identity providers, the oldest first.
pub(crate) async fn watched(services: &Services) -> Result<Vec<Watched>> {
    let (db, now) = (&services.db, services.clock.now());
    let rows = federated_authenticator::Entity::find()
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP))
        .filter(federated_authenticator::Column::Enabled.eq(true))
        .order_by_asc(federated_authenticator::Column::IdentityProviderId)
        .limit(WATCHED)
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| row.identity_provider_id);
    let providers = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.is_in(ids))
        .filter(identity_provider::Column::Enabled.eq(true))
        .all(db)
        .await?;
    let mut watched = Vec::new();
    for row in &rows {
        let id = row.identity_provider_id;
        let Some(provider) = providers.iter().find(|provider| provider.id == id) else {
            continue;
        };
        let stored = stored::open(services, row)?;
        let budget = stored.policy.daily_budget.map(u64::from);
        let sent = match budget {
            Some(_) => counters::used(db, now, &crate::sms::budget(id)).await?.0,
            None => 0,
        };
        let has_fallback = fallback::of(db, id).await?.is_some();
        let trusted = Certificate::parse_all(&stored.trusted_certificates).unwrap_or_default();
        watched.push(Watched {
            id,
            name: provider.name.clone(),
            sent,
            budget,
            is_skipped: has_fallback && crate::sms::is_skipped(db, now, id).await?,
            certificates_end: trusted.into_iter().map(|certificate| certificate.not_after).min(),
        });
    }
    Ok(watched)
}
