//! What this identity provider says of itself.

use chrono::{Duration, DurationRound};
use saml::identifier::{NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED};
use saml::keys::Certificate;
use saml::metadata::IdpSpec;

use crate::{Error, Result, Services, keys, token};

/// How long one document is given out: then it gets a new date, and with it a new tag.
const SAME_MINUTES: i64 = 60;

/// The entity descriptor.
#[derive(Clone, Debug)]
pub struct Metadata {
    pub xml: String,
    /// An entity tag (RFC 9110, section 8.8.3). Weak: a signature by ECDSA is another each time.
    pub etag: String,
}

/// The entity descriptor, signed with the active key. It names every key that may have signed what a service provider
/// gets: during a roll, more than one.
///
/// `reader` is the issuer of the service provider that fetches it, if it says so: what it has seen is noted. The answer is
/// the same for everybody, registered or not.
///
/// `lasting` is for a file that somebody saves and that is not fetched again: it has no end. Any other has, so that whoever
/// fetches it does so before a key is retired.
///
/// # Errors
/// `Internal` only.
pub async fn metadata(services: &Services, reader: Option<&str>, lasting: bool) -> Result<Metadata> {
    let key = keys::active(services).await?;
    let published = keys::published(services).await?;
    let certificates: Result<Vec<_>, _> = published
        .iter()
        .map(|row| Certificate::parse(&row.certificate_pem))
        .collect();
    let settings = &services.settings;
    let from = services
        .clock
        .now()
        .duration_trunc(Duration::minutes(SAME_MINUTES))
        .map_err(Error::internal)?;
    let mut spec = IdpSpec {
        id: String::new(),
        entity_id: settings.entity_id(),
        sso_url: settings.samlsso_url(),
        slo_url: settings.samlsso_url(),
        certificates: certificates.map_err(Error::internal)?,
        name_id_formats: [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT]
            .map(str::to_owned)
            .to_vec(),
        want_authn_requests_signed: false,
        valid_until: (!lasting).then(|| from + Duration::days(keys::METADATA_DAYS)),
    };
    // The same document has the same ID, so that nothing in it changes but with what it says.
    let tag = token::hash(&format!("{spec:?} {}", key.key_id()));
    spec.id = format!("_{tag}");
    let xml = saml::metadata::idp(&spec, Some(&key)).map_err(Error::internal)?;
    if let Some(issuer) = reader {
        // Whoever asks gets the document, whether it could be noted or not.
        if let Err(error) = keys::note_fetched(services, issuer, &published).await {
            tracing::error!(%error, "a fetch of the metadata could not be noted");
        }
    }
    Ok(Metadata {
        xml,
        etag: format!("W/\"{tag}\""),
    })
}
