//! The keys that sign assertions: generated at the first start, sealed at rest, one active at a time.

use std::sync::Arc;

use chrono::{Duration, SubsecRound};
use entity::signing_key;
use saml::keys::KeyPair;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::vault::Place;
use crate::{Error, Result, Services};

/// RSA-2048 is what every service provider takes (NIST SP 800-57 part 1: good to 2030).
const RSA_BITS: usize = 2048;
const CERTIFICATE_YEARS: i64 = 5;

pub const ACTIVE: &str = "active";
pub const NEXT: &str = "next";

/// Makes the first signing key where there is none. The caller sees to it that no other does so at the same time.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn ensure_active(services: &Services, db: &impl ConnectionTrait) -> Result<()> {
    let existing = signing_key::Entity::find()
        .filter(signing_key::Column::State.eq(ACTIVE))
        .one(db)
        .await?;
    if existing.is_some() {
        return Ok(());
    }
    let now = services.clock.now().trunc_subsecs(0);
    let not_after = now + Duration::days(365 * CERTIFICATE_YEARS);
    let name = services
        .settings
        .public_url
        .host_str()
        .unwrap_or("gatehouse")
        .to_owned();
    let pair = tokio::task::spawn_blocking(move || {
        KeyPair::generate_rsa(RSA_BITS, &name, now - Duration::hours(1), not_after)
    })
    .await
    .map_err(Error::internal)?
    .map_err(Error::internal)?;
    let key_id = pair.key_id();
    let sealed = services.vault.seal(place(&key_id), pair.pkcs8_der())?;
    signing_key::ActiveModel {
        key_id: Set(key_id),
        state: Set(ACTIVE.to_owned()),
        certificate_pem: Set(pair.certificate_pem()),
        private_key_sealed: Set(sealed),
        not_after: Set(not_after),
        created_at: Set(now),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}

/// The key that signs now, opened once and kept: opening and parsing an RSA key costs as much as a signature.
///
/// # Errors
/// `Internal`, if there is none or it does not open.
pub async fn active(services: &Services) -> Result<Arc<KeyPair>> {
    let row = signing_key::Entity::find()
        .filter(signing_key::Column::State.eq(ACTIVE))
        .order_by_desc(signing_key::Column::Id)
        .one(&services.db)
        .await?
        .ok_or_else(|| Error::internal("there is no active signing key"))?;
    services.signing_keys.get_or_open(&row.key_id, || {
        let der = services.vault.open(place(&row.key_id), &row.private_key_sealed)?;
        KeyPair::from_pkcs8(&der, &row.certificate_pem).map_err(Error::internal)
    })
}

/// Certificates for the metadata: the active key's first, then the next one's.
///
/// # Errors
/// `Internal` only.
pub async fn published(services: &Services) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::State.is_in([ACTIVE, NEXT]))
        .order_by_asc(signing_key::Column::State)
        .order_by_desc(signing_key::Column::Id)
        .all(&services.db)
        .await?)
}

/// Key pairs opened by this process, by key id. Not a cache of decisions: which key signs is read from the row each time.
#[derive(Debug, Default)]
pub struct OpenedKeys(std::sync::Mutex<Option<(String, Arc<KeyPair>)>>);

impl OpenedKeys {
    fn get_or_open(&self, key_id: &str, open: impl FnOnce() -> Result<KeyPair>) -> Result<Arc<KeyPair>> {
        let mut opened = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*opened {
            Some((id, pair)) if id == key_id => Ok(pair.clone()),
            _ => {
                let pair = Arc::new(open()?);
                *opened = Some((key_id.to_owned(), pair.clone()));
                Ok(pair)
            }
        }
    }
}

fn place(key_id: &str) -> Place<'_> {
    Place {
        table: "signing_key",
        column: "private_key_sealed",
        row: key_id,
    }
}
