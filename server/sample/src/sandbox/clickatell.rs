//! Clickatell's REST API: `POST /sms/clickatell/rest/message` with JSON and a bearer token.
//!
//! Owns its body, its `X-Version` and its answers: 202 when accepted. Errors as
//! <https://archive.clickatell.com/developers/api-docs/list-of-error-codes-rest/> lists them. Refuses JSON that is none,
//! typographic quotes for instance, and numbers outside strings.

use std::borrow::Cow;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::inbox::Vendor;
use super::recipient::{self, Outcome};
use super::{RETRY_AFTER, WRONG, in_time};
use crate::state::App;

#[derive(Deserialize)]
struct Message {
    text: String,
    to: Vec<String>,
    #[serde(default)]
    from: String,
}

pub(super) async fn send(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let message = match read(&headers, &body) {
        Ok(message) => message,
        Err(refusal) => return refusal.into_response(),
    };
    // The first recipient that asks for something special decides for the whole request.
    let outcome = message
        .to
        .iter()
        .map(|to| Outcome::of(to))
        .find(|outcome| *outcome != Outcome::Deliver)
        .unwrap_or(Outcome::Deliver);
    let answer = match outcome {
        Outcome::Deliver | Outcome::Late => accept(&app, message),
        Outcome::ErrorInside => Json(not_accepted(&message)).into_response(),
        Outcome::NotValid => NOT_A_NUMBER.into_response(),
        Outcome::ServerError => {
            let refusal = Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "901", "Internal error");
            refusal.into_response()
        }
        Outcome::TooMany => {
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "130", "Too many requests");
            ([(header::RETRY_AFTER, RETRY_AFTER)], refusal).into_response()
        }
    };
    in_time(&app, outcome, answer).await
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
    if bearer(headers).is_none_or(|token| token == WRONG) {
        let text = "Authentication failed";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "001", text));
    }
    let version = headers.get("x-version").map(HeaderValue::as_bytes);
    if version.is_some_and(|version| version != b"1") {
        let text = "Invalid or missing parameters: X-Version";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "101", text));
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if !media_type.is_some_and(|value| value.eq_ignore_ascii_case("application/json")) {
        let text = "Data malformed: Content-Type is not application/json";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "100", text));
    }
    let message: Message = serde_json::from_slice(body).map_err(|error| {
        let text = format!("Data malformed: {error}");
        Refusal::new(StatusCode::BAD_REQUEST, "100", text)
    })?;
    if message.text.is_empty() || message.to.is_empty() {
        let text = "Invalid or missing parameters";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "101", text));
    }
    if !message.to.iter().all(|to| recipient::is_number(to)) {
        return Err(NOT_A_NUMBER);
    }
    Ok(message)
}

/// The bearer token, if there is one; the scheme's case does not matter (RFC 9110 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn accept(app: &App, message: Message) -> Response {
    let Message { text, to, from } = message;
    let accepted: Vec<Value> = to
        .into_iter()
        .map(|to| {
            let number = recipient::digits(&to);
            let id = app
                .inbox
                .deliver(app.clock.now(), Vendor::Clickatell, from.clone(), to, text.clone());
            json!({ "accepted": true, "to": number, "apiMessageId": format!("{id:032x}") })
        })
        .collect();
    let body = Json(json!({ "data": { "message": accepted } }));
    (StatusCode::ACCEPTED, body).into_response()
}

fn not_accepted(message: &Message) -> Value {
    let refused: Vec<Value> = message
        .to
        .iter()
        .map(|to| {
            json!({
                "accepted": false,
                "to": recipient::digits(to),
                "apiMessageId": "",
                "error": error("301", "No credit left"),
            })
        })
        .collect();
    json!({ "data": { "message": refused } })
}

/// The vendor's answer to a request that it does not take.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: Cow<'static, str>,
}

const NOT_A_NUMBER: Refusal = Refusal {
    status: StatusCode::BAD_REQUEST,
    code: "105",
    text: Cow::Borrowed("Invalid destination address"),
};

impl Refusal {
    fn new(status: StatusCode, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self { status, code, text }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": error(self.code, &self.text) });
        (self.status, Json(body)).into_response()
    }
}

fn error(code: &str, text: &str) -> Value {
    json!({
        "code": code,
        "description": text,
        "documentation": format!("http://www.clickatell.com/help/apidocs/error/{code}.htm"),
    })
}
