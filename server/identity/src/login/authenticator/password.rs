//! User name and password. Until the password is right, nothing tells unknown, wrong, locked and waiting names apart
//! but the wait itself, which unknown names get alike.

use chrono::{DateTime, Utc};
use entity::user;

use crate::counters::Attempt;
use crate::login::PasswordThrottle;
use crate::sessions::Client;
use crate::{Actor, Result, Services, audit, roles, users};

/// More characters than any stored password has: such a text is never hashed.
const LONGEST: usize = 1024;

/// What a pair of name and password came to.
#[derive(Debug)]
pub enum Verified {
    Right(user::Model),
    /// Right, but the user is locked: said only to whoever knows the password.
    Locked(user::Model),
    /// Unknown or wrong. The user's name is for the log only.
    Wrong {
        known: Option<String>,
    },
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
    let typed = if password.chars().count() <= LONGEST {
        password
    } else {
        ""
    };
    if !services.hasher.verify(typed, stored).await? {
        return Ok(Verified::Wrong {
            known: user.map(|user| user.username),
        });
    }
    throttle.clear(services).await?;
    Ok(match user {
        Some(user) if user.locked => Verified::Locked(user),
        Some(user) => Verified::Right(user),
        None => Verified::Wrong { known: None },
    })
}

/// What the console's sign-in came to.
#[derive(Debug)]
pub enum PasswordOutcome {
    Right(user::Model),
    Missing,
    Wrong,
    Locked,
    /// Right, but no role of the user's opens the console.
    NoPermission,
    Wait {
        seconds: u64,
    },
}

/// Checks a name and a password for the console, and notes in the audit log how it went.
///
/// # Errors
/// `Busy` when too many passwords wait to be hashed.
pub async fn console_password(
    services: &Services,
    username: &str,
    password: &str,
    client: &Client,
) -> Result<PasswordOutcome> {
    if username.trim().is_empty() || password.is_empty() {
        return Ok(PasswordOutcome::Missing);
    }
    let (outcome, user) = match verify(services, username, password, &client.address).await? {
        Verified::Wait(until) => {
            let seconds = (until - services.clock.now()).num_seconds().max(0).unsigned_abs() + 1;
            return Ok(PasswordOutcome::Wait { seconds });
        }
        // Unknown names are not written down: people type passwords into that field.
        Verified::Wrong { known: None } => return Ok(PasswordOutcome::Wrong),
        Verified::Wrong { known: Some(name) } => (PasswordOutcome::Wrong, name),
        Verified::Locked(user) => (PasswordOutcome::Locked, user.username),
        Verified::Right(user) => {
            let name = user.username.clone();
            let opens = !roles::permissions_of(&services.db, user.id).await?.is_empty();
            (
                if opens {
                    PasswordOutcome::Right(user)
                } else {
                    PasswordOutcome::NoPermission
                },
                name,
            )
        }
    };
    let action = if matches!(outcome, PasswordOutcome::Right(_)) {
        "sign_in"
    } else {
        "sign_in_failed"
    };
    let entry = audit::Entry {
        action,
        target_kind: "console",
        target: &user,
        detail: String::new(),
    };
    let actor = Actor {
        username: user.clone(),
        address: client.address.clone(),
        ..Actor::command_line(services.clock.now())
    };
    audit::record(&services.db, &*services.clock, &actor, entry).await?;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn only_the_right_password_of_an_unlocked_user_is_right() {
        let (services, ..) = testing::services().await;
        let verify = async |name: &str, password: &str| verify(&services, name, password, "192.0.2.1").await.unwrap();
        assert!(matches!(
            verify(" ADMIN ", testing::ADMIN_PASSWORD).await,
            Verified::Right(_)
        ));
        assert!(matches!(
            verify("admin", "wrong").await,
            Verified::Wrong { known: Some(_) }
        ));
        assert!(matches!(
            verify("nobody", testing::ADMIN_PASSWORD).await,
            Verified::Wrong { known: None }
        ));
        assert!(matches!(
            verify("admin", &"x".repeat(5000)).await,
            Verified::Wrong { .. }
        ));
    }

    #[tokio::test]
    async fn an_unknown_name_waits_like_a_known_one() {
        let (services, ..) = testing::services().await;
        for _ in 0..5 {
            assert!(matches!(
                verify(&services, "nobody", "x", "192.0.2.1").await.unwrap(),
                Verified::Wrong { .. }
            ));
        }
        assert!(matches!(
            verify(&services, "nobody", "x", "192.0.2.1").await.unwrap(),
            Verified::Wait(_)
        ));
    }
}
