//! What became of a message, in a class, and in words for the person who waits and for the administrator.

use super::attempts::is_busy;
use super::transport::{Answer, SendFailure};

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
                "The SMS service refused to work for us, so no code was sent. Resend code tries again; if it stays like this, ask an administrator."
            }
            Self::TryLater => "The SMS service is busy, so no code was sent. Wait a moment, then press Resend code.",
            Self::NotSent => {
                "The SMS service could not be reached, so no code was sent. Press Resend code to try again."
            }
            Self::Unknown => {
                "The SMS service did not answer. The code may still arrive; if it has not come within a minute, press Resend code."
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
}

/// An outcome and what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub outcome: Outcome,
    /// How far it came.
    pub phase: &'static str,
    pub status: Option<u16>,
    /// The rule that decided, in words; quotes neither number nor code.
    pub rule: String,
}

/// Judges a try by the settings' own rules.
pub(super) fn verdict(settings: &::sms::Settings, result: &Result<Answer, SendFailure>) -> Verdict {
    match result {
        Ok(answer) => of_answer(settings, answer),
        Err(failure) => {
            let rule = match failure.detail.as_str() {
                "" => failure.kind.words().to_owned(),
                detail => format!("{} ({detail})", failure.kind.words()),
            };
            let outcome = if failure.kind.may_have_left() {
                Outcome::Unknown
            } else {
                Outcome::NotSent
            };
            Verdict {
                outcome,
                phase: failure.kind.phase(),
                status: None,
                rule,
            }
        }
    }
}

fn of_answer(settings: &::sms::Settings, answer: &Answer) -> Verdict {
    // Settings are compiled before they are sent, so the list reads; were it not so, the default list decides.
    let codes = ::sms::ResponseCodes::parse(&settings.response_code).unwrap_or_default();
    let verdict = |outcome, phase, rule| Verdict {
        outcome,
        phase,
        status: Some(answer.status),
        rule,
    };
    let by_status = ::sms::judge(&codes, &::sms::BodyRule::None, answer.status, "");
    if !by_status.accepted {
        return verdict(by_refusing_status(answer.status), "done", by_status.rule);
    }
    if settings.body_rule == ::sms::BodyRule::None {
        return verdict(Outcome::Sent, "done", by_status.rule);
    }
    if let Some(cut) = answer.cut {
        let rule = format!("{}, so the rule on it cannot be held against it.", cut.words());
        return verdict(Outcome::Unknown, "body", rule);
    }
    let decision = ::sms::judge(&codes, &settings.body_rule, answer.status, &answer.body);
    let outcome = if decision.accepted {
        Outcome::Sent
    } else {
        Outcome::Refused
    };
    verdict(outcome, "done", decision.rule)
}

fn by_refusing_status(status: u16) -> Outcome {
    match status {
        _ if is_busy(status) => Outcome::TryLater,
        // what providers answer to a number they do not serve
        400 | 422 => Outcome::Refused,
        _ => Outcome::ProviderTrouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::failure::FailureKind;
    use crate::sms::transport::Cut;

    fn outcome(settings: &::sms::Settings, answer: Answer) -> Outcome {
        verdict(settings, &Ok(answer)).outcome
    }

    #[test]
    fn each_answer_has_its_class() {
        let settings = ::sms::Settings::default();
        for (status, expected) in [
            (200, Outcome::Sent),
            (202, Outcome::Sent),
            (204, Outcome::ProviderTrouble),
            (302, Outcome::ProviderTrouble),
            (400, Outcome::Refused),
            (401, Outcome::ProviderTrouble),
            (402, Outcome::ProviderTrouble),
            (404, Outcome::ProviderTrouble),
            (422, Outcome::Refused),
            (429, Outcome::TryLater),
            (500, Outcome::ProviderTrouble),
            (503, Outcome::TryLater),
        ] {
            assert_eq!(outcome(&settings, Answer::new(status, "")), expected, "{status}");
        }
    }

    #[test]
    fn an_error_inside_a_200_is_a_refusal() {
        let body_rule = ::sms::BodyRule::Pointer {
            pointer: "/messages/0/status".into(),
            op: ::sms::Comparison::Equals,
            value: "0".into(),
        };
        let settings = ::sms::Settings {
            body_rule,
            ..Default::default()
        };
        assert_eq!(
            outcome(&settings, Answer::new(200, r#"{"messages":[{"status":"0"}]}"#)),
            Outcome::Sent
        );
        let refused = verdict(&settings, &Ok(Answer::new(200, r#"{"messages":[{"status":"4"}]}"#)));
        assert_eq!((refused.outcome, refused.status), (Outcome::Refused, Some(200)));
        assert!(refused.rule.contains("/messages/0/status"), "{}", refused.rule);
    }

    #[test]
    fn a_cut_body_matters_only_to_a_rule_on_it() {
        let cut = Answer {
            cut: Some(Cut::TooLarge),
            ..Answer::new(200, "error")
        };
        assert_eq!(outcome(&::sms::Settings::default(), cut.clone()), Outcome::Sent);
        let body_rule = ::sms::BodyRule::NotContains { text: "failed".into() };
        assert_eq!(
            outcome(
                &::sms::Settings {
                    body_rule,
                    ..Default::default()
                },
                cut
            ),
            Outcome::Unknown
        );
    }

    #[test]
    fn only_what_cannot_have_left_is_given_back() {
        for (kind, expected) in [
            (FailureKind::NameNotFound, Outcome::NotSent),
            (FailureKind::AddressRefused, Outcome::NotSent),
            (FailureKind::Tls, Outcome::NotSent),
            (FailureKind::TimedOut, Outcome::Unknown),
            (FailureKind::ClosedEarly, Outcome::Unknown),
        ] {
            let found = verdict(&::sms::Settings::default(), &Err(SendFailure::new(kind))).outcome;
            assert_eq!(found, expected, "{kind:?}");
            assert_eq!(found.may_have_left(), kind.may_have_left());
        }
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
