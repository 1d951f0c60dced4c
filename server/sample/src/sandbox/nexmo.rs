//! Vonage's SMS API, Nexmo's as it was: `GET /sms/nexmo/json` with everything in the query, `POST
//! /sms/vonage/sms/json` with the same as a form.
//!
//! Owns its parameters and its answers: status 200 whatever happens, the outcome in `status`. Errors as
//! <https://developer.vonage.com/en/api-errors/sms> lists them.

use axum::http::Method;
use serde_json::json;

use super::api::{Api, Delivered, Incoming, Message, Reply, may_pass};
use super::recipient::{self, Failure};

pub(super) const GET: Api = Api {
    vendor: "Nexmo",
    method: Method::GET,
    path: "/nexmo/json",
    takes: "Query: api_key, api_secret, from, to, text",
    read: |incoming| read(|name| incoming.query(name)),
    accept,
    fail,
};

pub(super) const POST: Api = Api {
    vendor: "Vonage",
    method: Method::POST,
    path: "/vonage/sms/json",
    takes: "Form: api_key, api_secret, from, to, text",
    read: |incoming: &Incoming| read(|name| incoming.form(name)),
    accept,
    fail,
};

fn read(value: impl Fn(&str) -> Option<String>) -> Result<Message, Reply> {
    let key = value("api_key").ok_or_else(|| refuse("2", "Missing api_key"))?;
    let secret = value("api_secret").ok_or_else(|| refuse("2", "Missing api_secret"))?;
    if !may_pass(&key) || !may_pass(&secret) {
        return Err(refuse("4", "Bad Credentials"));
    }
    let from = value("from").ok_or_else(|| refuse("2", "Missing from param"))?;
    let to = value("to").ok_or_else(|| refuse("2", "Missing to param"))?;
    let text = value("text").ok_or_else(|| refuse("2", "Missing text param"))?;
    if !recipient::is_number(&to) {
        return Err(refuse("3", "to address is not numeric"));
    }
    Ok(Message {
        from,
        to: vec![to],
        text,
        ..Message::default()
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let messages = delivered.each().map(|(to, id)| {
        json!({
            "to": to,
            "message-id": format!("0A{id:015X}"),
            "status": "0",
            "remaining-balance": "3.14159265",
            "message-price": "0.03330000",
            "network": "12345",
        })
    });
    let messages: Vec<_> = messages.collect();
    Reply::json(200, &json!({ "message-count": "1", "messages": messages }))
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::ErrorInside | Failure::NoCredit => refuse("9", "Partner quota violation"),
        Failure::NotValid => refuse("3", "Invalid to address"),
        Failure::ServerError => refuse("5", "Internal Error"),
        Failure::TooMany => refuse("1", "Throughput Rate Exceeded"),
    }
}

fn refuse(status: &str, text: &str) -> Reply {
    let messages = [json!({ "status": status, "error-text": text })];
    Reply::json(200, &json!({ "message-count": "1", "messages": messages }))
}
