//! User name and password. Until the password is right, nothing tells unknown, wrong, locked and waiting names apart
//! but the wait itself, which unknown names get alike.

use chrono::{DateTime, Utc};
use entity::user;

use crate::counters::Attempt;
use crate::login::PasswordThrottle;
use crate::{Result, Services, users};

/// More characters than any stored password has: such a text is never hashed.
const LONGEST: usize = 1024;

/// What a pair of name and password came to.
#[derive(Debug)]
pub enum Verified {
    Right(user::Model),
    /// Right, but the user is locked: said only to whoever knows the password.
    Locked(user::Model),
    /// Unknown or wrong. The user's name is for the log only.
    Wrong { known: Option<String> },
    /// Too many wrong ones from this network.
    Wait(DateTime<Utc>),
}

/// Checks a name and a password: counted first, one hash computed whatever the name.
///
/// # Errors
/// `Busy` when too many passwords wait to be hashed.
pub async fn verify(services: &Services, username: &str, password: &str, address: &str) -> Result<Verified> {
    let throttle = PasswordThrottle::new(services, username, address);
    if let Attempt::Blocked(until) = throttle.attempt(services).await? {
        return Ok(Verified::Wait(until));
    }
    let user = users::find_by_username(&services.db, username.trim()).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let typed = if password.chars().count() <= LONGEST { password } else { "" };
    if !services.hasher.verify(typed, stored).await? {
        return Ok(Verified::Wrong { known: user.map(|user| user.username) });
    }
    throttle.clear(services).await?;
    Ok(match user {
        Some(user) if user.locked => Verified::Locked(user),
        Some(user) => Verified::Right(user),
        None => Verified::Wrong { known: None },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn only_the_right_password_of_an_unlocked_user_is_right() {
        let (services, ..) = testing::services().await;
        let verify = async |name: &str, password: &str| verify(&services, name, password, "192.0.2.1").await.unwrap();
        assert!(matches!(verify(" ADMIN ", testing::ADMIN_PASSWORD).await, Verified::Right(_)));
        assert!(matches!(verify("admin", "wrong").await, Verified::Wrong { known: Some(_) }));
        assert!(matches!(verify("nobody", testing::ADMIN_PASSWORD).await, Verified::Wrong { known: None }));
        assert!(matches!(verify("admin", &"x".repeat(5000)).await, Verified::Wrong { .. }));
    }

    #[tokio::test]
    async fn an_unknown_name_waits_like_a_known_one() {
        let (services, ..) = testing::services().await;
        for _ in 0..5 {
            assert!(matches!(verify(&services, "nobody", "x", "192.0.2.1").await.unwrap(), Verified::Wrong { .. }));
        }
        assert!(matches!(verify(&services, "nobody", "x", "192.0.2.1").await.unwrap(), Verified::Wait(_)));
    }
}
