//! Logout that begins at the sample: the session ends first, then the identity provider is told and answers.

use axum::http::{Method, StatusCode, header};
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_RESPONDER};
use saml::inbound::Inbound;
use saml::keys::KeyPair;
use saml::logout::{LogoutResponseSpec, build_response};
use saml::message::{LogoutRequest, Message};
use saml::metadata::parse_sp;
use saml::redirect::{self, Parameter};

use super::Sample;
use super::browser::{Answer, Browser};
use super::fake_idp::{
    ADDRESS, FakeIdp, KEY, STRANGER, admin, carried, is_signed_in, logout_response, metadata as published, sign_in,
};

const SLO: &str = "http://localhost:8080/saml/slo";
const ACS: &str = "http://localhost:8080/saml/acs";

/// A person who has signed in and pressed *Logout*.
struct Case {
    _idp: FakeIdp,
    sample: Sample,
    browser: Browser,
    inbound: Inbound,
    request: LogoutRequest,
}

impl Case {
    async fn logged_out() -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let browser = sample.browser();
        sign_in(&browser, sample.clock.now()).await;
        let page = browser.submit("/saml/logout").await;
        let inbound = carried(&goes_on_to(&page));
        let Message::LogoutRequest(request) = inbound.message.clone() else {
            panic!("{:?}", inbound.message);
        };
        Self {
            _idp: idp,
            sample,
            browser,
            inbound,
            request,
        }
    }

    fn response(&self, destination: &str) -> LogoutResponseSpec {
        logout_response(destination, &self.request.id, self.sample.clock.now())
    }

    /// Answers by HTTP-Redirect, at the path of the destination.
    async fn redirect(&self, spec: &LogoutResponseSpec, key: Option<&KeyPair>) -> Answer {
        let xml = build_response(spec, None).unwrap();
        let url = redirect::url(&spec.destination, Parameter::Response, &xml, None, key).unwrap();
        self.browser
            .get(url.strip_prefix("http://localhost:8080").unwrap())
            .await
    }
}

/// Where the page goes on to by itself; its link says the same.
fn goes_on_to(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let start = "http-equiv=\"refresh\" content=\"0; url=";
    let rest = &page.text[page.text.find(start).expect(&page.text) + start.len()..];
    let escaped = &rest[..rest.find('"').unwrap()];
    assert!(page.text.contains(&format!("href=\"{escaped}\"")));
    escaped.replace("&amp;", "&")
}

#[tokio::test]
async fn our_session_ends_first_and_a_signed_request_names_it() {
    let case = Case::logged_out().await;
    assert!(!is_signed_in(&case.browser).await);
    assert_eq!(case.browser.cookie("sample_session"), None);
    let metadata = parse_sp(&case.browser.get("/saml/metadata").await.text).unwrap();
    case.inbound.verify(&metadata.signing_certificates).unwrap();
    let request = &case.request;
    assert_eq!(request.issuer.as_deref(), Some("travelocity.com"));
    assert_eq!(request.destination.as_deref(), Some(ADDRESS));
    assert_eq!(request.name_id.value, admin().value);
    assert_eq!(request.session_indexes, ["session-1"]);
    assert!(request.not_on_or_after.is_some());
}

#[tokio::test]
async fn the_answer_is_taken_at_both_addresses_and_by_both_bindings() {
    for address in [SLO, ACS] {
        let case = Case::logged_out().await;
        let answer = case.redirect(&case.response(address), Some(&KEY)).await;
        assert_eq!(answer.location(), "/?notice=logged-out");
        let page = case.browser.get(answer.location()).await.text;
        assert!(page.contains("You are logged out here and at the identity server."));

        let case = Case::logged_out().await;
        let xml = build_response(&case.response(address), Some(&KEY)).unwrap();
        let value = saml::post::form_value(&xml);
        let path = address.strip_prefix("http://localhost:8080").unwrap();
        let answer = case.browser.post_cross_site(path, &[("SAMLResponse", &value)]).await;
        assert_eq!(answer.location(), "/?notice=logged-out");
    }
}

