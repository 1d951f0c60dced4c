//! The one way a request of ours leaves, as a trait: tests replace the outside world here and nowhere else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::failure::FailureKind;
use super::phases::Phases;
use super::trusted::Trusted;

/// Sends one request once.
pub trait SmsTransport: Send + Sync {
    /// The answer as far as it came; an error is a request that got no status at all.
    fn send<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>>;

    /// Fetches a document with one request; of its body at most `limit` bytes are read.
    fn fetch<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
        limit: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Document, SendFailure>> + Send + 'a>>;

    /// The same way out, which trusts these certificates besides the system's; `None` where it checks none by itself.
    fn trusting(&self, _: &Trusted) -> Option<Arc<dyn SmsTransport>> {
        None
    }
}

/// A document from another server, such as metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub status: u16,
    /// Where a redirect would lead. Nobody follows it.
    pub location: Option<String>,
    /// As it came over the wire, in whatever encoding.
    pub body: Vec<u8>,
    /// Why the body is not whole.
    pub cut: Option<Cut>,
}

/// A provider's answer. `Debug` leaves the body out: it may repeat the number and the code.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// At most 64 KiB, decoded leniently.
    pub body: String,
    /// Why the body is not whole.
    pub cut: Option<Cut>,
    /// How long the provider asks to wait (RFC 9110 section 10.2.3).
    pub retry_after: Option<Duration>,
    pub phases: Phases,
    /// The server's chain of certificates, its own first, a line each; empty without TLS.
    pub certificates: Vec<String>,
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
            certificates: Vec::new(),
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
    /// The server's chain of certificates as far as it was presented, a line each.
    pub certificates: Vec<String>,
}

impl SendFailure {
    #[must_use]
    pub fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            detail: String::new(),
            phases: Phases::default(),
            certificates: Vec::new(),
        }
    }
}
