//! Clickatell's platform: `POST /sms/clickatell/messages` with JSON, and the key alone in `Authorization`.
//!
//! Owns its body and its answers: 202 also for a message that is not accepted, which says so itself. What refuses the
//! whole request stands beside no messages.

use axum::http::{Method, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, Delivered, Incoming, Message, Reply, are_numbers, may_pass};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "Clickatell",
    method: Method::POST,
    path: "/clickatell/messages",
    takes: "JSON: content, to. The key alone in Authorization",
    read,
    accept,
    fail,
};

#[derive(Deserialize)]
struct Body {
    content: String,
    to: Vec<String>,
    #[serde(default)]
    from: String,
}

/// An error: its code, its name, and what it means.
type Error = (u16, &'static str, &'static str);

const NO_KEY: Error = (
    108,
    "Invalid or missing integration API Key.",
    "The integration API key is either incorrect or has not been included in the API call.",
);
const MALFORMED: Error = (100, "Data malformed.", "The JSON of the request cannot be read.");
const MISSING: Error = (
    101,
    "Invalid or missing parameters.",
    "One or more parameters are missing or invalid.",
);
const NOT_A_NUMBER: Error = (
    105,
    "Invalid Destination Address.",
    "The number is not one that a message can be sent to.",
);
const NO_CREDIT: Error = (
    301,
    "No credit left.",
    "The account has not enough credit for this message.",
);
const TOO_MANY: Error = (
    130,
    "Rate limit exceeded.",
    "Too many requests were made in a short time.",
);
const INTERNAL: Error = (901, "Internal error.", "The platform could not handle the request.");

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if !incoming.header(header::AUTHORIZATION).is_some_and(may_pass) {
        return Err(refuse(401, NO_KEY));
    }
    let Body { content, to, from } = incoming.json().map_err(|_| refuse(400, MALFORMED))?;
    if content.is_empty() || to.is_empty() {
        return Err(refuse(400, MISSING));
    }
    if !are_numbers(&to) {
        return Err(refuse(400, NOT_A_NUMBER));
    }
    Ok(Message {
        from,
        to,
        text: content,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let messages = delivered
        .each()
        .map(|(to, id)| message(&to, json!(format!("{id:032x}")), None));
    Reply::json(202, &json!({ "messages": messages.collect::<Vec<_>>() }))
}

fn fail(failure: Failure, delivered: &Delivered<'_>) -> Reply {
    let error = match failure {
        Failure::ErrorInside | Failure::NoCredit => NO_CREDIT,
        Failure::NotValid => NOT_A_NUMBER,
        Failure::TooMany => return refuse(429, TOO_MANY),
        Failure::ServerError => return refuse(500, INTERNAL),
    };
    let messages = delivered.each().map(|(to, _)| message(&to, Value::Null, Some(error)));
    Reply::json(202, &json!({ "messages": messages.collect::<Vec<_>>() }))
}

fn message(to: &str, id: Value, error: Option<Error>) -> Value {
    json!({
        "apiMessageId": id,
        "accepted": error.is_none(),
        "to": to,
        "errorCode": error.map(|(code, ..)| code),
        "error": error.map(|(_, name, _)| name),
        "errorDescription": error.map(|(.., meaning)| meaning),
    })
}

fn refuse(status: u16, (code, name, meaning): Error) -> Reply {
    let error = json!({ "messages": [], "errorCode": code, "error": name, "errorDescription": meaning });
    Reply::json(status, &error)
}
