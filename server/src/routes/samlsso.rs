//! `/samlsso`: where service providers send people, by redirect or by a form, to sign in or out, and where their servers
//! ask by SOAP for a logout.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use identity::saml_idp::{self, LogoutStep, Received, SoapAnswer, Visit};
use identity::sessions::Client;
use identity::settings::cookies as names;

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

/// A sign-in's cookie lives a little longer than the sign-in, so that its end can still be told.
const FLOW_COOKIE_SECONDS: i64 = 3600;

pub async fn redirect_binding(
    State(state): State<AppState>,
    client: Option<Extension<Client>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let came = Came::new(&state, &headers, client);
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
        }) => {
            let (acs, relay_state) = (acs.as_deref(), relay_state.as_deref());
            saml_idp::receive_initiated(&state.services, &entity_id, acs, relay_state, came.visit()).await
        }
        None => saml_idp::receive_redirect(&state.services, &query, came.visit()).await,
    };
    answer(&state, &headers, received)
}

/// Who brings a message: what the browser sent with it.
struct Came {
    session: Option<String>,
    client: Client,
}

impl Came {
    fn new(state: &AppState, headers: &HeaderMap, client: Option<Extension<Client>>) -> Self {
        Self {
            session: cookies::get(&state.services.settings, headers, names::SESSION),
            client: client.map(|Extension(client)| client).unwrap_or_default(),
        }
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            session: self.session.as_deref(),
            client: &self.client,
        }
    }
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
        let pairs = || url::form_urlencoded::parse(query.as_bytes());
        // A message comes first as a rule, and the rest of the query need not be read.
        if pairs().any(|(key, _)| key == "SAMLRequest" || key == "SAMLResponse") {
            return None;
        }
        let value = |name: &str| {
            pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let entity_id = value("spEntityID")?;
        let logs_out = value("slo").as_deref() == Some("true");
        Some(Self {
            entity_id,
            acs: value("acs"),
            relay_state: value("RelayState"),
            logs_out,
        })
    }
}

/// What is posted says what it is. A form of another site can send `text/plain`, but not `text/xml`: no body is taken
/// for SOAP that a browser was made to send.
pub async fn posted(
    State(state): State<AppState>,
    client: Option<Extension<Client>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match media_type(&headers).as_str() {
        "application/x-www-form-urlencoded" => {
            let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
            let came = Came::new(&state, &headers, client);
            let received = saml_idp::receive_post(&state.services, &form, came.visit()).await;
            answer(&state, &headers, received)
        }
        "text/xml" => soap_binding(&state, &body).await,
        _ => pages::respond(
            &state,
            &headers,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Not understood",
            "A SAML message comes here as a form, or by SOAP as text/xml.",
        ),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default();
    let (media_type, _) = value.split_once(';').unwrap_or((value, ""));
    media_type.trim().to_ascii_lowercase()
}

/// Answers a program: no cookie, no page. A status of SAML's comes with 200, a fault of SOAP's with 500 (SAML Bindings
/// 3.2.3.3).
async fn soap_binding(state: &AppState, body: &[u8]) -> Response {
    let (status, envelope) = match saml_idp::receive_soap(&state.services, body).await {
        Ok(SoapAnswer::Response(envelope)) => (StatusCode::OK, envelope),
        Ok(SoapAnswer::Fault(envelope)) => (StatusCode::INTERNAL_SERVER_ERROR, envelope),
        Err(error) => {
            tracing::error!(error = %app::context::chain(&error), "a SOAP request failed");
            (StatusCode::INTERNAL_SERVER_ERROR, saml_idp::soap_failure())
        }
    };
    (status, [(header::CONTENT_TYPE, saml_idp::SOAP_CONTENT_TYPE)], envelope).into_response()
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
