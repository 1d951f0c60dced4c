//! `GET /logout/{id}/next`: the next application is told, or the one that asked is answered. With nothing to send it
//! leads to the logout's page, which says why.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use identity::settings::cookies as names;
use identity::{Error, saml_idp};

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

pub async fn next(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(secret) = cookies::get(&state.services.settings, &headers, &names::logout(&id)) else {
        return pages::failed(&state, &headers, &Error::NotFound);
    };
    match saml_idp::visit(&state.services, &id, &secret).await {
        Ok(Some(message)) => outgoing::respond_with_page(&state, &headers, message),
        Ok(None) => Redirect::to(&format!("/logout/{id}")).into_response(),
        Err(error) => pages::failed(&state, &headers, &error),
    }
}

/// What asks for the head alone sends nothing.
pub async fn next_head(Path(id): Path<String>) -> Redirect {
    Redirect::to(&format!("/logout/{id}"))
}
