//! `GET /logout/{id}`: a logout under way: the next application is told, or the one that asked is answered.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use identity::Error;
use identity::saml_idp::{self, Asked};

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

pub async fn go_on(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let settings = &state.services.settings;
    let Some(secret) = cookies::get(settings, &headers, &format!("gatehouse_logout_{id}")) else {
        return pages::failed(&state, &headers, &Error::NotFound);
    };
    let session = cookies::get(settings, &headers, "gatehouse_session");
    match saml_idp::go_on(&state.services, &id, &secret, session.as_deref()).await {
        Ok(Asked::Outgoing(message)) => outgoing::respond(&state, &headers, message),
        Ok(Asked::Confirm { .. } | Asked::Done(_)) => Redirect::to(&format!("/logout/{id}/status")).into_response(),
        Err(error) => pages::failed(&state, &headers, &error),
    }
}
