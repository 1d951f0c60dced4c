//! What a refusal is about, where its status leaves that open: vendors answer 400, and 200 with an error inside, to a wrong
//! key as to a wrong number.
//!
//! Knows a few words that vendors use for nothing else. An answer may repeat the number and the message, so only the word
//! that was found is ever quoted.

use super::outcome::Outcome;

/// Of our account: keys, credit, permissions.
const ACCOUNT: [&str; 12] = [
    "credential",
    "unauthori",
    "not authori",
    "authentication",
    "api key",
    "api_key",
    "apikey",
    "insufficient",
    "no credit",
    "out of credit",
    "quota",
    "suspended",
];
/// Of too much at once.
const BUSY: [&str; 5] = [
    "throttl",
    "throughput",
    "rate limit",
    "rate exceeded",
    "too many requests",
];

/// The class that an answer's own words give, with the word that decided; `None`: they say nothing.
pub(super) fn of(body: &str) -> Option<(Outcome, &'static str)> {
    let body = body.to_lowercase();
    let find = |words: &[&'static str]| words.iter().copied().find(|word| body.contains(word));
    let account = find(&ACCOUNT).map(|word| (Outcome::ProviderTrouble, word));
    account.or_else(|| find(&BUSY).map(|word| (Outcome::TryLater, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_words_are_known() {
        for (body, expected) in [
            (
                r#"{"messages":[{"status":"4","error-text":"Bad Credentials"}]}"#,
                Some(Outcome::ProviderTrouble),
            ),
            (
                r#"{"messages":[{"status":"9","error-text":"Partner quota violation"}]}"#,
                Some(Outcome::ProviderTrouble),
            ),
            (
                r#"{"messages":[{"status":"1","error-text":"Throughput Rate Exceeded"}]}"#,
                Some(Outcome::TryLater),
            ),
            (
                r#"{"messages":[{"status":"3","error-text":"Invalid to address"}]}"#,
                None,
            ),
            (
                r#"{"code":21211,"message":"The 'To' number is not a valid phone number."}"#,
                None,
            ),
            ("", None),
        ] {
            assert_eq!(of(body).map(|(outcome, _)| outcome), expected, "{body}");
        }
    }
}
