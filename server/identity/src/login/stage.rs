//! The part of a flow that changes as it is gone through; stored as JSON in the flow's row.

use chrono::{DateTime, Utc};
use domain::flow::{Authenticator, Reason};
use serde::{Deserialize, Serialize};

use crate::sessions::Satisfied;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The steps as they were when the flow began: each a list of authenticators, one of which has to be passed.
    pub steps: Vec<Vec<Authenticator>>,
    /// Position of the step that is asked now; equal to the number of steps when all are passed.
    pub current: usize,
    /// Which of several authenticators of the current step was chosen.
    pub chosen: Option<usize>,
    /// Whether a backup code is asked in the place of the code by SMS.
    #[serde(default)]
    pub backup: bool,
    /// All steps are passed, and claims that the application demands are still to be given.
    #[serde(default)]
    pub asks_claims: bool,
    /// What has been passed, by this flow or by the session it began with.
    pub passed: Vec<Satisfied>,
    /// A session counts for nothing (SAML Core 3.4.1, ForceAuthn).
    pub force: bool,
    /// Nothing may be asked (SAML Core 3.4.1, IsPassive).
    pub passive: bool,
    /// A digest of the stored password that was verified: another one in its place ends the sign-in.
    pub password_mark: Option<String>,
    /// Whether the first page has been opened: only then a session is looked for.
    pub opened: bool,
    /// The user name as typed last.
    pub username: String,
    pub notice: Option<Notice>,
    pub ended: Option<Reason>,
}

/// What the last input led to, said on the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    PasswordMissing,
    WrongPassword,
    PasswordWait {
        until: DateTime<Utc>,
    },
    CodeMissing,
    CodeWrong,
    CodeExpired,
    CodeWait {
        until: DateTime<Utc>,
    },
    ResendWait {
        until: DateTime<Utc>,
    },
    Resent,
    NoMoreCodes,
    /// Why the number that was entered gets no code.
    NumberRefused(String),
    /// What was given for the claims that the application demands, as it was typed; nothing of it was kept.
    ClaimsRefused(Vec<TypedClaim>),
    /// The names of claims that the application demands and that only an administrator gives.
    Lacking(Vec<String>),
}

/// A claim's value as it was typed, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedClaim {
    pub uri: String,
    pub typed: String,
    pub why: Option<String>,
}

impl Stage {
    /// The authenticator that is asked now: the only one of its step, or the one that was chosen.
    pub fn asked(&self) -> Option<&Authenticator> {
        let step = self.steps.get(self.current)?;
        match (step.as_slice(), self.chosen) {
            ([only], _) => Some(only),
            (several, Some(chosen)) => several.get(chosen),
            _ => None,
        }
    }

    pub fn is_done(&self) -> bool {
        self.all_passed() && !self.asks_claims
    }

    /// Whether every step is passed; claims may still be asked for.
    pub fn all_passed(&self) -> bool {
        self.ended.is_none() && self.opened && self.current >= self.steps.len()
    }

    /// Whether the current step is the user's choice between several authenticators.
    pub fn is_choice(&self) -> bool {
        self.steps.get(self.current).is_some_and(|step| step.len() > 1)
    }

    /// Notes that the current step's authenticator was passed and goes on to the next step.
    pub fn pass(&mut self, authenticator: Authenticator, at: DateTime<Utc>) {
        self.passed.retain(|passed| passed.authenticator != authenticator);
        self.passed.push(Satisfied { authenticator, at });
        self.next_step();
    }

    /// Back to the first step: nothing that was passed counts any more.
    pub fn start_over(&mut self) {
        self.passed.clear();
        self.current = 0;
        self.chosen = None;
        self.backup = false;
        self.asks_claims = false;
        self.notice = None;
        self.password_mark = None;
    }

    /// Goes past every step that has been satisfied already.
    pub fn skip_satisfied(&mut self) {
        while let Some(step) = self.steps.get(self.current) {
            if !step
                .iter()
                .any(|option| self.passed.iter().any(|passed| passed.authenticator == *option))
            {
                break;
            }
            self.next_step();
        }
    }

    fn next_step(&mut self) {
        self.current += 1;
        self.chosen = None;
        self.backup = false;
        self.notice = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    const SMS: Authenticator = Authenticator::SmsOtp { identity_provider: 1 };

    #[test]
    fn a_step_with_several_authenticators_waits_for_a_choice() {
        let mut stage = Stage {
            steps: vec![vec![Authenticator::Basic, SMS]],
            ..Stage::default()
        };
        assert_eq!(stage.asked(), None);
        stage.chosen = Some(1);
        assert_eq!(stage.asked(), Some(&SMS));
        stage.chosen = Some(9);
        assert_eq!(stage.asked(), None);
    }

    #[test]
    fn passed_steps_are_gone_past_and_missing_ones_are_not() {
        let mut stage = Stage {
            steps: vec![vec![Authenticator::Basic], vec![SMS]],
            opened: true,
            ..Stage::default()
        };
        stage.passed = vec![Satisfied {
            authenticator: Authenticator::Basic,
            at: at(),
        }];
        stage.skip_satisfied();
        assert_eq!(stage.current, 1);
        assert!(!stage.is_done());
        stage.pass(SMS, at());
        assert!(stage.is_done());
        stage.ended = Some(Reason::Locked);
        assert!(!stage.is_done());
    }

    #[test]
    fn claims_that_are_asked_for_keep_it_open_until_it_starts_over() {
        let mut stage = Stage {
            steps: vec![vec![Authenticator::Basic]],
            opened: true,
            ..Stage::default()
        };
        stage.pass(Authenticator::Basic, at());
        stage.asks_claims = true;
        assert!(stage.all_passed() && !stage.is_done());
        assert_eq!(stage.asked(), None);
        stage.start_over();
        assert!(!stage.all_passed() && !stage.asks_claims);
    }

    #[test]
    fn a_flow_that_was_never_opened_is_not_done() {
        assert!(!Stage::default().is_done());
    }
}
