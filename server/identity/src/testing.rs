//! A migrated, prepared store in memory for tests, with a clock that is moved by hand and a transport that records.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chrono::{TimeZone, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;
use secrecy::SecretString;

use crate::clock::{Clock, ManualClock};
use crate::keys::OpenedKeys;
use crate::password::Hasher;
use crate::services::Parts;
use crate::settings::Outbound;
use crate::sms::transport::{Answer, Cut, Document, SendFailure, SmsTransport};
use crate::vault::Vault;
use crate::{Actor, Services, Settings, setup, store};

/// The administrator's password in tests.
pub const ADMIN_PASSWORD: &str = "a long test password";

/// Answers every SMS with 200 and keeps what was sent.
#[derive(Debug, Default)]
pub struct RecordingTransport {
    pub sent: Mutex<Vec<Vec<u8>>>,
    /// What to answer instead of 200, in order; then 200 again.
    pub answers: Mutex<Vec<Result<Answer, SendFailure>>>,
    /// What documents are fetched, in order; then 404.
    pub documents: Mutex<Vec<Result<Document, SendFailure>>>,
    /// The addresses they were fetched from.
    pub fetched: Mutex<Vec<String>>,
}

impl SmsTransport for RecordingTransport {
    fn send<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>> {
        Box::pin(async move {
            self.sent.lock().unwrap().push(request.to_wire());
            let mut answers = self.answers.lock().unwrap();
            if answers.is_empty() {
                Ok(Answer::new(200, "{}"))
            } else {
                answers.remove(0)
            }
        })
    }

    fn fetch<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
        limit: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Document, SendFailure>> + Send + 'a>> {
        Box::pin(async move {
            self.fetched.lock().unwrap().push(request.url());
            let mut documents = self.documents.lock().unwrap();
            if documents.is_empty() {
                return Ok(document(404, ""));
            }
            let mut document = documents.remove(0)?;
            if document.body.len() > limit {
                document.body.truncate(limit);
                document.cut = Some(Cut::TooLarge);
            }
            Ok(document)
        })
    }
}

/// A document as it is fetched.
#[must_use]
pub fn document(status: u16, body: impl AsRef<[u8]>) -> Document {
    Document {
        status,
        location: None,
        body: body.as_ref().to_vec(),
        cut: None,
    }
}

/// Settings as a fresh installation on loopback has them.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        public_url: "http://localhost:9763".parse().unwrap(),
        default_country: None,
        outbound: Outbound::default(),
        sandbox: None,
        session_idle_minutes: 15,
        session_hours: 24,
        hash_permits: 2,
    }
}

/// Services over a fresh store in memory, its clock, and the administrator.
pub async fn services() -> (Services, Arc<ManualClock>, Actor) {
    let (services, clock, _, actor) = services_with(settings()).await;
    (services, clock, actor)
}

/// As [`services`], with these settings and the recording transport.
pub async fn services_with(settings: Settings) -> (Services, Arc<ManualClock>, Arc<RecordingTransport>, Actor) {
    services_on(store::connect("sqlite::memory:").await.unwrap(), settings).await
}

/// As [`services_with`], over an empty store of the caller's.
pub async fn services_on(
    db: DatabaseConnection,
    settings: Settings,
) -> (Services, Arc<ManualClock>, Arc<RecordingTransport>, Actor) {
    Migrator::up(&db, None).await.unwrap();
    let clock = Arc::new(ManualClock::at(Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap()));
    let transport = Arc::new(RecordingTransport::default());
    let services = Services::new(Parts {
        db,
        clock: clock.clone(),
        vault: Vault::new(&[7; 32]).unwrap(),
        hasher: Hasher::new(settings.hash_permits).unwrap(),
        settings,
        sms: transport.clone(),
        signing_keys: OpenedKeys::default(),
        known: Default::default(),
        time_outs: Default::default(),
    });
    setup::prepare(&services, "admin", Some(SecretString::from(ADMIN_PASSWORD)))
        .await
        .unwrap();
    let admin = crate::users::find_by_username(&services.db, "admin")
        .await
        .unwrap()
        .unwrap();
    let (_, session) = crate::sessions::begin(
        &services,
        &services.db,
        crate::sessions::Kind::Console,
        admin.id,
        &[],
        &Default::default(),
    )
    .await
    .unwrap();
    let actor = Actor {
        user_id: Some(admin.id),
        username: admin.username,
        permissions: domain::PermissionSet::all(),
        session_id: session.id,
        password_at: clock.now(),
        address: "127.0.0.1".into(),
    };
    (services, clock, transport, actor)
}
