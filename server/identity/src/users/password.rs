//! Passwords of users: what is accepted, and changing one.

use crate::{Error, Result};

/// NIST SP 800-63B-4 section 3.1.1.2: length and a list of common ones, no rules of composition.
const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;
/// A password that a guesser tries among the first this many is common: the embedded lists hold about as many.
const COMMON_WITHIN_GUESSES: u64 = 30_000;

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
        "This is one of the most common passwords, which are tried first. Choose another; a few words in a row do well.".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::field(field, wrong))
}

fn is_common(password: &str) -> bool {
    zxcvbn::zxcvbn(password, &[]).guesses() <= COMMON_WITHIN_GUESSES
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
        let varied = |n: u32| (0..n).filter_map(|i| char::from_u32(0x4e00 + i * 37)).collect::<String>();
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
        for common in ["password", "12345678", "qwertyuiop", "iloveyou", "Password", "passw0rd", "aaaaaaaa", "football1"] {
            assert!(!accepted(common), "{common}");
        }
        for fine in ["correct horse battery staple", "a long test password", "tr0mbone-Teapot"] {
            assert!(accepted(fine), "{fine}");
        }
    }
}
