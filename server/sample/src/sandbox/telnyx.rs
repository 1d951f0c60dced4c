//! Telnyx' Messaging API: `POST /sms/telnyx/v2/messages`, JSON with a bearer token.
//!
//! Owns its body and its answers: 200 with the message, and a list of errors as
//! <https://developers.telnyx.com/development/api-fundamentals/api-errors> has them. Takes numbers with `+` only, as Telnyx
//! does.

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, Delivered, Incoming, Message, Reply, uuid};
use super::recipient::{self, Failure};

pub(super) const API: Api = Api {
    vendor: "Telnyx",
    method: Method::POST,
    path: "/telnyx/v2/messages",
    takes: "JSON: from, to, text. Bearer token",
    read,
    accept,
    fail,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    from: String,
    to: String,
    text: String,
}

/// An error: its code, its title, and what it means.
type Error = (u32, &'static str, &'static str);

const NO_KEY: Error = (
    10009,
    "Authentication failed",
    "The required authentication headers were either invalid or not included in the request.",
);
const MALFORMED: Error = (
    10015,
    "Bad Request",
    "The request failed because it was not well-formed.",
);
const MISSING: Error = (10004, "Missing required parameter", "A required parameter was missing.");
const NOT_A_NUMBER: Error = (
    10016,
    "Phone number must be in +E.164 format",
    "The specified phone number parameter must be in +E.164 format.",
);
const NO_CREDIT: Error = (
    20100,
    "Insufficient Funds",
    "There are not enough funds in the account for this message.",
);
const TOO_MANY: Error = (
    10011,
    "Too many requests",
    "You have exceeded the maximum number of allowed requests.",
);
const INTERNAL: Error = (10007, "Unexpected error", "An unexpected error occured.");

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if incoming.token("bearer").is_none() {
        return Err(refuse(401, NO_KEY));
    }
    let Body { from, to, text } = incoming.json().map_err(|_| refuse(400, MALFORMED))?;
    if from.is_empty() || to.is_empty() || text.is_empty() {
        return Err(refuse(422, MISSING));
    }
    if !to.starts_with('+') || !recipient::is_number(&to) {
        return Err(refuse(400, NOT_A_NUMBER));
    }
    Ok(Message {
        from,
        to: vec![to],
        text,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    Reply::json(200, &resource(delivered, "queued", json!([])))
}

fn fail(failure: Failure, delivered: &Delivered<'_>) -> Reply {
    match failure {
        Failure::ErrorInside => {
            let errors = json!([error(NO_CREDIT)]);
            Reply::json(200, &resource(delivered, "sending_failed", errors))
        }
        Failure::NotValid => refuse(400, NOT_A_NUMBER),
        Failure::NoCredit => refuse(402, NO_CREDIT),
        Failure::ServerError => refuse(500, INTERNAL),
        Failure::TooMany => refuse(429, TOO_MANY),
    }
}

fn resource(delivered: &Delivered<'_>, status: &str, errors: Value) -> Value {
    let Message { from, to, text, .. } = delivered.message;
    let recipients = to
        .iter()
        .map(|to| json!({ "phone_number": to, "status": status, "carrier": "", "line_type": "" }));
    json!({
        "data": {
            "record_type": "message",
            "direction": "outbound",
            "id": uuid(delivered.id()),
            "type": "SMS",
            "from": { "phone_number": from, "carrier": "Telnyx", "line_type": "Wireless" },
            "to": recipients.collect::<Vec<_>>(),
            "text": text,
            "media": [],
            "encoding": "GSM-7",
            "parts": 1,
            "cost": null,
            "received_at": delivered.now.to_rfc3339(),
            "sent_at": null,
            "completed_at": null,
            "errors": errors,
        },
    })
}

fn refuse(status: u16, which: Error) -> Reply {
    Reply::json(status, &json!({ "errors": [error(which)] }))
}

fn error((code, title, detail): Error) -> Value {
    json!({
        "code": code.to_string(),
        "title": title,
        "detail": detail,
        "meta": { "url": format!("https://developers.telnyx.com/docs/overview/errors/{code}") },
    })
}
