//! Hashing passwords, in a bounded pool with a bounded queue: a flood of sign-ins becomes 503s, not a slow death.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::token::random_bytes;
use crate::{Error, Result};

/// Memory per hash in KiB; with `TIME_COST` 2 and one lane the least that OWASP's cheat sheet names for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const TIME_COST: u32 = 2;
/// How many may wait for each permit before the next is sent away: about a second's worth.
const QUEUE_PER_PERMIT: usize = 40;
/// What a browser is told to wait when the queue is full, in seconds.
const RETRY_AFTER: u32 = 2;

/// Hashes and checks passwords with Argon2id.
#[derive(Debug)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
    /// Checked where there is no such user, so that time tells nothing.
    dummy: String,
}

impl Hasher {
    /// `permits` hashes run at once; each takes 19 MiB.
    ///
    /// # Errors
    /// `Internal`, should the generator or the hash fail.
    pub fn new(permits: usize) -> Result<Self> {
        let permits = permits.max(1);
        Ok(Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: Arc::new(AtomicUsize::new(0)),
            queue: permits * QUEUE_PER_PERMIT,
            dummy: hash(b"no such user")?,
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.as_bytes().to_vec());
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is the one that was hashed. Without a hash (no such user) the same work is done, for `false`.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let right = self.run(move || matches_hash(&password, &stored)).await??;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = Place::take(&self.waiting, self.queue).ok_or(Error::Busy {
            retry_after: RETRY_AFTER,
        })?;
        let permit = self.permits.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

/// A place in the queue, left again however the waiting ends.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, limit: usize) -> Option<Self> {
        waiting
            .try_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < limit).then_some(n + 1))
            .ok()?;
        Some(Self(waiting.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, TIME_COST, 1, None).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()?).map_err(|error| Error::internal(error.to_string()))?;
    let hash = argon2()?
        .hash_password(password, &salt)
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok(hash.to_string())
}

fn matches_hash(password: &[u8], stored: &str) -> Result<bool> {
    let parsed = PasswordHash::new(stored).map_err(|error| Error::internal(error.to_string()))?;
    match argon2()?.verify_password(password, &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(Error::internal(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hasher = Hasher::new(2).unwrap();
        let stored = hasher.hash("correct horse").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("correct horse", Some(&stored)).await.unwrap());
        assert!(!hasher.verify("Correct horse", Some(&stored)).await.unwrap());
        assert!(!hasher.verify("no such user", None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn beyond_the_queue_it_says_busy() {
        let hasher = Arc::new(Hasher::new(1).unwrap());
        let tasks: Vec<_> = (0..QUEUE_PER_PERMIT + 20)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify("x", None).await })
            })
            .collect();
        let mut busy = 0;
        for task in tasks {
            busy += usize::from(matches!(task.await.unwrap(), Err(Error::Busy { .. })));
        }
        assert!(busy > 0, "all were let in");
        assert!(hasher.verify("x", None).await.is_ok(), "the queue empties again");
    }
}
