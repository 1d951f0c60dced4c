//! What whoever looks after the installation wants to know of every identity provider: where it sends, and which of the
//! certificates that it trusts lapse.

use chrono::{DateTime, Utc};
use entity::identity_provider;
use saml::keys::Certificate;
use sea_orm::{EntityTrait, QueryOrder};
use url::Url;

use super::{authenticator, stored};
use crate::{Result, Services};

/// One identity provider, without anything that may hold a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    /// Both the identity provider and its authenticator.
    pub enabled: bool,
    /// Where codes are sent.
    pub host: Option<(String, u16)>,
    /// The trusted certificates: whose, and until when.
    pub trusted: Vec<(String, DateTime<Utc>)>,
}

/// Every identity provider, by name.
///
/// # Errors
/// `Internal`, also for settings that do not open.
pub async fn contacts(services: &Services) -> Result<Vec<Contact>> {
    let rows = identity_provider::Entity::find()
        .order_by_asc(identity_provider::Column::NameLower)
        .all(&services.db)
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let Some(authenticator) = authenticator(&services.db, row.id).await? else {
            continue;
        };
        let stored = stored::open(services, &authenticator)?;
        let url = Url::parse(&stored.request.url).ok();
        let host = url.and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
        let trusted = Certificate::parse_all(&stored.trusted_certificates).unwrap_or_default();
        all.push(Contact {
            name: row.name,
            enabled: row.enabled && authenticator.enabled,
            host,
            trusted: trusted
                .into_iter()
                .map(|certificate| (certificate.subject, certificate.not_after))
                .collect(),
        });
    }
    Ok(all)
}
