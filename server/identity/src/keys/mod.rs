//! The keys that sign: generated at the first start, sealed at rest, rolled without an outage.
//!
//! Owns the table `signing_key` and who knows which certificate (`service_provider_key`). A key is published (`next`),
//! then used (`active`), then signs no more but stays published for what it has signed (`retiring`), then `retired`, with
//! its private key erased. Each kind is rolled by itself, with one active key. Private keys have no road out of here but
//! inside a [`KeyPair`].

mod check;
mod opened;
mod publish;
mod questions;
mod roll;
mod seen;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use domain::input::saml::SamlInput;
use domain::signing_key::{KeyKind, KeyState};
use entity::signing_key;
use saml::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use saml::keys::KeyPair;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::vault::{Place, Vault};
use crate::{Error, Result, Services};

pub use opened::OpenedKeys;
pub(crate) use publish::is_published;
pub use publish::{Published, import, publish};
pub use questions::{retire_question, use_question};
pub use roll::{Retired, Used, activate, retire};
pub(crate) use seen::{note_fetched, noted_since, unsigned_without_a_key};
pub use seen::{note_signed, tell};
pub use views::certificate;
pub(crate) use views::get;

/// RSA-2048 is what every service provider takes (NIST SP 800-57 part 1: good to 2030).
const RSA_BITS: u16 = 2048;
const CERTIFICATE_YEARS: i64 = 5;

/// How long a copy of the metadata may be used: the `validUntil` of each.
pub const METADATA_DAYS: i64 = 7;

/// What audit rows call this slice.
const KIND: &str = "signing_keys";

/// Makes the first signing key where there is none. The caller sees to it that no other does so at the same time. It is
/// RSA: some service providers stop at an ECDSA certificate in metadata, so one is there only if an administrator says so.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn ensure_active(services: &Services, db: &impl ConnectionTrait) -> Result<()> {
    if active_of(db, KeyKind::Rsa).await?.is_some() {
        return Ok(());
    }
    let pair = generate(services, KeyKind::Rsa, RSA_BITS).await?;
    row(services, &pair, KeyState::Active)?.insert(db).await?;
    Ok(())
}

/// A new key with a certificate that it has signed itself.
async fn generate(services: &Services, kind: KeyKind, bits: u16) -> Result<KeyPair> {
    let now = services.clock.now().trunc_subsecs(0);
    // Clocks of service providers may be slow.
    let (not_before, not_after) = (now - Duration::hours(1), now + Duration::days(365 * CERTIFICATE_YEARS));
    let host = services.settings.public_url.host_str();
    let name = host.unwrap_or("gatehouse").to_owned();
    tokio::task::spawn_blocking(move || match kind {
        KeyKind::Rsa => KeyPair::generate_rsa(bits.into(), &name, not_before, not_after),
        KeyKind::Ec => KeyPair::generate_ec(&name, not_before, not_after),
    })
    .await
    .map_err(Error::internal)?
    .map_err(Error::internal)
}

/// The row of a new key, sealed in its place.
fn row(services: &Services, pair: &KeyPair, state: KeyState) -> Result<signing_key::ActiveModel> {
    let now = services.clock.now().trunc_subsecs(0);
    let key_id = pair.key_id();
    let sealed = services.vault.seal(place(&key_id), pair.pkcs8_der())?;
    Ok(signing_key::ActiveModel {
        key_id: Set(key_id),
        kind: Set(kind_of(pair).as_str().to_owned()),
        state: Set(state.as_str().to_owned()),
        state_since: Set(Some(now)),
        certificate_pem: Set(pair.certificate_pem()),
        private_key_sealed: Set(sealed),
        not_after: Set(pair.certificate().not_after),
        created_at: Set(now),
        ..Default::default()
    })
}

fn kind_of(pair: &KeyPair) -> KeyKind {
    match pair.kind() {
        saml::keys::KeyKind::Rsa => KeyKind::Rsa,
        saml::keys::KeyKind::Ec => KeyKind::Ec,
    }
}

/// The key of a kind that signs now.
async fn active_of(db: &impl ConnectionTrait, kind: KeyKind) -> Result<Option<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::Kind.eq(kind.as_str()))
        .filter(signing_key::Column::State.eq(KeyState::Active.as_str()))
        .one(db)
        .await?)
}

