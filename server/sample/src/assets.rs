//! The sample's own style sheet, scripts and icon, compiled in.
//!
//! Owns their addresses under `/assets`. Refuses inline style and script: pages link these files.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::state::App;

pub(crate) const STYLE: &str = "/assets/sample.css";
pub(crate) const COPY_SCRIPT: &str = "/assets/copy.js";
pub(crate) const INBOX_SCRIPT: &str = "/assets/inbox.js";
pub(crate) const PROBE_SCRIPT: &str = "/assets/probe.js";
pub(crate) const ICON: &str = "/assets/icon.svg";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route(
            STYLE,
            get(|| async { file("text/css", include_str!("assets/sample.css")) }),
        )
        .route(
            COPY_SCRIPT,
            get(|| async { file("text/javascript", include_str!("assets/copy.js")) }),
        )
        .route(
            INBOX_SCRIPT,
            get(|| async { file("text/javascript", include_str!("assets/inbox.js")) }),
        )
        .route(
            PROBE_SCRIPT,
            get(|| async { file("text/javascript", include_str!("assets/probe.js")) }),
        )
        .route(
            ICON,
            get(|| async { file("image/svg+xml", include_str!("assets/icon.svg")) }),
        )
}

fn file(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    // Asked for anew after every restart: an upgraded page must not meet the style of the version before.
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")];
    (headers, text)
}
