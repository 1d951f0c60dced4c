//! The SMS sandbox: an SMS provider that answers as three vendors do and delivers into a page.
//!
//! Owns the vendors' addresses under `/sms/{vendor}` and the inbox at `/sms`. Refuses to correct a sender: each request is
//! decoded as its vendor decodes it, so that wrong escaping shows. No credentials are known here; any non-empty ones do,
//! except the word `wrong`.

mod clickatell;
mod events;
mod inbox;
mod nexmo;
mod page;
mod recipient;
mod twilio;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

pub(crate) use inbox::Inbox;

use crate::page::head_refused;
use crate::state::App;
use recipient::Outcome;

/// The credential that every vendor refuses.
const WRONG: &str = "wrong";

/// Seconds that a sender over the limit is asked to wait.
const RETRY_AFTER: &str = "2";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sms", get(page::show))
        .route("/sms/events", get(events::stream))
        // HEAD would otherwise run the handler of GET and send a message.
        .route("/sms/nexmo/json", get(nexmo::send).head(get_only))
        .route("/sms/clickatell/rest/message", post(clickatell::send))
        .route(
            "/sms/twilio/2010-04-01/Accounts/{sid}/Messages.json",
            post(twilio::send),
        )
}

async fn get_only() -> Response {
    head_refused("GET")
}

/// Answers after the time that the recipient asks for, or at once when the server stops.
async fn in_time(app: &App, outcome: Outcome, answer: Response) -> Response {
    if outcome == Outcome::Late {
        tokio::select! {
            () = tokio::time::sleep(recipient::LATE) => {}
            () = app.closed() => {}
        }
    }
    answer
}
