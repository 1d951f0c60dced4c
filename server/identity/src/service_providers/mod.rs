//! Service providers: the applications that sign their users in here, with their claims, roles, SAML configuration and
//! authentication steps.
//!
//! Owns every rule about them and their six tables. Refuses to judge whether somebody may sign in (`login`) and to
//! build or read messages (`saml_idp`): those ask here what is configured.

mod audited;
mod bulk;
mod check;
mod configured;
mod date_certificates;
mod form;
pub mod import;
mod lapsing;
mod list;
mod lookup;
mod saml_check;
mod saml_form;
mod steps;
mod steps_form;
#[cfg(test)]
mod tests;
mod write;

use entity::service_provider::{self, Column, Entity};
use entity::service_provider_role;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::{Error, Result};

pub use bulk::{delete_selected, plan_deletion};
pub(crate) use configured::configured_as;
pub use configured::{Configured, Known, configured};
pub(crate) use date_certificates::date_certificates;
pub use form::get;
pub use lapsing::lapsing;
pub(crate) use list::BY_NAME;
pub use list::list;
pub use lookup::{RequestedClaim, SamlServiceProvider, by_issuer, saml_by_id};
pub use saml_form::{saml_form, save_saml};
pub use steps::{Step, steps};
pub use steps_form::{save_steps, steps_form};
pub use write::{create, delete, update};

/// What audit rows call this slice.
const KIND: &str = "service_providers";

/// The row, held against others until the transaction ends: its parts are replaced as a whole. Whoever takes it changes
/// something, so its revision grows, and with that everything that any process has read of it is old.
async fn locked(db: &impl ConnectionTrait, id: i64) -> Result<service_provider::Model> {
    revise(db, Column::Id.eq(id)).await?;
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// The first of the service providers that map a role, by their names.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn mapping_role(db: &impl ConnectionTrait, role: &str, limit: u64) -> Result<Vec<(i64, String)>> {
    use service_provider_role::Column as Mapped;
    let mapped = service_provider_role::Entity::find()
        .select_only()
        .column(Mapped::ServiceProviderId)
        .filter(Mapped::LocalRole.eq(role));
    let named = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name])
        .filter(Column::Id.in_subquery(mapped.into_query()))
        .order_by_asc(Column::NameLower)
        .limit(limit);
    Ok(named.into_tuple().all(db).await?)
}

/// A role has another name now: so have the mappings of the service providers that name it.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn rename_role(db: &impl ConnectionTrait, from: &str, to: &str) -> Result<()> {
    use service_provider_role::Column as Mapped;
    let mapped = service_provider_role::Entity::find()
        .select_only()
        .column(Mapped::ServiceProviderId)
        .filter(Mapped::LocalRole.eq(from));
    revise(db, Column::Id.in_subquery(mapped.into_query())).await?;
    service_provider_role::Entity::update_many()
        .col_expr(Mapped::LocalRole, Expr::value(to))
        .filter(Mapped::LocalRole.eq(from))
        .exec(db)
        .await?;
    Ok(())
}

async fn revise(db: &impl ConnectionTrait, which: SimpleExpr) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
        .filter(which)
        .exec(db)
        .await?;
    Ok(())
}
