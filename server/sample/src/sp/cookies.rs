//! The sample's three cookies.
//!
//! Owns their names and attributes: `sample_session` names the session, `sample_sign_in` the browser that began a sign-in,
//! `sample_probe` the record of a browser's probe.
//! The identity server on the same host uses other names, since cookies do not separate by port. All are `HttpOnly`
//! and `Lax`, and so absent from the cross-site POST that carries a response.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::site::Site;
use crate::token;

pub(super) const SESSION: &str = "sample_session";
pub(super) const SIGN_IN: &str = "sample_sign_in";
pub(super) const PROBE: &str = "sample_probe";

/// The cookie's value, if it has the form of one of our tokens.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| token::is_well_formed(value))
}

/// The `Set-Cookie` that gives the browser this token, until it closes or `max_age` is over.
pub(super) fn set(site: &Site, name: &'static str, value: &str, max_age: Option<Duration>) -> HeaderValue {
    let mut cookie = Cookie::build((name, value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.is_https());
    if let Some(max_age) = max_age {
        cookie = cookie.max_age(max_age);
    }
    // Names, tokens and attributes are ASCII; an empty header would set nothing.
    HeaderValue::from_str(&cookie.build().to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// The `Set-Cookie` that takes the token away again.
pub(super) fn clear(site: &Site, name: &'static str) -> HeaderValue {
    set(site, name, "", Some(Duration::ZERO))
}
