//! Waits after wrong passwords and wrong codes.
//!
//! Passwords: per user name and source network, so that strangers lock nobody out. Codes: per user over all sign-ins,
//! since whoever types codes has the password already (NIST SP 800-63B-4 section 3.2.2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::counters::{self, Attempt};
use crate::{Result, Services};

const MEMORY_HOURS: i64 = 24;
/// From this wrong password on there is a wait.
const FREE_PASSWORDS: usize = 4;
const LONGEST_PASSWORD_WAIT: i64 = 300;
/// From this wrong code on there is a wait.
const FREE_CODES: usize = 9;
const LONGEST_CODE_WAIT: i64 = 900;
/// With this wrong code the account's codes are closed until an administrator opens them.
const CLOSED_AT: usize = 50;
const CLOSED_DAYS: i64 = 365 * 100;

/// Counts wrong passwords of one name from one network.
#[derive(Debug)]
pub struct PasswordThrottle {
    name: String,
}

impl PasswordThrottle {
    #[must_use]
    pub fn new(services: &Services, username: &str, address: &str) -> Self {
        let who = services.vault.blind(&username.trim().to_lowercase());
        Self {
            name: format!("password:{who}:{}", network(address)),
        }
    }

    /// Counts an attempt, unless a wait is running. Unknown names count alike.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn attempt(&self, services: &Services) -> Result<Attempt> {
        let doubling = (0..).map(|n| Duration::seconds((1_i64 << n).min(LONGEST_PASSWORD_WAIT)));
        let waits: Vec<_> = std::iter::repeat_n(Duration::zero(), FREE_PASSWORDS)
            .chain(doubling.take(10))
            .collect();
        counters::attempt(
            &services.db,
            services.clock.now(),
            &self.name,
            &waits,
            Duration::hours(MEMORY_HOURS),
        )
        .await
    }

    /// The password was right.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn clear(&self, services: &Services) -> Result<()> {
        counters::clear(&services.db, &self.name).await
    }
}

/// How a user's codes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    Open,
    Wait(chrono::DateTime<chrono::Utc>),
    /// Until an administrator opens them.
    Closed,
}

/// Counts a code that may be wrong, before it is compared.
pub async fn count_code(services: &Services, user_id: i64) -> Result<Codes> {
    let now = services.clock.now();
    let closed = Duration::days(CLOSED_DAYS);
    let doubling = (0..).map(|n: u32| Duration::seconds((30_i64 << n.min(5)).min(LONGEST_CODE_WAIT)));
    let free = std::iter::repeat_n(Duration::zero(), FREE_CODES);
    let waits: Vec<_> = free
        .chain(doubling.take(CLOSED_AT - FREE_CODES - 1))
        .chain([closed])
        .collect();
    match counters::attempt(&services.db, now, &codes_name(user_id), &waits, closed).await? {
        Attempt::Allowed => Ok(Codes::Open),
        Attempt::Blocked(until) if until - now > Duration::days(1) => Ok(Codes::Closed),
        Attempt::Blocked(until) => Ok(Codes::Wait(until)),
    }
}

/// A code was right, or an administrator opens what was closed.
pub async fn open_codes(db: &impl ConnectionTrait, user_id: i64) -> Result<()> {
    counters::clear(db, &codes_name(user_id)).await
}

/// Whether a user's codes are closed: then none is sent either.
pub async fn codes_closed(services: &Services, user_id: i64) -> Result<bool> {
    let row = entity::counter::Entity::find_by_id(codes_name(user_id))
        .one(&services.db)
        .await?;
    Ok(row.is_some_and(|row| row.blocked_until - services.clock.now() > Duration::days(1)))
}

const CODES: &str = "codes:";

fn codes_name(user_id: i64) -> String {
    format!("{CODES}{user_id}")
}

/// How the counters of wrong codes begin, and the moment that those which are closed are blocked beyond.
pub(crate) fn codes_closed_until(now: DateTime<Utc>) -> (&'static str, DateTime<Utc>) {
    (CODES, now + Duration::days(1))
}

/// Types as many wrong codes as it takes.
#[cfg(test)]
pub(crate) async fn close_codes(services: &Services, user_id: i64) {
    let closed = Duration::days(CLOSED_DAYS);
    counters::attempt(
        &services.db,
        services.clock.now(),
        &codes_name(user_id),
        &[closed],
        closed,
    )
    .await
    .unwrap();
}

/// The network an address belongs to: /24 of IPv4, /64 of IPv6, which is what one subscriber holds.
pub(super) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            Ipv4Addr::new(a, b, c, 0).to_string()
        }
        Ok(IpAddr::V6(v6)) => {
            let s = v6.segments();
            Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0).to_string()
        }
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_network_is_what_one_subscriber_holds() {
        assert_eq!(network("192.0.2.77"), network("192.0.2.1"));
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0");
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("nonsense"), "unknown");
    }

    #[tokio::test]
    async fn passwords_wait_from_the_fifth_doubling_to_five_minutes() {
        let (services, clock, _) = testing::services().await;
        let throttle = PasswordThrottle::new(&services, "Admin", "192.0.2.1");
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&services).await.unwrap(), Attempt::Allowed);
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let Attempt::Blocked(until) = throttle.attempt(&services).await.unwrap() else {
                panic!("not blocked")
            };
            let wait = until - crate::clock::Clock::now(&*clock);
            waits.push(wait.num_seconds());
            clock.advance(wait);
            assert_eq!(throttle.attempt(&services).await.unwrap(), Attempt::Allowed);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        let elsewhere = PasswordThrottle::new(&services, "admin", "198.51.100.1");
        assert_eq!(
            elsewhere.attempt(&services).await.unwrap(),
            Attempt::Allowed,
            "strangers lock nobody out"
        );
        assert!(matches!(
            PasswordThrottle::new(&services, "ADMIN ", "192.0.2.9")
                .attempt(&services)
                .await
                .unwrap(),
            Attempt::Blocked(_)
        ));
        throttle.clear(&services).await.unwrap();
        assert_eq!(throttle.attempt(&services).await.unwrap(), Attempt::Allowed);
    }

    #[tokio::test]
    async fn codes_wait_from_the_tenth_and_close_at_the_fiftieth() {
        let (services, clock, _) = testing::services().await;
        let mut counted = 0;
        let mut first_wait = None;
        loop {
            match count_code(&services, 7).await.unwrap() {
                Codes::Open => counted += 1,
                Codes::Wait(until) => {
                    first_wait.get_or_insert(counted);
                    clock.advance(until - crate::clock::Clock::now(&*clock));
                }
                Codes::Closed => break,
            }
        }
        assert_eq!((first_wait, counted), (Some(10), 50));
        clock.advance(Duration::days(30));
        assert!(codes_closed(&services, 7).await.unwrap(), "time does not open them");
        open_codes(&services.db, 7).await.unwrap();
        assert_eq!(count_code(&services, 7).await.unwrap(), Codes::Open);
    }
}
