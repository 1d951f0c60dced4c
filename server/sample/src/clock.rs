//! The time, as a value that tests can move.
//!
//! Owns the crate's only reading of the system clock. Refuses nothing.

use std::sync::Arc;

use chrono::{DateTime, Utc};

/// Tells the time. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub(crate) fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    #[cfg(test)]
    pub(crate) fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}
