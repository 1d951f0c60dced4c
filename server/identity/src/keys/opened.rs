//! Key pairs that this process has opened. Not a cache of decisions: which key signs is read from its row each time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saml::keys::KeyPair;

use crate::Result;

/// Two kinds, each with a key that signs now, one before it and one after.
const MOST: usize = 6;

/// Opened key pairs by their ids; those that were opened last, the last one at the end.
#[derive(Debug, Default)]
pub struct OpenedKeys(Mutex<Vec<(String, Arc<KeyPair>)>>);

impl OpenedKeys {
    pub(super) fn get(&self, key_id: &str) -> Option<Arc<KeyPair>> {
        let opened = self.lock();
        opened.iter().find(|(id, _)| id == key_id).map(|(_, pair)| pair.clone())
    }

    pub(super) fn get_or_open(&self, key_id: &str, open: impl FnOnce() -> Result<KeyPair>) -> Result<Arc<KeyPair>> {
        let mut opened = self.lock();
        if let Some((_, pair)) = opened.iter().find(|(id, _)| id == key_id) {
            return Ok(pair.clone());
        }
        let pair = Arc::new(open()?);
        if opened.len() == MOST {
            opened.remove(0);
        }
        opened.push((key_id.to_owned(), pair.clone()));
        Ok(pair)
    }

    /// Lets go of a key that is retired; other processes do when they open others.
    pub(super) fn forget(&self, key_id: &str) {
        self.lock().retain(|(id, _)| id != key_id);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Arc<KeyPair>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;

    #[test]
    fn each_key_is_opened_once_and_no_more_than_six_are_kept() {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        let pair = KeyPair::generate_ec("x", year(2026), year(2027)).unwrap();
        let keys = OpenedKeys::default();
        let mut opened = 0;
        let mut get = |id: &str| {
            keys.get_or_open(id, || {
                opened += 1;
                Ok(pair.clone())
            })
            .unwrap();
        };
        for id in ["a", "b", "a", "b", "a"] {
            get(id);
        }
        for n in 0..20 {
            get(&n.to_string());
        }
        get("19");
        assert_eq!(opened, 22);
        assert_eq!(keys.lock().len(), MOST);
        keys.forget("19");
        assert_eq!(keys.lock().len(), MOST - 1);
    }
}
