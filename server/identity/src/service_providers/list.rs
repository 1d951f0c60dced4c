//! The list of service providers: found by the start of their name or issuer, sorted by name or age.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::{CertificateState, ListQuery, Page, ServiceProviderRow};
use entity::service_provider::{self, Column, Model};
use entity::{saml_service_provider, service_provider_metadata};
use saml::keys::Certificate;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{import, lookup, steps};
use crate::lists::{self, By, Key};
use crate::newest::{self, moment};
use crate::{Actor, Result, Services};

pub(crate) const BY_NAME: By<service_provider::Entity> = By::text("name", Column::NameLower, |row: &Model| {
    Key::Text(row.name_lower.clone())
});

/// What the list can be sorted by; the first is how it is sorted.
const SORTS: [By<service_provider::Entity>; 2] = [
    BY_NAME,
    By::time("created", Column::CreatedAt, Column::Id, |row: &Model| {
        Key::Time(row.created_at, row.id)
    }),
];

/// One page.
///
/// # Errors
/// `Denied`.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<ServiceProviderRow>> {
    actor.require(Permission::ViewServiceProviders)?;
    let db = &services.db;
    let mut select = service_provider::Entity::find();
    let typed = newest::typed(&query.search);
    if !typed.is_empty() {
        let by_name = lists::begins_with(Column::NameLower, &typed);
        let by_issuer = Column::Id.in_subquery(issuer_begins_with(&typed));
        select = select.filter(Condition::any().add(by_name).add(by_issuer));
    }
    let page = lists::page(db, select, lists::chosen(&SORTS, query), query).await?;

    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let saml = saml_service_provider::Entity::find()
        .filter(saml_service_provider::Column::ServiceProviderId.is_in(ids.clone()));
    let mut saml: HashMap<i64, _> = saml
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.service_provider_id, row))
        .collect();
    let records = service_provider_metadata::Entity::find()
        .filter(service_provider_metadata::Column::ServiceProviderId.is_in(ids.clone()));
    let records: HashMap<i64, _> = records
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.service_provider_id, row))
        .collect();
    let mut advanced = steps::advanced(db, &ids).await?;
    let resolved = page
        .rows
        .iter()
        .map(|row| steps::resolve(row, advanced.remove(&row.id).unwrap_or_default()));
    let resolved = resolved.collect::<Result<Vec<_>>>()?;
    let names = steps::names(db, resolved.iter().flatten()).await?;

    let now = services.clock.now();
    let rows = page.rows.into_iter().zip(resolved).map(|(row, steps)| {
        let saml = saml.remove(&row.id);
        Ok(ServiceProviderRow {
            id: row.id,
            name: row.name,
            description: row.description,
            steps: steps::in_words(&steps, &names),
            certificate: certificate(saml.as_ref(), now)?,
            metadata_days: records.get(&row.id).and_then(|record| import::lapse_days(record, now)),
            issuer: saml.map(|saml| saml.issuer),
            created: moment(row.created_at),
        })
    });
    Ok(Page {
        rows: rows.collect::<Result<_>>()?,
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

/// Ids of those whose issuer begins with `typed`.
fn issuer_begins_with(typed: &str) -> SelectStatement {
    saml_service_provider::Entity::find()
        .select_only()
        .column(saml_service_provider::Column::ServiceProviderId)
        .filter(lists::begins_in_any_case(saml_service_provider::Column::Issuer, typed))
        .into_query()
}

fn certificate(saml: Option<&saml_service_provider::Model>, now: DateTime<Utc>) -> Result<CertificateState> {
    let Some(saml) = saml else {
        return Ok(CertificateState::NoConfiguration);
    };
    let saml = lookup::stored(saml)?;
    let certificates = [&saml.certificate, &saml.encryption_certificate]
        .into_iter()
        .flat_map(|text| Certificate::parse_all(text).unwrap_or_default());
    let first = certificates.map(|certificate| certificate.not_after).min();
    Ok(first.map_or(CertificateState::NoneNeeded, |not_after| {
        CertificateState::Days(import::days_left(not_after, now))
    }))
}

#[cfg(test)]
mod tests {
    use domain::input::saml::SamlInput;
    use domain::input::service_provider::ServiceProviderInput;
    use domain::{PermissionSet, view};

    use super::*;
    use crate::service_providers::{create, save_saml};
    use crate::{Error, testing};

    async fn add(services: &Services, actor: &Actor, name: &str, issuer: Option<&str>) -> i64 {
        let id = create(
            services,
            actor,
            &ServiceProviderInput {
                name: name.into(),
                ..Default::default()
            },
        )
        .await
        .unwrap();
        if let Some(issuer) = issuer {
            let acs_urls = vec!["https://sp.example.org/acs".to_owned()];
            let input = SamlInput {
                issuer: issuer.into(),
                acs_urls,
                ..SamlInput::default()
            };
            save_saml(services, actor, id, &input).await.unwrap();
        }
        id
    }

    async fn found(services: &Services, actor: &Actor, search: &str) -> Vec<String> {
        let query = ListQuery {
            search: search.into(),
            ..ListQuery::default()
        };
        list(services, actor, &query)
            .await
            .unwrap()
            .rows
            .into_iter()
            .map(|row| row.name)
            .collect()
    }

    #[tokio::test]
    async fn found_by_the_start_of_name_or_issuer_and_nothing_is_a_pattern() {
        let (services, _, actor) = testing::services().await;
        add(&services, &actor, "Wiki", Some("urn:Wiki:prod")).await;
        add(&services, &actor, "Payroll", Some("https://pay.example.org/saml")).await;
        add(&services, &actor, "100%_sure", None).await;
        for (search, names) in [
            ("", vec!["100%_sure", "Payroll", "Wiki"]),
            ("wI", vec!["Wiki"]),
            ("URN:wiki", vec!["Wiki"]),
            ("https://pay", vec!["Payroll"]),
            ("roll", vec![]),
            ("example", vec![]),
            ("100%", vec!["100%_sure"]),
            ("%", vec![]),
            ("_", vec![]),
            ("urn_", vec![]),
        ] {
            assert_eq!(found(&services, &actor, search).await, names, "{search}");
        }
    }

    #[tokio::test]
    async fn a_row_says_how_its_users_sign_in() {
        let (services, _, actor) = testing::services().await;
        add(&services, &actor, "Archive", None).await;
        add(&services, &actor, "Wiki", Some("wiki")).await;
        let rows = list(&services, &actor, &ListQuery::default()).await.unwrap().rows;
        assert_eq!(
            (rows[0].issuer.as_deref(), rows[0].certificate),
            (None, CertificateState::NoConfiguration)
        );
        assert_eq!(
            (rows[1].issuer.as_deref(), rows[1].certificate),
            (Some("wiki"), CertificateState::NoneNeeded)
        );
        assert_eq!(rows[1].steps, ["password"]);
    }

    #[tokio::test]
    async fn pages_follow_each_other_by_key() {
        let (services, _, actor) = testing::services().await;
        for n in 0..=view::PAGE_SIZE {
            add(&services, &actor, &format!("App {n:02}"), None).await;
        }
        let first = list(&services, &actor, &ListQuery::default()).await.unwrap();
        assert_eq!(
            (first.rows.len() as u64, first.count, first.previous),
            (view::PAGE_SIZE, Some(view::PAGE_SIZE + 1), None)
        );
        let second = list(
            &services,
            &actor,
            &ListQuery {
                after: first.next,
                ..ListQuery::default()
            },
        )
        .await
        .unwrap();
        assert_eq!(
            second.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
            ["App 25"]
        );
        assert_eq!(second.next, None);
    }

    #[tokio::test]
    async fn the_list_needs_a_permission() {
        let (services, _, mut actor) = testing::services().await;
        actor.permissions = [Permission::ManageUsers].into_iter().collect::<PermissionSet>();
        assert!(matches!(
            list(&services, &actor, &ListQuery::default()).await,
            Err(Error::Denied(_))
        ));
    }
}
