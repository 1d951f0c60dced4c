//! Applications that take logout by SOAP, behind the way out: what each is told is read and checked as it would be there.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use chrono::{DateTime, Utc};
use identity::Services;
use identity::keys::OpenedKeys;
use identity::password::Hasher;
use identity::services::Parts;
use identity::sms::FailureKind;
use identity::sms::transport::{Answer, Document, SendFailure, SmsTransport};
use identity::token;
use identity::vault::Vault;
use saml::inbound::Inbound;
use saml::keys::KeyPair;
use saml::logout::LogoutResponseSpec;
use saml::message::Status;
use saml::soap;
use server::AppState;

use crate::browser::{Browser, Server};
use crate::fake_sp::FakeSp;
use crate::harness::TestApp;

/// What an application does with a LogoutRequest.
pub enum Reply {
    Envelope(String),
    Status(u16, &'static str),
    Fails(FailureKind),
    Never,
}

type Behaviour = Box<dyn Fn(&Inbound) -> Reply + Send + Sync>;

pub struct Applications {
    behaviour: Behaviour,
    /// The messages, in the order they came.
    pub told: Mutex<Vec<Inbound>>,
}

impl SmsTransport for Applications {
    fn send<'a>(
        &'a self,
        request: &'a sms::HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>> {
        Box::pin(async move {
            let wire = String::from_utf8(request.to_wire()).unwrap();
            assert!(wire.contains("Content-Type: text/xml; charset=utf-8\r\n"), "{wire}");
            let inbound = soap::decode(request.body.as_deref().unwrap()).unwrap();
            let reply = (self.behaviour)(&inbound);
            self.told.lock().unwrap().push(inbound);
            match reply {
                Reply::Envelope(envelope) => Ok(Answer::new(200, envelope)),
                Reply::Status(status, body) => Ok(Answer::new(status, body)),
                Reply::Fails(kind) => Err(SendFailure::new(kind)),
                Reply::Never => std::future::pending().await,
            }
        })
    }

    fn fetch<'a>(
        &'a self,
        _: &'a sms::HttpRequest,
        _: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Document, SendFailure>> + Send + 'a>> {
        unreachable!("a logout fetches nothing")
    }
}

/// The same server, with another way out.
pub struct World {
    router: Router,
    origin: String,
}

impl World {
    pub fn new(
        app: &TestApp,
        behaviour: impl Fn(&Inbound) -> Reply + Send + Sync + 'static,
    ) -> (Self, Arc<Applications>) {
        let applications = Arc::new(Applications {
            behaviour: Box::new(behaviour),
            told: Mutex::default(),
        });
        (Self::over(app, applications.clone()), applications)
    }

    pub fn over(app: &TestApp, transport: Arc<dyn SmsTransport>) -> Self {
        let services = Services::new(Parts {
            db: app.services.pool(),
            clock: app.clock.clone(),
            vault: Vault::new(&[7; 32]).unwrap(),
            hasher: Hasher::new(2).unwrap(),
            settings: app.services.settings.clone(),
            sms: transport,
            signing_keys: OpenedKeys::default(),
            known: Default::default(),
            time_outs: Default::default(),
        });
        Self {
            router: server::router(AppState::new(services, Vec::new())),
            origin: app.origin.clone(),
        }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(Server::Router(self.router.clone()), &self.origin)
    }
}

/// An application whose logout goes by SOAP.
pub async fn back_channel(app: &TestApp, name: &str, certificate: &str) -> FakeSp {
    app.sp(name, &[None], |saml| {
        saml.logout_method = "back_channel".into();
        saml.certificate = certificate.to_owned();
    })
    .await
}

/// The answer of the application that a request was sent to: its address names it.
pub fn response(asked: &Inbound, now: DateTime<Utc>) -> LogoutResponseSpec {
    let destination: url::Url = asked.message.destination().unwrap().parse().unwrap();
    LogoutResponseSpec {
        id: token::saml_id().unwrap(),
        issuer: destination.host_str().unwrap().to_owned(),
        destination: "http://localhost:9763/samlsso".into(),
        in_response_to: asked.message.id().to_owned(),
        status: Status {
            code: saml::identifier::STATUS_SUCCESS.to_owned(),
            ..Status::default()
        },
        issue_instant: now,
    }
}

pub fn envelope(spec: &LogoutResponseSpec, key: Option<&KeyPair>) -> Reply {
    Reply::Envelope(soap::wrap(&saml::logout::build_response(spec, key).unwrap()))
}