#[tokio::test]
async fn a_partial_logout_is_told() {
    let case = Case::logged_out().await;
    let mut spec = case.response(SLO);
    spec.status.sub_code = Some(STATUS_PARTIAL_LOGOUT.into());
    let answer = case.redirect(&spec, Some(&KEY)).await;
    let page = case.browser.get(answer.location()).await.text;
    assert!(page.contains("could not reach every other application"), "{page}");
}

#[tokio::test]
async fn a_failed_logout_is_told() {
    let case = Case::logged_out().await;
    let mut spec = case.response(SLO);
    spec.status.code = STATUS_RESPONDER.into();
    let answer = case.redirect(&spec, Some(&KEY)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        answer.text.contains("the identity server answered Responder"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn answers_that_are_not_the_identity_providers_are_rejected() {
    let case = Case::logged_out().await;
    let good = case.response(SLO);
    let cases: [(&str, Option<&KeyPair>, LogoutResponseSpec); 6] = [
        ("not signed", None, good.clone()),
        ("The signature was not accepted", Some(&STRANGER), good.clone()),
        (
            "does not come from the expected",
            Some(&KEY),
            LogoutResponseSpec {
                issuer: "http://another.example".into(),
                ..good.clone()
            },
        ),
        (
            "no logout that is under way",
            Some(&KEY),
            LogoutResponseSpec {
                in_response_to: "_another".into(),
                ..good.clone()
            },
        ),
        (
            "too old",
            Some(&KEY),
            LogoutResponseSpec {
                issue_instant: good.issue_instant - chrono::TimeDelta::seconds(361),
                ..good.clone()
            },
        ),
        (
            "issued in the future",
            Some(&KEY),
            LogoutResponseSpec {
                issue_instant: good.issue_instant + chrono::TimeDelta::seconds(120),
                ..good.clone()
            },
        ),
    ];
    for (reason, key, spec) in cases {
        let answer = case.redirect(&spec, key).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{reason}");
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
    }
    let elsewhere = LogoutResponseSpec {
        destination: "http://localhost:8080/elsewhere".into(),
        ..good.clone()
    };
    let xml = build_response(&elsewhere, None).unwrap();
    let url = redirect::url("/saml/slo", Parameter::Response, &xml, None, Some(&KEY)).unwrap();
    let answer = case.browser.get(&url).await;
    assert!(answer.text.contains("not meant for this address"), "{}", answer.text);

    let answer = case.redirect(&good, Some(&KEY)).await;
    assert_eq!(answer.location(), "/?notice=logged-out");
    let again = case.redirect(&good, Some(&KEY)).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "an answer is taken once");
}

#[tokio::test]
async fn only_our_own_page_can_log_out() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    sign_in(&browser, sample.clock.now()).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://localhost:9763"),
        ("origin", "null"),
        ("x-nothing", "0"),
    ] {
        let request = browser.request(Method::POST, "/saml/logout", true).header(name, value);
        let answer = browser.send(request, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(is_signed_in(&browser).await);
    }
    let request = browser
        .request(Method::POST, "/saml/logout", true)
        .header(header::ORIGIN, "http://localhost:8080");
    assert_eq!(browser.send(request, "").await.status, StatusCode::OK);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn logging_out_twice_leads_home() {
    let case = Case::logged_out().await;
    let answer = case.browser.submit("/saml/logout").await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn an_identity_provider_without_logout_is_told_of() {
    let idp = FakeIdp::start().await;
    let all = published(&[&KEY]);
    let mut without = String::new();
    for part in all.split_inclusive('>') {
        if !part.contains("SingleLogoutService") {
            without.push_str(part);
        }
    }
    assert_ne!(all, without);
    idp.publish(StatusCode::OK, without);
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    sign_in(&browser, sample.clock.now()).await;
    let page = browser.submit("/saml/logout").await;
    assert!(page.text.contains("Logged out of the sample app only"), "{}", page.text);
    assert!(!is_signed_in(&browser).await);
}
