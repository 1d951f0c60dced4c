//! User name and password. Until the password is right, nothing tells unknown, wrong, locked and waiting names apart
//! but the wait itself, which unknown names get alike.

use chrono::{DateTime, Utc};
use entity::user;
use sea_orm::{EntityTrait, QuerySelect};

use crate::counters::Attempt;
use crate::login::PasswordThrottle;
use crate::sessions::{self, Client, Kind};
use crate::{Actor, Result, Services, audit, roles, store, users};

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
    let place = services.hasher.place()?;
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
    if !services.hasher.verify(place, typed, stored).await? {
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

/// Checks a name and a password for the console, and notes in the audit log how it went, under `action` and, where it
/// failed, `action` with `_failed`.
///
/// # Errors
/// `Busy` when too many passwords wait to be hashed.
pub async fn console_password(
    services: &Services,
    username: &str,
    password: &str,
    client: &Client,
    action: &str,
) -> Result<PasswordOutcome> {
    if username.trim().is_empty() || password.is_empty() {
        return Ok(PasswordOutcome::Missing);
    }
    // Unknown names are not written down: people type passwords into that field. A row is written all the same, so that
    // time does not tell them from known ones.
    let (outcome, name) = match verify(services, username, password, &client.address).await? {
        Verified::Wait(until) => {
            let seconds = (until - services.clock.now()).num_seconds().max(0).unsigned_abs() + 1;
            return Ok(PasswordOutcome::Wait { seconds });
        }
        Verified::Wrong { known } => (PasswordOutcome::Wrong, known.unwrap_or_default()),
        Verified::Locked(user) => (PasswordOutcome::Locked, user.username),
        Verified::Right(user) => {
            let name = user.username.clone();
            let opens = !roles::permissions_of(&services.db, user.id).await?.is_empty();
            let outcome = if opens {
                PasswordOutcome::Right(user)
            } else {
                PasswordOutcome::NoPermission
            };
            (outcome, name)
        }
    };
    let failed = format!("{action}_failed");
    let entry = audit::Entry {
        action: if matches!(outcome, PasswordOutcome::Right(_)) {
            action
        } else {
            &failed
        },
        target_kind: "console",
        target: &name,
        detail: String::new(),
    };
    let actor = Actor {
        username: name.clone(),
        address: client.address.clone(),
        ..Actor::command_line(services.clock.now())
    };
    audit::record(&services.db, &*services.clock, &actor, entry).await?;
    Ok(outcome)
}

/// Opens a console session for a user whose password has just been verified, unless it was changed or the user locked
/// in the meantime: then `None`.
///
/// # Errors
/// `Internal` only.
pub async fn open_console(services: &Services, verified: &user::Model, client: &Client) -> Result<Option<String>> {
    let txn = store::begin(&services.db).await?;
    let now = user::Entity::find_by_id(verified.id).lock_exclusive().one(&txn).await?;
    if !now.is_some_and(|now| !now.locked && now.password_hash == verified.password_hash) {
        txn.rollback().await?;
        return Ok(None);
    }
    let (secret, _) = sessions::begin(services, &txn, Kind::Console, verified.id, &[], client).await?;
    txn.commit().await?;
    Ok(Some(secret))
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
