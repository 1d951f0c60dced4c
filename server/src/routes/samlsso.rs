//! `/samlsso`: where service providers send people, by redirect or by a form, to sign in or out.

use axum::extract::{RawForm, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use identity::saml_idp::{self, LogoutStep, Received};
use identity::settings::cookies as names;

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

/// A sign-in's cookie lives a little longer than the sign-in, so that its end can still be told.
const FLOW_COOKIE_SECONDS: i64 = 3600;

pub async fn redirect_binding(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let received = match Initiated::from_query(&query) {
        Some(initiated) if initiated.logs_out => {
            return match saml_idp::refuse_initiated_logout(&state.services, &initiated.entity_id).await {
                // Whether to log out is asked there; the link alone ends nothing.
                Ok(None) => Redirect::to("/logout").into_response(),
                Ok(Some(refused)) => pages::refused(&state, &refused),
                Err(error) => pages::failed(&state, &headers, &error),
            };
        }
        Some(Initiated {
            entity_id,
            acs,
            relay_state,
            ..
        }) => saml_idp::receive_initiated(&state.services, &entity_id, acs.as_deref(), relay_state.as_deref()).await,
        None => saml_idp::receive_redirect(&state.services, &query).await,
    };
    answer(&state, &headers, received)
}

/// What a link says that begins a sign-on or a logout here, in the ancestor's own parameters.
struct Initiated {
    entity_id: String,
    acs: Option<String>,
    relay_state: Option<String>,
    logs_out: bool,
}

impl Initiated {
    fn from_query(query: &str) -> Option<Self> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        let carries_message = pairs
            .iter()
            .any(|(key, _)| key == "SAMLRequest" || key == "SAMLResponse");
        let entity_id = value("spEntityID").filter(|_| !carries_message)?;
        let logs_out = value("slo").as_deref() == Some("true");
        Some(Self {
            entity_id,
            acs: value("acs"),
            relay_state: value("RelayState"),
            logs_out,
        })
    }
}

pub async fn post_binding(State(state): State<AppState>, headers: HeaderMap, RawForm(body): RawForm) -> Response {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let received = saml_idp::receive_post(&state.services, &form).await;
    answer(&state, &headers, received)
}

fn answer(state: &AppState, headers: &HeaderMap, received: identity::Result<Received>) -> Response {
    let received = match received {
        Ok(received) => received,
        Err(error) => return pages::failed(state, headers, &error),
    };
    match received {
        Received::SignIn {
            flow_id,
            browser_secret,
        } => go(
            state,
            &format!("/login/{flow_id}"),
            Some((&names::flow(&flow_id), &browser_secret)),
        ),
        Received::Again { flow_id } => go(state, &format!("/login/{flow_id}"), None),
        Received::Logout(LogoutStep::Begun { id, browser_secret }) => go(
            state,
            &format!("/logout/{id}"),
            Some((&names::logout(&id), &browser_secret)),
        ),
        Received::Logout(LogoutStep::GoOn { id }) => go(state, &format!("/logout/{id}"), None),
        Received::Answer(message) => outgoing::respond(state, headers, message),
        Received::Refused(refused) => pages::refused(state, &refused),
    }
}

/// On to a page of ours, where a Lax cookie comes along even if this request was a cross-site POST.
fn go(state: &AppState, path: &str, cookie: Option<(&str, &str)>) -> Response {
    let mut response = Redirect::to(path).into_response();
    if let Some((name, value)) = cookie {
        cookies::set(
            &state.services.settings,
            response.headers_mut(),
            name,
            value,
            FLOW_COOKIE_SECONDS,
        );
    }
    response
}
