//! The code policy of an identity provider: its ranges, and reading it from what was typed.
//!
//! Refuses codes under 20 bits, which NIST SP 800-63B-4 section 3.1.3.2 asks for at least, and limits that limit nothing.

use chrono::Duration;
use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use serde::{Deserialize, Serialize};

/// How codes are made and how often they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub code_length: u8,
    /// Letters and digits instead of digits only.
    pub letters: bool,
    pub lifetime: Duration,
    pub wrong_codes_allowed: u32,
    /// Before the first resend; doubles from there.
    pub resend_wait: Duration,
    pub codes_per_sign_in: u32,
    /// Per user and per number.
    pub codes_per_hour: u32,
    /// Per user and per number.
    pub codes_per_day: u32,
    /// Over everybody; `None`: unlimited.
    pub daily_budget: Option<u32>,
    /// ISO 3166-1 alpha-2, upper case; empty: all.
    pub allowed_countries: Vec<String>,
    /// Whether users without a number may enter one after their password.
    pub numbers_may_be_entered: bool,
}

/// The policy as it is sealed: plain numbers in the form's units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredPolicy {
    pub code_length: u8,
    pub letters: bool,
    pub lifetime_minutes: u32,
    pub wrong_codes_allowed: u32,
    pub resend_wait_seconds: u32,
    pub codes_per_sign_in: u32,
    pub codes_per_hour: u32,
    pub codes_per_day: u32,
    pub daily_budget: Option<u32>,
    pub allowed_countries: Vec<String>,
    pub numbers_may_be_entered: bool,
}

impl Default for StoredPolicy {
    fn default() -> Self {
        Self {
            code_length: 6,
            letters: false,
            lifetime_minutes: 5,
            wrong_codes_allowed: 5,
            resend_wait_seconds: 30,
            codes_per_sign_in: 5,
            codes_per_hour: 10,
            codes_per_day: 30,
            daily_budget: None,
            allowed_countries: Vec::new(),
            numbers_may_be_entered: false,
        }
    }
}

impl From<StoredPolicy> for Policy {
    fn from(stored: StoredPolicy) -> Self {
        Self {
            code_length: stored.code_length,
            letters: stored.letters,
            lifetime: Duration::minutes(stored.lifetime_minutes.into()),
            wrong_codes_allowed: stored.wrong_codes_allowed,
            resend_wait: Duration::seconds(stored.resend_wait_seconds.into()),
            codes_per_sign_in: stored.codes_per_sign_in,
            codes_per_hour: stored.codes_per_hour,
            codes_per_day: stored.codes_per_day,
            daily_budget: stored.daily_budget,
            allowed_countries: stored.allowed_countries,
            numbers_may_be_entered: stored.numbers_may_be_entered,
        }
    }
}

/// The most that a limit over hours and days may say; also keeps sums far from overflowing.
const MOST: u32 = 1_000_000;

/// Reads the policy's fields; what is wrong with any of them goes to `problems`.
pub(super) fn read(input: &IdentityProviderInput, problems: &mut Problems) -> StoredPolicy {
    let letters = match input.code_characters.as_str() {
        "digits" => false,
        "letters_and_digits" => true,
        _ => {
            problems.add("code_characters", "Choose digits, or letters and digits.");
            false
        }
    };
    // Ten digits give 3.3 bits each and 32 letters and digits give 5: six and four of them reach 20 bits (19.93 for
    // six digits, which is what the standard itself counts as enough).
    let shortest = if letters { 4 } else { 6 };
    let mut number = |field, label, value: &str, unit, range| whole(problems, field, label, value, unit, range);
    let policy = StoredPolicy {
        code_length: u8::try_from(number(
            "code_length",
            "Code length",
            &input.code_length,
            "",
            (shortest, 10),
        ))
        .unwrap_or(6),
        letters,
        lifetime_minutes: number(
            "code_lifetime",
            "Code lifetime (minutes)",
            &input.code_lifetime,
            " minutes",
            (1, 10),
        ),
        wrong_codes_allowed: number(
            "wrong_codes_allowed",
            "Wrong codes allowed",
            &input.wrong_codes_allowed,
            "",
            (1, 10),
        ),
        resend_wait_seconds: number(
            "resend_wait",
            "Resend wait (seconds)",
            &input.resend_wait,
            " seconds",
            (10, 600),
        ),
        codes_per_sign_in: number(
            "codes_per_sign_in",
            "Codes per sign-in",
            &input.codes_per_sign_in,
            "",
            (1, 10),
        ),
        codes_per_hour: number("codes_per_hour", "Codes per hour", &input.codes_per_hour, "", (1, MOST)),
        codes_per_day: number("codes_per_day", "Codes per day", &input.codes_per_day, "", (1, MOST)),
        daily_budget: (!input.daily_budget.trim().is_empty())
            .then(|| number("daily_budget", "Daily budget", &input.daily_budget, "", (1, MOST))),
        allowed_countries: Vec::new(),
        numbers_may_be_entered: input.numbers_may_be_entered.0,
    };
    if policy.codes_per_day < policy.codes_per_hour
        && problems.of("codes_per_hour").is_none()
        && problems.of("codes_per_day").is_none()
    {
        problems.add(
            "codes_per_day",
            "Codes per day is less than Codes per hour, which would then never apply. Raise it or lower the other.",
        );
    }
    StoredPolicy {
        allowed_countries: countries(&input.allowed_countries, problems),
        ..policy
    }
}

