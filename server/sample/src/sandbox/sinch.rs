//! Sinch's SMS API: `POST /sms/sinch/xms/v1/{service_plan_id}/batches`, JSON with a bearer token.
//!
//! Owns its body and its answers: 201 with the batch, nothing but the status for a request that is not authenticated, and
//! else `code` and `text`: <https://developers.sinch.com/docs/sms/api-reference/status-codes>.

use axum::http::Method;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Delivered, Incoming, Message, Reply, are_numbers};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "Sinch",
    method: Method::POST,
    path: "/sinch/xms/v1/{service_plan_id}/batches",
    takes: "JSON: from, to, body. Bearer token",
    read,
    accept,
    fail,
};

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    from: String,
    to: Vec<String>,
    body: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    let account = incoming.account().filter(|_| incoming.token("bearer").is_some());
    let account = account.ok_or_else(|| Reply::text(401, ""))?;
    let Body { from, to, body } = incoming
        .json()
        .map_err(|error| refuse(400, "syntax_invalid_json", &error))?;
    if body.is_empty() {
        return Err(refuse(400, "syntax_constraint_violation", "body: must not be empty"));
    }
    if !are_numbers(&to) {
        return Err(not_a_number());
    }
    Ok(Message {
        from,
        to,
        text: body,
        account,
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let to: Vec<String> = delivered.each().map(|(to, _)| to).collect();
    let at = delivered.now.to_rfc3339();
    let body = json!({
        "id": format!("01{:024X}", delivered.id()),
        "from": delivered.message.from,
        "to": to,
        "body": delivered.message.text,
        "type": "mt_text",
        "canceled": false,
        "created_at": at,
        "modified_at": at,
        "expire_at": (delivered.now + TimeDelta::days(3)).to_rfc3339(),
        "delivery_report": "none",
        "flash_message": false,
    });
    Reply::json(201, &body)
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => not_a_number(),
        Failure::ErrorInside | Failure::NoCredit => refuse(
            402,
            "insufficient_balance",
            "The account has not enough balance for this batch.",
        ),
        Failure::ServerError => refuse(500, "internal_error", "The batch could not be handled."),
        Failure::TooMany => refuse(
            429,
            "too_many_requests",
            "The rate limit of the service plan is exceeded.",
        ),
    }
}

fn not_a_number() -> Reply {
    let text = "to: must be a list of phone numbers in international format";
    refuse(400, "syntax_invalid_parameter_format", text)
}

fn refuse(status: u16, code: &str, text: &str) -> Reply {
    Reply::json(status, &json!({ "code": code, "text": text }))
}
