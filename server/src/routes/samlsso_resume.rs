//! `GET /samlsso/resume/{request}`: a sign-in is over, the service provider gets its answer.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use identity::saml_idp::{self, Responded};
use identity::sessions::Client;
use identity::settings::cookies as names;

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

pub async fn resume(
    State(state): State<AppState>,
    Path(request): Path<String>,
    client: Option<axum::Extension<Client>>,
    headers: HeaderMap,
) -> Response {
    let settings = &state.services.settings;
    let session = cookies::get(settings, &headers, names::SESSION);
    let flow_cookie = |flow: &str| cookies::get(settings, &headers, &names::flow(flow));
    let client = client.map(|axum::Extension(client)| client).unwrap_or_default();
    match saml_idp::respond(&state.services, &request, flow_cookie, session.as_deref(), &client).await {
        Ok(Responded::Outgoing(message)) => outgoing::respond(&state, &headers, message),
        Ok(Responded::SignIn { flow_id }) => Redirect::to(&format!("/login/{flow_id}")).into_response(),
        Ok(Responded::Refused(refused)) => pages::refused(&state, &refused),
        Err(error) => pages::failed(&state, &headers, &error),
    }
}
