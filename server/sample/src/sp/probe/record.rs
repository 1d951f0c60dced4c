//! What one browser's probe has seen so far.
//!
//! Owns the outcome of each scenario, the walk through them, and what is known of the session at the identity provider.
//! Refuses answers to visits that a later run has replaced.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use saml::message::NameId;
use saml::sp::Accepted;

use super::outcome::{Check, Outcome, Verdict, clipped, silence};
use super::scenario::{Group, Scenario, Step};

/// How long a visit may be on its way before silence counts.
const GRACE: TimeDelta = TimeDelta::seconds(2);
/// Sessions at the identity provider end when idle; one last seen longer ago than this is not counted on.
const SESSION_FRESH: TimeDelta = TimeDelta::minutes(10);

/// The visit that a scenario goes on with.
#[derive(Debug, Clone)]
pub(super) struct Onward {
    pub(super) step: Step,
    pub(super) again: Option<Again>,
}

/// A visit to be made once more, exactly as it was.
#[derive(Debug, Clone)]
pub(super) struct Again {
    pub(super) url: String,
    pub(super) request_id: String,
    pub(super) relay_state: String,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    NotRun,
    Sent {
        request_id: String,
        step: Step,
    },
    Between(Onward),
    Done(Outcome),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    state: State,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) checks: Vec<Check>,
}

/// The session at the identity provider, as the last assertion told of it.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) name_id: NameId,
    pub(super) index: Option<String>,
    pub(super) authenticated: DateTime<Utc>,
    seen: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Probe {
    entries: Vec<Entry>,
    /// What the walk still has before it.
    pub(super) queue: VecDeque<Scenario>,
    /// The walk's latest scenario.
    walking: Option<Scenario>,
    /// The person has agreed to be logged out by the walk.
    pub(super) may_log_out: bool,
    session: Option<Session>,
}

/// A probe as handlers share it.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<Mutex<Probe>>);

