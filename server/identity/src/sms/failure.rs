//! What can go wrong before there is an answer, told apart by whether an SMS can have been sent.

use std::error::Error as StdError;
use std::io;

use super::certificate::{self, Distrust};
use super::probe::Probe;
use super::resolver::{AddressRefused, NameNotFound};
use super::transport::SendFailure;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The host's name has no address.
    NameNotFound,
    /// The address is private, loopback or otherwise not for this, and `outbound.allow` does not name it.
    AddressRefused,
    /// Nothing listens there, or there is no way there.
    ConnectionRefused,
    ConnectTimeout,
    /// No TLS connection came about: the other side speaks none, or none of ours.
    Tls,
    /// The server's certificate is not trusted.
    Certificate(Distrust),
    /// The request was sent, and nothing came back in time.
    TimedOut,
    /// The connection was closed before there was an answer.
    ClosedEarly,
    /// What came back is no HTTP, or its head has no end.
    BadAnswer,
    /// The request itself cannot be put on the wire.
    BadRequest,
}

impl FailureKind {
    /// Whether an SMS can have been sent all the same.
    #[must_use]
    pub fn may_have_left(self) -> bool {
        matches!(self, Self::TimedOut | Self::ClosedEarly | Self::BadAnswer)
    }

    /// Whether trying again may help and cannot send twice.
    #[must_use]
    pub fn may_be_retried(self) -> bool {
        matches!(
            self,
            Self::NameNotFound | Self::ConnectionRefused | Self::ConnectTimeout | Self::Tls | Self::Certificate(_)
        )
    }

    /// The name it is stored under: the phase that failed.
    #[must_use]
    pub fn phase(self) -> &'static str {
        match self {
            Self::BadRequest => "request",
            Self::NameNotFound => "name",
            Self::AddressRefused => "address",
            Self::ConnectionRefused | Self::ConnectTimeout => "connect",
            Self::Tls | Self::Certificate(_) => "tls",
            Self::TimedOut | Self::ClosedEarly | Self::BadAnswer => "answer",
        }
    }

    /// What the administrator should know and do.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NameNotFound => "The host in SMS URL was not found in DNS. Check its spelling.",
            Self::AddressRefused => {
                "The host in SMS URL leads to a private, loopback or otherwise reserved address. If that is meant, name it in the setting outbound.allow."
            }
            Self::ConnectionRefused => {
                "Nothing answers at the host and port of SMS URL. Check the port, and whether a firewall is in between."
            }
            Self::ConnectTimeout => {
                "No connection came about within 3 seconds. Check the port, and whether a firewall is in between."
            }
            Self::Tls => "No TLS connection came about. Check whether the port speaks TLS, version 1.2 or 1.3.",
            Self::Certificate(why) => why.words(),
            Self::TimedOut => "The provider did not answer within 10 seconds. Whether it sent the SMS is not known.",
            Self::ClosedEarly => {
                "The provider closed the connection without an answer. Whether it sent the SMS is not known."
            }
            Self::BadAnswer => "What came back is no HTTP answer. Whether the SMS was sent is not known.",
            Self::BadRequest => "The request cannot be sent as it is.",
        }
    }
}

/// Tells what an error of the HTTP client was. Its own text is not used: it names the URL, and so the key in it.
pub(super) fn classify(error: &reqwest::Error, probe: &Probe, https: bool) -> SendFailure {
    let distrust = probe.distrust().map(|error| Distrust::of(error, probe.chain()));
    let kind = if find::<AddressRefused>(error).is_some() {
        FailureKind::AddressRefused
    } else if find::<NameNotFound>(error).is_some() {
        FailureKind::NameNotFound
    } else if let Some(why) = distrust {
        FailureKind::Certificate(why)
    } else if error.is_connect() {
        connect(error, https)
    } else if error.is_timeout() {
        FailureKind::TimedOut
    } else if error.is_builder() {
        FailureKind::BadRequest
    } else if closed(error) {
        FailureKind::ClosedEarly
    } else {
        FailureKind::BadAnswer
    };
    let of_certificate = distrust.and_then(|why| why.detail(probe.chain()));
    SendFailure {
        kind,
        detail: of_certificate.unwrap_or_else(|| deepest(error)),
        phases: probe.phases(),
        certificates: certificate::lines(probe.chain()),
    }
}

fn connect(error: &reqwest::Error, https: bool) -> FailureKind {
    if error.is_timeout() {
        return FailureKind::ConnectTimeout;
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => FailureKind::ConnectTimeout,
        Some(
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::PermissionDenied,
        ) => FailureKind::ConnectionRefused,
        _ if https => FailureKind::Tls,
        _ => FailureKind::ConnectionRefused,
    }
}

/// The connection ended where an answer should have begun; everything else that failed after connecting is no HTTP.
fn closed(error: &reqwest::Error) -> bool {
    let broken = find::<io::Error>(error).is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
        )
    });
    broken || deepest(error).contains("before message completed")
}

fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The innermost cause, shortened: the system's or the TLS library's own words.
fn deepest(error: &reqwest::Error) -> String {
    let Some(mut inner) = error.source() else {
        return String::new();
    };
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string().chars().take(200).collect()
}
