//! How long sessions last: as an administrator has set it, else as the process was told from outside.
//!
//! Rows of `setting`, so that every node follows without a restart. What was read counts for a few seconds: a request
//! that looks for its session costs no statement more.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use domain::input::session::TimeOutsInput;
use domain::view::resident::TimeOutsView;
use domain::{Permission, Problems};
use entity::setting;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::audit::{self, Entry};
use crate::{Actor, Error, Result, Services, Settings, store};

/// How long what was read counts.
const KEPT_SECONDS: i64 = 10;
const IDLE_MINUTES: &str = "session.idle_minutes";
const HOURS: &str = "session.hours";
/// The limits of the settings of the same names.
const MOST_IDLE_MINUTES: i64 = 24 * 60;
const MOST_HOURS: i64 = 30 * 24;

/// When sessions end, the console's and those that service providers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOuts {
    pub idle_minutes: i64,
    pub hours: i64,
}

impl TimeOuts {
    /// How long one may lie idle.
    #[must_use]
    pub fn idle(self) -> Duration {
        Duration::minutes(self.idle_minutes)
    }

    /// How long one lasts in any case.
    #[must_use]
    pub fn longest(self) -> Duration {
        Duration::hours(self.hours)
    }
}

/// What this process has read, and when.
#[derive(Debug, Default)]
pub struct Known(Mutex<Option<(DateTime<Utc>, TimeOuts)>>);

impl Known {
    fn get(&self, now: DateTime<Utc>) -> Option<TimeOuts> {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, time_outs) = known?;
        let age = now - read_at;
        (Duration::zero()..Duration::seconds(KEPT_SECONDS))
            .contains(&age)
            .then_some(time_outs)
    }

    fn put(&self, now: DateTime<Utc>, time_outs: TimeOuts) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, time_outs));
    }
}

/// The time-outs that count now. `db` is the caller's own way to the store: inside a transaction there may be no other.
///
/// # Errors
/// `Internal` only.
pub async fn current(services: &Services, db: &impl ConnectionTrait) -> Result<TimeOuts> {
    let now = services.clock.now();
    if let Some(known) = services.time_outs.get(now) {
        return Ok(known);
    }
    let time_outs = stored(db).await?.or(&services.settings);
    services.time_outs.put(now, time_outs);
    Ok(time_outs)
}

/// What an administrator has set, as far as anything is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stored {
    idle_minutes: Option<i64>,
    hours: Option<i64>,
}

impl Stored {
    fn or(self, settings: &Settings) -> TimeOuts {
        TimeOuts {
            idle_minutes: self.idle_minutes.unwrap_or(settings.session_idle_minutes),
            hours: self.hours.unwrap_or(settings.session_hours),
        }
    }

    fn texts(self) -> (String, String) {
        let text = |set: Option<i64>| set.map_or_else(String::new, |set| set.to_string());
        (text(self.idle_minutes), text(self.hours))
    }

    /// What a form was opened with.
    fn seen(self) -> String {
        let (idle, hours) = self.texts();
        format!("{idle}/{hours}")
    }
}

async fn stored(db: &impl ConnectionTrait) -> Result<Stored> {
    let rows = setting::Entity::find()
        .filter(setting::Column::Name.is_in([IDLE_MINUTES, HOURS]))
        .all(db)
        .await?;
    let of = |name: &str, most: i64| {
        let row = rows.iter().find(|row| row.name == name)?;
        row.value.parse().ok().filter(|value| (1..=most).contains(value))
    };
    Ok(Stored {
        idle_minutes: of(IDLE_MINUTES, MOST_IDLE_MINUTES),
        hours: of(HOURS, MOST_HOURS),
    })
}

/// What the page shows: the values that count, what is set here, and what counts where nothing is.
pub(crate) async fn view(services: &Services) -> Result<TimeOutsView> {
    let stored = stored(&services.db).await?;
    let counting = stored.or(&services.settings);
    let (idle_minutes, hours) = stored.texts();
    Ok(TimeOutsView {
        input: TimeOutsInput {
            seen: stored.seen(),
            idle_minutes,
            hours,
        },
        idle_minutes: counting.idle_minutes,
        hours: counting.hours,
        default_idle_minutes: services.settings.session_idle_minutes,
        default_hours: services.settings.session_hours,
    })
}

