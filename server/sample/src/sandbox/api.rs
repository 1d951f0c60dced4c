//! What a vendor's API is to the sandbox, and the one way that a request goes through it.
//!
//! Owns the order: read, then what the recipient's number asks for, then delivery and the answer. Refuses to know a
//! vendor: each is a file of its own that fills in an [`Api`].

use axum::body::{Body, Bytes};
use axum::extract::{RawPathParams, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::recipient::{self, Failure, Outcome};
use crate::form;
use crate::page::head_refused;
use crate::state::App;

/// The credential that every vendor refuses.
const WRONG: &str = "wrong";

/// Seconds that a sender over the limit is asked to wait.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// One address of a vendor: how its request is read, and what it answers.
pub(super) struct Api {
    /// The vendor, as the inbox names it.
    pub(super) vendor: &'static str,
    /// GET or POST.
    pub(super) method: Method,
    /// Its address below `/sms`; what stands in braces is the account.
    pub(super) path: &'static str,
    /// What a request holds, in words.
    pub(super) takes: &'static str,
    /// Reads a request, or refuses it as the vendor does.
    pub(super) read: fn(&Incoming) -> Result<Message, Reply>,
    /// The answer to a message that was delivered.
    pub(super) accept: fn(&Delivered<'_>) -> Reply,
    /// The answer that the recipient's number asks for.
    pub(super) fail: fn(Failure, &Delivered<'_>) -> Reply,
}

/// A message that has everything its vendor demands.
#[derive(Default)]
pub(super) struct Message {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) text: String,
    /// The account in the address, where the vendor has it there.
    pub(super) account: String,
}

/// A message with the numbers it was delivered under, one for each recipient; none if it was not.
pub(super) struct Delivered<'a> {
    pub(super) message: &'a Message,
    pub(super) ids: Vec<u64>,
    pub(super) now: DateTime<Utc>,
}

impl Delivered<'_> {
    /// Each recipient's digits with the number of its message.
    pub(super) fn each(&self) -> impl Iterator<Item = (String, u64)> {
        let ids = self.ids.iter().copied().chain(std::iter::repeat(0));
        self.message.to.iter().map(|to| recipient::digits(to)).zip(ids)
    }

    /// The number of the first message.
    pub(super) fn id(&self) -> u64 {
        self.ids.first().copied().unwrap_or_default()
    }
}

/// A request as it came.
pub(super) struct Incoming {
    account: Option<String>,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Incoming {
    /// A field of the query; an empty one counts as absent.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        form::field(self.query.as_bytes(), name)
    }

    /// A field of the form. Another media type is another language, in which a vendor finds no field at all.
    pub(super) fn form(&self, name: &str) -> Option<String> {
        let is_form = self.media_type() == "application/x-www-form-urlencoded";
        form::field(if is_form { &self.body } else { b"" }, name)
    }

    /// The body as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        if self.media_type() != "application/json" {
            return Err("Content-Type is not application/json".to_owned());
        }
        serde_json::from_slice(&self.body).map_err(|error| error.to_string())
    }

    fn media_type(&self) -> String {
        let value = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let media_type = value.split(';').next().unwrap_or_default();
        media_type.trim().to_ascii_lowercase()
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What follows this scheme in `Authorization`, if it may pass; the scheme's case does not matter (RFC 9110 11.1).
    pub(super) fn token(&self, scheme: &str) -> Option<&str> {
        let (given, token) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        let token = token.trim();
        (given.eq_ignore_ascii_case(scheme) && may_pass(token)).then_some(token)
    }

    /// Whether user and password of basic authentication (RFC 7617) may pass.
    pub(super) fn has_basic(&self) -> bool {
        let decoded = self.token("basic").and_then(|token| STANDARD.decode(token).ok());
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        pair.is_some_and(|(user, password)| may_pass(user) && may_pass(password))
    }

    /// The account in the address, if it may pass.
    pub(super) fn account(&self) -> Option<String> {
        self.account.clone().filter(|account| may_pass(account))
    }
}

/// Any credential does, but none and the word `wrong`.
pub(super) fn may_pass(credential: &str) -> bool {
    !credential.is_empty() && credential != WRONG
}

/// One recipient, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn into_list(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// Whether there is a recipient and each can be a number.
pub(super) fn are_numbers(recipients: &[String]) -> bool {
    !recipients.is_empty() && recipients.iter().all(|to| recipient::is_number(to))
}

/// A message ID of the vendors that use UUIDs, made from the message's number.
pub(super) fn uuid(id: u64) -> String {
    format!("{id:08x}-5b0c-4000-8000-000000000000")
}

/// An answer in the vendor's form.
pub(super) struct Reply {
    status: StatusCode,
    media_type: &'static str,
    challenge: Option<&'static str>,
    body: String,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", body.to_string())
    }

    /// RFC 9457.
    pub(super) fn problem(status: u16, body: &Value) -> Self {
        Self::of(status, "application/problem+json", body.to_string())
    }

    /// A line of text. The vendors that answer so call it HTML.
    pub(super) fn text(status: u16, body: &str) -> Self {
        Self::of(status, "text/html", body.to_owned())
    }

    /// With `WWW-Authenticate`.
    pub(super) fn challenging(self, challenge: &'static str) -> Self {
        let challenge = Some(challenge);
        Self { challenge, ..self }
    }

    fn of(status: u16, media_type: &'static str, body: String) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            media_type,
            challenge: None,
            body,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

/// The handlers of an address.
pub(super) fn route(api: &'static Api) -> MethodRouter<App> {
    let handler =
        move |State(app): State<App>, parameters: RawPathParams, RawQuery(query), headers: HeaderMap, body: Bytes| {
            let incoming = Incoming {
                account: parameters.iter().next().map(|(_, value)| value.to_owned()),
                query: query.unwrap_or_default(),
                headers,
                body,
            };
            send(app, api, incoming)
        };
    if api.method == Method::GET {
        // HEAD would otherwise run the handler of GET and send a message.
        get(handler).head(async || head_refused("GET"))
    } else {
        post(handler)
    }
}

async fn send(app: App, api: &'static Api, incoming: Incoming) -> Response {
    let message = match (api.read)(&incoming) {
        Ok(message) => message,
        Err(refusal) => return refusal.into_response(),
    };
    // The first recipient that asks for something special decides for the whole request.
    let outcomes = message.to.iter().map(|to| Outcome::of(to));
    let outcome = outcomes.fold(Outcome::Deliver, |decided, next| match decided {
        Outcome::Deliver => next,
        _ => decided,
    });
    let mut delivered = Delivered {
        message: &message,
        ids: Vec::new(),
        now: app.clock.now(),
    };
    if let Outcome::Fail(failure) = outcome {
        return failed((api.fail)(failure, &delivered), failure);
    }
    for to in &message.to {
        let (from, text) = (message.from.clone(), message.text.clone());
        let id = app.inbox.deliver(delivered.now, api.vendor, from, to.clone(), text);
        delivered.ids.push(id);
    }
    let answer = (api.accept)(&delivered).into_response();
    if outcome == Outcome::Late {
        tokio::select! {
            () = tokio::time::sleep(recipient::LATE) => {}
            // A graceful stop waits for every answer.
            () = app.closed() => {}
        }
    }
    answer
}

/// The vendor's words, with the status that the inbox page promises for this failure.
fn failed(reply: Reply, failure: Failure) -> Response {
    let mut response = reply.into_response();
    if let Some(status) = failure.status() {
        *response.status_mut() = status;
    }
    if failure == Failure::TooMany {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}
