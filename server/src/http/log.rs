//! One line a request: method, path without query, status, time. Never a body, a cookie or an address's query.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::AppState;

pub async fn requests(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = redacted(request.uri().path());
    let started = Instant::now();
    let response = next.run(request).await;
    let took = started.elapsed();
    state.metrics.count(response.status(), took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if path.starts_with("/pkg/") || path.starts_with("/health/") {
        tracing::debug!(%method, path, status = response.status().as_u16(), milliseconds, "request");
    } else {
        tracing::info!(%method, path, status = response.status().as_u16(), milliseconds, "request");
    }
    response
}

/// Flow and request ids open nothing without their cookie, yet they need not stand in logs in full.
fn redacted(path: &str) -> String {
    for prefix in ["/login/", "/samlsso/resume/", "/logout/"] {
        if let Some(id) = path.strip_prefix(prefix) {
            let shown: String = id.chars().take(6).collect();
            return format!("{prefix}{shown}…");
        }
    }
    path.to_owned()
}
