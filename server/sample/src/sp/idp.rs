//! The identity provider as its metadata describes it.
//!
//! Owns fetching that metadata over HTTP, keeping it, and fetching it again when a signature does not verify: that is how
//! a new key arrives without a restart. Refuses redirects, proxies, endless answers, and metadata without a key.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::redirect::Policy;
use saml::metadata::{Endpoint, IdpMetadata, MetadataError};
use tokio::sync::Mutex;
use url::Url;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 512 * 1024;
/// Metadata older than this is fetched again before use; if that fails, the old one serves on.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// At most one fetch in this time because of a signature: forged messages must not become as many requests to the
/// server. Fetches for other reasons do not count, or a key that is used soon after one of them would go unnoticed.
const RENEW_AFTER: TimeDelta = TimeDelta::seconds(10);
/// At most one fetch in this time while there is no metadata at all.
const RETRY_AFTER: TimeDelta = TimeDelta::seconds(1);

/// Why there is no metadata.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the identity server cannot be reached ({0})")]
    Unreachable(String),
    #[error("the identity server answered with status {0}")]
    Status(u16),
    #[error("the answer is larger than {} KiB", MAX_BYTES / 1024)]
    TooLarge,
    #[error("the answer is not text in UTF-8")]
    NotText,
    #[error("the answer cannot be read: {0}")]
    Metadata(#[from] MetadataError),
    #[error("the metadata holds no signing certificate")]
    NoCertificate,
    #[error("the metadata was valid only until {0}")]
    Lapsed(DateTime<Utc>),
}

/// The identity provider's metadata and when it was last asked for.
pub(super) struct IdentityProvider {
    url: Url,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<Arc<IdpMetadata>>,
    fetched: Option<DateTime<Utc>>,
    /// When a signature was last the reason to ask.
    renewed: Option<DateTime<Utc>>,
    failed: Option<(DateTime<Utc>, FetchError)>,
}

impl IdentityProvider {
    pub(super) fn new(url: Url) -> Self {
        Self {
            url,
            known: Mutex::default(),
        }
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The metadata, fetched if need be. Callers at the same time share one fetch.
    pub(super) async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<IdpMetadata>, FetchError> {
        let mut known = self.known.lock().await;
        let current = known.metadata.clone().filter(|m| !has_lapsed(m, now));
        if let Some(metadata) = &current
            && within(known.fetched, now, FRESH)
        {
            return Ok(metadata.clone());
        }
        if let Some((at, error)) = &known.failed
            && within(Some(*at), now, RETRY_AFTER)
        {
            return current.ok_or_else(|| error.clone());
        }
        match self.fetch_into(&mut known, now).await {
            Ok(metadata) => Ok(metadata),
            Err(error) => current.ok_or(error),
        }
    }

    /// Newer metadata than `used`, after a signature did not verify with its keys; nothing if there is none.
    pub(super) async fn renewed(&self, used: &Arc<IdpMetadata>, now: DateTime<Utc>) -> Option<Arc<IdpMetadata>> {
        let mut known = self.known.lock().await;
        // Somebody else may have fetched while this message was being verified.
        if let Some(metadata) = &known.metadata
            && metadata != used
        {
            return Some(metadata.clone());
        }
        if within(known.renewed, now, RENEW_AFTER) {
            return None;
        }
        known.renewed = Some(now);
        let metadata = self.fetch_into(&mut known, now).await.ok()?;
        (metadata != *used).then_some(metadata)
    }

    async fn fetch_into(&self, known: &mut Known, now: DateTime<Utc>) -> Result<Arc<IdpMetadata>, FetchError> {
        match fetch(self.url.clone(), now).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some(metadata.clone());
                known.fetched = Some(now);
                known.failed = None;
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(url = %self.url, %error, "the identity provider's metadata cannot be had");
                known.failed = Some((now, error.clone()));
                Err(error)
            }
        }
    }
}

/// The address that takes requests over `binding`, or answers to them.
pub(super) fn logout_endpoint(metadata: &IdpMetadata, binding: &str) -> Option<Endpoint> {
    metadata
        .slo
        .iter()
        .find(|endpoint| endpoint.binding == binding)
        .cloned()
}

fn within(at: Option<DateTime<Utc>>, now: DateTime<Utc>, span: TimeDelta) -> bool {
    // The distance, not the age: a clock set back must not stop the fetching.
    at.is_some_and(|at| (now - at).abs() < span)
}

fn has_lapsed(metadata: &IdpMetadata, now: DateTime<Utc>) -> bool {
    metadata.valid_until.is_some_and(|until| until <= now)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sample shares nothing with the server, and asks only the address its settings name"
)]
async fn fetch(url: Url, now: DateTime<Utc>) -> Result<IdpMetadata, FetchError> {
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .redirect(Policy::none())
        .no_proxy()
        .http1_only()
        .build()
        .map_err(unreachable)?;
    let mut response = client.get(url).send().await.map_err(unreachable)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).map_err(|_| FetchError::NotText)?;
    let mut metadata = saml::metadata::parse_idp(&text)?;
    if metadata.certificates.is_empty() {
        return Err(FetchError::NoCertificate);
    }
    if let Some(until) = metadata.valid_until.filter(|until| *until <= now) {
        return Err(FetchError::Lapsed(until));
    }
    // Browsers are sent to these addresses: another scheme would be script.
    metadata.sso.retain(|endpoint| is_web(&endpoint.location));
    metadata
        .slo
        .retain(|endpoint| is_web(&endpoint.location) && endpoint.response_location.as_deref().is_none_or(is_web));
    Ok(metadata)
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The innermost cause says what happened; the layers around it repeat the address.
fn unreachable(error: reqwest::Error) -> FetchError {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    FetchError::Unreachable(cause.to_string())
}
