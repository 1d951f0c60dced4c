//! The preview of an assertion: what a service provider would be told about a person, and what causes each part.
//!
//! Refuses keys: what is shown is signed by one that was made for the preview and is gone.

use serde::{Deserialize, Serialize};

use super::watch::Severity;

/// *Preview assertion* of a service provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewView {
    pub id: i64,
    pub application: String,
    /// Whether there is a SAML configuration; without one nothing is ever sent.
    pub configured: bool,
    /// What was typed as the user name.
    pub typed: String,
    /// Of the user who was typed; `None` while there is none.
    pub preview: Option<Preview>,
    /// Users whose name, or a claim of whom, begins with what was typed; the first of all if nothing was.
    pub candidates: Vec<Candidate>,
    /// Whether there are more than these.
    pub more: bool,
}

/// Somebody to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub username: String,
    pub full_name: String,
}

/// What is said of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub username: String,
    /// In a few words: `sent`, `refused`, `answered with a status`.
    pub outcome: String,
    pub severity: Severity,
    /// What becomes of it, in a sentence.
    pub explanation: String,
    /// Where the answer goes.
    pub destination: String,
    /// The message exactly as it would leave, but for the key; empty if there is none.
    pub xml: String,
    /// The same message in clear, laid out, part by part.
    pub parts: Vec<Part>,
    /// What is missing, the worst first.
    pub findings: Vec<Finding>,
    /// Whether numbers are masked for whoever looks.
    pub masked: bool,
}

/// Something missing or worth knowing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    pub text: String,
    /// Where to mend it.
    pub link: Option<Link>,
}

/// A page of the console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub text: String,
    pub href: String,
}

/// Some lines of the message and what causes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The lines, stretch by stretch.
    pub lines: Vec<(Ink, String)>,
    pub notes: Vec<Note>,
}

/// What a stretch of the message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// Tags and names of attributes.
    Markup,
    /// What the protocol and the configuration say.
    Text,
    /// What is told about the person.
    Person,
    /// A number of the person.
    Number,
}

/// Why a part is as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about, in SAML's own names.
    pub about: String,
    pub text: String,
    /// The setting that causes it.
    pub link: Option<Link>,
}
