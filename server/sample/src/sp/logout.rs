//! Logout that begins here: our session ends, then the identity provider is told.
//!
//! Owns the LogoutRequest and the reading of its answer. The browser goes on by itself from a page of ours instead of a
//! redirect: browsers apply `form-action` to redirects after a form, and the identity provider may send it on to other
//! service providers.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use saml::identifier::{BINDING_REDIRECT, LOGOUT_BY_USER, STATUS_PARTIAL_LOGOUT};
use saml::inbound::Inbound;
use saml::logout::{LogoutRequestSpec, build_request};
use saml::message::LogoutResponse;
use saml::redirect::{self, Parameter};
use saml::sp::Accepted;

use super::failure::{Failure, in_words};
use super::{PENDING, cookies, idp, probe, slo};
use crate::page::{Here, document, going_on};
use crate::site::Site;
use crate::state::App;
use crate::token;

const LOGGED_OUT: &str = "You are logged out of the sample app. The identity server is told next.";

pub(super) async fn begin(State(app): State<App>, Extension(site): Extension<Site>, headers: HeaderMap) -> Response {
    if !is_from_own_page(&headers, &site) {
        return Failure::CrossSite.page(&app);
    }
    let clear = AppendHeaders([(header::SET_COOKIE, cookies::clear(&site, cookies::SESSION))]);
    let now = app.clock.now();
    let session = cookies::read(&headers, cookies::SESSION).and_then(|cookie| app.sp.sessions.take(&cookie, now));
    let Some(session) = session else {
        return (clear, Redirect::to("/")).into_response();
    };
    // Ours has ended by now, whatever becomes of the other.
    let page = match request(&app, &session).await {
        Ok(url) => going_on(&app, &url, "Logging out", LOGGED_OUT),
        Err(failure) => alone(&app, &failure),
    };
    (clear, page).into_response()
}

/// A form of ours has our origin. `same-site` is the identity server's or any other port's, and not enough.
pub(super) fn is_from_own_page(headers: &HeaderMap, site: &Site) -> bool {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match value("sec-fetch-site") {
        Some(from) => from == "same-origin",
        None => value("origin") == Some(site.origin()),
    }
}

/// The address that takes the browser to the identity provider with a signed LogoutRequest.
async fn request(app: &App, session: &Arc<Accepted>) -> Result<String, Failure> {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await?;
    let endpoint = idp::logout_endpoint(&idp, BINDING_REDIRECT)
        .ok_or(Failure::NoEndpoint("logout"))?
        .location;
    let spec = LogoutRequestSpec {
        id: token::message_id()?,
        issuer: app.settings.issuer.clone(),
        destination: endpoint.clone(),
        name_id: session.name_id.clone(),
        session_indexes: session.session_index.clone().into_iter().collect(),
        not_on_or_after: Some(now + PENDING),
        reason: Some(LOGOUT_BY_USER.to_owned()),
        issue_instant: now,
    };
    let xml = build_request(&spec, None)?;
    let key = app.sp.key.as_ref();
    let url = redirect::url(&endpoint, Parameter::Request, &xml, None, key)?;
    app.sp.logouts.insert(spec.id, (), now + PENDING, now);
    Ok(url)
}

fn alone(app: &App, failure: &Failure) -> Markup {
    tracing::warn!(reason = %failure, "the identity provider could not be told of a logout");
    let main = html! {
        div.head { h1 { "Logged out of the sample app only" } }
        div.notice.bad role="alert" {
            p { "The identity server could not be told, so its own session goes on. " (failure.to_string()) }
        }
        div.actions { a.button href="/" { "Back to the sample app" } }
    };
    document(app, Here::Elsewhere, "Logged out", &html! {}, &main)
}

/// Takes the identity provider's answer to a LogoutRequest of ours.
pub(super) async fn complete(
    app: &App,
    site: &Site,
    inbound: &Inbound,
    response: &LogoutResponse,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let verified = slo::verify(app, site, inbound).await;
    if let Some(visit) = probe::logout_visit(app, response) {
        return Ok(probe::logged_out(app, &visit, inbound, response, verified));
    }
    verified?;
    response
        .in_response_to
        .as_deref()
        .and_then(|id| app.sp.logouts.take(id, now))
        .ok_or(Failure::LogoutMessage("answers no logout that is under way here"))?;
    let status = &response.status;
    let partial = status.sub_code.as_deref() == Some(STATUS_PARTIAL_LOGOUT);
    if partial {
        return Ok(Redirect::to("/?notice=partly-logged-out").into_response());
    }
    if !status.is_success() {
        return Err(Failure::LogoutStatus(in_words(status)));
    }
    Ok(Redirect::to("/?notice=logged-out").into_response())
}
