//! What was signed: the good messages and responses of the corpus, and an encrypted response of this very run.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{CONTEXT_PASSWORD_PROTECTED_TRANSPORT, NAMEID_UNSPECIFIED};
use saml::inbound::{self, Inbound};
use saml::keys::{Certificate, KeyPair};
use saml::message::{Message, NameId};
use saml::redirect::Parameter;
use saml::response::{Encryption, ResponseSpec};
use saml::sp::{Accepted, Expectation, accept_response};

pub const IDP: &str = "http://localhost:9763/identity/metadata/saml2";
pub const SP: &str = "fuzz.example";
pub const ACS: &str = "https://fuzz.example/saml/acs";
pub const REQUEST: &str = "_request-1";

/// A message that somebody signed.
pub struct Signed {
    pub message: Message,
    pub relay_state: Option<String>,
    pub xml: String,
}

pub struct Known {
    pub certificates: Vec<Certificate>,
    /// Signed in their XML.
    pub messages: Vec<Signed>,
    /// Signed in the query.
    pub queries: Vec<Signed>,
    /// Good responses, and what each says.
    pub responses: Vec<(String, Accepted)>,
    decryption_key: KeyPair,
}

/// When the seeds were made.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).expect("it is a date")
}

pub fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let generated = |name| {
            let day = TimeDelta::days(1);
            KeyPair::generate_rsa(2048, name, now() - day, now() + day).expect("keys can be generated")
        };
        let (decryption_key, signing_key) = (generated("sp.example"), generated("idp.example"));
        let seeds = [include_str!("../keys/sp.crt"), include_str!("../keys/idp.crt")];
        let mut certificates: Vec<_> = seeds
            .map(|pem| Certificate::parse(pem).expect("the seeds' certificates are good"))
            .into();
        certificates.push(signing_key.certificate().clone());
        let encrypted = encrypted(&decryption_key, &signing_key);
        let mut known = Known {
            certificates,
            messages: Vec::new(),
            queries: Vec::new(),
            responses: Vec::new(),
            decryption_key,
        };
        known.messages = MESSAGES.map(|xml| known.posted(xml)).into();
        known.queries = QUERIES.map(|query| known.redirected(query)).into();
        known.responses = RESPONSES
            .into_iter()
            .chain([encrypted.as_str()])
            .map(|xml| known.accepted(xml))
            .collect();
        known
    })
}

const MESSAGES: [&str; 4] = [
    include_str!("../corpus/post/authn-request-signed.xml"),
    include_str!("../corpus/post/authn-request-full-signed.xml"),
    include_str!("../corpus/post/logout-request-signed.xml"),
    include_str!("../corpus/post/logout-response-signed.xml"),
];
const QUERIES: [&str; 3] = [
    include_str!("../corpus/redirect/authn-request-signed.txt"),
    include_str!("../corpus/redirect/logout-request-signed.txt"),
    include_str!("../corpus/redirect/logout-response-signed.txt"),
];
const RESPONSES: [&str; 3] = [
    include_str!("../corpus/response/assertion-signed.xml"),
    include_str!("../corpus/response/signed-twice.xml"),
    include_str!("../corpus/response/other-person.xml"),
];

impl Known {
    fn signed(&self, inbound: Inbound) -> Signed {
        inbound.verify(&self.certificates).expect("a signed seed verifies");
        Signed {
            message: inbound.message,
            relay_state: inbound.relay_state,
            xml: inbound.xml,
        }
    }

    fn posted(&self, xml: &str) -> Signed {
        let parameter = if xml.contains("<samlp:LogoutResponse") {
            Parameter::Response
        } else {
            Parameter::Request
        };
        let form = [(parameter.name().to_owned(), saml::post::form_value(xml))];
        self.signed(inbound::decode_post(&form).expect("a signed seed decodes"))
    }

    fn redirected(&self, query: &str) -> Signed {
        self.signed(inbound::decode_redirect(query).expect("a signed seed decodes"))
    }

    fn accepted(&self, xml: &str) -> (String, Accepted) {
        let accepted = accept_response(&saml::post::form_value(xml), &self.expectation());
        let accepted = accepted.expect("a good response is accepted");
        (xml.to_owned(), super::said(accepted))
    }

    fn expectation(&self) -> Expectation<'_> {
        Expectation {
            idp_entity_id: IDP,
            idp_certificates: &self.certificates,
            acs_url: ACS,
            sp_entity_id: SP,
            in_response_to: Some(REQUEST),
            now: now() + TimeDelta::seconds(5),
            skew_seconds: 60,
            decryption_key: Some(&self.decryption_key),
            want_response_signed: false,
            want_assertion_signed: false,
        }
    }
}

pub fn expectation() -> Expectation<'static> {
    known().expectation()
}

fn encrypted(recipient: &KeyPair, sender: &KeyPair) -> String {
    let spec = ResponseSpec {
        encrypt: Some(Encryption {
            certificate: recipient.certificate().clone(),
            data: Default::default(),
            key: Default::default(),
        }),
        ..response_spec("_encrypted")
    };
    saml::response::build(&spec, sender).expect("a response can be built")
}

/// What the good responses say.
pub fn response_spec(id: &str) -> ResponseSpec {
    ResponseSpec {
        id: format!("{id}-response"),
        assertion_id: format!("{id}-assertion"),
        issuer: IDP.to_owned(),
        destination: ACS.to_owned(),
        in_response_to: Some(REQUEST.to_owned()),
        audience: vec![SP.to_owned()],
        recipients: Vec::new(),
        name_id: NameId {
            value: "alice@example.com".to_owned(),
            format: Some(NAMEID_UNSPECIFIED.to_owned()),
            ..NameId::default()
        },
        session_index: "_session-1".to_owned(),
        authn_instant: now(),
        session_not_on_or_after: None,
        authn_context_class: CONTEXT_PASSWORD_PROTECTED_TRANSPORT.to_owned(),
        attributes: vec![saml::message::Attribute {
            name: "mobile".to_owned(),
            values: vec!["+4917012345678".to_owned()],
            ..Default::default()
        }],
        issue_instant: now(),
        lifetime_seconds: 300,
        sign_response: false,
        encrypt: None,
    }
}

/// As a form carries it, whatever it is.
pub fn base64(data: &[u8]) -> String {
    STANDARD.encode(data)
}
