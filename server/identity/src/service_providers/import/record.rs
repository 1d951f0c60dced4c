//! The row about a service provider's metadata: where it came from, how long it holds, and what of it the settings have
//! no place for.

use chrono::{DateTime, Utc};
use domain::input::saml::SamlInput;
use domain::view::WARN_DAYS;
use domain::view::metadata::{Lapse, MetadataFacts};
use entity::service_provider_metadata::{ActiveModel, Column, Entity, Model};
use saml::keys::Certificate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::de::DeserializeOwned;

use super::encryption;
use super::offer::Offer;
use crate::{Error, Result};

const DAY: &str = "%Y-%m-%d";

pub(in crate::service_providers) async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// What an administrator takes over of metadata, or leaves as it was.
pub(super) struct Taken {
    pub source_url: Option<String>,
    pub valid_until: Option<DateTime<Utc>>,
    pub acs_indexes: Vec<(u16, String)>,
    pub logout_responses: Vec<(String, String)>,
}

/// Writes what `offer` says over what was known, but for what is the caller's to say.
pub(super) async fn save(
    db: &impl ConnectionTrait,
    id: i64,
    offer: &Offer,
    taken: Taken,
    now: DateTime<Utc>,
) -> Result<()> {
    let json = |value: serde_json::Result<String>| value.map_err(Error::internal);
    let row = ActiveModel {
        service_provider_id: Set(id),
        source_url: Set(taken.source_url),
        imported_at: Set(now),
        valid_until: Set(taken.valid_until),
        encryption_methods: Set(json(serde_json::to_string(&offer.encryption_methods))?),
        acs_indexes: Set(json(serde_json::to_string(&taken.acs_indexes))?),
        notes: Set(json(serde_json::to_string(&offer.notes))?),
        logout_responses: Set(json(serde_json::to_string(&taken.logout_responses))?),
    };
    let over = OnConflict::column(Column::ServiceProviderId)
        .update_columns([
            Column::SourceUrl,
            Column::ImportedAt,
            Column::ValidUntil,
            Column::EncryptionMethods,
            Column::AcsIndexes,
            Column::Notes,
            Column::LogoutResponses,
        ])
        .to_owned();
    Entity::insert(row).on_conflict(over).exec(db).await?;
    Ok(())
}

fn list<T: DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(Error::internal)
}

/// The weak encryption algorithms that the metadata leaves no other choice than.
pub(in crate::service_providers) fn weak_algorithms(
    record: Option<&Model>,
) -> Result<Vec<(&'static str, &'static str)>> {
    match record {
        Some(record) => Ok(encryption::weak_offered(&list(&record.encryption_methods)?)),
        None => Ok(Vec::new()),
    }
}

/// The assertion consumer URLs by the index that a request may name.
pub(in crate::service_providers) fn acs_indexes(record: Option<&Model>) -> Result<Vec<(u16, String)>> {
    record.map_or_else(|| Ok(Vec::new()), |record| list(&record.acs_indexes))
}

/// Where answers to its LogoutRequests go by each logout method, where that is not one address.
pub(in crate::service_providers) fn logout_responses(record: Option<&Model>) -> Result<Vec<(String, String)>> {
    record.map_or_else(|| Ok(Vec::new()), |record| list(&record.logout_responses))
}

pub(in crate::service_providers) fn facts(record: &Model) -> Result<MetadataFacts> {
    Ok(MetadataFacts {
        source_url: record.source_url.clone(),
        imported_on: record.imported_at.format(DAY).to_string(),
        valid_until: record.valid_until.map(|until| until.format(DAY).to_string()),
        notes: list(&record.notes)?,
    })
}

/// Whole days until `end`, negative when it is over.
pub(in crate::service_providers) fn days_left(end: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let left = (end - now).num_days();
    if end <= now { left.min(-1) } else { left }
}

/// As [`days_left`] of the metadata, where that is soon.
pub(in crate::service_providers) fn lapse_days(record: &Model, now: DateTime<Utc>) -> Option<i64> {
    let days = days_left(record.valid_until?, now);
    (days < WARN_DAYS).then_some(days)
}

/// What lapses within thirty days or has, most urgent first.
pub(in crate::service_providers) fn lapses(
    saml: Option<&SamlInput>,
    record: Option<&Model>,
    now: DateTime<Utc>,
) -> Vec<Lapse> {
    let mut ends: Vec<(DateTime<Utc>, String)> = Vec::new();
    if let Some(until) = record.and_then(|record| record.valid_until) {
        ends.push((until, "Its metadata".to_owned()));
    }
    let texts = saml.map(|saml| {
        [
            (&saml.certificate, ""),
            (&saml.encryption_certificate, " that assertions are encrypted for"),
        ]
    });
    for (text, what) in texts.into_iter().flatten() {
        for certificate in Certificate::parse_all(text).unwrap_or_default() {
            let text = format!("The certificate of `{}`{what}", certificate.subject);
            if !ends.contains(&(certificate.not_after, text.clone())) {
                ends.push((certificate.not_after, text));
            }
        }
    }
    ends.sort();
    let soon = ends.into_iter().filter(|(end, _)| days_left(*end, now) < WARN_DAYS);
    soon.map(|(end, what)| {
        let over = end <= now;
        let on = end.format(DAY);
        let text = match days_left(end, now) {
            ..0 => format!("{what} expired on {on}."),
            0 => format!("{what} expires within a day, on {on}."),
            1 => format!("{what} expires in 1 day, on {on}."),
            days => format!("{what} expires in {days} days, on {on}."),
        };
        Lapse { text, over }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn the_last_thirty_days_are_counted() {
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap();
        let at = |hours: i64| now + chrono::Duration::hours(hours);
        for (hours, days, words) in [
            (-1, Some(-1), "Its metadata expired on 2026-11-23."),
            (-50, Some(-2), "Its metadata expired on 2026-11-21."),
            (1, Some(0), "Its metadata expires within a day, on 2026-11-23."),
            (25, Some(1), "Its metadata expires in 1 day, on 2026-11-24."),
            (24 * 29, Some(29), "Its metadata expires in 29 days, on 2026-12-22."),
            (24 * 30, None, ""),
        ] {
            let record = Model {
                service_provider_id: 1,
                source_url: None,
                imported_at: now,
                valid_until: Some(at(hours)),
                encryption_methods: "[]".into(),
                acs_indexes: "[]".into(),
                notes: "[]".into(),
                logout_responses: "[]".into(),
            };
            assert_eq!(lapse_days(&record, now), days, "{hours}");
            let found: Vec<_> = lapses(None, Some(&record), now)
                .into_iter()
                .map(|lapse| (lapse.text, lapse.over))
                .collect();
            let expected = days.map(|_| (words.to_owned(), hours < 0));
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{hours}");
        }
    }
}
