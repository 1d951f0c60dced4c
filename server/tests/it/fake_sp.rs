//! A service provider that believes nothing: it takes what the browser brings and checks all of it.

use std::sync::{Arc, OnceLock};

use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeZone, Utc};
use identity::clock::Clock;
use identity::token;
use saml::inbound::{self, Inbound};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec};
use saml::message::{Message, NameId, Status};
use saml::metadata::IdpMetadata;
use saml::redirect::{self, Parameter};
use saml::sp::{Accepted, AuthnRequestSpec, Expectation, Rejected, accept_response, build_authn_request};

use crate::browser::{Answer, Browser};
use crate::harness::TestApp;
use crate::page::{Page, all, attribute};

pub struct FakeSp {
    /// The service provider's row.
    pub id: i64,
    pub name: String,
    pub issuer: String,
    pub acs: String,
    /// Whether its configuration has the response signed, and it insists.
    pub response_signed: bool,
    pub idp: IdpMetadata,
    clock: Arc<dyn Clock>,
}

/// The key every fake service provider signs with, where it signs.
pub fn sp_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap()
    })
}

impl FakeSp {
    /// Learns keys and addresses from the metadata, as any other.
    pub async fn new(app: &TestApp, id: i64, name: &str) -> Self {
        let metadata = app.browser().get("/identity/metadata/saml2").await;
        Self::knowing(&metadata, app.clock.clone(), id, name)
    }

