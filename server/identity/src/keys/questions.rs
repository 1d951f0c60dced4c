//! What a page says before *Use* and before *Retire*: what will happen, to whom, and what stands against it.

use domain::Permission;
use domain::signing_key::KeyState;
use domain::view::resident::{RetireView, UseView};

use super::{active_of, kind, roll, seen, state, views};
use crate::{Actor, Result, Services, newest};

/// The question before *Use*.
///
/// # Errors
/// `Denied` without *Manage settings*; `NotFound`.
pub async fn use_question(services: &Services, actor: &Actor, id: i64) -> Result<UseView> {
    actor.require(Permission::ManageSettings)?;
    let (db, now) = (&services.db, services.clock.now());
    let row = roll::find(db, id).await?;
    let replaces = match active_of(db, kind(&row)).await? {
        Some(active) if active.id != row.id => Some(views::view(services, &active).await?),
        _ => None,
    };
    Ok(UseView {
        key: views::view(services, &row).await?,
        replaces,
        refusal: roll::use_refusal(db, &row, now).await?,
        total: seen::total(db, kind(&row)).await?,
        waiting: seen::waiting(db, &row).await?,
        first: seen::first_waiting(db, &row).await?,
        ripe: views::ripe(&row, now),
    })
}

/// The question before *Retire*.
///
/// # Errors
/// As [`use_question`].
pub async fn retire_question(services: &Services, actor: &Actor, id: i64) -> Result<RetireView> {
    actor.require(Permission::ManageSettings)?;
    let (db, now) = (&services.db, services.clock.now());
    let row = roll::find(db, id).await?;
    let needed = state(&row) == KeyState::Active && roll::retire_refusal(&row).is_none();
    let (used_by, used_total) = if needed {
        let users = seen::users(db, kind(&row), seen::NAMED).await?;
        (users, seen::total(db, kind(&row)).await?)
    } else {
        (Vec::new(), 0)
    };
    Ok(RetireView {
        key: views::view(services, &row).await?,
        becomes: roll::after_retire(&row),
        refusal: roll::retire_refusal(&row),
        used_by,
        used_total,
        in_flight_until: roll::in_flight_until(&row, now).map(newest::moment),
    })
}