impl Shared {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Probe {
            entries: vec![Entry::default(); Scenario::all().count()],
            queue: VecDeque::new(),
            walking: None,
            may_log_out: false,
            session: None,
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Probe> {
        // Every change is a few assignments: a panic elsewhere cannot leave one half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Probe {
    pub(super) fn entry(&self, scenario: Scenario) -> &Entry {
        &self.entries[scenario as usize]
    }

    fn entry_mut(&mut self, scenario: Scenario) -> &mut Entry {
        &mut self.entries[scenario as usize]
    }

    /// Forgets every outcome and lines up all scenarios whose answer comes back; those that log out come last.
    pub(super) fn begin_walk(&mut self) {
        self.entries.fill(Entry::default());
        self.queue = Scenario::of(Group::SignIn).chain(Scenario::of(Group::Logout)).collect();
        self.walking = None;
        self.may_log_out = false;
    }

    /// A visit of the walk is about to be made.
    pub(super) fn walks_to(&mut self, scenario: Scenario) {
        if self.queue.front() == Some(&scenario) {
            self.queue.pop_front();
        }
        self.walking = Some(scenario);
        self.may_log_out |= scenario.group() == Group::Logout;
    }

    /// The walk's scenario that has been sent and not been answered.
    pub(super) fn walk_waits_for(&self) -> Option<Scenario> {
        self.walking
            .filter(|scenario| matches!(self.entry(*scenario).state, State::Sent { .. }))
    }

    pub(super) fn sent(&mut self, scenario: Scenario, step: Step, request_id: &str, now: DateTime<Utc>) {
        let entry = self.entry_mut(scenario);
        if step != Step::Check {
            entry.checks.clear();
        }
        entry.at = Some(now);
        entry.state = State::Sent {
            request_id: request_id.to_owned(),
            step,
        };
    }

    /// Whether this request is the scenario's latest: an answer to an earlier one changes nothing.
    pub(super) fn awaits(&self, scenario: Scenario, request_id: &str) -> bool {
        matches!(&self.entry(scenario).state, State::Sent { request_id: id, .. } if id == request_id)
    }

    pub(super) fn goes_on(&mut self, scenario: Scenario, onward: Onward) {
        self.entry_mut(scenario).state = State::Between(onward);
    }

    pub(super) fn done(&mut self, scenario: Scenario, outcome: Outcome, now: DateTime<Utc>) {
        let entry = self.entry_mut(scenario);
        entry.at = Some(now);
        entry.state = State::Done(Outcome {
            verdict: outcome.verdict,
            seen: clipped(&outcome.seen),
        });
    }

    pub(super) fn checked(&mut self, scenario: Scenario, checks: Vec<Check>) {
        self.entry_mut(scenario).checks = checks;
    }

    /// How the scenario goes on, if a visit of it was answered and another one is left.
    pub(super) fn half_done(&self, scenario: Scenario) -> Option<&Onward> {
        match &self.entry(scenario).state {
            State::Between(onward) => Some(onward),
            _ => None,
        }
    }

    /// How the scenario may go on.
    pub(super) fn onward(&self, scenario: Scenario) -> Option<Onward> {
        match &self.entry(scenario).state {
            State::Between(onward) => Some(onward.clone()),
            // The identity server asked the person instead of answering: what became of the session can be looked at.
            State::Sent { step: Step::Ask, .. } if scenario == Scenario::LogoutWrongName => Some(Onward {
                step: Step::Check,
                again: None,
            }),
            _ => None,
        }
    }

    pub(super) fn signed_in(&mut self, accepted: &Accepted, now: DateTime<Utc>) {
        self.session = Some(Session {
            name_id: accepted.name_id.clone(),
            index: accepted.session_index.clone(),
            authenticated: accepted.authn_instant,
            seen: now,
        });
    }

    pub(super) fn signed_out(&mut self) {
        self.session = None;
    }

    pub(super) fn session(&self, now: DateTime<Utc>) -> Option<&Session> {
        self.session
            .as_ref()
            .filter(|session| now - session.seen < SESSION_FRESH)
    }

    /// What the page says of a scenario now.
    pub(super) fn outcome(&self, scenario: Scenario, now: DateTime<Utc>) -> Outcome {
        let entry = self.entry(scenario);
        match &entry.state {
            State::NotRun => Outcome::new(Verdict::NotRun, ""),
            State::Done(outcome) => outcome.clone(),
            State::Between(_) => Outcome::needs_you("One more visit is left."),
            State::Sent { .. } if entry.at.is_some_and(|at| now - at < GRACE) => {
                Outcome::new(Verdict::UnderWay, "Sent. Nothing has come back yet.")
            }
            State::Sent { step, .. } => silence(scenario, *step),
        }
    }

    /// How many scenarios have this verdict.
    pub(super) fn count(&self, verdict: Verdict, now: DateTime<Utc>) -> usize {
        Scenario::all()
            .filter(|scenario| self.outcome(*scenario, now).verdict == verdict)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_judged_by_what_was_asked_and_not_at_once() {
        let probe = Shared::new();
        let mut probe = probe.lock();
        let sent = DateTime::UNIX_EPOCH;
        for (scenario, verdict) in [
            (Scenario::Stale, Verdict::Passed),
            (Scenario::RedirectSigned, Verdict::NeedsYou),
            (Scenario::LogoutWrongName, Verdict::NeedsYou),
        ] {
            probe.sent(scenario, Step::Ask, "_1", sent);
            assert_eq!(probe.outcome(scenario, sent).verdict, Verdict::UnderWay);
            assert_eq!(probe.outcome(scenario, sent + GRACE).verdict, verdict);
        }
        probe.sent(Scenario::Replay, Step::Prepare, "_1", sent);
        let verdict = probe.outcome(Scenario::Replay, sent + GRACE).verdict;
        assert_eq!(verdict, Verdict::NeedsYou, "the first time has to be answered");
    }
}
