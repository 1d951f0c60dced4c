//! Vonage's SMS API, Nexmo's as it was: `GET /sms/nexmo/json` with everything in the query.
//!
//! Owns its parameters and its answers: status 200 whatever happens, the outcome in `status`. Errors as
//! <https://developer.vonage.com/en/api-errors/sms> lists them.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::inbox::Vendor;
use super::recipient::{self, Outcome};
use super::{RETRY_AFTER, WRONG, in_time};
use crate::form;
use crate::state::App;

/// A message that has everything the vendor demands.
struct Message {
    from: String,
    to: String,
    text: String,
}

pub(super) async fn send(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let message = match read(query.as_deref().unwrap_or_default()) {
        Ok(message) => message,
        Err(refusal) => return refusal.into_response(),
    };
    let outcome = Outcome::of(&message.to);
    let answer = match outcome {
        Outcome::Deliver | Outcome::Late => accept(&app, message),
        Outcome::ErrorInside => refuse("9", "Partner quota violation").into_response(),
        Outcome::NotValid => refuse("3", "Invalid to address").into_response(),
        Outcome::ServerError => {
            let body = refuse("5", "Internal Error");
            (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
        }
        Outcome::TooMany => {
            let body = refuse("1", "Throughput Rate Exceeded");
            let wait = [(header::RETRY_AFTER, RETRY_AFTER)];
            (StatusCode::TOO_MANY_REQUESTS, wait, body).into_response()
        }
    };
    in_time(&app, outcome, answer).await
}

fn read(query: &str) -> Result<Message, Json<Value>> {
    let value = |name| form::field(query.as_bytes(), name);
    let key = value("api_key").ok_or_else(|| refuse("2", "Missing api_key"))?;
    let secret = value("api_secret").ok_or_else(|| refuse("2", "Missing api_secret"))?;
    if key == WRONG || secret == WRONG {
        return Err(refuse("4", "Bad Credentials"));
    }
    let message = Message {
        from: value("from").ok_or_else(|| refuse("2", "Missing from param"))?,
        to: value("to").ok_or_else(|| refuse("2", "Missing to param"))?,
        text: value("text").ok_or_else(|| refuse("2", "Missing text param"))?,
    };
    if !recipient::is_number(&message.to) {
        return Err(refuse("3", "to address is not numeric"));
    }
    Ok(message)
}

fn accept(app: &App, message: Message) -> Response {
    let to = recipient::digits(&message.to);
    let Message {
        from,
        to: arrived,
        text,
    } = message;
    let id = app.inbox.deliver(app.clock.now(), Vendor::Nexmo, from, arrived, text);
    Json(json!({
        "message-count": "1",
        "messages": [{
            "to": to,
            "message-id": format!("0A{id:015X}"),
            "status": "0",
            "remaining-balance": "3.14159265",
            "message-price": "0.03330000",
            "network": "12345",
        }],
    }))
    .into_response()
}

fn refuse(status: &str, text: &str) -> Json<Value> {
    Json(json!({
        "message-count": "1",
        "messages": [{ "status": status, "error-text": text }],
    }))
}
