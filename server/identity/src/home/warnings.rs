//! What needs somebody soon: certificates that end, budgets that are nearly used, identity providers that are left out.

use chrono::{DateTime, Duration, Utc};
use domain::Permission;
use domain::view::budget_warning;
use domain::view::home::{Warning, WarningKind};
use entity::{saml_service_provider, service_provider};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::identity_providers::{self, Watched};
use crate::{Actor, Result, Services, keys};

/// Certificates are named from so many days before their end.
const DAYS: i64 = 30;
/// Service providers that are named; the most pressing first.
const NAMED: u64 = 10;

pub(super) async fn all(services: &Services, actor: &Actor) -> Result<Vec<Warning>> {
    let may = |permission| actor.permissions.has(permission);
    let mut dated: Vec<(DateTime<Utc>, Warning)> = Vec::new();
    let mut rest = Vec::new();
    if may(Permission::ViewSettings) {
        dated.extend(ours(services).await?);
    }
    if may(Permission::ViewServiceProviders) {
        dated.extend(service_providers(services).await?);
    }
    if may(Permission::ViewIdentityProviders) {
        for watched in identity_providers::watched(services).await? {
            let ends = watched
                .certificates_end
                .map(|ends| (ends, trusted(services, &watched, ends)));
            dated.extend(ends.filter(|(ends, _)| soon(services, *ends)));
            rest.extend(provider(&watched));
        }
    }
    dated.sort_by_key(|(ends, _)| *ends);
    // What fails already comes before what will.
    rest.sort_by_key(|warning| !warning.urgent);
    let (failing, coming): (Vec<_>, Vec<_>) = rest.into_iter().partition(|warning| warning.urgent);
    let dated = dated.into_iter().map(|(_, warning)| warning);
    Ok(failing.into_iter().chain(dated).chain(coming).collect())
}

fn soon(services: &Services, ends: DateTime<Utc>) -> bool {
    ends <= services.clock.now() + Duration::days(DAYS)
}

fn certificate(services: &Services, name: String, href: String, whose: &str, ends: DateTime<Utc>) -> Warning {
    let (urgent, date) = (ends <= services.clock.now(), ends.date_naive());
    let text = if urgent {
        format!("{whose} has expired on {date}.")
    } else {
        format!("{whose} expires on {date}.")
    };
    Warning {
        kind: WarningKind::Certificate,
        name,
        href,
        text,
        urgent,
    }
}

/// Keys that are published: whoever checks certificates will refuse what they sign.
async fn ours(services: &Services) -> Result<Vec<(DateTime<Utc>, Warning)>> {
    let mut found = Vec::new();
    for row in keys::published(services).await? {
        if soon(services, row.not_after) {
            let name = format!("Signing key {}", domain::signing_key::short_id(&row.key_id));
            let href = "/console/identity-providers/resident".to_owned();
            let warning = certificate(services, name, href, "This server's certificate", row.not_after);
            found.push((row.not_after, warning));
        }
    }
    Ok(found)
}

/// By the index on their end: the others are not read.
async fn service_providers(services: &Services) -> Result<Vec<(DateTime<Utc>, Warning)>> {
    use saml_service_provider::Column;
    let until = services.clock.now() + Duration::days(DAYS);
    let rows = saml_service_provider::Entity::find()
        .filter(Column::CertificateEndsAt.lte(until))
        .order_by_asc(Column::CertificateEndsAt)
        .limit(NAMED)
        .all(&services.db)
        .await?;
    let ids = rows.iter().map(|row| row.service_provider_id);
    let named = service_provider::Entity::find()
        .filter(service_provider::Column::Id.is_in(ids))
        .all(&services.db)
        .await?;
    let warnings = rows.into_iter().filter_map(|row| {
        let ends = row.certificate_ends_at?;
        let sp = named.iter().find(|sp| sp.id == row.service_provider_id)?;
        let href = format!("/console/service-providers/{}/saml#f-certificate", sp.id);
        let warning = certificate(
            services,
            sp.name.clone(),
            href,
            "The service provider's certificate",
            ends,
        );
        Some((ends, warning))
    });
    Ok(warnings.collect())
}

fn trusted(services: &Services, watched: &Watched, ends: DateTime<Utc>) -> Warning {
    let whose = "A certificate among Trusted certificates";
    certificate(services, watched.name.clone(), href(watched), whose, ends)
}

fn href(watched: &Watched) -> String {
    format!("/console/identity-providers/{}", watched.id)
}

fn provider(watched: &Watched) -> Vec<Warning> {
    let warning = |kind, urgent, text| Warning {
        kind,
        name: watched.name.clone(),
        href: href(watched),
        text,
        urgent,
    };
    let budget = budget_warning(watched.sent, watched.budget).map(|(sent, budget)| {
        let text = format!("{sent} of {budget} SMS of its daily budget are used.");
        warning(WarningKind::Budget, sent >= budget, text)
    });
    let skipped = watched.is_skipped.then(|| {
        let text = "It has failed several times in a row, so its fallback is asked first for now.".to_owned();
        warning(WarningKind::Skipped, true, text)
    });
    budget.into_iter().chain(skipped).collect()
}
