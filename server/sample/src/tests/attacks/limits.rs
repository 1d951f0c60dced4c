//! What is too big: T12, at the assertion consumer service and, for DEFLATE, where logout messages come by address.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use saml::logout::build_request;
use saml::redirect::{self, Parameter};

use super::super::fake_idp::{KEY, is_signed_in, logout_request, sign_in};
use super::{Attack, harmless, swap};

/// Generous: the tests run without optimization and beside other work. Unbounded, each input would take minutes.
const QUICK: Duration = Duration::from_secs(20);

#[tokio::test]
async fn t12_nesting_attributes_namespaces_entities() {
    let attack = Attack::begin().await;
    let good = &attack.good;
    let with = |content: &str| {
        let extensions = format!("<samlp:Extensions>{content}</samlp:Extensions><samlp:Status>");
        swap(good, "<samlp:Status>", &extensions)
    };
    let deep = format!("{}{}", "<a>".repeat(3_000), "</a>".repeat(3_000));
    let attributes: String = (0..300).map(|n| format!(" a{n}=\"\"")).collect();
    let namespaces: String = (0..11)
        .map(|level| {
            let declarations: String = (0..190).map(|n| format!(" xmlns:n{n}=\"u:{level}\"")).collect();
            format!("<a{declarations}/>")
        })
        .collect();
    let mut laughs = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
    for (name, inner) in ["b", "c", "d", "e", "f", "g", "h"]
        .iter()
        .zip(["a", "b", "c", "d", "e", "f", "g"])
    {
        laughs.push_str(&format!("<!ENTITY {name} \"{}\">", format!("&{inner};").repeat(10)));
    }
    let attacks = vec![
        (with(&deep), "nested more than"),
        (with(&format!("<a{attributes}/>")), "attributes"),
        (with(&namespaces), "namespaces"),
        (
            format!("{laughs}]>{}", with("&h;")),
            "document type or entity declaration",
        ),
    ];
    let start = Instant::now();
    attack.each(attacks).await;
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
}

#[tokio::test]
async fn t12_a_giant_body() {
    let attack = Attack::begin().await;
    let start = Instant::now();
    for giant in [70 * 1024, 20 * 1024 * 1024] {
        let value = format!("{}{}", saml::post::form_value(&attack.good), "A".repeat(giant));
        let relay_state = attack.sign_in.relay_state.as_str();
        let form = [("SAMLResponse", value.as_str()), ("RelayState", relay_state)];
        let answer = attack.browser.post_cross_site("/saml/acs", &form).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        harmless(&answer);
        assert!(!is_signed_in(&attack.browser).await);
    }
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
    attack.control().await;
}

#[tokio::test]
async fn t12_a_deflate_bomb() {
    let attack = Attack::begin().await;
    sign_in(&attack.browser, attack.sample.clock.now()).await;
    let bomb = " ".repeat(20 * 1024 * 1024);
    for address in ["/saml/acs", "/saml/slo"] {
        for parameter in [Parameter::Request, Parameter::Response] {
            let url = redirect::url(address, parameter, &bomb, None, None).unwrap();
            assert!(url.len() < 60 * 1024, "{}", url.len());
            let start = Instant::now();
            let answer = attack.browser.get(&url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
            assert!(answer.text.contains("larger than"), "{}", answer.text);
            assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
            assert!(is_signed_in(&attack.browser).await);
        }
    }
    // The control: a message of ordinary size by the same road is taken.
    let spec = logout_request("http://localhost:8080/saml/slo", attack.sample.clock.now());
    let xml = build_request(&spec, None).unwrap();
    let url = redirect::url("/saml/slo", Parameter::Request, &xml, None, Some(&KEY)).unwrap();
    assert_eq!(attack.browser.get(&url).await.status, StatusCode::SEE_OTHER);
    assert!(!is_signed_in(&attack.browser).await);
}
