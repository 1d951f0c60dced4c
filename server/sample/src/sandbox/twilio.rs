//! Twilio's Messages resource: `POST /sms/twilio/2010-04-01/Accounts/{sid}/Messages.json`, a form with basic
//! authentication.
//!
//! Owns its form and its answers: 201 when queued. Errors as <https://www.twilio.com/docs/api/errors> lists them.

use axum::http::Method;
use serde_json::{Value, json};

use super::api::{Api, Delivered, Incoming, Message, Reply};
use super::recipient::{self, Failure};

pub(super) const API: Api = Api {
    vendor: "Twilio",
    method: Method::POST,
    path: "/twilio/2010-04-01/Accounts/{sid}/Messages.json",
    takes: "Form: To, From, Body. Basic authentication",
    read,
    accept,
    fail,
};

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    let account = incoming.account().filter(|_| incoming.has_basic());
    let account =
        account.ok_or_else(|| refuse(401, 20003, "Authenticate").challenging("Basic realm=\"Twilio API\""))?;
    let to = incoming
        .form("To")
        .ok_or_else(|| refuse(400, 21604, "A 'To' phone number is required."))?;
    if !recipient::is_number(&to) {
        return Err(not_a_number(&to));
    }
    let from = incoming
        .form("From")
        .ok_or_else(|| refuse(400, 21603, "A 'From' phone number is required."))?;
    let text = incoming
        .form("Body")
        .ok_or_else(|| refuse(400, 21602, "Message body is required."))?;
    Ok(Message {
        from,
        to: vec![to],
        text,
        account,
    })
}

fn accept(delivered: &Delivered<'_>) -> Reply {
    let sid = format!("SM{:032x}", delivered.id());
    let mut resource = resource(delivered);
    let account = &delivered.message.account;
    resource["uri"] = json!(format!("/2010-04-01/Accounts/{account}/Messages/{sid}.json"));
    resource["sid"] = json!(sid);
    Reply::json(201, &resource)
}

fn fail(failure: Failure, delivered: &Delivered<'_>) -> Reply {
    match failure {
        Failure::ErrorInside => {
            let mut resource = resource(delivered);
            resource["status"] = json!("failed");
            resource["error_code"] = json!(30008);
            resource["error_message"] = json!("Unknown error");
            Reply::json(200, &resource)
        }
        Failure::NotValid => not_a_number(&delivered.message.to[0]),
        // A prepaid account without money is suspended.
        Failure::NoCredit => refuse(403, 20005, "Account is not active"),
        Failure::ServerError => refuse(500, 20500, "Internal Server Error"),
        Failure::TooMany => refuse(429, 20429, "Too Many Requests"),
    }
}

fn resource(delivered: &Delivered<'_>) -> Value {
    let Message {
        from,
        to,
        text,
        account,
    } = delivered.message;
    let date = delivered.now.to_rfc2822();
    json!({
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": text,
        "date_created": date,
        "date_sent": null,
        "date_updated": date,
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": from,
        "messaging_service_sid": null,
        "num_media": "0",
        "num_segments": "1",
        "price": null,
        "price_unit": "USD",
        "sid": null,
        "status": "queued",
        "to": to[0],
        "uri": null,
    })
}

fn not_a_number(to: &str) -> Reply {
    refuse(
        400,
        21211,
        &format!("The 'To' number {to} is not a valid phone number."),
    )
}

fn refuse(status: u16, code: u32, text: &str) -> Reply {
    let body = json!({
        "code": code,
        "message": text,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status,
    });
    Reply::json(status, &body)
}
