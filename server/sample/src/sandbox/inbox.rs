//! The messages that arrived, in memory.
//!
//! Owns the last 200 and the signal that one came. Refuses to keep more, and to write any of it down.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// How many messages are kept.
pub(super) const CAPACITY: usize = 200;

/// A message as it arrived: nothing trimmed, nothing corrected.
#[derive(Debug)]
pub(super) struct Sms {
    pub(super) id: u64,
    pub(super) at: DateTime<Utc>,
    /// The vendor whose address it came by.
    pub(super) vendor: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) text: String,
}

pub(crate) struct Inbox {
    kept: Mutex<VecDeque<Arc<Sms>>>,
    /// The number of the newest message.
    newest: watch::Sender<u64>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::new(VecDeque::with_capacity(CAPACITY)),
            newest: watch::Sender::new(0),
        }
    }

    /// Delivers a message and returns its number, from which vendors' message IDs are made.
    pub(super) fn deliver(
        &self,
        at: DateTime<Utc>,
        vendor: &'static str,
        from: String,
        to: String,
        text: String,
    ) -> u64 {
        let mut kept = self.lock();
        let id = kept.back().map_or(1, |last| last.id + 1);
        if kept.len() == CAPACITY {
            kept.pop_front();
        }
        kept.push_back(Arc::new(Sms {
            id,
            at,
            vendor,
            from,
            to,
            text,
        }));
        drop(kept);
        self.newest.send_modify(|newest| *newest = (*newest).max(id));
        id
    }

    /// The messages whose number, sender, vendor or text contains `search`, newest first.
    pub(super) fn find(&self, search: &str) -> Vec<Arc<Sms>> {
        let search = search.trim().to_lowercase();
        let contains = |text: &str| text.to_lowercase().contains(&search);
        self.lock()
            .iter()
            .rev()
            .filter(|sms| [&sms.to, &sms.from, sms.vendor, &sms.text].into_iter().any(contains))
            .cloned()
            .collect()
    }

    /// Changes with every message that arrives.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Sms>>> {
        // A panic under the lock leaves at worst one message too few.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
