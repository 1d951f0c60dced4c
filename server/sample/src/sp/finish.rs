//! The end of a sign-in: a ticket becomes a session, in the browser that began.
//!
//! Owns the guard against login CSRF: the request is a top-level navigation by GET, so the `Lax` cookie comes, and it has
//! to be the one that the sign-in began with. A ticket is used up by the first try, right or wrong.

use std::sync::Arc;

use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::failure::Failure;
use super::{cookies, session_end};
use crate::site::Site;
use crate::state::App;
use crate::{form, token};

pub(super) async fn finish(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let secret = form::field(query.unwrap_or_default().as_bytes(), "ticket");
    redeem(&app, &site, &headers, secret.as_deref()).unwrap_or_else(|failure| failure.page(&app))
}

fn redeem(app: &App, site: &Site, headers: &HeaderMap, secret: Option<&str>) -> Result<Response, Failure> {
    let now = app.clock.now();
    let ticket = secret
        .and_then(|secret| app.sp.tickets.take(secret, now))
        .ok_or(Failure::NoTicket)?;
    let browser = cookies::read(headers, cookies::SIGN_IN).ok_or(Failure::OtherBrowser)?;
    if !token::same(&browser, &ticket.browser) {
        return Err(Failure::OtherBrowser);
    }
    // A session that is there ends: one browser is one person.
    if let Some(former) = cookies::read(headers, cookies::SESSION) {
        app.sp.sessions.take(&former, now);
    }
    let session = token::random()?;
    let until = session_end(&ticket.accepted, now);
    app.sp
        .sessions
        .insert(session.clone(), Arc::new(ticket.accepted), until, now);
    // The other cookie stays: another tab may have a sign-in of its own under way.
    let cookie = cookies::set(site, cookies::SESSION, &session, None);
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((cookie, Redirect::to("/")).into_response())
}
