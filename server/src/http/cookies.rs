//! Cookies of routes: the same names and attributes as those of pages.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};
use identity::Settings;

/// A cookie's value, by the name without prefix.
#[must_use]
pub fn get(settings: &Settings, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = settings.cookie_name(name);
    let values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| Cookie::split_parse(value.to_owned()).flatten().collect::<Vec<_>>())
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Sets a cookie that no script can read and no foreign POST carries.
pub fn set(settings: &Settings, headers: &mut HeaderMap, name: &str, value: &str, seconds: i64) {
    let cookie = Cookie::build((settings.cookie_name(name), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_https())
        .max_age(cookie::time::Duration::seconds(seconds))
        .build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Makes the browser forget a cookie.
pub fn forget(settings: &Settings, headers: &mut HeaderMap, name: &str) {
    set(settings, headers, name, "", 0);
}
