//! What this identity provider says of itself.

use chrono::Duration;
use saml::identifier::{NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED};
use saml::keys::Certificate;
use saml::metadata::IdpSpec;

use crate::{Error, Result, Services, keys, token};

/// How long a copy may be used.
const VALID_DAYS: i64 = 7;

/// The entity descriptor, signed with the active key; it names both keys during a roll.
///
/// # Errors
/// `Internal` only.
pub async fn metadata(services: &Services) -> Result<String> {
    let key = keys::active(services).await?;
    let published = keys::published(services).await?;
    let certificates: Result<Vec<_>, _> = published
        .iter()
        .map(|row| Certificate::parse(&row.certificate_pem))
        .collect();
    let settings = &services.settings;
    let spec = IdpSpec {
        id: token::saml_id()?,
        entity_id: settings.entity_id(),
        sso_url: settings.samlsso_url(),
        slo_url: settings.samlsso_url(),
        certificates: certificates.map_err(Error::internal)?,
        name_id_formats: [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT]
            .map(str::to_owned)
            .to_vec(),
        want_authn_requests_signed: false,
        valid_until: Some(services.clock.now() + Duration::days(VALID_DAYS)),
    };
    saml::metadata::idp(&spec, Some(&key)).map_err(Error::internal)
}

/// The same for people, as the resident page shows it.
#[derive(Clone, Debug)]
pub struct Facts {
    pub entity_id: String,
    pub samlsso_url: String,
    pub certificates: Vec<CertificateFacts>,
    pub session_idle_minutes: i64,
    pub session_hours: i64,
}

#[derive(Clone, Debug)]
pub struct CertificateFacts {
    /// `active` or `next`.
    pub state: String,
    pub key_id: String,
    pub subject: String,
    pub not_after: chrono::DateTime<chrono::Utc>,
    pub pem: String,
}

/// # Errors
/// `Internal` only.
pub async fn facts(services: &Services) -> Result<Facts> {
    let rows = keys::published(services).await?;
    let certificates = rows.into_iter().map(|row| {
        let certificate = Certificate::parse(&row.certificate_pem).map_err(Error::internal)?;
        Ok(CertificateFacts {
            state: row.state,
            key_id: row.key_id,
            subject: certificate.subject,
            not_after: row.not_after,
            pem: row.certificate_pem,
        })
    });
    Ok(Facts {
        entity_id: services.settings.entity_id(),
        samlsso_url: services.settings.samlsso_url(),
        certificates: certificates.collect::<Result<_>>()?,
        session_idle_minutes: services.settings.session_idle_minutes,
        session_hours: services.settings.session_hours,
    })
}
