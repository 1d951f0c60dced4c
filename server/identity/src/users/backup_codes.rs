//! Backup codes: look-up secrets (NIST SP 800-63B-4 section 3.1.2) for whoever has no phone at hand.
//!
//! Ten at a time, given out once, each good once. Of a code's 80 random bits the first 20 name its row, so that one try
//! is one hash; what is hashed is the whole code.

use std::collections::BTreeMap;

use domain::Permission;
use entity::backup_code::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::guard::Change;
use super::{get_by_username, get_for_change};
use crate::audit::{self, Entry};
use crate::password::Place;
use crate::token::random_bytes;
use crate::{Actor, Result, Services};

/// How many are given out at a time.
const CODES: usize = 10;
/// 80 bits at five each.
const CHARACTERS: usize = 16;
const NAME_CHARACTERS: usize = 4;
/// Crockford's base 32: what is mistaken for one another is one digit, and has one spelling here.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Gives a user ten new codes, as they are written down: `7K3M-9QXA-…`. Those from before stop working.
///
/// # Errors
/// `Denied`; `PasswordNeeded`; `NotFound`; `Busy` when too many passwords wait to be hashed.
pub async fn generate_backup_codes(services: &Services, actor: &Actor, username: &str) -> Result<Vec<String>> {
    get_for_change(services, actor, username).await?;
    actor.require_fresh_password(services.clock.now())?;
    let codes = new_codes()?;
    let mut hashes = Vec::new();
    for (name, code) in &codes {
        hashes.push((name.clone(), services.hasher.hash(code).await?));
    }
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.may_touch(user.id).await?;
    forget(change.db(), user.id).await?;
    let rows = hashes.into_iter().map(|(name, hash)| ActiveModel {
        user_id: Set(user.id),
        name: Set(name),
        code_hash: Set(hash),
        ..Default::default()
    });
    Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    record(services, &change, actor, "generate_backup_codes", &user.username).await?;
    change.commit().await?;
    Ok(codes.into_values().map(|code| grouped(&code)).collect())
}

/// Takes all of a user's codes away.
///
/// # Errors
/// `Denied`; `PasswordNeeded`; `NotFound`.
pub async fn revoke_backup_codes(services: &Services, actor: &Actor, username: &str) -> Result<()> {
    get_for_change(services, actor, username).await?;
    actor.require_fresh_password(services.clock.now())?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let user = get_by_username(change.db(), username).await?;
    change.may_touch(user.id).await?;
    forget(change.db(), user.id).await?;
    record(services, &change, actor, "revoke_backup_codes", &user.username).await?;
    change.commit().await
}

/// How many of a user's codes are still good.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn backup_codes_left(db: &impl ConnectionTrait, user_id: i64) -> Result<u64> {
    Ok(Entity::find().filter(Column::UserId.eq(user_id)).count(db).await?)
}

/// Whether what was typed, without spaces and hyphens, is a code of the user's: then it is used up by this very call.
/// One hash is computed whatever it is. The caller has taken the place for it, then counted the attempt.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn use_backup_code(services: &Services, place: Place, user_id: i64, typed: &str) -> Result<bool> {
    let code = spelt(typed);
    let row = match &code {
        Some(code) => {
            Entity::find()
                .filter(Column::UserId.eq(user_id))
                .filter(Column::Name.eq(&code[..NAME_CHARACTERS]))
                .one(&services.db)
                .await?
        }
        None => None,
    };
    let stored = row.as_ref().map(|row| row.code_hash.as_str());
    let right = services
        .hasher
        .verify(place, code.as_deref().unwrap_or_default(), stored)
        .await?;
    let Some(row) = row.filter(|_| right) else {
        return Ok(false);
    };
    Ok(Entity::delete_by_id(row.id).exec(&services.db).await?.rows_affected == 1)
}

async fn forget(db: &impl ConnectionTrait, user_id: i64) -> Result<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .exec(db)
        .await?;
    Ok(())
}

async fn record(services: &Services, change: &Change, actor: &Actor, action: &str, username: &str) -> Result<()> {
    let entry = Entry {
        action,
        target_kind: "users",
        target: username,
        detail: String::new(),
    };
    audit::record(change.db(), &*services.clock, actor, entry).await
}

/// New codes by their names, of which no two are the same.
fn new_codes() -> Result<BTreeMap<String, String>> {
    let mut codes = BTreeMap::new();
    while codes.len() < CODES {
        let bytes = random_bytes::<CHARACTERS>()?;
        let code: String = bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect();
        codes.entry(code[..NAME_CHARACTERS].to_owned()).or_insert(code);
    }
    Ok(codes)
}

/// In groups of four, as people copy it best.
fn grouped(code: &str) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups = characters.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// What was typed in the alphabet's own spelling, if it can be a code at all.
fn spelt(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let fits = code.len() == CHARACTERS && code.bytes().all(|byte| ALPHABET.contains(&byte));
    fits.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eighty_bits_and_a_name_of_its_own() {
        let codes = new_codes().unwrap();
        assert_eq!(codes.len(), CODES);
        for (name, code) in &codes {
            assert!(code.starts_with(name.as_str()));
            assert_eq!(spelt(code).as_deref(), Some(code.as_str()));
            assert_eq!(grouped(code).len(), 19);
        }
        assert!(
            codes
                .values()
                .all(|code| !new_codes().unwrap().values().any(|other| other == code))
        );
    }

    #[test]
    fn what_is_mistaken_for_a_digit_is_read_as_it() {
        assert_eq!(spelt("oOiIlL0000000000").as_deref(), Some("0011110000000000"));
        for wrong in ["", "ABCD", "UUUUUUUUUUUUUUUU", "ABCDEFGHJKMNPQRST", "ÄBCDEFGHJKMNPQR"] {
            assert_eq!(spelt(wrong), None, "{wrong}");
        }
    }
}
