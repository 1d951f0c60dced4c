//! The sign-in: a flow of steps that one browser goes through, and what it goes on to afterwards.
//!
//! Knows nothing of SAML: a [`Continuation`] holds a row id and nothing else. All state is in rows, so that any node
//! can serve the next request and a second tab or the back button finds things as they are.

mod authenticator;
mod carried;
mod choice;
mod claims;
mod end;
mod engine;
mod events;
mod flow_store;
mod log;
mod otp;
mod prompt;
mod sms_step;
mod stage;
mod standing;
#[cfg(test)]
mod tests;
mod throttle;

use std::collections::BTreeMap;

pub(crate) use authenticator::entered_number::reseal;
#[cfg(test)]
pub(crate) use authenticator::entered_number::{of as entered_number, seal as seal_entered_number};
pub use authenticator::password::{PasswordOutcome, console_password, open_console};
pub use choice::Way;
pub use end::{abandon, finished};
pub use engine::{Begin, Begun, Browser, Done, begin, open, submit};
pub(crate) use events::{Event, note as note_event};
pub(crate) use flow_store::{end_all_of, goes_on};
pub(crate) use log::BACKUP_CODE;
pub use log::{SignIn, record as record_sign_in};
pub use prompt::{BackupPrompt, ClaimPrompt, CodePrompt, FlowView, Prompt};
pub use stage::{Notice, TypedClaim};
pub(crate) use standing::{Standing, standing};
use throttle::PasswordThrottle;
#[cfg(test)]
pub(crate) use throttle::close_codes;
pub(crate) use throttle::{codes_closed, codes_closed_until, open_codes};

/// What a finished sign-in goes on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// The answer to a stored SAML request.
    Saml { request: String },
}

impl Continuation {
    fn kind(&self) -> &'static str {
        match self {
            Self::Saml { .. } => "saml",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Saml { request } => request,
        }
    }

    fn from_row(kind: &str, id: &str) -> Option<Self> {
        (kind == "saml").then(|| Self::Saml { request: id.to_owned() })
    }

    /// Where the browser goes on.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Saml { request } => format!("/samlsso/resume/{request}"),
        }
    }
}

/// What a sign-in page may send.
pub enum Input {
    Password {
        username: String,
        password: String,
    },
    Code(String),
    Resend,
    /// Whether to ask for a backup code in the place of the code by SMS.
    AskBackupCode(bool),
    BackupCode(String),
    /// The mobile number of somebody who has none yet.
    Number(String),
    /// Which of several authenticators of a step to use, by position.
    Choose(usize),
    /// Back to that choice.
    ChooseAgain,
    /// Values for the claims that the application demands, by the last parts of their URIs.
    Claims(BTreeMap<String, String>),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::Code(_) => "Code",
            Self::Resend => "Resend",
            Self::AskBackupCode(_) => "AskBackupCode",
            Self::BackupCode(_) => "BackupCode",
            Self::Number(_) => "Number",
            Self::Choose(_) => "Choose",
            Self::ChooseAgain => "ChooseAgain",
            Self::Claims(_) => "Claims",
        })
    }
}

/// What comes after an input. Callers only match.
#[derive(Debug)]
pub enum Next {
    /// Show the flow's page again: it knows what to ask and what went wrong.
    Prompt,
    /// All steps are passed.
    Done(Done),
}
