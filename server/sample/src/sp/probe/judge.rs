//! What an answer is worth.
//!
//! Owns the verdict on each answer by what was asked. The answer has passed, or failed, the checks of every sign-in
//! before. Pure: an answer in, an outcome in words out.

use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{
    CONTEXT_REFEDS_MFA, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, STATUS_AUTHN_FAILED,
    STATUS_INVALID_NAMEID_POLICY, STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE,
};
use saml::sp::Accepted;

use super::Visit;
use super::answer::Came;
use super::outcome::Outcome;
use super::record::Again;
use super::scenario::{Scenario, Step};
use crate::sp::SKEW_SECONDS;
use crate::sp::failure::Failure;

const SKEW: TimeDelta = TimeDelta::seconds(SKEW_SECONDS as i64);

pub(super) enum Judged {
    Done(Outcome),
    GoesOn(Step),
}

type Answer = Result<Accepted, Failure>;

/// The visit as it was, where it is to be made once more.
pub(super) fn again(visit: &Visit) -> Option<Again> {
    let url = visit.url.clone().filter(|_| visit.scenario == Scenario::Replay)?;
    Some(Again {
        url,
        request_id: visit.request_id.clone(),
        relay_state: visit.relay_state.clone(),
    })
}

pub(super) fn is_no_passive(failure: &Failure) -> bool {
    is_status(failure, STATUS_NO_PASSIVE)
}

fn is_status(failure: &Failure, sub_code: &str) -> bool {
    matches!(failure, Failure::Denied(status) if status.sub_code.as_deref() == Some(sub_code))
}

pub(super) fn response(visit: &Visit, answer: &Answer, came: &Came<'_>) -> Judged {
    if came.relay_state != visit.relay_state {
        let words = "The RelayState came back changed. It has to come back exactly as it was sent.";
        return Judged::Done(Outcome::failed(words));
    }
    match visit.step {
        Step::Prepare => prepared(visit, answer),
        Step::Ask => Judged::Done(asked(visit, answer, came)),
        Step::Check => Judged::Done(checked(visit.scenario, answer)),
    }
}

fn prepared(visit: &Visit, answer: &Answer) -> Judged {
    match answer {
        Ok(_) => Judged::GoesOn(Step::Ask),
        // Whatever the answer said: the request has been answered.
        Err(Failure::Denied(_)) if visit.scenario == Scenario::Replay => Judged::GoesOn(Step::Ask),
        Err(failure) => Judged::Done(unexpected(failure)),
    }
}

/// Whether there is a session after a logout.
fn checked(scenario: Scenario, answer: &Answer) -> Outcome {
    let should_go_on = scenario == Scenario::LogoutWrongName;
    match answer {
        Ok(_) if should_go_on => Outcome::passed("Your session is still there."),
        Ok(_) => Outcome::failed("The logout was confirmed, and the session is still there."),
        Err(failure) if is_no_passive(failure) && should_go_on => {
            Outcome::failed("Your session has ended, although the LogoutRequest named somebody else.")
        }
        Err(failure) if is_no_passive(failure) => {
            Outcome::passed("The logout was confirmed by a signed LogoutResponse, and the session has ended.")
        }
        Err(failure) => unexpected(failure),
    }
}

fn asked(visit: &Visit, answer: &Answer, came: &Came<'_>) -> Outcome {
    match visit.scenario {
        Scenario::RedirectUnsigned | Scenario::PostUnsigned => taken(answer).map_or_else(unexpected, |()| {
            Outcome::passed("The request was taken: signatures are not demanded of the sample app.")
        }),
        Scenario::BadSignature => taken(answer).map_or_else(unexpected, |()| {
            Outcome::needs_you(
                "The request was taken, although its signature is wrong. That is so where no certificate of the sample app \
                 is registered: import its metadata, and run this again.",
            )
        }),
        Scenario::WrongAcs => refusal(answer, "The request was answered at a registered address"),
        Scenario::WrongDestination | Scenario::Stale | Scenario::Future => refusal(answer, "The request was taken"),
        Scenario::Replay => refusal(answer, "The request was answered a second time"),
        Scenario::ContextUnknown => denial(answer, STATUS_NO_AUTHN_CONTEXT, "NoAuthnContext"),
        Scenario::NameIdUnknown => denial(answer, STATUS_INVALID_NAMEID_POLICY, "InvalidNameIDPolicy"),
        Scenario::PassiveNone => match answer {
            Ok(_) => Outcome::needs_you("An assertion came: you are signed in. Log out first, then run this again."),
            Err(_) => denial(answer, STATUS_NO_PASSIVE, "NoPassive"),
        },
        _ => match answer {
            Ok(accepted) => satisfied(visit, accepted, came),
            Err(failure) => denied(visit.scenario, failure),
        },
    }
}

