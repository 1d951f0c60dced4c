//! Hashing passwords, in a bounded pool with a bounded queue: a flood of sign-ins becomes 503s, not a slow death.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::token::random_bytes;
use crate::{Error, Result};

/// Memory per hash in KiB; with `TIME_COST` 2 and one lane the least that OWASP's cheat sheet names for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const TIME_COST: u32 = 2;
/// How many may wait for each permit before the next is sent away: about a second's worth.
const QUEUE_PER_PERMIT: usize = 40;
/// How often work that nobody waits for looks whether sign-ins leave it time, and how long it waits in between.
const UNHURRIED_TRIES: u32 = 100;
const UNHURRIED_WAIT: Duration = Duration::from_millis(20);
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
    /// `Internal`, should the generator fail.
    pub fn new(permits: usize) -> Result<Self> {
        let permits = permits.max(1);
        Ok(Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: Arc::new(AtomicUsize::new(0)),
            queue: permits * QUEUE_PER_PERMIT,
            dummy: no_password()?,
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.as_bytes().to_vec());
        self.run(self.place()?, move || hash(&password)).await?
    }

    /// As [`Hasher::hash`], for work that nobody waits for: it begins when no sign-in waits. The caller does one at a time.
    ///
    /// # Errors
    /// `Busy` when the queue is full even after some time.
    pub async fn hash_unhurried(&self, password: &str) -> Result<String> {
        for _ in 0..UNHURRIED_TRIES {
            if self.waiting.load(Ordering::Acquire) == 0 {
                match self.hash(password).await {
                    Err(Error::Busy { .. }) => {}
                    other => return other,
                }
            }
            tokio::time::sleep(UNHURRIED_WAIT).await;
        }
        // With sign-ins without end it takes its turn among them.
        self.hash(password).await
    }

    /// A place in the queue. Whoever counts attempts takes it first: what is sent away was no attempt.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub fn place(&self) -> Result<Place> {
        Place::take(&self.waiting, self.queue).ok_or(Error::Busy {
            retry_after: RETRY_AFTER,
        })
    }

    /// Whether the password is the one that was hashed. Without a hash (no such user) the same work is done, for `false`.
    ///
    /// # Errors
    /// `Internal`, for what is no hash.
    pub async fn verify(&self, place: Place, password: &str, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let right = self.run(place, move || matches_hash(&password, &stored)).await??;
        Ok(right && known)
    }

    /// The place is left when the work is done, or nobody waits for it any more.
    async fn run<T: Send + 'static>(&self, _place: Place, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
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
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

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

/// The largest memory, in KiB, that a hash from elsewhere may need: the second choice of RFC 9106 section 4. Each sign-in takes
/// as much.
const MOST_MEMORY_KIB: u32 = 64 * 1024;
const MOST_TIME_COST: u32 = 10;
const MOST_LANES: u32 = 8;
/// A shorter output is found by chance too soon.
const LEAST_OUTPUT: usize = 16;

