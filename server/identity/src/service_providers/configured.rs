//! Service providers as this process has read them: a sign-in reads one row instead of six tables.
//!
//! Not a cache of decisions: which revision counts is read from the row every time, and everything that changes a
//! service provider raises it in its own transaction (`locked`). Several processes may share one store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entity::{saml_service_provider, service_provider};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

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

/// The service provider whose messages carry this `Issuer`, compared exactly (SAML Core section 8.3.6).
///
/// # Errors
/// `Internal` only.
pub async fn configured_by_issuer(services: &Services, issuer: &str) -> Result<Option<Arc<Configured>>> {
    find(services, saml_service_provider::Column::Issuer.eq(issuer)).await
}

/// The service provider of this id; `None` if it is gone or has no SAML configuration.
///
/// # Errors
/// `Internal` only.
pub async fn configured(services: &Services, id: i64) -> Result<Option<Arc<Configured>>> {
    find(services, saml_service_provider::Column::ServiceProviderId.eq(id)).await
}

async fn find(services: &Services, which: SimpleExpr) -> Result<Option<Arc<Configured>>> {
    let with_saml = service_provider::Entity::belongs_to(saml_service_provider::Entity)
        .from(service_provider::Column::Id)
        .to(saml_service_provider::Column::ServiceProviderId)
        .into();
    let current: Option<(i64, i32)> = service_provider::Entity::find()
        .select_only()
        .column(service_provider::Column::Id)
        .column(service_provider::Column::Revision)
        .join(JoinType::InnerJoin, with_saml)
        .filter(which)
        .into_tuple()
        .one(&services.db)
        .await?;
    let Some((id, revision)) = current else {
        return Ok(None);
    };
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
