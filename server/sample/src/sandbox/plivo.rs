//! Plivo's Message resource: `POST /sms/plivo/v1/Account/{auth_id}/Message/`, JSON with basic authentication.
//!
//! Owns its body and its answers as <https://www.plivo.com/docs/messaging/api/messages/> shows them: 202 when queued, and
//! plain text for a request that is not authenticated.

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Delivered, Incoming, Message, Reply, are_numbers, uuid};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "Plivo",
    method: Method::POST,
    path: "/plivo/v1/Account/{auth_id}/Message/",
    takes: "JSON: src, dst, text. Basic authentication",
    read,
    accept,
    fail,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    src: String,
    dst: String,
    text: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    let account = incoming.account().filter(|_| incoming.has_basic());
    let account = account.ok_or_else(|| {
        let text = "Could not verify your access level for that URL.\nYou have to login with proper credentials";
        Reply::text(401, text).challenging("Basic realm=\"Login Required\"")
    })?;
    let Body { src, dst, text } = incoming.json().map_err(|_| refuse(400, "invalid request body"))?;
    for (name, value) in [("src", &src), ("dst", &dst), ("text", &text)] {
        if value.is_empty() {
            return Err(refuse(400, &format!("mandatory parameter {name} is missing")));
        }
    }
    // Several recipients are one text with < between them.
    let to: Vec<String> = dst.split('<').map(str::to_owned).collect();
    if !are_numbers(&to) {
        return Err(refuse(400, "dst parameter is not a valid phone number"));
    }
    Ok(Message {
        from: src,
        to,
        text,
        account,
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let ids: Vec<String> = delivered.ids.iter().map(|&id| uuid(id)).collect();
    let body = json!({ "api_id": uuid(delivered.id()), "message": "message(s) queued", "message_uuid": ids });
    Reply::json(202, &body)
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => refuse(400, "dst parameter is not a valid phone number"),
        Failure::ErrorInside | Failure::NoCredit => refuse(402, "insufficient credit"),
        Failure::ServerError => refuse(500, "internal server error"),
        Failure::TooMany => refuse(429, "request rate limit exceeded"),
    }
}

fn refuse(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({ "api_id": uuid(0), "error": text }))
}
