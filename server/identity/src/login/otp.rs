//! One-time codes: generated, hashed, compared, used once. Shared by every authenticator that sends one.

use chrono::{DateTime, Utc};
use entity::{otp_code, sms_delivery};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use zeroize::Zeroizing;

use crate::token::random_bytes;
use crate::{Result, Services, vault};

const DIGITS: &[u8] = b"0123456789";
/// Without `0 O 1 I L`: they are mistaken for each other on a phone's screen. 31 of them are 4.95 bits each.
const LETTERS_AND_DIGITS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// A new code of `length` characters, each equally likely (no modulo bias).
///
/// # Errors
/// `Internal`, should the system's generator fail.
pub fn generate(length: u8, letters: bool) -> Result<Zeroizing<String>> {
    let alphabet = if letters { LETTERS_AND_DIGITS } else { DIGITS };
    let fair = 256 - 256 % alphabet.len();
    let mut code = Zeroizing::new(String::with_capacity(length.into()));
    while code.len() < length.into() {
        for byte in random_bytes::<16>()? {
            let index = usize::from(byte);
            if index < fair && code.len() < length.into() {
                code.push(char::from(alphabet[index % alphabet.len()]));
            }
        }
    }
    Ok(code)
}

/// What was typed, as codes are written: spaces and hyphens are people's own, and letters are capital.
#[must_use]
pub fn normalise(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Keeps a code as a keyed hash.
///
/// # Errors
/// `Internal` only.
pub async fn store(
    services: &Services,
    db: &impl ConnectionTrait,
    challenge: &str,
    code: &str,
    expires_at: DateTime<Utc>,
) -> Result<i64> {
    let row = otp_code::ActiveModel {
        challenge_id: Set(challenge.to_owned()),
        code_hash: Set(services.vault.code_hash(challenge, code)),
        delivery_id: Set(None),
        created_at: Set(services.clock.now()),
        expires_at: Set(expires_at),
        consumed_at: Set(None),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(row.id)
}

/// Makes a code void that cannot have been sent: nobody has it, so whoever types it has guessed.
///
/// # Errors
/// `Internal` only.
pub async fn void(services: &Services, db: &impl ConnectionTrait, code_id: i64) -> Result<()> {
    otp_code::Entity::update_many()
        .col_expr(otp_code::Column::CodeHash, Expr::value(Vec::<u8>::new()))
        .col_expr(otp_code::Column::ExpiresAt, Expr::value(services.clock.now()))
        .filter(otp_code::Column::Id.eq(code_id))
        .exec(db)
        .await?;
    Ok(())
}

/// Makes every code of a challenge void: they were sent another way than the step is asked now.
///
/// # Errors
/// `Internal` only.
pub async fn void_all(services: &Services, db: &impl ConnectionTrait, challenge: &str) -> Result<()> {
    otp_code::Entity::update_many()
        .col_expr(otp_code::Column::CodeHash, Expr::value(Vec::<u8>::new()))
        .col_expr(otp_code::Column::ExpiresAt, Expr::value(services.clock.now()))
        .filter(otp_code::Column::ChallengeId.eq(challenge))
        .exec(db)
        .await?;
    Ok(())
}

/// How many codes a challenge has seen, sent or not.
///
/// # Errors
/// `Internal` only.
pub async fn count(db: &impl ConnectionTrait, challenge: &str) -> Result<u64> {
    Ok(otp_code::Entity::find()
        .filter(otp_code::Column::ChallengeId.eq(challenge))
        .count(db)
        .await?)
}

/// What a typed code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right, and used up by this very call.
    Right,
    /// It was right once.
    Expired,
    Wrong,
}

/// Compares a code with all of its challenge in constant time, and uses up the one that matches: of many at once, one
/// gets it. The caller has counted the attempt.
///
/// # Errors
/// `Internal` only.
pub async fn consume(services: &Services, challenge: &str, typed: &str) -> Result<Verdict> {
    let now = services.clock.now();
    let hash = services.vault.code_hash(challenge, typed);
    let codes = otp_code::Entity::find()
        .filter(otp_code::Column::ChallengeId.eq(challenge))
        .all(&services.db)
        .await?;
    // Using one up voids those sent before it, never those sent since: a lost race must not close the step for good.
    let void = codes
        .iter()
        .filter(|code| code.consumed_at.is_some())
        .map(|code| code.id)
        .max()
        .unwrap_or(i64::MIN);
    let mut matched = None;
    for code in &codes {
        if vault::equal(&code.code_hash, &hash) {
            matched = Some(code);
        }
    }
    let Some(code) = matched.filter(|code| code.id > void) else {
        return Ok(Verdict::Wrong);
    };
    if code.expires_at <= now {
        return Ok(Verdict::Expired);
    }
    let consumed = otp_code::Entity::update_many()
        .col_expr(otp_code::Column::ConsumedAt, Expr::value(Some(now)))
        .filter(otp_code::Column::Id.eq(code.id))
        .filter(otp_code::Column::ConsumedAt.is_null())
        .exec(&services.db)
        .await?;
    if consumed.rows_affected != 1 {
        return Ok(Verdict::Wrong);
    }
    if let Some(delivery) = code.delivery_id {
        sms_delivery::Entity::update_many()
            .col_expr(sms_delivery::Column::UsedAt, Expr::value(Some(now)))
            .filter(sms_delivery::Column::Id.eq(delivery))
            .exec(&services.db)
            .await?;
    }
    Ok(Verdict::Right)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_have_their_length_and_alphabet() {
        for length in 4..=10 {
            let code = generate(length, true).unwrap();
            assert_eq!(code.len(), usize::from(length));
            assert!(code.bytes().all(|b| LETTERS_AND_DIGITS.contains(&b)));
            assert!(generate(length, false).unwrap().bytes().all(|b| b.is_ascii_digit()));
        }
    }

    #[test]
    fn codes_are_not_few() {
        let codes: HashSet<String> = (0..2000).map(|_| generate(6, false).unwrap().to_string()).collect();
        assert!(codes.len() > 1980, "{} different codes of 2000", codes.len());
        assert!(codes.iter().any(|code| code.starts_with('0')));
    }

    #[test]
    fn spaces_hyphens_and_case_are_the_typists_own() {
        assert_eq!(normalise(" 123-456 "), "123456");
        assert_eq!(normalise("ab\u{a0}c\u{2013}d"), "ABCD");
    }
}
