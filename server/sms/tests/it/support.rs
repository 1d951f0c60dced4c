//! Short ways to compile, render and read back.

use std::collections::BTreeMap;

use sms::{Compiled, HttpRequest, Method, Settings, Values, compile};

pub const NUMBER: &str = "+94771234567";
pub const CODE: &str = "314159";
pub const TEXT: &str = "Your verification code is 314159. It expires in 5 minutes.";

pub fn values() -> Values<'static> {
    Values {
        number: NUMBER,
        code: CODE,
        minutes: 5,
        site: None,
    }
}

pub fn settings(method: Method, url: &str, headers: &str, payload: &str) -> Settings {
    Settings {
        method,
        url: url.to_owned(),
        headers: headers.to_owned(),
        payload: payload.to_owned(),
        ..Settings::default()
    }
}

pub fn get(url: &str) -> Settings {
    settings(Method::Get, url, "", "")
}

pub fn post(headers: &str, payload: &str) -> Settings {
    settings(
        Method::Post,
        "https://sms.example.com/send?to=&num&text=&msg",
        headers,
        payload,
    )
}

/// Renders settings that have no problems.
pub fn render(settings: &Settings) -> HttpRequest {
    render_with(settings, &values())
}

pub fn render_with(settings: &Settings, values: &Values<'_>) -> HttpRequest {
    let Compiled { problems, template, .. } = compile(settings);
    assert_eq!(problems, [], "{settings:?}");
    template
        .expect("no problems")
        .render(values, &|name| Some(format!("<{name}>")))
        .expect("renders")
}

pub fn notes(settings: &Settings) -> Vec<String> {
    compile(settings).notes.into_iter().map(|note| note.message).collect()
}

pub fn body(request: &HttpRequest) -> &str {
    std::str::from_utf8(request.body.as_deref().unwrap_or_default()).expect("UTF-8")
}

pub fn json(request: &HttpRequest) -> serde_json::Value {
    serde_json::from_str(body(request)).expect("the body is JSON")
}

pub fn form(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

pub fn query(request: &HttpRequest) -> BTreeMap<String, String> {
    form(
        url::Url::parse(&request.url())
            .expect("a URL")
            .query()
            .unwrap_or_default(),
    )
}

pub fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