/// What there is against a hash that was made elsewhere; `None` if sign-ins can be checked against it. It is a PHC string of
/// Argon2id, Argon2i or Argon2d.
#[must_use]
pub fn hash_problem(hash: &str) -> Option<String> {
    const ACCEPTED: &str = "Accepted are PHC strings of Argon2 (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, also argon2i and \
         argon2d).";
    let Ok(parsed) = PasswordHash::new(hash) else {
        return Some(format!("This is no password hash in PHC form. {ACCEPTED}"));
    };
    if Algorithm::try_from(parsed.algorithm).is_err() {
        let name = parsed.algorithm.as_str();
        return Some(format!("Hashes by {name} cannot be checked here. {ACCEPTED}"));
    }
    let (Ok(params), Some(output), Some(_)) = (Params::try_from(&parsed), parsed.hash, parsed.salt) else {
        return Some(format!(
            "This hash lacks a salt, an output or parameters that make sense. {ACCEPTED}"
        ));
    };
    if parsed
        .version
        .is_some_and(|version| Version::try_from(version).is_err())
    {
        return Some(format!("Argon2 has no such version. {ACCEPTED}"));
    }
    if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > MOST_TIME_COST || params.p_cost() > MOST_LANES {
        return Some(format!(
            "Checking this hash costs too much: m={}, t={}, p={}; at most m={MOST_MEMORY_KIB}, t={MOST_TIME_COST}, \
             p={MOST_LANES} are taken.",
            params.m_cost(),
            params.t_cost(),
            params.p_cost()
        ));
    }
    (output.len() < LEAST_OUTPUT)
        .then(|| format!("The output of this hash is too short: at least {LEAST_OUTPUT} bytes are needed."))
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, TIME_COST, 1, None).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What stands for the hash of a user who has no password: of the form of one, so that a try costs what any other does, and
/// nothing matches it.
///
/// # Errors
/// `Internal`, should the generator fail.
pub(crate) fn no_password() -> Result<String> {
    let [salt, hash] =
        [&random_bytes::<16>()?[..], &random_bytes::<32>()?[..]].map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes));
    Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p=1${salt}${hash}"))
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
        assert!(
            hasher
                .verify(hasher.place().unwrap(), "correct horse", Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(hasher.place().unwrap(), "Correct horse", Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(hasher.place().unwrap(), "no such user", None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn a_hash_from_elsewhere_is_taken_if_it_can_be_checked() {
        let hasher = Hasher::new(1).unwrap();
        for (algorithm, version) in [
            (Algorithm::Argon2id, Version::V0x13),
            (Algorithm::Argon2i, Version::V0x13),
            (Algorithm::Argon2d, Version::V0x10),
        ] {
            let params = Params::new(8 * 1024, 3, 2, None).unwrap();
            let salt = SaltString::encode_b64(b"a salt of theirs").unwrap();
            let argon2 = Argon2::new(algorithm, version, params);
            let theirs = argon2.hash_password(b"brought along", &salt).unwrap().to_string();
            assert_eq!(hash_problem(&theirs), None, "{theirs}");
            assert!(
                hasher
                    .verify(hasher.place().unwrap(), "brought along", Some(&theirs))
                    .await
                    .unwrap(),
                "{theirs}"
            );
            assert!(
                !hasher
                    .verify(hasher.place().unwrap(), "brought alone", Some(&theirs))
                    .await
                    .unwrap()
            );
        }
    }

    #[test]
    fn a_hash_that_cannot_be_checked_is_refused_in_words() {
        let output = "c29tZW91dHB1dG9mMzJieXRlc3NvbWVvdXRwdXRvZjM";
        for (hash, expected) in [
            ("".to_owned(), "no password hash in PHC form"),
            ("hunter2".to_owned(), "no password hash in PHC form"),
            (
                "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW".to_owned(),
                "no password hash in PHC form",
            ),
            (
                format!("$pbkdf2-sha256$i=600000$c29tZXNhbHQ${output}"),
                "Hashes by pbkdf2-sha256 cannot be checked here",
            ),
            ("$argon2id$v=19$m=19456,t=2,p=1".to_owned(), "lacks a salt"),
            ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ".to_owned(), "lacks a salt"),
            (
                format!("$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ${output}"),
                "costs too much",
            ),
            (
                format!("$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQ${output}"),
                "costs too much",
            ),
            (
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZW91dHB1dA".to_owned(),
                "too short",
            ),
            (
                format!("$argon2id$v=7$m=19456,t=2,p=1$c29tZXNhbHQ${output}"),
                "no such version",
            ),
        ] {
            let why = hash_problem(&hash).unwrap_or_default();
            assert!(why.contains(expected), "{hash}: {why}");
        }
    }

    #[tokio::test]
    async fn without_a_password_none_matches() {
        let hasher = Hasher::new(1).unwrap();
        let [one, other] = [no_password().unwrap(), no_password().unwrap()];
        assert_ne!(one, other);
        for typed in ["", "x", &one] {
            assert!(!hasher.verify(hasher.place().unwrap(), typed, Some(&one)).await.unwrap());
        }
        let stored = hasher.hash_unhurried("correct horse").await.unwrap();
        assert_eq!(one.len(), stored.len(), "they look alike");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_can_wait_lets_others_go_first() {
        let hasher = Arc::new(Hasher::new(1).unwrap());
        let held = hasher.permits.clone().acquire_owned().await.unwrap();
        let place = Place::take(&hasher.waiting, hasher.queue).unwrap();
        let background = hasher.clone();
        let hash = tokio::spawn(async move { background.hash_unhurried("later").await });
        tokio::time::sleep(UNHURRIED_WAIT * 3).await;
        assert_eq!(
            hasher.waiting.load(Ordering::Acquire),
            1,
            "it does not even stand in the queue"
        );
        drop((place, held));
        assert!(hash.await.unwrap().is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn beyond_the_queue_it_says_busy() {
        let hasher = Arc::new(Hasher::new(1).unwrap());
        let tasks: Vec<_> = (0..QUEUE_PER_PERMIT + 20)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify(hasher.place()?, "x", None).await })
            })
            .collect();
        let mut busy = 0;
        for task in tasks {
            busy += usize::from(matches!(task.await.unwrap(), Err(Error::Busy { .. })));
        }
        assert!(busy > 0, "all were let in");
        assert!(
            hasher.verify(hasher.place().unwrap(), "x", None).await.is_ok(),
            "the queue empties again"
        );
    }
}