fn whole(problems: &mut Problems, field: &str, label: &str, value: &str, unit: &str, (least, most): (u32, u32)) -> u32 {
    match value.trim().parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => number,
        _ if value.trim().is_empty() => {
            problems.add(
                field,
                format!("{label} is missing. Enter a whole number from {least} to {most}{unit}."),
            );
            least
        }
        _ => {
            problems.add(
                field,
                format!("{label} has to be a whole number from {least} to {most}{unit}."),
            );
            least
        }
    }
}

fn countries(typed: &str, problems: &mut Problems) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for word in typed
        .split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .filter(|word| !word.is_empty())
    {
        let code = word.to_ascii_uppercase();
        if phonenumber::metadata::DATABASE.by_id(&code).is_none() {
            let message = format!(
                "\u{201c}{word}\u{201d} is no country code that phone numbers are known for. Use two-letter ISO codes such as LK, GB, US, with commas between."
            );
            problems.add("allowed_countries", message);
        } else if !known.contains(&code) {
            known.push(code);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(change: impl FnOnce(&mut IdentityProviderInput)) -> Vec<String> {
        let mut input = IdentityProviderInput::default();
        change(&mut input);
        let mut problems = Problems::default();
        read(&input, &mut problems);
        problems.0.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn the_form_begins_with_the_default_policy() {
        let mut problems = Problems::default();
        assert_eq!(
            read(&IdentityProviderInput::default(), &mut problems),
            StoredPolicy::default()
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn every_range_is_held_at_both_ends() {
        type Field = fn(&mut IdentityProviderInput) -> &mut String;
        let ranges: [(&str, Field, u32, u32); 7] = [
            ("code_length", |input| &mut input.code_length, 6, 10),
            ("code_lifetime", |input| &mut input.code_lifetime, 1, 10),
            ("wrong_codes_allowed", |input| &mut input.wrong_codes_allowed, 1, 10),
            ("resend_wait", |input| &mut input.resend_wait, 10, 600),
            ("codes_per_sign_in", |input| &mut input.codes_per_sign_in, 1, 10),
            ("codes_per_day", |input| &mut input.codes_per_day, 10, MOST),
            ("daily_budget", |input| &mut input.daily_budget, 1, MOST),
        ];
        for (name, field, least, most) in ranges {
            for right in [least, most] {
                assert!(
                    problems_of(|input| *field(input) = right.to_string()).is_empty(),
                    "{name} {right}"
                );
            }
            for wrong in [
                (least - 1).to_string(),
                (most + 1).to_string(),
                "x".into(),
                "-1".into(),
                "1.5".into(),
                "99999999999".into(),
            ] {
                assert_eq!(problems_of(|input| *field(input) = wrong.clone()), [name], "{wrong}");
            }
        }
        assert_eq!(
            problems_of(|input| input.codes_per_hour = String::new()),
            ["codes_per_hour"]
        );
    }

    #[test]
    fn a_code_is_never_under_twenty_bits() {
        for (characters, length, fits) in [
            ("digits", "5", false),
            ("digits", "6", true),
            ("letters_and_digits", "3", false),
            ("letters_and_digits", "4", true),
        ] {
            let found = problems_of(|input| {
                input.code_characters = characters.into();
                input.code_length = length.into();
            });
            assert_eq!(found.is_empty(), fits, "{characters} {length}");
        }
        assert_eq!(
            problems_of(|input| input.code_characters = "emoji".into()),
            ["code_characters"]
        );
    }

    #[test]
    fn countries_are_those_that_numbers_are_known_for() {
        let mut problems = Problems::default();
        let input = IdentityProviderInput {
            allowed_countries: "lk, GB;us\nLK".into(),
            ..Default::default()
        };
        assert_eq!(read(&input, &mut problems).allowed_countries, ["LK", "GB", "US"]);
        assert!(problems.is_empty());
        assert_eq!(
            problems_of(|input| input.allowed_countries = "LK, XX, England".into()).len(),
            2
        );
    }

    #[test]
    fn all_problems_come_at_once() {
        let found = problems_of(|input| {
            input.code_length = "99".into();
            input.code_lifetime = "0".into();
            input.allowed_countries = "ZZ".into();
        });
        assert_eq!(found, ["code_length", "code_lifetime", "allowed_countries"]);
    }
}
