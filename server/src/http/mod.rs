//! What holds for every request: who may ask from where, who is asking, what every answer carries.

pub mod address;
pub mod body;
pub mod cookies;
pub mod csv;
pub mod ended;
pub mod headers;
pub mod host;
pub mod log;
pub mod nul;
pub mod origin;
pub mod pages;
pub mod scriptless;
pub mod session;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::AppState;

/// Refuses what its head alone tells against, the first reason first.
pub async fn heads(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let refusal = host::refusal(&state, &request)
        .or_else(|| origin::refusal(&state, &request))
        .or_else(|| body::form_without_file(&state, &request));
    match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}
