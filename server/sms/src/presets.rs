//! The provider presets: data files under `presets/`, embedded in the binary. A preset fills the form; it is not
//! kept as a link, so a changed preset changes nobody's settings.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::settings::{BodyRule, Method, NumberFormat, Settings};

/// Stands in a preset's URL for the address of the SMS sandbox.
const SANDBOX: &str = "{sandbox}";

macro_rules! files {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../presets/", $name, ".toml")))),*] };
}

/// Every preset, in the order of the list.
const FILES: [(&str, &str); 13] = files![
    "vonage",
    "clickatell",
    "twilio",
    "plivo",
    "bulksms",
    "messagebird",
    "infobip",
    "telnyx",
    "sinch",
    "kannel",
    "sandbox-nexmo",
    "sandbox-clickatell",
    "sandbox-twilio",
];

/// A provider's request, ready but for the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The file's name without its ending; stable.
    #[serde(default)]
    pub id: String,
    /// The provider's name.
    pub name: String,
    /// *SMS URL*; for the sandbox it begins with `{sandbox}`.
    pub url: String,
    /// *HTTP Method*.
    pub method: Method,
    /// *HTTP Headers*.
    #[serde(default)]
    pub headers: String,
    /// *HTTP Payload*.
    #[serde(default)]
    pub payload: String,
    /// *HTTP Response Code*.
    #[serde(default)]
    pub response_code: String,
    /// The rule on the answer's body.
    #[serde(default)]
    pub body_rule: BodyRule,
    /// *Number format*.
    #[serde(default)]
    pub number_format: NumberFormat,
    /// The secrets the administrator has to enter.
    #[serde(default)]
    pub keys: Vec<Key>,
    /// What else there is to do, in a sentence or two.
    pub help: String,
}

/// A secret of a preset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The slot's name.
    pub slot: String,
    /// The vendor's own name for it.
    pub label: String,
    /// Where it is found.
    #[serde(default)]
    pub help: String,
}

impl Preset {
    /// Whether it is for the SMS sandbox, and so of use only where that runs.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.url.starts_with(SANDBOX)
    }

    /// The settings it fills in; `sandbox` is the address of the sample application, such as
    /// `http://localhost:8080`.
    #[must_use]
    pub fn settings(&self, sandbox: &str) -> Settings {
        Settings {
            url: self.url.replacen(SANDBOX, sandbox.trim_end_matches('/'), 1),
            method: self.method,
            headers: self.headers.clone(),
            payload: self.payload.clone(),
            response_code: self.response_code.clone(),
            body_rule: self.body_rule.clone(),
            message: String::new(),
            number_format: self.number_format,
        }
    }
}

static ALL: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .map(|(id, text)| match toml::from_str::<Preset>(text) {
            Ok(preset) => Preset {
                id: id.to_owned(),
                ..preset
            },
            // The files are part of the program and every one is read by a test.
            Err(error) => panic!("presets/{id}.toml: {error}"),
        })
        .collect()
});

/// Every preset, in the order of the list.
#[must_use]
pub fn all() -> &'static [Preset] {
    &ALL
}

/// The preset of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Preset> {
    all().iter().find(|preset| preset.id == id)
}
