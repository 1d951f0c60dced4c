//! Several service providers at once, each by the rule for one.

use std::collections::HashMap;

use domain::Permission;
use domain::view::{BulkOutcome, BulkPlan};
use entity::service_provider::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::delete;
use crate::{Actor, Result, Services, bulk};

/// What deleting these service providers would come to.
///
/// # Errors
/// `Denied`; `Invalid`, if none is selected or too many.
pub async fn plan_deletion(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkPlan> {
    actor.require(Permission::ManageServiceProviders)?;
    Ok(BulkPlan {
        would: named(services, &bulk::selected(ids)?).await?,
        refused: Vec::new(),
    })
}

/// Deletes each of these service providers.
///
/// # Errors
/// As [`plan_deletion`].
pub async fn delete_selected(services: &Services, actor: &Actor, ids: &[i64]) -> Result<BulkOutcome> {
    actor.require(Permission::ManageServiceProviders)?;
    let mut outcome = BulkOutcome::default();
    for (id, name) in named(services, &bulk::selected(ids)?).await? {
        let result = delete(services, actor, id).await;
        bulk::note(&mut outcome, &name, result)?;
    }
    Ok(outcome)
}

/// Their names, in the order of the ids. Those that are gone are left out: there is nothing to say of them.
async fn named(services: &Services, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(&services.db)
        .await?;
    let mut names: HashMap<i64, String> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(ids.iter().filter_map(|id| Some((*id, names.remove(id)?))).collect())
}
