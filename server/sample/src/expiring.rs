//! A map in memory with a bound and an end for every entry.
//!
//! Owns what the sample remembers between two requests: requests on their way, tickets, sessions, assertion IDs. Refuses
//! to grow: when it is full, the entry that would end first makes room.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

pub(crate) struct Expiring<V> {
    capacity: usize,
    entries: Mutex<HashMap<String, Entry<V>>>,
}

struct Entry<V> {
    value: V,
    until: DateTime<Utc>,
}

impl<V> Expiring<V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::new(HashMap::new()),
        }
    }

    /// Keeps `value` under `key` until that instant, and says whether the key was free.
    pub(crate) fn insert(&self, key: String, value: V, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.until > now);
        if entries.contains_key(&key) {
            return false;
        }
        if entries.len() >= self.capacity {
            let first = entries
                .iter()
                .min_by_key(|(_, entry)| entry.until)
                .map(|(key, _)| key.clone());
            if let Some(first) = first {
                entries.remove(&first);
            }
        }
        entries.insert(key, Entry { value, until });
        true
    }

    /// Takes the entry out: of two callers with the same key, one gets it.
    pub(crate) fn take(&self, key: &str, now: DateTime<Utc>) -> Option<V> {
        let entry = self.lock().remove(key)?;
        (entry.until > now).then_some(entry.value)
    }

    /// Ends every entry that `ends` names, and says how many there were.
    pub(crate) fn remove_where(&self, now: DateTime<Utc>, mut ends: impl FnMut(&V) -> bool) -> usize {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.until > now);
        let before = entries.len();
        entries.retain(|_, entry| !ends(&entry.value));
        before - entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry<V>>> {
        // Every change under the lock is a single insert or remove: a panic elsewhere cannot leave it half done.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone> Expiring<V> {
    /// A copy of the entry, if it has not ended.
    pub(crate) fn get(&self, key: &str, now: DateTime<Utc>) -> Option<V> {
        let entries = self.lock();
        let entry = entries.get(key)?;
        (entry.until > now).then(|| entry.value.clone())
    }

    /// A copy of the entry, if it has not ended; `prolong` gives its new end.
    pub(crate) fn touch(&self, key: &str, now: DateTime<Utc>, prolong: impl FnOnce(&V) -> DateTime<Utc>) -> Option<V> {
        let mut entries = self.lock();
        let entry = entries.get_mut(key).filter(|entry| entry.until > now)?;
        entry.until = prolong(&entry.value);
        Some(entry.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn an_entry_ends_and_is_taken_once() {
        let map = Expiring::new(10);
        assert!(map.insert("a".into(), 1, at(10), at(0)));
        assert!(!map.insert("a".into(), 2, at(10), at(0)));
        assert_eq!(map.get("a", at(9)), Some(1));
        assert_eq!(map.get("a", at(10)), None);
        assert_eq!(map.take("a", at(9)), Some(1));
        assert_eq!(map.take("a", at(9)), None);
    }

    #[test]
    fn touching_prolongs_only_what_lives() {
        let map = Expiring::new(10);
        map.insert("a".into(), 1, at(10), at(0));
        assert_eq!(map.touch("a", at(5), |_| at(15)), Some(1));
        assert_eq!(map.get("a", at(14)), Some(1));
        assert_eq!(map.touch("a", at(15), |_| at(99)), None);
    }

    #[test]
    fn full_it_drops_what_would_end_first() {
        let map = Expiring::new(2);
        map.insert("late".into(), 1, at(30), at(0));
        map.insert("soon".into(), 2, at(10), at(0));
        map.insert("new".into(), 3, at(20), at(0));
        assert_eq!(map.get("soon", at(1)), None);
        assert_eq!(map.get("late", at(1)), Some(1));
        assert_eq!(map.get("new", at(1)), Some(3));
    }

    #[test]
    fn removing_counts_the_living_only() {
        let map = Expiring::new(10);
        map.insert("a".into(), 1, at(10), at(0));
        map.insert("b".into(), 1, at(30), at(0));
        map.insert("c".into(), 2, at(30), at(0));
        assert_eq!(map.remove_where(at(20), |v| *v == 1), 1);
        assert_eq!(map.get("c", at(20)), Some(2));
    }
}
