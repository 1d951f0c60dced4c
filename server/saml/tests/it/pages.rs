//! T15: the self-submitting page carries any RelayState and name as text and nothing else.

use saml::post::{Page, content_security_policy, form_value, page};
use saml::redirect::Parameter;

const HOSTILE: [&str; 6] = [
    "\"><script>alert(1)</script>",
    "javascript:alert(1)",
    "//evil.example.com",
    "' onmouseover='x",
    "</title><script>x</script>",
    "a\r\nb\u{0}&amp;",
];

fn with(text: &str) -> String {
    page(&Page {
        action: "https://sp.example.com/acs?a=1&b=\"2\"",
        parameter: Parameter::Response,
        xml: "<x/>",
        relay_state: Some(text),
        nonce: "bm9uY2U=",
        app_name: text,
    })
}

/// The page's tags, of which there are the same however hostile the values are.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|tag| tag.split([' ', '>']).next().unwrap())
        .collect()
}

#[test]
fn t15_values_are_escaped() {
    let plain = with("plain");
    for text in HOSTILE {
        let html = with(text);
        assert_eq!(tags(&html), tags(&plain), "{html}");
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches('"').count(), plain.matches('"').count());
    }
    assert!(plain.contains("value=\"plain\""));
    assert!(plain.contains("action=\"https://sp.example.com/acs?a=1&amp;b=&quot;2&quot;\""));
    assert!(with("a\r\nb").contains("value=\"a&#13;&#10;b\""));
}

#[test]
fn the_page_says_where_it_goes() {
    let html = with("Travelocity");
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("<title>Continue to Travelocity</title>"));
    assert!(html.contains(&format!("name=\"SAMLResponse\" value=\"{}\"", form_value("<x/>"))));
    assert!(html.contains("<noscript>") && html.contains("<button type=\"submit\">"));
    assert!(html.contains("<script nonce=\"bm9uY2U=\">"));
    // A control named "submit" would hide the form's method.
    assert!(!html.contains("name=\"submit\""));
}

#[test]
fn no_relay_state_no_field() {
    let html = page(&Page {
        action: "https://sp.example.com/acs",
        parameter: Parameter::Request,
        xml: "<x/>",
        relay_state: None,
        nonce: "n",
        app_name: "x",
    });
    assert!(!html.contains("RelayState"));
    assert!(html.contains("name=\"SAMLRequest\""));
}

#[test]
fn the_policy_has_no_form_action() {
    assert_eq!(
        content_security_policy("abc"),
        "default-src 'none'; script-src 'nonce-abc'; base-uri 'none'; frame-ancestors 'none'"
    );
}
