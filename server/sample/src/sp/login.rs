//! The beginning of a sign-in: an AuthnRequest by HTTP-Redirect or HTTP-POST.
//!
//! Owns binding the request to the browser: the response arrives by a cross-site POST without cookies, so the request is
//! kept here, and the browser's own token is asked for after a redirect to ourselves.

use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cookie::time::Duration;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT};
use saml::redirect::{self, Parameter};
use saml::sp::{AuthnRequestSpec, build_authn_request};

use super::failure::Failure;
use super::{PENDING, Pending, cookies};
use crate::site::Site;
use crate::state::App;
use crate::{form, post_page, token};

pub(super) async fn begin(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let binding = form::field(query.unwrap_or_default().as_bytes(), "binding");
    let by_post = binding.as_deref() == Some("post");
    match request(&app, &site, &headers, by_post).await {
        Ok(response) => response,
        Err(failure) => failure.page(&app),
    }
}

async fn request(app: &App, site: &Site, headers: &HeaderMap, by_post: bool) -> Result<Response, Failure> {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await?;
    let binding = if by_post { BINDING_POST } else { BINDING_REDIRECT };
    let endpoint = idp.sso_location(binding).ok_or(Failure::NoEndpoint("sign-in"))?;
    let spec = AuthnRequestSpec {
        id: token::message_id()?,
        issuer: app.settings.issuer.clone(),
        destination: endpoint.to_owned(),
        acs_url: Some(site.acs()),
        acs_index: None,
        attribute_consuming_service_index: None,
        protocol_binding: Some(BINDING_POST.to_owned()),
        force_authn: false,
        is_passive: false,
        name_id_policy: None,
        requested_authn_context: None,
        issue_instant: now,
    };
    // Tabs share one browser, so a token that is there stays: a second tab must not spoil the first.
    let browser = match cookies::read(headers, cookies::SIGN_IN) {
        Some(browser) => browser,
        None => token::random()?,
    };
    let relay_state = token::random()?;
    let key = app.sp.key.as_ref();
    let answer = if by_post {
        let xml = build_authn_request(&spec, key)?;
        post_page::respond(endpoint, Parameter::Request, &xml, Some(&relay_state))?
    } else {
        let xml = build_authn_request(&spec, None)?;
        let url = redirect::url(endpoint, Parameter::Request, &xml, Some(&relay_state), key)?;
        Redirect::to(&url).into_response()
    };
    let lifetime = Duration::seconds(PENDING.num_seconds());
    let cookie = cookies::set(site, cookies::SIGN_IN, &browser, Some(lifetime));
    let pending = Pending {
        request_id: spec.id,
        acs: site.acs(),
        browser,
    };
    app.sp.pending.insert(relay_state, pending, now + PENDING, now);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), answer).into_response())
}
