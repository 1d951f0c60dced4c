//! Several identity providers at once, each by the rule for one.

use std::collections::HashMap;

use domain::Permission;
use domain::view::BulkOutcome;
use entity::identity_provider::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::set_enabled;
use crate::{Actor, Result, Services, bulk};

/// Enables or disables each of these identity providers.
///
/// # Errors
/// `Denied`; `Invalid`, if none is selected or too many.
pub async fn set_selected_enabled(
    services: &Services,
    actor: &Actor,
    ids: &[i64],
    enabled: bool,
) -> Result<BulkOutcome> {
    actor.require(Permission::ManageIdentityProviders)?;
    let ids = bulk::selected(ids)?;
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(&services.db)
        .await?;
    let names: HashMap<i64, String> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    let mut outcome = BulkOutcome::default();
    for id in ids {
        let Some(name) = names.get(&id) else { continue };
        let result = set_enabled(services, actor, id, enabled).await;
        bulk::note(&mut outcome, name, result)?;
    }
    Ok(outcome)
}
