//! Twilio's Messages resource: `POST /sms/twilio/2010-04-01/Accounts/{sid}/Messages.json`, a form with basic
//! authentication.
//!
//! Owns its form and its answers: 201 when queued. Errors as <https://www.twilio.com/docs/api/errors> lists them.

use std::borrow::Cow;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::inbox::Vendor;
use super::recipient::{self, Outcome};
use super::{RETRY_AFTER, WRONG, in_time};
use crate::form;
use crate::state::App;

struct Message {
    from: String,
    to: String,
    body: String,
}

pub(super) async fn send(
    State(app): State<App>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_authenticated(&headers) {
        let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"Twilio API\"")];
        let refusal = Refusal::new(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
        return (challenge, refusal).into_response();
    }
    let message = match read(&headers, &body) {
        Ok(message) => message,
        Err(refusal) => return refusal.into_response(),
    };
    let outcome = Outcome::of(&message.to);
    let answer = match outcome {
        Outcome::Deliver | Outcome::Late => {
            let resource = deliver(&app, &account, message);
            (StatusCode::CREATED, Json(resource)).into_response()
        }
        Outcome::ErrorInside => Json(failed(&account, &message, app.clock.now())).into_response(),
        Outcome::NotValid => not_a_number(&message.to).into_response(),
        Outcome::ServerError => {
            let refusal = Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, 20500, "Internal Server Error");
            refusal.into_response()
        }
        Outcome::TooMany => {
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests");
            ([(header::RETRY_AFTER, RETRY_AFTER)], refusal).into_response()
        }
    };
    in_time(&app, outcome, answer).await
}

fn is_authenticated(headers: &HeaderMap) -> bool {
    credentials(headers)
        .is_some_and(|(user, password)| [user, password].iter().all(|part| !part.is_empty() && part != WRONG))
}

/// User and password of basic authentication (RFC 7617).
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
    // Another media type is another language: Twilio then finds no parameters, and the first missing one is reported.
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let encoded = if is_form { body } else { b"" };
    let value = |name| form::field(encoded, name);
    let missing = |code, text| Refusal::new(StatusCode::BAD_REQUEST, code, text);
    let to = value("To").ok_or_else(|| missing(21604, "A 'To' phone number is required."))?;
    if !recipient::is_number(&to) {
        return Err(not_a_number(&to));
    }
    let from = value("From").ok_or_else(|| missing(21603, "A 'From' phone number is required."))?;
    let body = value("Body").ok_or_else(|| missing(21602, "Message body is required."))?;
    Ok(Message { from, to, body })
}

fn deliver(app: &App, account: &str, message: Message) -> Value {
    let now = app.clock.now();
    let mut resource = resource(account, &message, now);
    let Message { from, to, body } = message;
    let id = app.inbox.deliver(now, Vendor::Twilio, from, to, body);
    let sid = format!("SM{id:032x}");
    resource["uri"] = json!(format!("/2010-04-01/Accounts/{account}/Messages/{sid}.json"));
    resource["sid"] = json!(sid);
    resource
}

fn failed(account: &str, message: &Message, now: DateTime<Utc>) -> Value {
    let mut resource = resource(account, message, now);
    resource["status"] = json!("failed");
    resource["error_code"] = json!(30008);
    resource["error_message"] = json!("Unknown error");
    resource
}

fn resource(account: &str, message: &Message, now: DateTime<Utc>) -> Value {
    let date = now.to_rfc2822();
    json!({
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": date,
        "date_sent": null,
        "date_updated": date,
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": message.from,
        "messaging_service_sid": null,
        "num_media": "0",
        "num_segments": "1",
        "price": null,
        "price_unit": "USD",
        "sid": null,
        "status": "queued",
        "to": message.to,
        "uri": null,
    })
}

fn not_a_number(to: &str) -> Refusal {
    let text = format!("The 'To' number {to} is not a valid phone number.");
    Refusal::new(StatusCode::BAD_REQUEST, 21211, text)
}

/// The vendor's answer to a request that it does not take.
struct Refusal {
    status: StatusCode,
    code: u32,
    text: Cow<'static, str>,
}

impl Refusal {
    fn new(status: StatusCode, code: u32, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self { status, code, text }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.text,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        (self.status, Json(body)).into_response()
    }
}
