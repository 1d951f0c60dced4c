//! The sign-in: a flow of steps that one browser goes through, and what it goes on to afterwards.
//!
//! Knows nothing of SAML: a [`Continuation`] holds a row id and nothing else. All state is in rows, so that any node
//! can serve the next request and a second tab or the back button finds things as they are.

mod authenticator;
mod carried;
mod engine;
mod flow_store;
mod log;
mod otp;
mod prompt;
mod stage;
#[cfg(test)]
mod tests;
mod throttle;

pub use authenticator::password::{PasswordOutcome, console_password, open_console};
pub use engine::{Begin, Begun, Browser, Done, abandon, begin, finished, open, submit};
pub(crate) use flow_store::end_all_of;
pub use log::{SignIn, record as record_sign_in};
pub use prompt::{CodePrompt, FlowView, Prompt};
pub use stage::Notice;
use throttle::PasswordThrottle;
pub(crate) use throttle::{codes_closed, open_codes};

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
    /// Which of several authenticators of a step to use, by position.
    Choose(usize),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::Code(_) => "Code",
            Self::Resend => "Resend",
            Self::Choose(_) => "Choose",
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
