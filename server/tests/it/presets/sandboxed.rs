//! Every preset, sent by the real transport to the sandbox's shape of its vendor and judged by its own rules: accepted and
//! delivered; refused with a wrong key, in the vendor's words; refused on demand.

use std::time::Duration;

use identity::sms::transport::{Answer, SmsTransport as _};
use identity::sms::{FailureKind, HttpTransport, Limits};
use sms::presets::{self, Preset};
use sms::{Decision, ResponseCodes, Settings};
use tokio::task::JoinSet;

use super::{key, moved, render};
use crate::browser::{Browser, Server};
use crate::harness::MOBILE;
use crate::sandbox::{self, transport};

/// A wrong key's answer, for each preset: some words of it that are the vendor's own.
const WORDS: [(&str, &str); 13] = [
    ("vonage", "Bad Credentials"),
    ("clickatell", "Invalid or missing integration API Key."),
    ("twilio", "\"code\":20003"),
    ("plivo", "Could not verify your access level"),
    ("bulksms", "errors#authentication-failed"),
    ("messagebird", "Request not allowed (incorrect access_key)"),
    ("infobip", "Invalid login details"),
    ("telnyx", "\"code\":\"10009\""),
    ("sinch", ""),
    ("kannel", "Authorization failed for sendsms"),
    ("sandbox-nexmo", "Bad Credentials"),
    ("sandbox-clickatell", "\"code\":\"001\""),
    ("sandbox-twilio", "\"code\":20003"),
];

struct Sandbox {
    origin: String,
    inbox: Browser,
    transport: HttpTransport,
}

impl Sandbox {
    async fn start() -> Self {
        let address = sandbox::serve().await;
        let origin = format!("http://{address}");
        Self {
            inbox: Browser::new(Server::Socket(address), &origin),
            origin,
            transport: transport(Limits::PRODUCT),
        }
    }

    /// The preset's settings with this sandbox in place of the vendor.
    fn settings(&self, preset: &Preset) -> Settings {
        let to = if preset.is_sandbox() {
            self.origin.clone()
        } else {
            format!("{}/sms/{}", self.origin, preset.id)
        };
        moved(preset, &to)
    }

    /// Sends with these keys; the answer, and what the preset's own rules make of it.
    async fn send(&self, settings: &Settings, number: &str, key: &dyn Fn(&str) -> String) -> (Answer, Decision) {
        let request = render(settings, number, &|slot| Some(key(slot)));
        let answer = self.transport.send(&request).await.unwrap();
        let codes = ResponseCodes::parse(&settings.response_code).unwrap();
        let decision = sms::judge(&codes, &settings.body_rule, answer.status, &answer.body);
        (answer, decision)
    }

    async fn inbox(&self, search: &str) -> String {
        self.inbox.get(&format!("/sms?q={search}")).await.body
    }
}

#[tokio::test]
async fn each_is_accepted_and_arrives() {
    let sandbox = Sandbox::start().await;
    for (n, preset) in presets::all().iter().enumerate() {
        let settings = sandbox.settings(preset);
        let digits = format!("947712341{n:02}");
        let (answer, decision) = sandbox.send(&settings, &format!("+{digits}"), &key).await;
        assert!(decision.accepted, "{}: {} {}", preset.id, decision.rule, answer.body);
        let inbox = sandbox.inbox(&digits).await;
        assert!(inbox.contains("1 message"), "{}: {inbox}", preset.id);
        let text = r#"Your verification code is <b class="code">482913</b>. It expires in 5 minutes."#;
        assert!(inbox.contains(text), "{}: {inbox}", preset.id);
        assert!(!inbox.contains("leading space"), "{}: the + is escaped", preset.id);
    }
}

#[tokio::test]
async fn each_is_refused_with_a_wrong_key_in_its_vendors_words() {
    let sandbox = Sandbox::start().await;
    for preset in presets::all() {
        let (_, words) = WORDS.iter().find(|(id, _)| *id == preset.id).expect("every preset");
        let settings = sandbox.settings(preset);
        let mut tries = Vec::new();
        for wrong in &preset.keys {
            let key = |slot: &str| {
                if slot == wrong.slot {
                    "wrong".to_owned()
                } else {
                    key(slot)
                }
            };
            tries.push(sandbox.send(&settings, MOBILE, &key).await);
        }
        if preset.is_sandbox() {
            // Its keys stand in the fields themselves.
            let settings = Settings {
                url: settings.url.replace("=sandbox", "=wrong").replace("ACsandbox", "wrong"),
                headers: settings.headers.replace("bearer sandbox", "bearer wrong"),
                ..settings
            };
            tries.push(sandbox.send(&settings, MOBILE, &key).await);
        }
        assert!(!tries.is_empty());
        for (answer, decision) in tries {
            assert!(!decision.accepted, "{}: {} {}", preset.id, decision.rule, answer.body);
            assert!(answer.body.contains(words), "{}: {}", preset.id, answer.body);
        }
    }
    assert!(sandbox.inbox("").await.contains("No message yet"));
}

#[tokio::test]
async fn each_is_refused_on_demand() {
    let sandbox = Sandbox::start().await;
    for preset in presets::all() {
        let settings = sandbox.settings(preset);
        for (ending, status) in [
            ("0200", Some(200)),
            ("0400", None),
            ("0402", None),
            ("0429", Some(429)),
            ("0500", Some(500)),
        ] {
            let (answer, decision) = sandbox.send(&settings, &format!("+9477123{ending}"), &key).await;
            assert!(!decision.accepted, "{} {ending}: {}", preset.id, answer.body);
            assert_eq!(answer.status, status.unwrap_or(answer.status), "{} {ending}", preset.id);
        }
    }
    assert!(sandbox.inbox("").await.contains("No message yet"));
}

#[tokio::test]
async fn each_may_have_sent_what_is_not_answered_in_time() {
    let sandbox = Sandbox::start().await;
    let impatient = transport(Limits {
        connect: Duration::from_secs(5),
        total: Duration::from_secs(2),
    });
    let mut sends = JoinSet::new();
    for preset in presets::all() {
        let request = render(&sandbox.settings(preset), "+94771230408", &|slot| Some(key(slot)));
        let transport = impatient.clone();
        sends.spawn(async move { transport.send(&request).await });
    }
    for result in sends.join_all().await {
        let failure = result.unwrap_err();
        assert_eq!(failure.kind, FailureKind::TimedOut, "{failure:?}");
    }
    assert!(
        sandbox.inbox("").await.contains("13 messages"),
        "each was delivered all the same"
    );
}