/// Whether a passive request was taken: with a session there is an assertion, without one NoPassive.
fn taken(answer: &Answer) -> Result<(), &Failure> {
    match answer {
        Ok(_) => Ok(()),
        Err(failure) if is_no_passive(failure) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// An answer where none should come.
fn refusal(answer: &Answer, what: &str) -> Outcome {
    let with = match answer {
        Ok(_) => "an assertion".to_owned(),
        Err(failure) => failure.to_string(),
    };
    Outcome::failed(format!("{what} instead of being refused, and this came back: {with}"))
}

fn denial(answer: &Answer, sub_code: &str, name: &str) -> Outcome {
    match answer {
        Ok(_) => Outcome::failed(format!("An assertion came instead of the status {name}.")),
        Err(failure) if is_status(failure, sub_code) => Outcome::passed(format!("The status {name} came.")),
        Err(failure) => Outcome::failed(format!("Not the status {name} came, but this: {failure}")),
    }
}

/// An assertion that passed every check: whether it is what was asked for.
fn satisfied(visit: &Visit, accepted: &Accepted, came: &Came<'_>) -> Outcome {
    match visit.scenario {
        Scenario::Encrypted if accepted.xml.contains(&accepted.assertion_xml) => Outcome::needs_you(
            "The assertion came unencrypted. With the certificate of the sample app registered, tick Enable Assertion \
             Encryption to try that.",
        ),
        Scenario::Encrypted => {
            Outcome::passed("The assertion came encrypted and was decrypted with the sample app's key.")
        }
        Scenario::Passive => Outcome::passed("An assertion came, and no page was shown."),
        Scenario::ForceAuthn => forced(visit, accepted.authn_instant),
        Scenario::ContextMfa => match accepted.authn_context_class.as_deref() {
            Some(CONTEXT_REFEDS_MFA) => Outcome::passed("An assertion came with exactly this class."),
            other => Outcome::failed(format!(
                "An assertion came with another class: {}.",
                other.unwrap_or("none")
            )),
        },
        Scenario::NameIdTransient => format(accepted, NAMEID_TRANSIENT),
        Scenario::NameIdPersistent => format(accepted, NAMEID_PERSISTENT),
        // The format promises an address (saml-core 8.3.2), so another name in it is a wrong answer.
        Scenario::NameIdEmail if is_email(accepted) && !accepted.name_id.value.contains('@') => {
            Outcome::failed("A NameID of this format came, but its value is no e-mail address.")
        }
        Scenario::NameIdEmail => format(accepted, NAMEID_EMAIL),
        Scenario::AcsIndex if came.acs != visit.acs => Outcome::failed(format!(
            "The answer came to {}. In the metadata, {} is the first address.",
            came.acs, visit.acs
        )),
        Scenario::RelayState => Outcome::passed("The RelayState came back exactly as it was sent."),
        _ => Outcome::passed("An assertion came, and it passes every check."),
    }
}

fn forced(visit: &Visit, instant: DateTime<Utc>) -> Outcome {
    let is_newer = visit.authenticated.is_none_or(|before| instant > before);
    if is_newer && instant + SKEW >= visit.sent {
        Outcome::passed("You were asked again, and AuthnInstant says so.")
    } else {
        Outcome::failed(format!(
            "AuthnInstant is {}: that is the earlier sign-in.",
            instant.format("%Y-%m-%d %H:%M:%S UTC")
        ))
    }
}

fn is_email(accepted: &Accepted) -> bool {
    accepted.name_id.format.as_deref() == Some(NAMEID_EMAIL)
}

fn format(accepted: &Accepted, wanted: &str) -> Outcome {
    match accepted.name_id.format.as_deref() {
        Some(format) if format == wanted => Outcome::passed("A NameID of this format came."),
        other => Outcome::failed(format!(
            "A NameID of another format came: {}.",
            other.unwrap_or("none is given")
        )),
    }
}

/// No assertion where one was expected.
fn denied(scenario: Scenario, failure: &Failure) -> Outcome {
    match scenario {
        Scenario::ContextMfa if is_status(failure, STATUS_NO_AUTHN_CONTEXT) => Outcome::needs_you(
            "NoAuthnContext came: the sign-in has fewer factors. With a second step an assertion is expected.",
        ),
        Scenario::NameIdEmail if is_status(failure, STATUS_AUTHN_FAILED) => {
            Outcome::needs_you("AuthnFailed came. That is so where you have no e-mail address at the identity server.")
        }
        Scenario::Passive if is_no_passive(failure) => {
            Outcome::failed("NoPassive came, although you had signed in just before.")
        }
        _ => unexpected(failure),
    }
}

fn unexpected(failure: &Failure) -> Outcome {
    if is_status(failure, STATUS_AUTHN_FAILED) {
        return Outcome::needs_you("AuthnFailed came: the sign-in was not completed. Run this again.");
    }
    Outcome::failed(failure.to_string())
}
