//! The list of service providers: found by the start of their name or issuer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::{CertificateState, ListQuery, Page, ServiceProviderRow};
use entity::{saml_service_provider, service_provider};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{lookup, saml_check, steps};
use crate::{Actor, Result, Services, lists};

/// One page, in the order of the names.
///
/// # Errors
/// `Denied`.
pub async fn list(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<ServiceProviderRow>> {
    actor.require(Permission::ViewServiceProviders)?;
    let db = &services.db;
    let mut select = service_provider::Entity::find();
    let typed = query.search.trim().to_lowercase();
    if !typed.is_empty() {
        let by_name = lists::begins_with(service_provider::Column::NameLower, &typed);
        let by_issuer = service_provider::Column::Id.in_subquery(issuer_begins_with(&typed));
        select = select.filter(Condition::any().add(by_name).add(by_issuer));
    }
    let page = lists::page(db, select, service_provider::Column::NameLower, query, |row| {
        row.name_lower.clone()
    })
    .await?;

    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let saml = saml_service_provider::Entity::find()
        .filter(saml_service_provider::Column::ServiceProviderId.is_in(ids.clone()));
    let mut saml: HashMap<i64, _> = saml
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
            issuer: saml.map(|saml| saml.issuer),
        })
    });
    Ok(Page {
        rows: rows.collect::<Result<_>>()?,
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

/// Ids of those whose issuer begins with `typed`, which is lower-case. Compared by length, not by pattern, so that no
/// character of it means anything else.
fn issuer_begins_with(typed: &str) -> SelectStatement {
    let length = i32::try_from(typed.chars().count()).unwrap_or(i32::MAX);
    let issuer = Func::lower(Expr::col(saml_service_provider::Column::Issuer));
    let start = Func::cust("substr").args([Expr::from(issuer), Expr::val(1), Expr::val(length)]);
    Query::select()
        .column(saml_service_provider::Column::ServiceProviderId)
        .from(saml_service_provider::Entity)
        .and_where(Expr::from(start).eq(typed))
        .to_owned()
}

fn certificate(saml: Option<&saml_service_provider::Model>, now: DateTime<Utc>) -> Result<CertificateState> {
    let Some(saml) = saml else {
        return Ok(CertificateState::NoConfiguration);
    };
    let certificates = saml_check::certificates(&lookup::stored(saml)?.certificate).unwrap_or_default();
    let first = certificates.iter().map(|certificate| certificate.not_after).min();
    Ok(first.map_or(CertificateState::NoneNeeded, |not_after| {
        CertificateState::Days((not_after - now).num_days())
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
