//! Several users at once, each by the rule for one: nobody locks or deletes themselves, nobody touches what they do not
//! hold, an administrator is always left.

use std::collections::HashMap;

use domain::Permission;
use domain::view::{BulkOutcome, BulkPlan};
use entity::user;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{delete, guard, lock, unlock};
use crate::{Actor, Error, Result, Services, bulk, roles};

/// Locks each of these users.
///
/// # Errors
/// `Denied`; `Invalid`, if none is selected or too many.
pub async fn lock_selected(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkOutcome> {
    each(services, actor, ids, What::Lock).await
}

/// Lets each of these users in again.
///
/// # Errors
/// As [`lock_selected`].
pub async fn unlock_selected(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkOutcome> {
    each(services, actor, ids, What::Unlock).await
}

/// Deletes each of these users.
///
/// # Errors
/// As [`lock_selected`].
pub async fn delete_selected(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkOutcome> {
    each(services, actor, ids, What::Delete).await
}

/// What deleting these users would come to, as things stand: it is looked at again when it is done.
///
/// # Errors
/// As [`lock_selected`].
pub async fn plan_deletion(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkPlan> {
    actor.require(Permission::ManageUsers)?;
    let mut plan = BulkPlan::default();
    for (id, name) in named(services, &bulk::selected(ids)?).await? {
        let allowed = if actor.user_id == Some(id) {
            Err(Error::field(
                "",
                "Nobody deletes themselves. Ask another administrator.",
            ))
        } else {
            guard::covers(actor.permissions, roles::permissions_of(&services.db, id).await?)
        };
        match allowed {
            Ok(()) => plan.would.push((id, name)),
            Err(error) => plan.refused.push((name, bulk::reason(error)?)),
        }
    }
    Ok(plan)
}

enum What {
    Lock,
    Unlock,
    Delete,
}

async fn each(services: &Services, actor: &Actor, ids: &[i64], what: What) -> Result<BulkOutcome> {
    actor.require(Permission::ManageUsers)?;
    let mut outcome = BulkOutcome::default();
    for (_, name) in named(services, &bulk::selected(ids)?).await? {
        let result = match what {
            What::Lock => lock(services, actor, &name).await,
            What::Unlock => unlock(services, actor, &name).await,
            What::Delete => delete(services, actor, &name).await,
        };
        bulk::note(&mut outcome, &name, result)?;
    }
    Ok(outcome)
}

/// The users' names, in the order of the ids. Those that are gone are left out: there is nothing to say of them.
async fn named(services: &Services, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let users = user::Entity::find()
        .filter(user::Column::Id.is_in(ids.iter().copied()))
        .all(&services.db)
        .await?;
    let mut names: HashMap<i64, String> = users.into_iter().map(|user| (user.id, user.username)).collect();
    Ok(ids.iter().filter_map(|id| Some((*id, names.remove(id)?))).collect())
}
