//! Everything that rules need from outside, in one cheap handle.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::DatabaseConnection;

use crate::Settings;
use crate::clock::Clock;
use crate::keys::OpenedKeys;
use crate::password::Hasher;
use crate::sms::transport::SmsTransport;
use crate::vault::Vault;

/// A handle to the store, the keys, the clock and the way out. Cloning it costs a reference count.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

/// What [`Services`] gives access to.
pub struct Parts {
    pub db: DatabaseConnection,
    pub clock: Arc<dyn Clock>,
    pub vault: Vault,
    pub hasher: Hasher,
    pub settings: Settings,
    pub sms: Arc<dyn SmsTransport>,
    pub signing_keys: OpenedKeys,
}

impl Services {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}
