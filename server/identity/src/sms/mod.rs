//! Sending SMS: one HTTP request a message, a row that says what became of it, and words for both who wait for it.
//!
//! Owns the way out, its limits and its retries. Refuses to keep or log a code, a whole number, or anything a template
//! was expanded to; what a request looks like is the crate `sms`, not this module.

mod address;
mod attempts;
#[cfg(test)]
mod bad_provider_tests;
mod breaker;
mod certificate;
mod deliver;
#[cfg(test)]
mod deliver_tests;
mod failure;
#[cfg(test)]
mod fallback_tests;
mod hints;
mod http;
#[cfg(test)]
mod http_tests;
mod outcome;
mod phases;
mod probe;
mod resolver;
mod rows;
mod sending;
mod test_send;
mod tls;
#[cfg(test)]
mod tls_tests;
pub mod transport;
mod trusted;
mod verdict;

pub(crate) use breaker::{forget as forget_failures, is_open as is_skipped};
pub use certificate::Distrust;
pub use deliver::{Delivered, Delivery, Purpose, deliver, deliver_otherwise};
pub use failure::FailureKind;
pub use http::{HttpTransport, Limits};
pub use outcome::Outcome;
pub use phases::Phases;
pub use rows::{last_test, outcome_of, phases_of};
pub use test_send::send_test;
pub use trusted::Trusted;

/// The counter of an identity provider's daily budget. Tests count as well.
#[must_use]
pub fn budget(identity_provider_id: i64) -> String {
    format!("sms:budget:{identity_provider_id}")
}
