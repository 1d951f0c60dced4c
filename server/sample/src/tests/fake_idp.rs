//! An identity provider: its metadata on a socket, its messages built with the protocol crate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{CONTEXT_REFEDS_MFA, STATUS_SUCCESS};
use saml::inbound::{Inbound, decode_redirect};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec};
use saml::message::{Attribute, AuthnRequest, Message, NameId, Status};
use saml::metadata::{self, IdpSpec};
use saml::response::{self, ResponseSpec};
use tokio::net::TcpListener;

use super::browser::{Answer, Browser};
use crate::clock::Clock;

pub(super) const ENTITY_ID: &str = "http://localhost:9763/identity/metadata/saml2";
pub(super) const ADDRESS: &str = "http://localhost:9763/samlsso";

/// The key in use, the one that follows, and one that is nobody's.
pub(super) static KEY: LazyLock<KeyPair> = LazyLock::new(generate);
pub(super) static NEXT_KEY: LazyLock<KeyPair> = LazyLock::new(generate);
pub(super) static STRANGER: LazyLock<KeyPair> = LazyLock::new(generate);

fn generate() -> KeyPair {
    let now = Clock::system().now();
    KeyPair::generate_rsa(2048, "idp", now, now + TimeDelta::days(1)).unwrap()
}

type Published = (StatusCode, String);

pub(super) struct FakeIdp {
    pub(super) url: String,
    published: Arc<Mutex<Published>>,
    fetches: Arc<AtomicUsize>,
}

impl FakeIdp {
    pub(super) async fn start() -> Self {
        let published = Arc::new(Mutex::new((StatusCode::OK, metadata(&[&KEY]))));
        let fetches = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/metadata", listener.local_addr().unwrap());
        let (answer, count) = (published.clone(), fetches.clone());
        let route = get(move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.lock().unwrap().clone();
            async move { answer }
        });
        let moved = get(async || Redirect::temporary("/metadata"));
        let router = Router::new().route("/metadata", route).route("/moved", moved);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            published,
            fetches,
        }
    }

    pub(super) fn publish(&self, status: StatusCode, text: impl Into<String>) {
        *self.published.lock().unwrap() = (status, text.into());
    }

    pub(super) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

pub(super) fn metadata_spec(keys: &[&KeyPair]) -> IdpSpec {
    IdpSpec {
        id: "_metadata".into(),
        entity_id: ENTITY_ID.into(),
        sso_url: ADDRESS.into(),
        slo_url: ADDRESS.into(),
        certificates: keys.iter().map(|key| key.certificate().clone()).collect(),
        name_id_formats: Vec::new(),
        want_authn_requests_signed: false,
        valid_until: None,
    }
}

pub(super) fn metadata(keys: &[&KeyPair]) -> String {
    metadata::idp(&metadata_spec(keys), None).unwrap()
}

/// A sign-in that has reached the identity provider.
pub(super) struct SignIn {
    pub(super) request: AuthnRequest,
    pub(super) relay_state: String,
    pub(super) inbound: Inbound,
}

/// Clicks *Log in with SAML* and reads what the identity provider gets.
pub(super) async fn begin(browser: &Browser) -> SignIn {
    let answer = browser.get("/saml/login").await;
    let inbound = carried(answer.location());
    let Message::AuthnRequest(request) = inbound.message.clone() else {
        panic!("{:?}", inbound.message);
    };
    SignIn {
        request,
        relay_state: inbound.relay_state.clone().unwrap(),
        inbound,
    }
}

/// The message in an address that the browser is sent to.
pub(super) fn carried(url: &str) -> Inbound {
    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, ADDRESS);
    decode_redirect(query).unwrap()
}

impl SignIn {
    /// A good response; tests spoil it.
    pub(super) fn response(&self, now: DateTime<Utc>) -> ResponseSpec {
        ResponseSpec {
            id: unique("response"),
            assertion_id: unique("assertion"),
            issuer: ENTITY_ID.into(),
            destination: self.request.acs_url.clone().unwrap(),
            in_response_to: Some(self.request.id.clone()),
            audience: vec!["travelocity.com".into()],
            recipients: Vec::new(),
            name_id: admin(),
            session_index: "session-1".into(),
            authn_instant: now,
            session_not_on_or_after: None,
            authn_context_class: CONTEXT_REFEDS_MFA.into(),
            attributes: vec![Attribute {
                name: "http://wso2.org/claims/mobile".into(),
                values: vec!["+94771234567".into()],
                ..Attribute::default()
            }],
            issue_instant: now,
            lifetime_seconds: 300,
            sign_response: false,
            encrypt: None,
        }
    }

    /// Posts a response as the identity provider's page does.
    pub(super) async fn post(&self, browser: &Browser, xml: &str) -> Answer {
        let value = saml::post::form_value(xml);
        let form = [
            ("SAMLResponse", value.as_str()),
            ("RelayState", self.relay_state.as_str()),
        ];
        browser.post_cross_site("/saml/acs", &form).await
    }

    pub(super) async fn answer(&self, browser: &Browser, spec: &ResponseSpec) -> Answer {
        self.post(browser, &build(spec)).await
    }
}

pub(super) fn build(spec: &ResponseSpec) -> String {
    response::build(spec, &KEY).unwrap()
}

/// Signs in from the link to the session.
pub(super) async fn sign_in(browser: &Browser, now: DateTime<Utc>) {
    sign_in_as(browser, now, "session-1").await;
}

pub(super) async fn sign_in_as(browser: &Browser, now: DateTime<Utc>, session_index: &str) {
    let sign_in = begin(browser).await;
    let mut spec = sign_in.response(now);
    spec.session_index = session_index.into();
    let answer = sign_in.answer(browser, &spec).await;
    let finished = browser.get(answer.location()).await;
    assert_eq!(finished.location(), "/");
    assert!(is_signed_in(browser).await);
}

pub(super) async fn is_signed_in(browser: &Browser) -> bool {
    let page = browser.get("/").await.text;
    let inside = page.contains("You are logged in as");
    assert_ne!(inside, page.contains("Log in with SAML"));
    inside
}

pub(super) fn admin() -> NameId {
    NameId {
        value: "admin".into(),
        ..NameId::default()
    }
}

/// An ID that no other message of this test run has.
pub(super) fn unique(prefix: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("_{prefix}-{}", COUNT.fetch_add(1, Ordering::SeqCst))
}

pub(super) fn logout_request(destination: &str, now: DateTime<Utc>) -> LogoutRequestSpec {
    LogoutRequestSpec {
        id: unique("logout"),
        issuer: ENTITY_ID.into(),
        destination: destination.into(),
        name_id: admin(),
        session_indexes: vec!["session-1".into()],
        not_on_or_after: Some(now + TimeDelta::minutes(5)),
        reason: None,
        issue_instant: now,
    }
}

pub(super) fn logout_response(destination: &str, in_response_to: &str, now: DateTime<Utc>) -> LogoutResponseSpec {
    LogoutResponseSpec {
        id: unique("logged-out"),
        issuer: ENTITY_ID.into(),
        destination: destination.into(),
        in_response_to: in_response_to.into(),
        status: Status {
            code: STATUS_SUCCESS.into(),
            ..Status::default()
        },
        issue_instant: now,
    }
}
