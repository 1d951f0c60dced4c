//! The sample service provider: the home page, the sign-in by SAML and the single logout.
//!
//! Owns what an ordinary service provider owns: its signing key (made anew at every start), the requests on their way, the
//! sessions, and the checks of everything that comes back; and the probe, which asks all that can be asked. It knows the identity provider by its metadata only. Refuses
//! unsolicited responses: without a request of ours there is no browser to bind them to (login CSRF).

mod acs;
mod cookies;
mod failure;
mod finish;
mod home;
mod idp;
mod login;
mod logout;
mod metadata;
mod probe;
mod receive;
mod slo;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, TimeDelta, Utc};
use saml::keys::{KeyError, KeyPair};
use saml::sp::Accepted;

use crate::Settings;
use crate::expiring::Expiring;
use crate::page::head_refused;
use crate::state::App;
use idp::IdentityProvider;

/// How long a request may stay unanswered: a sign-in with a code by SMS takes its time.
const PENDING: TimeDelta = TimeDelta::minutes(10);
/// How long a browser has for the redirect that ends a sign-in.
const TICKET: TimeDelta = TimeDelta::minutes(2);
/// How long an unused session lives.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// By how many seconds the two clocks may differ.
const SKEW_SECONDS: u32 = 60;
/// Bounds of the memory: more sessions than a demo has, fewer than a machine minds.
const MAX_SESSIONS: usize = 1_000;
const MAX_REMEMBERED: usize = 10_000;

/// An AuthnRequest on its way.
#[derive(Debug, Clone)]
struct Pending {
    request_id: String,
    /// Where the answer has to arrive.
    acs: String,
    /// The token of the browser that began.
    browser: String,
}

/// A verified response that waits for its browser to come back with its cookie.
struct Ticket {
    accepted: Accepted,
    browser: String,
}

/// What the service provider remembers.
pub(crate) struct ServiceProvider {
    idp: IdentityProvider,
    key: Option<KeyPair>,
    /// By RelayState: opaque to the identity provider, which has to return it unchanged.
    pending: Expiring<Pending>,
    /// By the secret in the address.
    tickets: Expiring<Ticket>,
    /// By the session cookie.
    sessions: Expiring<Arc<Accepted>>,
    /// LogoutRequests of ours on their way, by ID.
    logouts: Expiring<()>,
    /// Assertions and incoming LogoutRequests that were accepted once, by ID.
    used: Expiring<()>,
    probe: probe::Memory,
}

impl ServiceProvider {
    /// Without a key, requests go unsigned and encrypted assertions are rejected.
    pub(crate) fn new(settings: &Settings, key: Option<KeyPair>) -> Self {
        Self {
            idp: IdentityProvider::new(settings.idp_metadata_url.clone()),
            key,
            pending: Expiring::new(MAX_SESSIONS),
            tickets: Expiring::new(MAX_SESSIONS),
            sessions: Expiring::new(MAX_SESSIONS),
            logouts: Expiring::new(MAX_SESSIONS),
            used: Expiring::new(MAX_REMEMBERED),
            probe: probe::Memory::new(),
        }
    }
}

/// A new signing key with a self-signed certificate for a year.
pub(crate) fn generate_key(now: DateTime<Utc>) -> Result<KeyPair, KeyError> {
    // Dated back, so that an identity provider whose clock is behind does not find it not yet valid.
    let from = now - TimeDelta::days(1);
    let until = now + TimeDelta::days(365);
    KeyPair::generate_rsa(2048, "Sample service provider", from, until)
}

/// When an unused session ends: after [`IDLE`], or earlier if the identity provider says so.
fn session_end(session: &Accepted, now: DateTime<Utc>) -> DateTime<Utc> {
    let idle = now + IDLE;
    session.session_not_on_or_after.map_or(idle, |end| end.min(idle))
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        // HEAD would otherwise run the handlers of GET, which act.
        .route("/saml/login", get(login::begin).head(get_only))
        .route("/saml/finish", get(finish::finish).head(get_only))
        .route("/saml/logout", post(logout::begin))
        .route(
            "/saml/acs",
            get(receive::by_redirect).post(receive::at_acs).head(get_and_post_only),
        )
        .route(
            "/saml/slo",
            get(receive::by_redirect).post(receive::at_slo).head(get_and_post_only),
        )
        .route("/saml/metadata", get(metadata::show))
        .merge(probe::routes())
}

async fn get_only() -> Response {
    head_refused("GET")
}

async fn get_and_post_only() -> Response {
    head_refused("GET, POST")
}
