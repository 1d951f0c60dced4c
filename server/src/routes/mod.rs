//! Addresses that are no pages: a file each.

mod health;
mod logout;
mod metadata;
mod outgoing;
mod samlsso;
mod samlsso_resume;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::{AppState, assets};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/console") }))
        .route("/samlsso", get(samlsso::redirect_binding).post(samlsso::post_binding))
        .route("/samlsso/resume/{request}", get(samlsso_resume::resume))
        .route("/logout/{id}", get(logout::go_on))
        .route("/identity/metadata/saml2", get(metadata::metadata))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/pkg/{version}/{file}", get(assets::serve))
}
