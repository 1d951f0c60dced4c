//! What the recipient's number asks the sandbox to do.
//!
//! Owns the numbers that fail on demand and what counts as a number. Refuses nothing by country: any 7 to 15 digits do.

use std::time::Duration;

use axum::http::StatusCode;

/// How long a late answer takes: longer than the 10 s a sender may reasonably wait.
pub(super) const LATE: Duration = Duration::from_secs(12);

/// How the sandbox treats a message, decided by the recipient's last four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Deliver,
    Late,
    Fail(Failure),
}

/// How a message fails that is not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    ErrorInside,
    NotValid,
    NoCredit,
    TooMany,
    ServerError,
}

impl Failure {
    /// The status it is answered with, where that is not the vendor's own affair.
    pub(super) fn status(self) -> Option<StatusCode> {
        match self {
            Self::ErrorInside => Some(StatusCode::OK),
            Self::TooMany => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::ServerError => Some(StatusCode::INTERNAL_SERVER_ERROR),
            Self::NotValid | Self::NoCredit => None,
        }
    }
}

impl Outcome {
    /// Those that differ from delivery: the ending, the outcome, and what the inbox page says of it.
    pub(super) const ON_DEMAND: [(&'static str, Self, &'static str); 6] = [
        (
            "0200",
            Self::Fail(Failure::ErrorInside),
            "Status 200 with the vendor's error inside. Nothing is delivered.",
        ),
        (
            "0400",
            Self::Fail(Failure::NotValid),
            "The vendor's refusal: the number is not valid.",
        ),
        (
            "0402",
            Self::Fail(Failure::NoCredit),
            "The vendor's refusal: the account has no credit left.",
        ),
        (
            "0408",
            Self::Late,
            "Delivered at once, but the answer takes 12 seconds.",
        ),
        (
            "0429",
            Self::Fail(Failure::TooMany),
            "Status 429 with Retry-After: 2. Nothing is delivered.",
        ),
        (
            "0500",
            Self::Fail(Failure::ServerError),
            "Status 500. Nothing is delivered.",
        ),
    ];

    /// The outcome for a recipient, written with or without `+`, spaces and the like.
    pub(super) fn of(recipient: &str) -> Self {
        let digits = digits(recipient);
        Self::ON_DEMAND
            .into_iter()
            .find(|(ending, ..)| digits.ends_with(ending))
            .map_or(Self::Deliver, |(_, outcome, _)| outcome)
    }
}

/// The recipient's digits alone, as vendors repeat them.
pub(super) fn digits(recipient: &str) -> String {
    recipient.chars().filter(char::is_ascii_digit).collect()
}

/// Whether this can be a number: 7 to 15 digits, after at most one `+` or the space that an unescaped `+` becomes.
pub(super) fn is_number(recipient: &str) -> bool {
    let bare = recipient.strip_prefix(['+', ' ']).unwrap_or(recipient);
    (7..=15).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_digits_decide() {
        assert_eq!(Outcome::of("+94771230500"), Outcome::Fail(Failure::ServerError));
        assert_eq!(Outcome::of("94771230200"), Outcome::Fail(Failure::ErrorInside));
        assert_eq!(Outcome::of(" 94 77 123-0408"), Outcome::Late);
        assert_eq!(Outcome::of("+94771230429"), Outcome::Fail(Failure::TooMany));
        assert_eq!(Outcome::of("+94771230400"), Outcome::Fail(Failure::NotValid));
        assert_eq!(Outcome::of("+94771230402"), Outcome::Fail(Failure::NoCredit));
        assert_eq!(Outcome::of("+94771234567"), Outcome::Deliver);
        assert_eq!(Outcome::of("+94705001234"), Outcome::Deliver);
    }

    #[test]
    fn numbers_with_and_without_plus_and_nothing_else() {
        for yes in ["+94771234567", "94771234567", " 94771234567", "1234567"] {
            assert!(is_number(yes), "{yes:?}");
        }
        for no in [
            "",
            "&num",
            "%2B94771234567",
            "++94771234567",
            "  94771234567",
            "123456",
            "1234567890123456",
            "+94 771234567",
            "٩٤٧٧١٢٣٤٥٦٧",
        ] {
            assert!(!is_number(no), "{no:?}");
        }
    }
}
