//! `GET /identity/metadata/saml2`: what this identity provider says of itself. Public, so that partners help themselves.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use identity::saml_idp;

use crate::AppState;
use crate::http::pages;

pub async fn metadata(State(state): State<AppState>, request: Request) -> Response {
    match saml_idp::metadata(&state.services).await {
        Ok(xml) => ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], xml).into_response(),
        Err(error) => pages::failed(&state, request.headers(), &error),
    }
}
