//! The SAML2 Web SSO configuration of a service provider: shown as a form, saved at once and in place.

use chrono::{DateTime, Utc};
use domain::input::saml::{ENCRYPTION_ALGORITHMS, SamlInput};
use domain::view::{CertificateView, SamlFormView};
use domain::{Permission, Problems};
use entity::{saml_service_provider, service_provider};
use saml::keys::Certificate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{KIND, audited, import, locked, lookup, saml_check};
use crate::audit::{self, Changes, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, keys, store};

/// The last second of the year 9999, which both databases can hold.
const NEVER: i64 = 253_402_300_799;

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
    let views = |text: &str| {
        let certificates = Certificate::parse_all(text).unwrap_or_default();
        let views = certificates
            .iter()
            .map(|certificate| certificate_view(certificate, now));
        views.collect::<Vec<_>>()
    };
    let record = import::record(&services.db, id).await?;
    let weak = import::weak_algorithms(record.as_ref())?;
    let algorithms = ENCRYPTION_ALGORITHMS.into_iter().chain(weak);
    Ok(SamlFormView {
        name: row.name,
        registered: saml.is_some(),
        certificates: views(&input.certificate),
        encryption_certificate: views(&input.encryption_certificate),
        encryption_algorithms: algorithms
            .map(|(uri, label)| (uri.to_owned(), label.to_owned()))
            .collect(),
        input,
    })
}

pub(super) fn certificate_view(certificate: &Certificate, now: DateTime<Utc>) -> CertificateView {
    CertificateView {
        subject: certificate.subject.clone(),
        not_after: certificate.not_after.format("%Y-%m-%d").to_string(),
        expired: certificate.not_after < now,
        key: certificate.key_description(),
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
    let record = import::record(&txn, id).await?;
    let checked = saml_check::check(input, &import::weak_algorithms(record.as_ref())?);
    let taken = taken(&txn, id, input.issuer.trim()).await?;
    let keyless = keys::unsigned_without_a_key(&txn, &input.response_signing_algorithm).await?;
    let saml = match (checked, taken, keyless) {
        (Ok(saml), None, None) => saml,
        (checked, taken, keyless) => {
            let mut problems = checked.err().unwrap_or_default();
            let more = taken.into_iter().chain(keyless);
            problems.0.extend(more.flat_map(|more| more.0));
            return Err(Error::Invalid(problems));
        }
    };
    let before = saml_service_provider::Entity::find_by_id(id).one(&txn).await?;
    let old = before.as_ref().map(lookup::stored).transpose()?;
    let action = match before {
        Some(stored) if stored.version.to_string() == input.version => {
            save(&txn, id, Some(&stored), &saml).await?;
            "update"
        }
        None if input.version.is_empty() => {
            save(&txn, id, None, &saml).await?;
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
    let mut changes = Changes::default();
    audited::saml(&mut changes, old.as_ref(), Some(&saml));
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}

/// Writes the checked configuration: a first one, or over the one that was read.
pub(super) async fn save(
    db: &impl ConnectionTrait,
    id: i64,
    stored: Option<&saml_service_provider::Model>,
    saml: &SamlInput,
) -> Result<()> {
    let settings = serde_json::to_string(saml).map_err(Error::internal)?;
    if let Some(stored) = stored {
        return change(db, stored, saml, settings).await;
    }
    let new = saml_service_provider::ActiveModel {
        service_provider_id: Set(id),
        issuer: Set(saml.issuer.clone()),
        settings: Set(settings),
        version: Set(1),
        certificate_ends_at: Set(Some(certificates_end(saml))),
    };
    new.insert(db).await.on_duplicate("issuer", ISSUER_TAKEN)?;
    Ok(())
}

async fn change(
    db: &impl ConnectionTrait,
    stored: &saml_service_provider::Model,
    saml: &SamlInput,
    settings: String,
) -> Result<()> {
    use saml_service_provider::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        issuer: Set(saml.issuer.clone()),
        settings: Set(settings),
        certificate_ends_at: Set(Some(certificates_end(saml))),
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

/// When the first of the certificates ends; the end of time where there is none, so that an index finds those in need.
pub(super) fn certificates_end(saml: &SamlInput) -> DateTime<Utc> {
    let texts = [&saml.certificate, &saml.encryption_certificate];
    let all = texts
        .into_iter()
        .flat_map(|text| Certificate::parse_all(text).unwrap_or_default());
    let never = DateTime::from_timestamp(NEVER, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    all.map(|certificate| certificate.not_after).min().unwrap_or(never)
}

/// Says who has this issuer already. The unique index decides; this only finds the name for the message.
async fn taken(db: &impl ConnectionTrait, id: i64, issuer: &str) -> Result<Option<Problems>> {
    let holder = holder(db, issuer).await?.filter(|holder| holder.id != id);
    Ok(holder.map(|holder| Problems::one("issuer", taken_text(&holder.name))))
}

pub(super) fn taken_text(name: &str) -> String {
    format!("The service provider \u{201c}{name}\u{201d} has this issuer. An issuer belongs to one service provider.")
}

/// The service provider with this issuer.
pub(super) async fn holder(db: &impl ConnectionTrait, issuer: &str) -> Result<Option<service_provider::Model>> {
    let saml = saml_service_provider::Entity::find()
        .filter(saml_service_provider::Column::Issuer.eq(issuer))
        .one(db)
        .await?;
    let Some(saml) = saml else { return Ok(None) };
    Ok(service_provider::Entity::find_by_id(saml.service_provider_id)
        .one(db)
        .await?)
}
