//! The SMS sandbox: an SMS provider that answers as the vendors do and delivers into a page.
//!
//! Owns the vendors' addresses under `/sms/{vendor}` and the inbox at `/sms`. Refuses to correct a sender: each request is
//! decoded as its vendor decodes it, so that wrong escaping shows. No credentials are known here; any non-empty ones do,
//! except the word `wrong`. Where a vendor documents a status without its body, the body is in the vendor's usual form.

mod api;
mod bulksms;
mod clickatell;
mod clickatell_platform;
mod events;
mod inbox;
mod infobip;
mod kannel;
mod messagebird;
mod nexmo;
mod page;
mod plivo;
mod recipient;
mod sinch;
mod telnyx;
mod twilio;

use axum::Router;
use axum::routing::get;

pub(crate) use inbox::Inbox;

use crate::state::App;
use api::Api;

/// Every address there is, in the order of the inbox page. A vendor's preset reaches its own by `/sms/{preset}` in place
/// of scheme and host: the path after it is the vendor's.
static APIS: [Api; 12] = [
    nexmo::GET,
    clickatell::API,
    twilio::API,
    nexmo::POST,
    clickatell_platform::API,
    plivo::API,
    bulksms::API,
    messagebird::API,
    infobip::API,
    telnyx::API,
    sinch::API,
    kannel::API,
];

pub(crate) fn routes() -> Router<App> {
    let pages = Router::new()
        .route("/sms", get(page::show))
        .route("/sms/events", get(events::stream));
    APIS.iter().fold(pages, |router, api| {
        router.route(&format!("/sms{}", api.path), api::route(api))
    })
}