/// Sets the time-outs; an empty field goes back to the process's setting. They count for open sessions too.
///
/// # Errors
/// `Denied` without *Manage settings*; `Invalid`; `Stale` if they were changed since the form was opened.
pub async fn update(services: &Services, actor: &Actor, input: &TimeOutsInput) -> Result<()> {
    actor.require(Permission::ManageSettings)?;
    let wanted = checked(input, &services.settings)?;
    let txn = store::begin(&services.db).await?;
    let before = stored(&txn).await?;
    if before.seen() != input.seen {
        return Err(Error::Stale);
    }
    write(&txn, IDLE_MINUTES, wanted.idle_minutes).await?;
    write(&txn, HOURS, wanted.hours).await?;
    let (old, new) = (before.or(&services.settings), wanted.or(&services.settings));
    let entry = Entry {
        action: "update",
        target_kind: "settings",
        target: "session time-outs",
        detail: format!(
            "idle {} → {} minutes, at most {} → {} hours",
            old.idle_minutes, new.idle_minutes, old.hours, new.hours
        ),
    };
    audit::record(&txn, &*services.clock, actor, entry).await?;
    txn.commit().await?;
    services.time_outs.put(services.clock.now(), new);
    Ok(())
}

async fn write(db: &impl ConnectionTrait, name: &str, value: Option<i64>) -> Result<()> {
    let Some(value) = value else {
        setting::Entity::delete_by_id(name).exec(db).await?;
        return Ok(());
    };
    let row = setting::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_string()),
    };
    let latest = OnConflict::column(setting::Column::Name)
        .update_column(setting::Column::Value)
        .to_owned();
    setting::Entity::insert(row)
        .on_conflict(latest)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn checked(input: &TimeOutsInput, settings: &Settings) -> Result<Stored> {
    let mut problems = Problems::default();
    let idle = number(
        "idle_minutes",
        "Idle time-out",
        &input.idle_minutes,
        MOST_IDLE_MINUTES,
        &mut problems,
    );
    let hours = number("hours", "Longest session", &input.hours, MOST_HOURS, &mut problems);
    let wanted = Stored {
        idle_minutes: idle,
        hours,
    };
    let counting = wanted.or(settings);
    if problems.is_empty() && counting.idle() > counting.longest() {
        let text = format!(
            "A session would end before it could be idle for {} minutes: it lasts {} hours at most. Lower this, or raise the other.",
            counting.idle_minutes, counting.hours
        );
        problems.add("idle_minutes", text);
    }
    if problems.is_empty() {
        Ok(wanted)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// A whole number from 1 to `most`, or nothing.
fn number(field: &str, label: &str, typed: &str, most: i64, problems: &mut Problems) -> Option<i64> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let is_number = typed.bytes().all(|b| b.is_ascii_digit());
    let value = typed
        .parse()
        .ok()
        .filter(|value| is_number && (1..=most).contains(value));
    if value.is_none() {
        problems.add(field, format!("{label} is a whole number from 1 to {most}, or empty."));
    }
    value
}

#[cfg(test)]
mod tests {
    use domain::Permission;
    use entity::audit;

    use super::*;
    use crate::sessions::{self, Client, Kind};
    use crate::testing::services;
    use crate::users::tests::is_denied;

    fn input(seen: &str, idle: &str, hours: &str) -> TimeOutsInput {
        TimeOutsInput {
            seen: seen.into(),
            idle_minutes: idle.into(),
            hours: hours.into(),
        }
    }

    fn fields(result: Result<()>) -> Vec<String> {
        match result {
            Err(Error::Invalid(problems)) => problems.0.into_iter().map(|problem| problem.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn they_count_at_once_and_for_open_sessions() {
        let (services, clock, admin) = services().await;
        let user = admin.user_id.unwrap();
        let client = Client::default();
        let begin = async |services: &Services| {
            let begun = sessions::begin(services, &services.db, Kind::SignIn, user, &[], &client).await;
            begun.unwrap().0
        };
        let secret = begin(&services).await;
        let lives = async |secret: &str| sessions::find(&services, Kind::SignIn, secret).await.unwrap().is_some();
        clock.advance(Duration::minutes(6));
        assert!(lives(&secret).await);
        update(&services, &admin, &input("/", " 5 ", "1")).await.unwrap();
        clock.advance(Duration::minutes(6));
        assert!(!lives(&secret).await, "idle for longer than it may be now");
        let secret = begin(&services).await;
        for _ in 0..14 {
            clock.advance(Duration::minutes(4));
            assert!(lives(&secret).await);
        }
        clock.advance(Duration::minutes(4));
        assert!(!lives(&secret).await, "an hour is over");
        // Longer again: what was begun before keeps the end it was told of.
        let secret = begin(&services).await;
        update(&services, &admin, &input("5/1", "", "")).await.unwrap();
        assert_eq!(view(&services).await.unwrap().input.seen, "/");
        clock.advance(Duration::minutes(14));
        assert!(lives(&secret).await);
        let rows = audit::Entity::find().all(&services.db).await.unwrap();
        let details: Vec<_> = rows
            .iter()
            .filter(|row| row.target == "session time-outs")
            .map(|row| row.detail.as_str())
            .collect();
        assert_eq!(
            details,
            [
                "idle 15 → 5 minutes, at most 24 → 1 hours",
                "idle 5 → 15 minutes, at most 1 → 24 hours"
            ]
        );
    }

    #[tokio::test]
    async fn a_shorter_maximum_ends_what_has_lasted_longer() {
        let (services, clock, admin) = services().await;
        let client = Client::default();
        let user = admin.user_id.unwrap();
        let (secret, _) = sessions::begin(&services, &services.db, Kind::Console, user, &[], &client)
            .await
            .unwrap();
        let lives = async || {
            sessions::find(&services, Kind::Console, &secret)
                .await
                .unwrap()
                .is_some()
        };
        for _ in 0..13 {
            clock.advance(Duration::minutes(10));
            assert!(lives().await);
        }
        update(&services, &admin, &input("/", "", "2")).await.unwrap();
        assert!(!lives().await);
    }

    #[tokio::test]
    async fn another_node_follows_within_seconds() {
        let (services, clock, _) = services().await;
        assert_eq!(current(&services, &services.db).await.unwrap().idle_minutes, 15);
        // As another process would, past this one's memory.
        write(&services.db, IDLE_MINUTES, Some(3)).await.unwrap();
        clock.advance(Duration::seconds(KEPT_SECONDS - 1));
        assert_eq!(current(&services, &services.db).await.unwrap().idle_minutes, 15);
        clock.advance(Duration::seconds(1));
        assert_eq!(current(&services, &services.db).await.unwrap().idle_minutes, 3);
        // A clock that is set back does not keep it for ever.
        clock.advance(Duration::seconds(-60));
        write(&services.db, IDLE_MINUTES, Some(7)).await.unwrap();
        assert_eq!(current(&services, &services.db).await.unwrap().idle_minutes, 7);
        // What makes no sense in the store counts as nothing.
        write(&services.db, IDLE_MINUTES, Some(-7)).await.unwrap();
        clock.advance(Duration::seconds(KEPT_SECONDS));
        assert_eq!(current(&services, &services.db).await.unwrap().idle_minutes, 15);
    }

    #[tokio::test]
    async fn limits_are_said_and_nothing_is_overwritten_unseen() {
        let (services, _, admin) = services().await;
        for (idle, hours, wrong) in [
            ("0", "", vec!["idle_minutes"]),
            ("1441", "721", vec!["idle_minutes", "hours"]),
            ("-5", "1.5", vec!["idle_minutes", "hours"]),
            ("+5", "1e2", vec!["idle_minutes", "hours"]),
            ("١٥", "", vec!["idle_minutes"]),
            ("99999999999999999999", "", vec!["idle_minutes"]),
            ("61", "1", vec!["idle_minutes"]),
        ] {
            let result = update(&services, &admin, &input("/", idle, hours)).await;
            assert_eq!(fields(result), wrong, "{idle} {hours}");
        }
        update(&services, &admin, &input("/", "60", "1")).await.unwrap();
        let late = update(&services, &admin, &input("/", "10", "")).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let viewer = Actor {
            permissions: [Permission::ViewSettings].into_iter().collect(),
            ..admin
        };
        assert!(is_denied(&update(&services, &viewer, &input("60/1", "10", "")).await));
    }
}
