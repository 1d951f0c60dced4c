//! Service providers as this process has read them: a sign-in reads one row instead of six tables.
//!
//! Not a cache of decisions: which revision counts is read from the row every time, and everything that changes a
//! service provider raises it in its own transaction (`locked`). Several processes may share one store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entity::service_provider;
use sea_orm::{EntityTrait, QuerySelect};

use super::lookup::{SamlServiceProvider, saml_by_id};
use super::steps::{Step, steps};
use crate::{Result, Services};

/// How many are kept: those that are signed in to all day, at a few kilobytes each. Beyond it all are read anew.
const MOST: usize = 1000;

/// A service provider with everything that a sign-in needs of it.
#[derive(Debug)]
pub struct Configured {
    pub sp: SamlServiceProvider,
    pub steps: Vec<Step>,
    revision: i32,
}

/// What this process has read.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<i64, Arc<Configured>>>);

impl Known {
    fn get(&self, id: i64, revision: i32) -> Option<Arc<Configured>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).filter(|one| one.revision == revision).cloned()
    }

    fn put(&self, configured: Arc<Configured>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(configured.sp.id, configured);
    }
}

/// The service provider of this id; `None` if it is gone or has no SAML configuration.
///
/// # Errors
/// `Internal` only.
pub async fn configured(services: &Services, id: i64) -> Result<Option<Arc<Configured>>> {
    let revision: Option<i32> = service_provider::Entity::find_by_id(id)
        .select_only()
        .column(service_provider::Column::Revision)
        .into_tuple()
        .one(&services.db)
        .await?;
    match revision {
        Some(revision) => configured_as(services, id, revision).await,
        None => Ok(None),
    }
}

/// As [`configured`], where its row has just been asked for the revision.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn configured_as(services: &Services, id: i64, revision: i32) -> Result<Option<Arc<Configured>>> {
    if let Some(known) = services.known.get(id, revision) {
        return Ok(Some(known));
    }
    // Read after the revision: should it change in between, what is kept is newer than its number, and is read again.
    let Some(sp) = saml_by_id(&services.db, id).await? else {
        return Ok(None);
    };
    let steps = steps(&services.db, id).await?;
    let configured = Arc::new(Configured { sp, steps, revision });
    services.known.put(configured.clone());
    Ok(Some(configured))
}
