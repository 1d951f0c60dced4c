//! BulkSMS' JSON API: `POST /sms/bulksms/v1/messages` with basic authentication.
//!
//! Owns its body and its answers as <https://www.bulksms.com/developer/json/v1/> shows them: 201 with a list, and problem
//! documents for errors.

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Delivered, Incoming, Message, OneOrMany, Reply, are_numbers};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "BulkSMS",
    method: Method::POST,
    path: "/bulksms/v1/messages",
    takes: "JSON: to, body. Basic authentication",
    read,
    accept,
    fail,
};

#[derive(Deserialize)]
struct Body {
    to: OneOrMany,
    body: String,
    #[serde(default)]
    from: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if !incoming.has_basic() {
        let detail = "Full authentication is required to access this resource";
        let refusal = refuse(401, "authentication-failed", "Authentication Failed", detail);
        return Err(refusal.challenging("Basic realm=\"BulkSMS API\""));
    }
    let Body { to, body, from } = incoming.json().map_err(|error| bad_request(&error))?;
    let to = to.into_list();
    if body.is_empty() {
        return Err(bad_request("The body is empty."));
    }
    if !are_numbers(&to) {
        return Err(bad_request("The to property holds no valid phone number."));
    }
    Ok(Message {
        from,
        to,
        text: body,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let messages = delivered.each().map(|(to, id)| {
        json!({
            "id": id.to_string(),
            "type": "SENT",
            "from": delivered.message.from,
            "to": to,
            "body": delivered.message.text,
            "encoding": "TEXT",
            "protocolId": 0,
            "messageClass": 0,
            "numberOfParts": 1,
            "creditCost": 1,
            "submission": { "id": format!("1-{id:020}"), "date": delivered.now.to_rfc3339() },
            "status": { "id": "ACCEPTED.null", "type": "ACCEPTED", "subtype": null },
            "relatedSentMessageId": null,
            "userSuppliedId": null,
        })
    });
    Reply::json(201, &messages.collect())
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => bad_request("The to property holds no valid phone number."),
        Failure::ErrorInside | Failure::NoCredit => {
            let detail = "The account has not enough credits for this message.";
            refuse(403, "insufficient-credits", "Insufficient Credits", detail)
        }
        Failure::ServerError => refuse(500, "server-error", "Server Error", "The request could not be handled."),
        Failure::TooMany => {
            let detail = "Too many requests were made in a short time.";
            refuse(429, "too-many-requests", "Too Many Requests", detail)
        }
    }
}

fn bad_request(detail: &str) -> Reply {
    refuse(400, "bad-request", "Bad Request", detail)
}

fn refuse(status: u16, kind: &str, title: &str, detail: &str) -> Reply {
    let body = json!({
        "type": format!("https://developer.bulksms.com/json/v1/errors#{kind}"),
        "title": title,
        "status": status,
        "detail": detail,
    });
    Reply::problem(status, &body)
}