    pub fn knowing(metadata: &Answer, clock: Arc<dyn Clock>, id: i64, name: &str) -> Self {
        let slug = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Self {
            id,
            name: name.to_owned(),
            issuer: format!("{slug}.example"),
            acs: format!("https://{slug}.example/saml/acs"),
            response_signed: true,
            idp: saml::metadata::parse_idp(&metadata.body).unwrap(),
            clock,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn sso(&self) -> &str {
        self.idp.sso_location(saml::identifier::BINDING_REDIRECT).unwrap()
    }

    pub fn request(&self) -> AuthnRequestSpec {
        AuthnRequestSpec {
            id: token::saml_id().unwrap(),
            issuer: self.issuer.clone(),
            destination: self.sso().to_owned(),
            acs_url: Some(self.acs.clone()),
            acs_index: None,
            attribute_consuming_service_index: None,
            protocol_binding: None,
            force_authn: false,
            is_passive: false,
            name_id_policy: None,
            requested_authn_context: None,
            issue_instant: self.now(),
        }
    }

    /// Path and query that carry a request by Redirect.
    pub fn redirect(&self, request: &AuthnRequestSpec, relay_state: Option<&str>) -> String {
        self.redirect_signed(request, relay_state, None)
    }

    pub fn redirect_signed(
        &self,
        request: &AuthnRequestSpec,
        relay_state: Option<&str>,
        key: Option<&KeyPair>,
    ) -> String {
        let xml = build_authn_request(request, None).unwrap();
        carry(self.sso(), Parameter::Request, &xml, relay_state, key)
    }

    /// The fields that carry a request by POST.
    pub fn post(&self, request: &AuthnRequestSpec, key: Option<&KeyPair>) -> Vec<(String, String)> {
        posted(&build_authn_request(request, key).unwrap())
    }

    /// Takes a response in the strictest way there is.
    pub fn accept(&self, sent: &PostPage, in_response_to: &str) -> Result<Accepted, Rejected> {
        assert_eq!(sent.field, "SAMLResponse");
        assert_eq!(sent.action, self.acs);
        let expectation = Expectation {
            idp_entity_id: &self.idp.entity_id,
            idp_certificates: &self.idp.certificates,
            acs_url: &self.acs,
            sp_entity_id: &self.issuer,
            in_response_to: Some(in_response_to),
            now: self.now(),
            skew_seconds: 0,
            decryption_key: None,
            want_response_signed: self.response_signed,
            want_assertion_signed: true,
        };
        accept_response(&sent.value, &expectation)
    }

    /// The failure a response reports; its signature is checked all the same.
    #[track_caller]
    pub fn status(&self, sent: &PostPage, in_response_to: &str) -> (String, String) {
        match self.accept(sent, in_response_to) {
            Err(Rejected::Status(Status { code, sub_code, .. })) => (code, sub_code.unwrap_or_default()),
            other => panic!("no status: {other:?}"),
        }
    }

    pub fn logout_request(&self, accepted: &Accepted) -> LogoutRequestSpec {
        LogoutRequestSpec {
            id: token::saml_id().unwrap(),
            issuer: self.issuer.clone(),
            destination: self.sso().to_owned(),
            name_id: accepted.name_id.clone(),
            session_indexes: accepted.session_index.iter().cloned().collect(),
            not_on_or_after: None,
            reason: None,
            issue_instant: self.now(),
        }
    }

    pub fn logout_redirect(&self, request: &LogoutRequestSpec, key: Option<&KeyPair>) -> String {
        let xml = saml::logout::build_request(request, None).unwrap();
        carry(self.sso(), Parameter::Request, &xml, Some("after logout"), key)
    }

    pub fn logout_post(&self, request: &LogoutRequestSpec, key: Option<&KeyPair>) -> Vec<(String, String)> {
        posted(&saml::logout::build_request(request, key).unwrap())
    }

    /// The answer to a LogoutRequest that came by Redirect.
    pub fn logout_answer(&self, asked: &Inbound) -> String {
        let spec = LogoutResponseSpec {
            id: token::saml_id().unwrap(),
            issuer: self.issuer.clone(),
            destination: self.sso().to_owned(),
            in_response_to: asked.message.id().to_owned(),
            status: Status {
                code: saml::identifier::STATUS_SUCCESS.to_owned(),
                ..Status::default()
            },
            issue_instant: self.now(),
        };
        let xml = saml::logout::build_response(&spec, None).unwrap();
        carry(
            self.sso(),
            Parameter::Response,
            &xml,
            asked.relay_state.as_deref(),
            None,
        )
    }

    /// A logout message that the browser brings by Redirect to our address, its signature checked.
    #[track_caller]
    pub fn receive_redirect(&self, answer: &Answer) -> Inbound {
        let url = answer.leads_to();
        let (address, query) = url.split_once('?').unwrap();
        assert_eq!(address, self.acs);
        self.verified(inbound::decode_redirect(query).unwrap())
    }

    /// The same by POST.
    #[track_caller]
    pub fn receive_post(&self, sent: &PostPage) -> Inbound {
        assert_eq!(sent.action, self.acs);
        let mut form = vec![(sent.field.clone(), sent.value.clone())];
        form.extend(sent.relay_state.clone().map(|state| ("RelayState".to_owned(), state)));
        self.verified(inbound::decode_post(&form).unwrap())
    }

    #[track_caller]
    fn verified(&self, message: Inbound) -> Inbound {
        message.verify(&self.idp.certificates).unwrap();
        assert_eq!(message.message.issuer(), Some(self.idp.entity_id.as_str()));
        assert_eq!(message.message.destination(), Some(self.acs.as_str()));
        message
    }
}

/// What a LogoutResponse reports.
#[track_caller]
pub fn logout_status(message: &Inbound) -> &Status {
    match &message.message {
        Message::LogoutResponse(response) => &response.status,
        other => panic!("no LogoutResponse: {other:?}"),
    }
}

/// Whose sessions a LogoutRequest names.
#[track_caller]
pub fn logout_subject(message: &Inbound) -> (&NameId, &[String]) {
    match &message.message {
        Message::LogoutRequest(request) => (&request.name_id, &request.session_indexes),
        other => panic!("no LogoutRequest: {other:?}"),
    }
}

fn carry(to: &str, parameter: Parameter, xml: &str, relay_state: Option<&str>, key: Option<&KeyPair>) -> String {
    let url = redirect::url(to, parameter, xml, relay_state, key).unwrap();
    let url: url::Url = url.parse().unwrap();
    format!("{}?{}", url.path(), url.query().unwrap())
}

pub fn posted(xml: &str) -> Vec<(String, String)> {
    vec![
        ("SAMLRequest".into(), saml::post::form_value(xml)),
        ("RelayState".into(), "relay".into()),
    ]
}

/// The page whose form goes to the service provider by itself.
#[derive(Clone, Debug)]
pub struct PostPage {
    pub action: String,
    pub field: String,
    pub value: String,
    pub relay_state: Option<String>,
}

impl PostPage {
    #[track_caller]
    pub fn read(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{} {}", answer.path, answer.body);
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("script-src 'nonce-") && !policy.contains("form-action"),
            "{policy}"
        );
        let page = Page::read(&answer.body);
        assert_eq!((page.forms.len(), page.scripts), (1, 1), "{}", answer.body);
        let form = page.form("Continue");
        let (action, pairs) = form.press("Continue");
        let (field, value) = pairs[0].clone();
        let relay_state = pairs.iter().find(|(name, _)| name == "RelayState");
        Self {
            action,
            field,
            value,
            relay_state: relay_state.map(|(_, value)| value.clone()),
        }
    }

    /// The message itself.
    pub fn xml(&self) -> String {
        String::from_utf8(STANDARD.decode(&self.value).unwrap()).unwrap()
    }
}

/// Sends a request by POST from the service provider's page and goes where that leads.
pub async fn post_request(browser: &Browser, form: &[(String, String)]) -> Answer {
    let answer = browser.post_from_elsewhere("/samlsso", form).await;
    browser.follow(answer).await
}

/// The nonce a page's script carries.
pub fn script_nonce(html: &str) -> String {
    let html = scraper::Html::parse_document(html);
    attribute(all(html.root_element(), "script")[0], "nonce")
}
