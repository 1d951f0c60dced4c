//! The form around the message: T15 (RelayState), repeated fields, and bodies that are no form.

use axum::http::{Method, StatusCode, header};
use saml::keys::KeyPair;
use saml::logout::build_request;
use saml::redirect::{self, Parameter};

use super::super::browser::Answer;
use super::super::fake_idp::{KEY, is_signed_in, logout_request, sign_in};
use super::{Attack, harmless};

const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl Attack {
    async fn post_body(&self, content_type: Option<&str>, body: String) -> Answer {
        let mut request = self.browser.request(Method::POST, "/saml/acs", false);
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        self.browser.send(request, body).await
    }

    async fn refused_form(&self, fields: &[(&str, &str)], status: StatusCode, reason: &str) {
        let answer = self.post_body(Some(FORM), encoded(fields)).await;
        assert_eq!(answer.status, status, "{reason}: {}", answer.text);
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
        harmless(&answer);
        assert!(!is_signed_in(&self.browser).await);
    }
}

#[tokio::test]
async fn t15_relay_states_that_are_none_of_ours() {
    let attack = Attack::begin().await;
    let value = saml::post::form_value(&attack.good);
    let ours = attack.sign_in.relay_state.clone();
    let long = format!("{ours}{}", "x".repeat(2_000));
    for (relay_state, reason) in [
        ("javascript:alert(1)", "came unasked"),
        ("//evil.example/", "came unasked"),
        ("https://evil.example/", "came unasked"),
        ("\"><script>alert(1)</script>", "came unasked"),
        ("\u{0}\u{7}\r\nSet-Cookie: a=b", "came unasked"),
        ("../../etc/passwd", "came unasked"),
        ("", "came unasked"),
        (&long, "The RelayState is longer than 1024 bytes"),
        (&ours[1..], "came unasked"),
        (&ours.to_ascii_uppercase(), "came unasked"),
        (&format!("{ours} "), "came unasked"),
    ] {
        let fields = [("SAMLResponse", value.as_str()), ("RelayState", relay_state)];
        attack.refused_form(&fields, StatusCode::BAD_REQUEST, reason).await;
    }
    let without = [("SAMLResponse", value.as_str())];
    attack
        .refused_form(&without, StatusCode::BAD_REQUEST, "came unasked")
        .await;
    attack.control().await;
}

/// What a logout answers with is escaped, and is never an address to go to.
#[tokio::test]
async fn t15_the_relay_state_of_a_logout_is_escaped() {
    let attack = Attack::begin().await;
    let now = attack.sample.clock.now();
    for odd in [
        "\"><script>alert(1)</script>",
        "javascript:alert(1)",
        "//evil.example/\r\na",
    ] {
        sign_in(&attack.browser, now).await;
        let spec = logout_request("http://localhost:8080/saml/slo", now);
        let value = saml::post::form_value(&build_request(&spec, Some(&KEY)).unwrap());
        let fields = [("SAMLRequest", value.as_str()), ("RelayState", odd)];
        let page = attack.browser.post_cross_site("/saml/slo", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(
            page.text.contains("action=\"http://localhost:9763/samlsso\""),
            "{}",
            page.text
        );
        assert!(
            !page.text.contains("<script>") && !page.text.contains("\"><"),
            "{}",
            page.text
        );
        assert!(!is_signed_in(&attack.browser).await, "the logout itself is genuine");

        let again = logout_request("http://localhost:8080/saml/slo", now);
        let xml = build_request(&again, None).unwrap();
        let key: Option<&KeyPair> = Some(&KEY);
        let url = redirect::url("/saml/slo", Parameter::Request, &xml, Some(odd), key).unwrap();
        let location = attack.browser.get(&url).await.location().to_owned();
        assert!(location.starts_with("http://localhost:9763/samlsso?"), "{location}");
        assert!(!location.contains(['<', '"', '\r', '\n']), "{location}");
    }
}

/// Of two, one program would take the first and another the last.
#[tokio::test]
async fn repeated_fields_are_refused() {
    let attack = Attack::begin().await;
    let good = saml::post::form_value(&attack.good);
    let bad = saml::post::form_value("<x/>");
    let ours = attack.sign_in.relay_state.as_str();
    let request = ("SAMLRequest", bad.as_str());
    let (response, relay_state) = (("SAMLResponse", good.as_str()), ("RelayState", ours));
    let twice = "is given twice";
    for (fields, reason) in [
        (vec![response, response, relay_state], twice),
        (vec![response, ("SAMLResponse", &bad), relay_state], twice),
        (vec![("SAMLResponse", &bad), response, relay_state], twice),
        (vec![response, relay_state, ("RelayState", "other")], twice),
        (vec![response, relay_state, ("RelayState", "")], twice),
        (
            vec![request, response, relay_state],
            "both a SAMLRequest and a SAMLResponse",
        ),
    ] {
        attack.refused_form(&fields, StatusCode::BAD_REQUEST, reason).await;
    }
    attack.control().await;
}

#[tokio::test]
async fn bodies_that_are_no_form() {
    let attack = Attack::begin().await;
    let value = saml::post::form_value(&attack.good);
    let relay_state = attack.sign_in.relay_state.as_str();
    let body = encoded(&[("SAMLResponse", &value), ("RelayState", relay_state)]);
    let json = format!("{{\"SAMLResponse\":\"{value}\",\"RelayState\":\"{relay_state}\"}}");
    for (content_type, body) in [
        (Some("text/plain"), &body),
        (Some("multipart/form-data; boundary=x"), &body),
        (Some("application/json"), &json),
        (Some("text/html"), &body),
        (Some("x"), &body),
        (None, &body),
    ] {
        let answer = attack.post_body(content_type, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
        harmless(&answer);
        assert!(!is_signed_in(&attack.browser).await);
    }
    let answer = attack.post_body(Some("text/xml"), attack.good.clone()).await;
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "a response does not come by SOAP"
    );
    assert!(!is_signed_in(&attack.browser).await);
    let named = format!("{FORM}; charset=UTF-8");
    let answer = attack.post_body(Some(&named), body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the control: {}", answer.text);
}
