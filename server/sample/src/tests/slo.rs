//! Logout that begins at the identity provider: by HTTP-Redirect, HTTP-POST and SOAP.

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use saml::inbound::{Inbound, decode_post};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, build_request};
use saml::message::{LogoutResponse, Message};
use saml::metadata::parse_sp;
use saml::redirect::{self, Parameter};
use saml::soap;

use super::Sample;
use super::browser::{Answer, Browser};
use super::fake_idp::{
    ADDRESS, FakeIdp, KEY, NEXT_KEY, STRANGER, begin, carried, is_signed_in, logout_request, metadata as published,
    sign_in, sign_in_as,
};

const SLO: &str = "http://localhost:8080/saml/slo";
const ACS: &str = "http://localhost:8080/saml/acs";

/// Two people's browsers, one of them signed in as `session-1`, the other as `session-2`.
struct Case {
    idp: FakeIdp,
    sample: Sample,
    one: Browser,
    two: Browser,
}

impl Case {
    async fn signed_in() -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let (one, two) = (sample.browser(), sample.browser());
        sign_in(&one, sample.clock.now()).await;
        sign_in_as(&two, sample.clock.now(), "session-2").await;
        Self { idp, sample, one, two }
    }

    fn request(&self, destination: &str) -> LogoutRequestSpec {
        logout_request(destination, self.sample.clock.now())
    }

    /// Sends the browser with a LogoutRequest to the path of its destination, or to `/saml/slo` if that is elsewhere.
    async fn redirect(&self, spec: &LogoutRequestSpec, key: Option<&KeyPair>) -> Answer {
        let xml = build_request(spec, None).unwrap();
        let relay = Some("opaque & odd");
        let path = spec
            .destination
            .strip_prefix("http://localhost:8080")
            .unwrap_or("/saml/slo");
        let url = redirect::url(path, Parameter::Request, &xml, relay, key).unwrap();
        self.one.get(&url).await
    }

    async fn expect_ended(&self, answer: &Inbound, request: &LogoutRequestSpec) {
        let metadata = parse_sp(&self.one.get("/saml/metadata").await.text).unwrap();
        answer.verify(&metadata.signing_certificates).unwrap();
        let response = logout_response(answer);
        assert_eq!(response.in_response_to.as_deref(), Some(request.id.as_str()));
        assert_eq!(response.destination.as_deref(), Some(ADDRESS));
        assert_eq!(response.issuer.as_deref(), Some("travelocity.com"));
        assert!(response.status.is_success());
        assert!(!is_signed_in(&self.one).await);
        assert!(
            is_signed_in(&self.two).await,
            "another session of the same person goes on"
        );
    }

    async fn expect_refused(&self, answer: &Answer, reason: &str) {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{reason}: {}", answer.text);
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
        assert!(is_signed_in(&self.one).await, "{reason}");
    }
}

fn logout_response(inbound: &Inbound) -> &LogoutResponse {
    match &inbound.message {
        Message::LogoutResponse(response) => response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn by_redirect_at_both_addresses() {
    for address in [SLO, ACS] {
        let case = Case::signed_in().await;
        let request = case.request(address);
        let answer = case.redirect(&request, Some(&KEY)).await;
        let response = carried(answer.location());
        assert_eq!(response.relay_state.as_deref(), Some("opaque & odd"));
        case.expect_ended(&response, &request).await;
    }
}

#[tokio::test]
async fn by_post_at_both_addresses() {
    for address in [SLO, ACS] {
        let case = Case::signed_in().await;
        let request = case.request(address);
        let value = saml::post::form_value(&build_request(&request, Some(&KEY)).unwrap());
        let path = address.strip_prefix("http://localhost:8080").unwrap();
        let form = [("SAMLRequest", value.as_str()), ("RelayState", "opaque")];
        let page = case.one.post_cross_site(path, &form).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(&format!("action=\"{ADDRESS}\"")), "{}", page.text);
        let field = |name: &str| {
            let start = format!("name=\"{name}\" value=\"");
            let rest = &page.text[page.text.find(&start).unwrap() + start.len()..];
            (name.to_owned(), rest[..rest.find('"').unwrap()].to_owned())
        };
        let response = decode_post(&[field("SAMLResponse"), field("RelayState")]).unwrap();
        assert_eq!(response.relay_state.as_deref(), Some("opaque"));
        case.expect_ended(&response, &request).await;
    }
}

#[tokio::test]
async fn by_soap_at_both_addresses() {
    for address in [SLO, ACS] {
        let case = Case::signed_in().await;
        let request = case.request(address);
        let envelope = soap::wrap(&build_request(&request, Some(&KEY)).unwrap());
        let path = address.strip_prefix("http://localhost:8080").unwrap();
        let server = case.sample.browser();
        let post = server
            .request(Method::POST, path, false)
            .header(header::CONTENT_TYPE, soap::CONTENT_TYPE)
            .header("soapaction", soap::ACTION);
        let answer = server.send(post, envelope).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.header(header::CONTENT_TYPE), soap::CONTENT_TYPE);
        let response = soap::decode(answer.text.as_bytes()).unwrap();
        case.expect_ended(&response, &request).await;
    }
}

