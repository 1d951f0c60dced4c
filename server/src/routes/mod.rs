//! Addresses that are no pages: a file each.

mod deliveries;
mod exports;
mod health;
mod logout;
mod metadata;
mod outgoing;
mod samlsso;
mod samlsso_resume;
mod user_import;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get};

use http::{StatusCode, header};

use crate::{AppState, assets};

/// Every address that is no page and no server function. The router is made of this table alone, and the walk of all
/// routes (`tests/it/walk`) reads it: none is left out there.
#[must_use]
pub fn table() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let mut table = vec![
        ("/", get(|| async { Redirect::to("/console") })),
        (
            "/samlsso",
            get(samlsso::redirect_binding).post(samlsso::posted).head(no_head),
        ),
        ("/samlsso/resume/{request}", get(samlsso_resume::resume).head(no_head)),
        ("/logout/{id}/next", get(logout::next).head(logout::next_head)),
        ("/identity/metadata/saml2", get(metadata::metadata)),
        ("/identity/metadata/certificates/{file}", get(metadata::certificate)),
        ("/console/deliveries.csv", get(deliveries::csv)),
        ("/console/users/import/{id}/left.csv", get(user_import::left_csv)),
        ("/health/live", get(health::live)),
        ("/health/ready", get(health::ready)),
        ("/pkg/{version}/{file}", get(assets::serve)),
    ];
    table.extend(exports::table());
    table
}

/// GET acts at these addresses: it uses a message up. HEAD would run it all the same, and throw the answer away.
async fn no_head() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")])
}

pub fn router() -> Router<AppState> {
    table()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
}
