//! What somebody gives of themselves while signing in, written where nothing stands yet: in the user's own name, with a row
//! in the audit log. Never changes a value that is there.

use domain::view::ClaimView;
use entity::{login_flow, user, user_claim};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::profile::{NUMBERS, row};
use crate::audit::{self, Changes, Entry};
use crate::sessions::Client;
use crate::{Actor, Result, Services, login, store};

/// Values that were checked, and where they were given.
pub(super) struct Entered<'a> {
    /// The audit log's word for it.
    pub action: &'static str,
    pub values: &'a [(ClaimView, String)],
    /// The sign-in under way.
    pub flow: &'a login_flow::Model,
    pub client: &'a Client,
}

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// At least one is the user's now.
    Some,
    /// There was a value under each of the claims by then: those stay.
    None,
    /// The user was locked or deleted in between, or the sign-in was ended by what an administrator has changed.
    Refused,
}

/// Keeps the values whose claims hold nothing.
///
/// # Errors
/// `Internal` only.
pub(super) async fn keep(services: &Services, user_id: i64, entered: Entered<'_>) -> Result<Kept> {
    let now = services.clock.now();
    let txn = store::begin(&services.db).await?;
    let user = user::Entity::find_by_id(user_id).lock_exclusive().one(&txn).await?;
    let Some(user) = user.filter(|user| !user.locked) else {
        txn.rollback().await?;
        return Ok(Kept::Refused);
    };
    if !login::goes_on(&txn, &entered.flow.id).await? {
        txn.rollback().await?;
        return Ok(Kept::Refused);
    }
    let (mut labels, mut changes) = (Vec::new(), Changes::default());
    for (claim, value) in entered.values {
        let once = OnConflict::columns([user_claim::Column::UserId, user_claim::Column::ClaimUri])
            .do_nothing()
            .to_owned();
        let inserted = user_claim::Entity::insert(row(user_id, &claim.uri, value))
            .on_conflict(once)
            .exec_without_returning(&txn)
            .await?;
        if inserted == 1 {
            labels.push(claim.label.as_str());
            changes.personal(&claim.label, NUMBERS.contains(&claim.uri.as_str()), "", value);
        }
    }
    if labels.is_empty() {
        txn.rollback().await?;
        return Ok(Kept::None);
    }
    // A profile that was opened before must not take them away unseen.
    user::Entity::update_many()
        .col_expr(user::Column::Version, Expr::col(user::Column::Version).add(1))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user_id))
        .exec(&txn)
        .await?;
    let actor = Actor {
        user_id: Some(user_id),
        username: user.username.clone(),
        address: entered.client.address.clone(),
        ..Actor::command_line(now)
    };
    let entry = Entry {
        action: entered.action,
        target_kind: "users",
        target: &user.username,
        detail: format!("{}, signing in to {}", labels.join(", "), entered.flow.application),
    };
    audit::record_changes(&txn, &*services.clock, &actor, entry, changes).await?;
    txn.commit().await?;
    Ok(Kept::Some)
}
