//! Everything that rules need from outside, in one cheap handle.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction};

use crate::clock::Clock;
use crate::keys::OpenedKeys;
use crate::password::Hasher;
use crate::service_providers::Known;
use crate::sms::transport::SmsTransport;
use crate::store::{self, Db};
use crate::time_outs;
use crate::vault::Vault;
use crate::{Error, Result, Settings};

/// A handle to the store, the keys, the clock and the way out. Cloning it costs a reference count.
#[derive(Clone)]
pub struct Services {
    /// What rules read and write.
    pub db: Db,
    parts: Arc<Parts>,
}

/// What [`Services`] gives access to.
pub struct Parts {
    /// All connections of the store; rules take [`Services::db`].
    pub db: DatabaseConnection,
    pub clock: Arc<dyn Clock>,
    pub vault: Vault,
    pub hasher: Hasher,
    pub settings: Settings,
    pub sms: Arc<dyn SmsTransport>,
    pub signing_keys: OpenedKeys,
    pub known: Known,
    pub time_outs: time_outs::Known,
}

impl Services {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            db: Db::over(parts.db.clone()),
            parts: Arc::new(parts),
        }
    }

    /// All connections of the store, for another handle to it.
    #[must_use]
    pub fn pool(&self) -> DatabaseConnection {
        self.parts.db.clone()
    }

    /// The same services, with all that they change in one transaction.
    ///
    /// # Errors
    /// `Internal`, if the store does not answer.
    pub(crate) async fn within(&self) -> Result<Within> {
        Ok(Within::over(self, store::begin(&self.db).await?))
    }

    /// The same services over the store as it is now; they can change nothing.
    ///
    /// # Errors
    /// `Internal`, if the store does not answer.
    pub(crate) async fn reading(&self) -> Result<Within> {
        Ok(Within::over(self, store::begin_reading(&self.db).await?))
    }
}

/// Services whose changes stand or fall together. Dropped, they fall.
pub(crate) struct Within {
    pub services: Services,
    txn: Arc<DatabaseTransaction>,
}

impl Within {
    fn over(services: &Services, txn: DatabaseTransaction) -> Self {
        let txn = Arc::new(txn);
        let services = Services {
            db: Db::Within(txn.clone()),
            parts: services.parts.clone(),
        };
        Self { services, txn }
    }

    /// # Errors
    /// `Internal`, if the store does not take the changes, or a clone of the services is still about.
    pub async fn commit(self) -> Result<()> {
        Ok(self.end()?.commit().await?)
    }

    /// # Errors
    /// As [`Within::commit`].
    pub async fn roll_back(self) -> Result<()> {
        Ok(self.end()?.rollback().await?)
    }

    fn end(self) -> Result<DatabaseTransaction> {
        drop(self.services);
        Arc::into_inner(self.txn).ok_or_else(|| Error::internal("the transaction is still in use"))
    }
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}
