//! HTTP-POST binding, outgoing (saml-bindings 3.5): the page whose form the browser sends on by itself.
//!
//! Owns that page and its Content-Security-Policy. There is no `form-action`: browsers apply it to redirects that
//! follow the POST as well and would stop service providers that answer with one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::redirect::Parameter;

/// The value of the form field: the message in Base64, without line breaks.
pub fn form_value(xml: &str) -> String {
    STANDARD.encode(xml)
}

/// What the page needs.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Where the form goes: a registered address, http or https.
    pub action: &'a str,
    /// The field the message is in.
    pub parameter: Parameter,
    /// The message.
    pub xml: &'a str,
    /// RelayState, echoed exactly.
    pub relay_state: Option<&'a str>,
    /// The nonce that [`content_security_policy`] names too; fresh for every page.
    pub nonce: &'a str,
    /// The receiving application's name for people.
    pub app_name: &'a str,
}

/// The page. Without scripts its button does the same.
pub fn page(page: &Page<'_>) -> String {
    let relay_state = page.relay_state.map_or_else(String::new, |text| {
        format!(
            "<input type=\"hidden\" name=\"RelayState\" value=\"{}\">\n",
            escape(text)
        )
    });
    format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Continue to {app}</title>\n</head>\n",
            "<body>\n<main>\n<h1>Continue to {app}</h1>\n<form method=\"post\" action=\"{action}\">\n",
            "<input type=\"hidden\" name=\"{field}\" value=\"{value}\">\n{relay_state}",
            "<noscript><p>Your browser does not run scripts. Press the button to go on.</p>\n",
            "<button type=\"submit\">Continue</button></noscript>\n</form>\n</main>\n",
            "<script nonce=\"{nonce}\">document.forms[0].submit()</script>\n</body>\n</html>\n",
        ),
        app = escape(page.app_name),
        action = escape(page.action),
        field = page.parameter.name(),
        value = form_value(page.xml),
        relay_state = relay_state,
        nonce = escape(page.nonce),
    )
}

/// The page's Content-Security-Policy.
pub fn content_security_policy(nonce: &str) -> String {
    format!("default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // A line break in a value would be normalized when the form is sent.
            '\r' => escaped.push_str("&#13;"),
            '\n' => escaped.push_str("&#10;"),
            other => escaped.push(other),
        }
    }
    escaped
}
