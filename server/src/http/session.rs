//! Finds out once a request who is asking, for pages and server functions of the console.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use identity::sessions::{self, Client};
use identity::settings::cookies::CONSOLE;

use super::{address, cookies, ended, pages};
use crate::AppState;

pub async fn attach(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let address = address::of(&request, &state.trusted_proxies);
    let user_agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let client = Client {
        address: address.clone(),
        user_agent: user_agent.to_owned(),
    };
    request.extensions_mut().insert(client);
    let path = request.uri().path();
    if (path.starts_with("/console") || path.starts_with("/api/console"))
        && let Some(secret) = cookies::get(&state.services.settings, request.headers(), CONSOLE)
    {
        match sessions::actor(&state.services, &secret, &address).await {
            Ok(Some(actor)) => {
                request.extensions_mut().insert(actor);
            }
            Ok(None) => match ended::lead_to_sign_in(&state, &secret, request).await {
                Ok(answer) => return answer,
                Err(unchanged) => request = unchanged,
            },
            Err(error) => return pages::failed(&state, request.headers(), &error),
        }
    }
    next.run(request).await
}
