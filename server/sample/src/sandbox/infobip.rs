//! Infobip's SMS API: `POST /sms/infobip/sms/2/text/advanced`, JSON with `Authorization: App`.
//!
//! Owns its body and its answers: 200 also for a message that is rejected, which its status group says. Statuses as
//! <https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes> lists them.

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, Delivered, Incoming, Message, Reply, are_numbers, uuid};
use super::recipient::Failure;

pub(super) const API: Api = Api {
    vendor: "Infobip",
    method: Method::POST,
    path: "/infobip/sms/2/text/advanced",
    takes: "JSON: messages of from, destinations, text. Authorization: App",
    read,
    accept,
    fail,
};

#[derive(Deserialize)]
struct Body {
    messages: Vec<Texting>,
}

#[derive(Deserialize)]
struct Texting {
    #[serde(default)]
    from: String,
    destinations: Vec<Destination>,
    text: String,
}

#[derive(Deserialize)]
struct Destination {
    to: String,
}

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    if incoming.token("App").is_none() {
        return Err(refuse(401, "UNAUTHORIZED", "Invalid login details"));
    }
    let Body { messages } = incoming.json().map_err(|_| refuse(400, "BAD_REQUEST", "Bad Request"))?;
    let first = messages.into_iter().next();
    let first = first.ok_or_else(|| refuse(400, "BAD_REQUEST", "Bad Request"))?;
    let message = Message {
        from: first.from,
        to: first
            .destinations
            .into_iter()
            .map(|destination| destination.to)
            .collect(),
        text: first.text,
        ..Message::default()
    };
    if message.text.is_empty() || message.to.is_empty() {
        return Err(refuse(400, "BAD_REQUEST", "Bad Request"));
    }
    if !are_numbers(&message.to) {
        return Err(answer(message.to.iter().map(|to| (to.clone(), 0)), &not_a_number()));
    }
    Ok(message)
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let pending = status(1, "PENDING", 26, "PENDING_ACCEPTED", "Message sent to next instance");
    answer(delivered.each(), &pending)
}

fn fail(failure: Failure, delivered: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => answer(delivered.each(), &not_a_number()),
        Failure::ErrorInside | Failure::NoCredit => {
            let name = "REJECTED_NOT_ENOUGH_CREDITS";
            answer(delivered.each(), &status(5, "REJECTED", 12, name, "Not enough credits"))
        }
        Failure::ServerError => refuse(500, "GENERAL_ERROR", "Something went wrong. Please contact support."),
        Failure::TooMany => refuse(429, "TOO_MANY_REQUESTS", "Too many requests"),
    }
}

fn not_a_number() -> Value {
    status(5, "REJECTED", 52, "REJECTED_DESTINATION", "Invalid destination address")
}

fn status(group: u16, group_name: &str, id: u16, name: &str, description: &str) -> Value {
    json!({ "groupId": group, "groupName": group_name, "id": id, "name": name, "description": description })
}

fn answer(recipients: impl Iterator<Item = (String, u64)>, status: &Value) -> Reply {
    let messages = recipients.map(|(to, id)| json!({ "to": to, "status": status, "messageId": uuid(id) }));
    Reply::json(200, &json!({ "messages": messages.collect::<Vec<_>>() }))
}

fn refuse(status: u16, id: &str, text: &str) -> Reply {
    let exception = json!({ "messageId": id, "text": text });
    Reply::json(status, &json!({ "requestError": { "serviceException": exception } }))
}
