//! Judges a try: by the settings' own rules, then by what providers mean by a status, then by the answer's words.

use super::attempts::is_busy;
use super::hints;
use super::outcome::Outcome;
use super::transport::{Answer, SendFailure};

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

impl Verdict {
    /// The request cannot be made from the settings.
    pub fn of_request(rule: String) -> Self {
        Self {
            outcome: Outcome::NotSent,
            phase: "request",
            status: None,
            rule,
        }
    }
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
        let (outcome, rule) = match by_refusing_status(answer.status) {
            Outcome::Refused => refusal(by_status.rule, &answer.body),
            other => (other, by_status.rule),
        };
        return verdict(outcome, "done", rule);
    }
    if settings.body_rule == ::sms::BodyRule::None {
        return verdict(Outcome::Sent, "done", by_status.rule);
    }
    if let Some(cut) = answer.cut {
        let rule = format!("{}, so the rule on it cannot be held against it.", cut.words());
        return verdict(Outcome::Unknown, "body", rule);
    }
    let decision = ::sms::judge(&codes, &settings.body_rule, answer.status, &answer.body);
    let (outcome, rule) = if decision.accepted {
        (Outcome::Sent, decision.rule)
    } else {
        refusal(decision.rule, &answer.body)
    };
    verdict(outcome, "done", rule)
}

/// A refusal that its status leaves open: of the number, unless the answer speaks of something else.
fn refusal(rule: String, body: &str) -> (Outcome, String) {
    match hints::of(body) {
        Some((outcome, word)) => (
            outcome,
            format!("{rule} The answer speaks of “{word}”, so it is not about the number."),
        ),
        None => (Outcome::Refused, rule),
    }
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
    fn a_refusal_that_speaks_of_our_account_is_not_about_the_number() {
        let body_rule = ::sms::BodyRule::Contains {
            text: "accepted".into(),
        };
        let settings = ::sms::Settings {
            body_rule,
            ..Default::default()
        };
        for (status, body, expected) in [
            (200, "Bad Credentials", Outcome::ProviderTrouble),
            (200, "Throughput Rate Exceeded", Outcome::TryLater),
            (200, "Invalid to address", Outcome::Refused),
            (200, "accepted; quota left: 9", Outcome::Sent),
            (400, "invalid API key 482913", Outcome::ProviderTrouble),
            (422, "unknown subscriber", Outcome::Refused),
            (401, "rate limit", Outcome::ProviderTrouble),
            (500, "credentials", Outcome::ProviderTrouble),
        ] {
            let found = verdict(&settings, &Ok(Answer::new(status, body)));
            assert_eq!(found.outcome, expected, "{status} {body}");
            assert!(!found.rule.contains("482913"), "{}", found.rule);
        }
        let named = verdict(&settings, &Ok(Answer::new(200, "Bad Credentials")));
        assert!(named.rule.contains("“credential”"), "{}", named.rule);
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
}
