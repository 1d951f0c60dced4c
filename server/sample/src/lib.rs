//! The sample: a SAML service provider to sign in to, and an SMS provider whose messages arrive in a page.
//!
//! Owns both, on an origin of their own. They share nothing with the identity server but the browser, its metadata over
//! HTTP, and the SMS it sends; the service provider never reads the inbox. Refuses to keep anything: sessions and
//! messages live in memory.

mod assets;
mod clock;
mod expiring;
mod form;
mod headers;
mod page;
mod post_page;
mod sandbox;
mod site;
mod sp;
mod state;
#[cfg(test)]
mod tests;
mod token;

use std::future::Future;
use std::net::SocketAddr;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use url::Url;

use clock::Clock;
use state::App;

/// The largest body any address takes, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// Where the sample is and whom it asks.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address it listens on. Where that is loopback, every loopback name of the port is answered.
    pub listen: SocketAddr,
    /// Its public address, for instance `http://localhost:8080`. Only the origin counts.
    pub public_url: Url,
    /// Its SAML entity ID, for instance `travelocity.com`.
    pub issuer: String,
    /// The identity provider's metadata: entity ID, addresses and keys are learnt from there.
    pub idp_metadata_url: Url,
    /// The identity server's console, for the link in the navigation.
    pub idp_console_url: Url,
}

/// The whole sample, without a socket. Generates the service provider's signing key (RSA 2048).
pub fn router(settings: Settings) -> Router {
    routes(start(settings))
}

/// Serves the sample on `listener` until `shutdown` completes and the last answer is out. The listener's own port counts,
/// not the one in the settings, so that port 0 works.
///
/// # Errors
/// What the listener's address or the server's accept loop reports.
pub async fn serve(
    settings: Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listen = listener.local_addr()?;
    let app = start(Settings { listen, ..settings });
    let closing = app.clone();
    axum::serve(listener, routes(app))
        .with_graceful_shutdown(async move {
            shutdown.await;
            closing.close();
        })
        .await
}

fn start(settings: Settings) -> App {
    let clock = Clock::system();
    let key = sp::generate_key(clock.now())
        .inspect_err(|error| tracing::error!(%error, "no signing key: requests go unsigned"))
        .ok();
    App::new(settings, clock, key)
}

fn routes(app: App) -> Router {
    Router::new()
        .merge(assets::routes())
        .merge(sandbox::routes())
        .merge(sp::routes())
        .fallback(page::not_found)
        .method_not_allowed_fallback(page::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), site::require))
        .layer(middleware::from_fn(headers::add))
        .with_state(app)
}
