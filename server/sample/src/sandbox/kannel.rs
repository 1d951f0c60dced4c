//! Kannel's smsbox: `GET /sms/kannel/cgi-bin/sendsms` with everything in the query.
//!
//! Owns its parameters and its answers, which are lines of text: 202 when accepted. A test holds it against a
//! real Kannel.

use axum::http::Method;

use super::api::{Api, Delivered, Incoming, Message, Reply, may_pass};
use super::recipient::{self, Failure};

pub(super) const API: Api = Api {
    vendor: "Kannel",
    method: Method::GET,
    path: "/kannel/cgi-bin/sendsms",
    takes: "Query: username, password, from, to, text",
    read,
    accept,
    fail,
};

fn read(incoming: &Incoming) -> Result<Message, Reply> {
    let either = |name, short| incoming.query(name).or_else(|| incoming.query(short));
    let credentials = [either("username", "user"), either("password", "pass")];
    if !credentials.iter().all(|one| one.as_deref().is_some_and(may_pass)) {
        return Err(Reply::text(403, "Authorization failed for sendsms"));
    }
    let to = incoming
        .query("to")
        .ok_or_else(|| Reply::text(400, "Missing receiver number, rejected"))?;
    let from = incoming
        .query("from")
        .ok_or_else(|| Reply::text(400, "Sender missing and no global set, rejected"))?;
    if !recipient::is_number(&to) {
        return Err(denied());
    }
    Ok(Message {
        from,
        to: vec![to],
        text: incoming.query("text").unwrap_or_default(),
        ..Message::default()
    })
}

fn accept(_: &Delivered<'_>) -> Reply {
    Reply::text(202, "0: Accepted for delivery")
}

fn fail(failure: Failure, _: &Delivered<'_>) -> Reply {
    match failure {
        Failure::NotValid => denied(),
        // Kannel knows no credit. What the centre behind it never takes has no route.
        Failure::NoCredit | Failure::ErrorInside => Reply::text(403, "Not routable. Do not try again."),
        Failure::ServerError | Failure::TooMany => Reply::text(503, "Temporal failure, try again later."),
    }
}

fn denied() -> Reply {
    let text = "Number(s) has/have been denied by white- and/or black-lists.";
    Reply::text(400, text)
}
