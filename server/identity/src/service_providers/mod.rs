//! Service providers: the applications that sign their users in here, with their claims, roles, SAML configuration and
//! authentication steps.
//!
//! Owns every rule about them and their five tables. Refuses to judge whether somebody may sign in (`login`) and to
//! build or read messages (`saml_idp`): those ask here what is configured.

mod check;
mod form;
mod list;
mod lookup;
mod saml_check;
mod saml_form;
mod steps;
mod steps_form;
#[cfg(test)]
mod tests;
mod write;

use entity::service_provider;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use crate::{Error, Result};

pub use form::get;
pub use list::list;
pub use lookup::{RequestedClaim, SamlServiceProvider, by_issuer, saml_by_id};
pub(crate) use saml_check::certificates;
pub use saml_form::{saml_form, save_saml};
pub use steps::{Step, steps};
pub use steps_form::{save_steps, steps_form};
pub use write::{create, delete, update};

/// What audit rows call this slice.
const KIND: &str = "service_providers";

/// The row, held against others until the transaction ends: its parts are replaced as a whole.
async fn locked(db: &impl ConnectionTrait, id: i64) -> Result<service_provider::Model> {
    service_provider::Entity::find_by_id(id)
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}