#[tokio::test]
async fn without_session_index_every_session_of_the_person_ends() {
    let case = Case::signed_in().await;
    let mut request = case.request(SLO);
    request.session_indexes.clear();
    case.redirect(&request, Some(&KEY)).await;
    assert!(!is_signed_in(&case.one).await);
    assert!(!is_signed_in(&case.two).await);
}

#[tokio::test]
async fn other_people_stay_and_an_ended_session_is_success() {
    let case = Case::signed_in().await;
    let mut request = case.request(SLO);
    request.name_id.value = "somebody".into();
    let answer = case.redirect(&request, Some(&KEY)).await;
    assert!(logout_response(&carried(answer.location())).status.is_success());
    assert!(is_signed_in(&case.one).await);
}

#[tokio::test]
async fn a_new_key_is_learnt_here_too() {
    let case = Case::signed_in().await;
    case.idp.publish(StatusCode::OK, published(&[&NEXT_KEY]));
    let request = case.request(SLO);
    let answer = case.redirect(&request, Some(&NEXT_KEY)).await;
    case.expect_ended(&carried(answer.location()), &request).await;
}

#[tokio::test]
async fn requests_that_are_not_the_identity_providers_end_nothing() {
    let case = Case::signed_in().await;
    let good = case.request(SLO);
    let now = good.issue_instant;
    let answer = case.redirect(&good, None).await;
    case.expect_refused(&answer, "not signed").await;
    let answer = case.redirect(&good, Some(&STRANGER)).await;
    case.expect_refused(&answer, "The signature was not accepted").await;
    type Spoil = fn(&mut LogoutRequestSpec);
    let cases: [(&str, Spoil); 5] = [
        ("does not come from the expected", |s| {
            s.issuer = "http://another.example".into()
        }),
        ("not meant for this address", |s| {
            s.destination = "http://another.example/slo".into()
        }),
        ("too old", |s| s.issue_instant -= TimeDelta::seconds(361)),
        ("issued in the future", |s| s.issue_instant += TimeDelta::seconds(61)),
        ("has expired", |s| {
            s.not_on_or_after = Some(s.issue_instant - TimeDelta::seconds(60))
        }),
    ];
    for (reason, spoil) in cases {
        let mut spec = case.request(SLO);
        spoil(&mut spec);
        let answer = case.redirect(&spec, Some(&KEY)).await;
        case.expect_refused(&answer, reason).await;
    }
    let mut late = case.request(SLO);
    late.not_on_or_after = Some(now - TimeDelta::seconds(59));
    let answer = case.redirect(&late, Some(&KEY)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "within the skew");
}

#[tokio::test]
async fn a_request_works_once() {
    let case = Case::signed_in().await;
    let request = case.request(SLO);
    case.redirect(&request, Some(&KEY)).await;
    sign_in(&case.one, case.sample.clock.now()).await;
    let again = case.redirect(&request, Some(&KEY)).await;
    case.expect_refused(&again, "was used before").await;
}

#[tokio::test]
async fn an_authn_request_is_not_answered() {
    let case = Case::signed_in().await;
    let sign_in = begin(&case.two).await;
    let value = saml::post::form_value(&sign_in.inbound.xml);
    let answer = case.one.post_cross_site("/saml/slo", &[("SAMLRequest", &value)]).await;
    case.expect_refused(&answer, "this is no identity provider").await;
}
