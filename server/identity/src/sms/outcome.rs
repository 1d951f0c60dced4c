//! What became of a message, in a class, and in words for the person who waits and for the administrator.

/// The class of a delivery's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Sent,
    /// The provider does not take this message, usually because of the number.
    Refused,
    /// A wrong key, no credit, a wrong address, a server error: nothing the person signing in can mend.
    ProviderTrouble,
    /// The provider is busy.
    TryLater,
    /// It cannot have left.
    NotSent,
    /// It left, or may have, and no answer came.
    Unknown,
    /// The daily budget is used up; nothing was tried.
    BudgetSpent,
}

impl Outcome {
    const ALL: [Self; 7] = [
        Self::Sent,
        Self::Refused,
        Self::ProviderTrouble,
        Self::TryLater,
        Self::NotSent,
        Self::Unknown,
        Self::BudgetSpent,
    ];

    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::ProviderTrouble => "provider_trouble",
            Self::TryLater => "try_later",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::BudgetSpent => "budget_spent",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }

    /// In a few words, for lists.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sent => "accepted",
            Self::Refused => "refused",
            Self::ProviderTrouble => "provider trouble",
            Self::TryLater => "provider busy",
            Self::NotSent => "not sent",
            Self::Unknown => "not known",
            Self::BudgetSpent => "budget used up",
        }
    }

    /// What the person signing in reads; *Resend code* stands beside it.
    #[must_use]
    pub fn words_for_user(self) -> &'static str {
        match self {
            Self::Sent => "A code is on its way to your mobile phone.",
            Self::Refused => {
                "The SMS service did not take a message to your mobile number, so no code was sent. Resend code tries again; if the number is wrong, ask an administrator to change it."
            }
            Self::ProviderTrouble => {
                "The SMS service cannot send for us at the moment, so no code is on its way. Resend code tries again; if it stays like this, ask an administrator."
            }
            Self::TryLater => "The SMS service is busy, so no code was sent. Wait a moment, then press Resend code.",
            Self::NotSent => {
                "The SMS service could not be reached, so no code was sent. Press Resend code to try again."
            }
            Self::Unknown => {
                "The SMS service gave no clear answer. The code may still arrive; if it has not come within a minute, press Resend code."
            }
            Self::BudgetSpent => "No more codes can be sent today. Ask an administrator, or try again tomorrow.",
        }
    }

    /// Whether the provider took it.
    #[must_use]
    pub fn is_sent(self) -> bool {
        self == Self::Sent
    }

    /// Whether an SMS can have been sent: then it stays counted.
    #[must_use]
    pub fn may_have_left(self) -> bool {
        !matches!(self, Self::NotSent | Self::TryLater | Self::BudgetSpent)
    }

    /// Whether the fallback identity provider is asked at once: this one sent nothing, and another may. A number that is
    /// refused is refused elsewhere, and after no answer a second message would go out beside the first.
    #[must_use]
    pub fn asks_fallback(self) -> bool {
        matches!(self, Self::NotSent | Self::TryLater | Self::ProviderTrouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fallback_is_asked_where_nothing_was_sent_and_another_may_send() {
        let asks: Vec<_> = Outcome::ALL
            .into_iter()
            .filter(|outcome| outcome.asks_fallback())
            .collect();
        assert_eq!(asks, [Outcome::ProviderTrouble, Outcome::TryLater, Outcome::NotSent]);
    }

    #[test]
    fn every_outcome_reads_back_and_has_words() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.as_str()), Some(outcome));
            assert!(outcome.as_str().len() <= 24, "the column's length");
            assert!(outcome.words_for_user().ends_with('.'));
        }
        assert_eq!(Outcome::from_name("open"), None);
    }
}