/// The key that signs metadata: RSA, or ECDSA should that be the only one.
///
/// # Errors
/// `Internal`, if there is none or it does not open.
pub async fn active(services: &Services) -> Result<Arc<KeyPair>> {
    let row = match active_of(&services.db, KeyKind::Rsa).await? {
        Some(row) => Some(row),
        None => active_of(&services.db, KeyKind::Ec).await?,
    };
    open(
        services,
        row.ok_or_else(|| Error::internal("there is no active signing key"))?,
    )
}

/// The key pair of a row, opened once and kept: opening and parsing an RSA key costs as much as a signature.
fn open(services: &Services, row: signing_key::Model) -> Result<Arc<KeyPair>> {
    services.signing_keys.get_or_open(&row.key_id, || {
        let der = services.vault.open(place(&row.key_id), &row.private_key_sealed)?;
        KeyPair::from_pkcs8(&der, &row.certificate_pem).map_err(Error::internal)
    })
}

/// The key that signs for a service provider, set to the algorithms that its configuration chooses.
///
/// # Errors
/// `Internal`, if there is no key for the algorithm or it does not open.
pub async fn signer_for(services: &Services, saml: &SamlInput) -> Result<KeyPair> {
    let row = active_of(&services.db, kind_for(&saml.response_signing_algorithm)).await?;
    let row = row.ok_or_else(|| Error::internal("there is no active key for this signing algorithm"))?;
    Ok(set_for(&*open(services, row)?, saml))
}

/// As [`signer_for`], where the store has just been asked which key that is.
///
/// # Errors
/// `Internal`, if the key is gone or does not open.
pub(crate) async fn signer(services: &Services, key_id: &str, saml: &SamlInput) -> Result<KeyPair> {
    if let Some(pair) = services.signing_keys.get(key_id) {
        return Ok(set_for(&pair, saml));
    }
    let row = signing_key::Entity::find()
        .filter(signing_key::Column::KeyId.eq(key_id))
        .one(&services.db)
        .await?;
    let row = row.ok_or_else(|| Error::internal("the active signing key is gone"))?;
    Ok(set_for(&*open(services, row)?, saml))
}

fn set_for(pair: &KeyPair, saml: &SamlInput) -> KeyPair {
    let signature = SignatureAlgorithm::from_uri(&saml.response_signing_algorithm).unwrap_or_default();
    let digest = DigestAlgorithm::from_uri(&saml.response_digest_algorithm).unwrap_or_default();
    pair.using(signature, digest)
}

/// The kind of key that a signing algorithm needs.
pub(crate) fn kind_for(algorithm: &str) -> KeyKind {
    if algorithm == domain::input::saml::ECDSA_SHA256 {
        KeyKind::Ec
    } else {
        KeyKind::Rsa
    }
}

/// What the metadata names, in its order: RSA before ECDSA, and of each the active key first, since some service
/// providers take the first certificate only.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn published(services: &Services) -> Result<Vec<signing_key::Model>> {
    let mut rows = signing_key::Entity::find()
        .filter(signing_key::Column::State.ne(KeyState::Retired.as_str()))
        .order_by_desc(signing_key::Column::Id)
        .all(&services.db)
        .await?;
    rows.sort_by_key(|row| (kind(row), state(row)));
    Ok(rows)
}

fn kind(row: &signing_key::Model) -> KeyKind {
    KeyKind::from_name(&row.kind).unwrap_or_default()
}

/// A state that this version does not know is one that nothing is done with.
fn state(row: &signing_key::Model) -> KeyState {
    KeyState::from_name(&row.state).unwrap_or(KeyState::Retired)
}

/// When the key came into its state; rows of an earlier version have been in it from the start.
fn since(row: &signing_key::Model) -> DateTime<Utc> {
    row.state_since.unwrap_or(row.created_at)
}

/// Seals every private key again under another master key; how many there were. Those of retired keys are erased.
pub(crate) async fn reseal(db: &impl ConnectionTrait, old: &Vault, new: &Vault) -> Result<u64> {
    let mut count = 0;
    for row in signing_key::Entity::find().all(db).await? {
        if row.private_key_sealed.is_empty() {
            continue;
        }
        let sealed = old.reseal(new, place(&row.key_id), &row.private_key_sealed)?;
        let mut row: signing_key::ActiveModel = row.into();
        row.private_key_sealed = Set(sealed);
        row.update(db).await?;
        count += 1;
    }
    Ok(count)
}

fn place(key_id: &str) -> Place<'_> {
    Place {
        table: "signing_key",
        column: "private_key_sealed",
        row: key_id,
    }
}
