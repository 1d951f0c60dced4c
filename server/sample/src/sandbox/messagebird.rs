//! MessageBird's Messages API, now Bird's: `POST /sms/messagebird/messages`, JSON with an access key.
//!
//! Owns its body and its answers: 201 with the message, and a list of numbered errors:
//! <https://developers.messagebird.com/api/#errors>.

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Delivered, Incoming, Message, OneOrMany, Reply, are_numbers};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "MessageBird",
    method: Method::POST,
    path: "/messagebird/messages",
    takes: "JSON: originator, recipients, body. Authorization: AccessKey",
    read,
    accept,
    fail,
};

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    originator: String,
    recipients: Option<OneOrMany>,
    #[serde(default)]
    body: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if incoming.token("AccessKey").is_none() {
        return Err(refuse(
            401,
            2,
            "Request not allowed (incorrect access_key)",
            "access_key",
        ));
    }
    let Body {
        originator,
        recipients,
        body,
    } = incoming
        .json()
        .map_err(|_| refuse(400, 21, "Bad request: the JSON cannot be read", ""))?;
    if originator.is_empty() {
        return Err(refuse(422, 9, "originator is required", "originator"));
    }
    if body.is_empty() {
        return Err(refuse(422, 9, "body is required", "body"));
    }
    let to = recipients.map(OneOrMany::into_list).unwrap_or_default();
    if !are_numbers(&to) {
        return Err(no_recipients());
    }
    Ok(Message {
        from: originator,
        to,
        text: body,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let Message { from, to, text, .. } = delivered.message;
    let id = format!("{:032x}", delivered.id());
    let at = delivered.now.to_rfc3339();
    let items = delivered.each().map(|(to, _)| {
        // Digits alone, so it reads; MessageBird repeats numbers as numbers.
        json!({ "recipient": to.parse::<u64>().ok(), "status": "sent", "statusDatetime": at })
    });
    let body = json!({
        "id": id,
        "href": format!("https://rest.messagebird.com/messages/{id}"),
        "direction": "mt",
        "type": "sms",
        "originator": from,
        "body": text,
        "reference": null,
        "validity": null,
        "gateway": 10,
        "typeDetails": {},
        "datacoding": "plain",
        "mclass": 1,
        "scheduledDatetime": null,
        "createdDatetime": at,
        "recipients": {
            "totalCount": to.len(),
            "totalSentCount": to.len(),
            "totalDeliveredCount": 0,
            "totalDeliveryFailedCount": 0,
            "items": items.collect::<Vec<_>>(),
        },
    });
    Reply::json(201, &body)
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => no_recipients(),
        Failure::ErrorInside | Failure::NoCredit => refuse(422, 25, "Not enough balance", ""),
        Failure::ServerError => refuse(500, 99, "Internal error", ""),
        Failure::TooMany => refuse(429, 101, "Too many requests", ""),
    }
}

fn no_recipients() -> Reply {
    refuse(422, 9, "no (correct) recipients found", "recipients")
}

fn refuse(status: u16, code: u16, text: &str, parameter: &str) -> Reply {
    let parameter = (!parameter.is_empty()).then_some(parameter);
    let errors = [json!({ "code": code, "description": text, "parameter": parameter })];
    Reply::json(status, &json!({ "errors": errors }))
}
