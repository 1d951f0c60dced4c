//! For whatever watches the process.

use axum::extract::State;
use http::StatusCode;
use identity::Services;

/// The process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// The store answers too.
pub async fn ready(State(services): State<Services>) -> (StatusCode, &'static str) {
    match services.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}
