//! The SAML2 Web SSO configuration of a service provider: shown as a form, saved at once and in place.

use chrono::{DateTime, Utc};
use domain::input::saml::SamlInput;
use domain::view::{CertificateView, SamlFormView};
use domain::{Permission, Problems};
use entity::{saml_service_provider, service_provider};
use saml::keys::Certificate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{KIND, locked, lookup, saml_check};
use crate::audit::{self, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, store};

const ISSUER_TAKEN: &str = "Another service provider has this issuer. An issuer belongs to one service provider.";

/// The stored configuration, or the defaults where there is none yet.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn saml_form(services: &Services, actor: &Actor, id: i64) -> Result<SamlFormView> {
    actor.require(Permission::ViewServiceProviders)?;
    let row = service_provider::Entity::find_by_id(id)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    let saml = saml_service_provider::Entity::find_by_id(id).one(&services.db).await?;
    let input = match &saml {
        Some(saml) => SamlInput {
            version: saml.version.to_string(),
            ..lookup::stored(saml)?
        },
        None => SamlInput::default(),
    };
    let now = services.clock.now();
    let certificates = saml_check::certificates(&input.certificate).unwrap_or_default();
    Ok(SamlFormView {
        name: row.name,
        registered: saml.is_some(),
        certificates: certificates
            .iter()
            .map(|certificate| certificate_view(certificate, now))
            .collect(),
        input,
    })
}

fn certificate_view(certificate: &Certificate, now: DateTime<Utc>) -> CertificateView {
    CertificateView {
        subject: certificate.subject.clone(),
        not_after: certificate.not_after.format("%Y-%m-%d").to_string(),
        expired: certificate.not_after < now,
        key: format!("{}, {} bits", certificate.key_algorithm, certificate.key_bits),
        sha256: certificate.sha256.clone(),
    }
}

/// Saves the configuration: the first time it is made, later changed in place, so that no moment is without it. The
/// service provider's own version stays: its page may be open with edits that have nothing to do with this.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`, `Stale`.
pub async fn save_saml(services: &Services, actor: &Actor, id: i64, input: &SamlInput) -> Result<()> {
    actor.require(Permission::ManageServiceProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = locked(&txn, id).await?;
    let checked = saml_check::check(input);
    let taken = taken(&txn, id, input.issuer.trim()).await?;
    let saml = match (checked, taken) {
        (Ok(saml), None) => saml,
        (checked, taken) => {
            let mut problems = checked.err().unwrap_or_default();
            problems.0.extend(taken.into_iter().flat_map(|taken| taken.0));
            return Err(Error::Invalid(problems));
        }
    };
    let settings = serde_json::to_string(&saml).map_err(Error::internal)?;
    let action = match saml_service_provider::Entity::find_by_id(id).one(&txn).await? {
        Some(stored) if stored.version.to_string() == input.version => {
            change(&txn, &stored, &saml.issuer, settings).await?;
            "update"
        }
        None if input.version.is_empty() => {
            let new = saml_service_provider::ActiveModel {
                service_provider_id: Set(id),
                issuer: Set(saml.issuer.clone()),
                settings: Set(settings),
                version: Set(1),
            };
            new.insert(&txn).await.on_duplicate("issuer", ISSUER_TAKEN)?;
            "create"
        }
        _ => return Err(Error::Stale),
    };
    let detail = format!(
        "SAML2 Web SSO: issuer {}, {} assertion consumer URLs",
        saml.issuer,
        saml.acs_urls.len()
    );
    let entry = Entry {
        action,
        target_kind: KIND,
        target: &row.name,
        detail,
    };
    audit::record(&txn, &*services.clock, actor, entry).await?;
    txn.commit().await?;
    Ok(())
}

async fn change(
    db: &impl ConnectionTrait,
    stored: &saml_service_provider::Model,
    issuer: &str,
    settings: String,
) -> Result<()> {
    use saml_service_provider::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        issuer: Set(issuer.to_owned()),
        settings: Set(settings),
        ..Default::default()
    };
    let saved = Entity::update_many()
        .set(row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::ServiceProviderId.eq(stored.service_provider_id))
        .filter(Column::Version.eq(stored.version))
        .exec(db)
        .await
        .on_duplicate("issuer", ISSUER_TAKEN)?;
    if saved.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Says who has this issuer already. The unique index decides; this only finds the name for the message.
async fn taken(db: &impl ConnectionTrait, id: i64, issuer: &str) -> Result<Option<Problems>> {
    use saml_service_provider::{Column, Entity};
    let other = Entity::find()
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::ServiceProviderId.ne(id))
        .one(db)
        .await?;
    let Some(other) = other else { return Ok(None) };
    let name = service_provider::Entity::find_by_id(other.service_provider_id)
        .one(db)
        .await?
        .map(|row| row.name);
    let text = name.map_or_else(
        || ISSUER_TAKEN.to_owned(),
        |name| format!("The service provider \u{201c}{name}\u{201d} has this issuer. An issuer belongs to one service provider."),
    );
    Ok(Some(Problems::one("issuer", text)))
}
