//! The one way an SMS request leaves, as a trait: tests replace the outside world here and nowhere else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::failure::FailureKind;
use super::phases::Phases;

/// Sends one request once.
pub trait SmsTransport: Send + Sync {
    /// The answer as far as it came; an error is a request that got no status at all.
    fn send<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>>;
}

/// A provider's answer. `Debug` leaves the body out: it may repeat the number and the code.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// At most 64 KiB, decoded leniently.
    pub body: String,
    /// Why the body is not whole.
    pub cut: Option<Cut>,
    /// How long the provider asks to wait (RFC 9110 section 10.2.3), if it says so in seconds.
    pub retry_after: Option<Duration>,
    pub phases: Phases,
    /// The server's certificate in a line, where there was TLS.
    pub certificate: Option<String>,
}

/// Why a body ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    TooLarge,
    ClosedEarly,
    TimedOut,
}

impl Cut {
    /// For the administrator.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TooLarge => "The answer is longer than 64 KiB",
            Self::ClosedEarly => "The connection was closed in the middle of the answer",
            Self::TimedOut => "The answer did not end in time",
        }
    }
}

impl Answer {
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            body: body.into(),
            cut: None,
            retry_after: None,
            phases: Phases::default(),
            certificate: None,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("cut", &self.cut)
            .field("phases", &self.phases)
            .finish_non_exhaustive()
    }
}

/// A request that got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendFailure {
    pub kind: FailureKind,
    /// What the system or the TLS library says, for the administrator; holds no part of the request.
    pub detail: String,
    pub phases: Phases,
}

impl SendFailure {
    #[must_use]
    pub fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            detail: String::new(),
            phases: Phases::default(),
        }
    }
}
