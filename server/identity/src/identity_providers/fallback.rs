//! *Fallback identity provider*: who is asked when an identity provider fails, and who after that one.
//!
//! Refuses circles. A fallback that is disabled or not set up is passed over, and its own is asked.

use std::collections::HashSet;

use domain::Problems;
use entity::{identity_provider, identity_provider_fallback as fallback};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder,
};

use super::SmsOtp;
use crate::{Error, Result, Services};

/// What the field is called in problems.
const FIELD: &str = "fallback";

/// The fallback of an identity provider.
pub(super) async fn of(db: &impl ConnectionTrait, id: i64) -> Result<Option<i64>> {
    let row = fallback::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.fallback_id))
}

/// The options of *Fallback identity provider*: id and name of every other identity provider. `id` is `None` for a new one.
///
/// # Errors
/// `Internal` only.
pub async fn fallback_choices(db: &impl ConnectionTrait, id: Option<i64>) -> Result<Vec<(i64, String)>> {
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.ne(id.unwrap_or_default()))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Reads the field: an id, or nothing.
pub(super) fn read(typed: &str, problems: &mut Problems) -> Option<i64> {
    if typed.is_empty() {
        return None;
    }
    let id = typed.parse().ok();
    if id.is_none() {
        problems.add(FIELD, "Choose one of the identity providers, or None.");
    }
    id
}

/// Saves the fallback of an identity provider, in the transaction that saves the rest of it.
///
/// # Errors
/// `Invalid`, if there is no such identity provider, or if it would lead in a circle.
pub(super) async fn save(txn: &DatabaseTransaction, id: i64, chosen: Option<i64>) -> Result<()> {
    take_turn(txn).await?;
    fallback::Entity::delete_by_id(id).exec(txn).await?;
    let Some(chosen) = chosen else { return Ok(()) };
    refuse_circle(txn, id, chosen).await?;
    let row = fallback::ActiveModel {
        identity_provider_id: Set(id),
        fallback_id: Set(chosen),
    };
    row.insert(txn).await?;
    Ok(())
}

/// Makes those who save a fallback take turns, so that no two make a circle together. SQLite's write transaction does so by
/// itself.
async fn take_turn(txn: &DatabaseTransaction) -> Result<()> {
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared("LOCK TABLE identity_provider_fallback IN SHARE ROW EXCLUSIVE MODE")
            .await?;
    }
    Ok(())
}

async fn refuse_circle(txn: &DatabaseTransaction, id: i64, chosen: i64) -> Result<()> {
    let refused = |message: String| Err(Error::Invalid(Problems::one(FIELD, message)));
    let mut names = vec![name(txn, id).await?.unwrap_or_default()];
    let mut next = Some(chosen);
    while let Some(at) = next {
        let Some(name) = name(txn, at).await? else {
            return refused("This identity provider is not there any more. Choose another, or None.".to_owned());
        };
        names.push(name);
        if at == id {
            let chain = names.join(" → ");
            return refused(format!(
                "This leads in a circle: {chain}. Choose an identity provider that does not lead back here, or None."
            ));
        }
        next = of(txn, at).await?;
    }
    Ok(())
}

async fn name(db: &impl ConnectionTrait, id: i64) -> Result<Option<String>> {
    let row = identity_provider::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.name))
}

/// Those that an identity provider is the fallback of: id and name.
pub(super) async fn users(db: &impl ConnectionTrait, id: i64) -> Result<Vec<(i64, String)>> {
    let rows = fallback::Entity::find()
        .filter(fallback::Column::FallbackId.eq(id))
        .all(db)
        .await?;
    let ids = rows.into_iter().map(|row| row.identity_provider_id);
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.is_in(ids))
        .order_by_asc(identity_provider::Column::NameLower)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The fallbacks of an identity provider that can send now, in the order in which they are asked.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn fallbacks(services: &Services, id: i64) -> Result<Vec<SmsOtp>> {
    let db = &services.db;
    let mut asked = HashSet::from([id]);
    let mut ways = Vec::new();
    let mut next = of(db, id).await?;
    while let Some(at) = next {
        if !asked.insert(at) {
            break;
        }
        let otp = super::sms_otp(services, db, at).await?;
        ways.extend(otp.filter(|otp| otp.enabled));
        next = of(db, at).await?;
    }
    Ok(ways)
}
