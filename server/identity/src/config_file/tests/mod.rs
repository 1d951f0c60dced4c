//! What the file does, on a store in memory: whatever is not done within the one transaction would wait for ever.

mod mistakes;
mod plans;
mod things;
mod values;

use std::path::Path;
use std::sync::Arc;

use entity::audit;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{Mode, Refused, Report, Source, apply, export};
use crate::clock::{Clock, ManualClock};
use crate::testing::{RecordingTransport, services_with, settings};
use crate::{Actor, Services};

pub(super) struct Test {
    pub services: Services,
    pub clock: Arc<ManualClock>,
    pub sms: Arc<RecordingTransport>,
    /// Names and values.
    pub variables: Vec<(&'static str, &'static str)>,
    pub folder: std::path::PathBuf,
}

impl Test {
    pub async fn new() -> Self {
        let mut settings = settings();
        settings.default_country = Some("LK".into());
        let (services, clock, sms, _) = services_with(settings).await;
        Self {
            services,
            clock,
            sms,
            variables: Vec::new(),
            folder: std::env::temp_dir(),
        }
    }

    pub fn actor(&self) -> Actor {
        Actor::command_line(self.clock.now())
    }

    async fn run(&self, text: &str, mode: Mode) -> Result<Report, Refused> {
        let variable = |name: &str| {
            let known = self.variables.iter().find(|(known, _)| *known == name);
            known.map(|(_, value)| (*value).to_owned())
        };
        let source = Source {
            folder: Path::new(&self.folder),
            variable: &variable,
        };
        apply(&self.services, &self.actor(), text, source, mode).await
    }

    pub async fn applied(&self, text: &str) -> String {
        shown(self.run(text, Mode::Apply).await)
    }

    pub async fn planned(&self, text: &str) -> String {
        shown(self.run(text, Mode::Plan).await)
    }

    /// What is wrong, a line each.
    pub async fn refused(&self, text: &str) -> Vec<String> {
        match self.run(text, Mode::Apply).await {
            Err(Refused::Mistakes(mistakes)) => mistakes.iter().map(ToString::to_string).collect(),
            other => panic!("it is not refused: {other:?}"),
        }
    }

    pub async fn exported(&self) -> String {
        let mut out = Vec::new();
        export(&self.services, &self.actor(), true, &mut out).await.unwrap();
        String::from_utf8(out).unwrap()
    }

    pub async fn audited(&self) -> u64 {
        audit::Entity::find().count(&self.services.db).await.unwrap()
    }

    pub fn sent(&self) -> usize {
        self.sms.sent.lock().unwrap().len()
    }
}

#[track_caller]
fn shown(outcome: Result<Report, Refused>) -> String {
    match outcome {
        Ok(report) => format!("{report}{}", report.count()),
        Err(Refused::Mistakes(mistakes)) => {
            let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// Two identity providers, a service provider with both, a role and a user.
pub(super) const WHOLE: &str = r#"
[[claim]]
uri = "http://wso2.org/claims/costcentre"
label = "Cost centre"
attribute = "costCentre"
pattern = "[0-9]{4}"

[[role]]
name = "helpdesk"
permissions = ["users.manage"]

[[identity_provider]]
name = "First"
sms_enabled = true
http_method = "POST"
sms_url = "https://sms.example/send"
http_headers = "Authorization: Bearer {{secret:key}}"
http_payload = '{"to": "&num", "text": "&msg"}'
fallback = "Second"
daily_budget = 100
[identity_provider.secrets]
key = { env = "KEY" }

[[identity_provider]]
name = "Second"
sms_enabled = true
http_method = "GET"
sms_url = "https://other.example/?to=&num&text=&msg"
enabled = true

[[service_provider]]
name = "Travel"
claims = [{ local = "http://wso2.org/claims/costcentre", mandatory = true }]
roles = [{ local = "helpdesk", remote = "Support" }]
steps = [
  { authenticators = [{ local = "basic" }] },
  { authenticators = [{ federated = "First" }, { federated = "Second" }] },
]
[service_provider.saml]
issuer = "travelocity.com"
acs_urls = ["https://travel.example/acs"]

[[user]]
username = "jane"
roles = ["helpdesk"]
[user.claims]
mobile = "0771234567"
costcentre = "4711"
"#;
