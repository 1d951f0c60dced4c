//! Passwords of users: what is accepted, and changing one.

use domain::input::user::PasswordInput;
use domain::{Permission, Problems};
use entity::user;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::create::new_password;
use super::find_by_username;
use super::guard::Change;
use crate::audit::{self, Entry};
use crate::{Actor, Error, Result, Services, sessions};

/// NIST SP 800-63B-4 section 3.1.1.2: length and a list of common ones, no rules of composition.
const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;
/// A password that a guesser tries among the first this many is common: the embedded lists hold about as many.
const COMMON_WITHIN_GUESSES: u64 = 30_000;
/// No common password is longer, and estimating takes quadratic time.
const MAX_COMMON_CHARACTERS: usize = 32;

/// Whether this may be `username`'s password.
///
/// # Errors
/// `Invalid` on `field`, saying what is wrong.
pub fn check_password(field: &str, password: &str, username: &str) -> Result<()> {
    let characters = password.chars().count();
    let wrong = if characters < MIN_CHARACTERS {
        format!("The password is too short: {characters} characters, at least {MIN_CHARACTERS}.")
    } else if characters > MAX_CHARACTERS {
        format!("The password is too long: {characters} characters, at most {MAX_CHARACTERS}.")
    } else if password.to_lowercase() == username.to_lowercase() {
        "The password must not be the user name.".to_owned()
    } else if is_common(password) {
        "This is one of the most common passwords, which are tried first. Choose another; a few words in a row do well."
            .to_owned()
    } else {
        return Ok(());
    };
    Err(Error::field(field, wrong))
}

fn is_common(password: &str) -> bool {
    password.chars().count() <= MAX_COMMON_CHARACTERS
        && zxcvbn::zxcvbn(password, &[]).guesses() <= COMMON_WITHIN_GUESSES
}

/// Changes a password and ends the user's sessions and sign-ins; of one's own sessions this one stays.
///
/// # Errors
/// `Denied` for another's without *Manage users* or without every permission that user has; `PasswordNeeded`;
/// `Invalid`.
pub async fn set_password(services: &Services, actor: &Actor, username: &str, input: &PasswordInput) -> Result<()> {
    let user = find_by_username(&services.db, username).await?;
    let own = user.as_ref().is_some_and(|user| actor.user_id == Some(user.id));
    let needed = (!own).then_some(Permission::ManageUsers);
    // Before it is said that there is no such user: a refusal must not tell names.
    needed.map_or(Ok(()), |permission| actor.require(permission))?;
    let user = user.ok_or(Error::NotFound)?;
    actor.require_fresh_password(services.clock.now())?;
    let mut problems = Problems::default();
    new_password(
        &mut problems,
        "new_password",
        &input.new_password,
        &input.confirm_password,
        &user.username,
    )?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let hash = services.hasher.hash(&input.new_password).await?;

    let change = Change::begin(services, actor, needed).await?;
    change.may_touch(user.id).await?;
    let now = services.clock.now();
    let updated = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user.id))
        .exec(change.db())
        .await?;
    if updated.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    let own_session = own.then_some(actor.session_id.as_str());
    sessions::end_all_of(change.db(), user.id, own_session).await?;
    let entry = Entry {
        action: "set_password",
        target_kind: "users",
        target: &user.username,
        detail: String::new(),
    };
    audit::record(change.db(), &*services.clock, actor, entry).await?;
    change.commit().await
}

#[cfg(test)]
mod tests {
    use super::check_password;

    fn accepted(password: &str) -> bool {
        check_password("password", password, "some.body@example.com").is_ok()
    }

    #[test]
    fn eight_to_128_characters_of_any_kind() {
        assert!(!accepted("q8#Lw2z"));
        assert!(accepted("q8#Lw2zP"));
        assert!(accepted("пароль-é-🦜-بيت"));
        assert!(accepted("   spaces   at   both   ends   "));
        let varied = |n: u32| {
            (0..n)
                .filter_map(|i| char::from_u32(0x4e00 + i * 37))
                .collect::<String>()
        };
        assert!(accepted(&varied(128)), "characters are counted, not bytes");
        assert!(!accepted(&varied(129)));
    }

    #[test]
    fn not_the_user_name_in_any_case() {
        assert!(!accepted("some.body@example.com"));
        assert!(!accepted("Some.Body@EXAMPLE.com"));
        assert!(accepted("some.body@example.com, indeed"));
    }

    #[test]
    fn not_a_common_one() {
        for common in [
            "password",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "Password",
            "passw0rd",
            "aaaaaaaa",
            "football1",
        ] {
            assert!(!accepted(common), "{common}");
        }
        for fine in [
            "correct horse battery staple",
            "a long test password",
            "tr0mbone-Teapot",
        ] {
            assert!(accepted(fine), "{fine}");
        }
    }
}
