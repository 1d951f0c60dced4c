//! Clickatell's REST API: `POST /sms/clickatell/rest/message` with JSON and a bearer token.
//!
//! Owns its body, its `X-Version` and its answers: 202 when accepted. Errors as
//! <https://archive.clickatell.com/developers/api-docs/list-of-error-codes-rest/> lists them. Refuses JSON that is none,
//! typographic quotes for instance, and numbers outside strings.

use axum::http::{HeaderName, Method};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, Delivered, Incoming, Message, Reply, are_numbers};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "Clickatell",
    method: Method::POST,
    path: "/clickatell/rest/message",
    takes: "JSON: text, to. Bearer token, X-Version: 1",
    read,
    accept,
    fail,
};

const X_VERSION: HeaderName = HeaderName::from_static("x-version");

#[derive(Deserialize)]
struct Body {
    text: String,
    to: Vec<String>,
    #[serde(default)]
    from: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if incoming.token("bearer").is_none() {
        return Err(refuse(401, "001", "Authentication failed"));
    }
    if incoming.header(X_VERSION).is_some_and(|version| version != "1") {
        return Err(refuse(400, "101", "Invalid or missing parameters: X-Version"));
    }
    let Body { text, to, from } = incoming
        .json()
        .map_err(|error| refuse(400, "100", &format!("Data malformed: {error}")))?;
    if text.is_empty() || to.is_empty() {
        return Err(refuse(400, "101", "Invalid or missing parameters"));
    }
    if !are_numbers(&to) {
        return Err(refuse(400, "105", "Invalid destination address"));
    }
    Ok(Message {
        from,
        to,
        text,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let messages = delivered
        .each()
        .map(|(to, id)| json!({ "accepted": true, "to": to, "apiMessageId": format!("{id:032x}") }));
    Reply::json(202, &list(messages))
}

fn fail(failure: Failure, delivered: &Delivered<'_>) -> Reply {
    match failure {
        Failure::ErrorInside => {
            let messages = delivered.each().map(|(to, _)| {
                let error = error("301", "No credit left");
                json!({ "accepted": false, "to": to, "apiMessageId": "", "error": error })
            });
            Reply::json(200, &list(messages))
        }
        Failure::NotValid => refuse(400, "105", "Invalid destination address"),
        Failure::NoCredit => refuse(402, "301", "No credit left"),
        Failure::ServerError => refuse(500, "901", "Internal error"),
        Failure::TooMany => refuse(429, "130", "Too many requests"),
    }
}

fn list(messages: impl Iterator<Item = Value>) -> Value {
    json!({ "data": { "message": messages.collect::<Vec<_>>() } })
}

fn refuse(status: u16, code: &str, text: &str) -> Reply {
    Reply::json(status, &json!({ "error": error(code, text) }))
}

fn error(code: &str, text: &str) -> Value {
    json!({
        "code": code,
        "description": text,
        "documentation": format!("http://www.clickatell.com/help/apidocs/error/{code}.htm"),
    })
}
