//! A response that answers a visit.
//!
//! Owns finding the visit and noting what came. The response passes the very checks of a sign-in, replay included; it is
//! taken once, whatever its worth.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use saml::sp::Accepted;

use super::judge::{self, Judged};
use super::outcome::{Check, Outcome};
use super::record::Onward;
use super::scenario::Step;
use super::{Visit, address_of, checks};
use crate::form;
use crate::site::Site;
use crate::sp::acs::{self, Asked};
use crate::sp::failure::Failure;
use crate::state::App;

/// Takes a response at the assertion consumer service; nothing if its RelayState is none of the probe's.
pub(in crate::sp) async fn response(app: &App, site: &Site, form_value: &str, relay_state: &str) -> Option<Response> {
    let now = app.clock.now();
    let visit = app.sp.probe.by_relay_state(relay_state, now)?;
    let acs = site.acs();
    let asked = Asked {
        acs: &acs,
        request_id: &visit.request_id,
    };
    let answer = acs::verify(app, form_value, asked).await.and_then(|accepted| {
        let id = accepted.assertion_id.clone();
        if app.sp.used.insert(id, (), accepted.not_on_or_after, now) {
            Ok(accepted)
        } else {
            Err(Failure::Replayed)
        }
    });
    let checks = checks::of(app, form_value, asked, &answer).await;
    let came_back = Came { relay_state, acs: &acs };
    note(app, &visit, &answer, &came_back, checks);
    Some(Redirect::to(&address_of(&visit.origin, visit.scenario)).into_response())
}

/// How an answer arrived.
pub(super) struct Came<'a> {
    pub(super) relay_state: &'a str,
    pub(super) acs: &'a str,
}

fn note(app: &App, visit: &Visit, answer: &Result<Accepted, Failure>, came: &Came<'_>, checks: Vec<Check>) {
    let now = app.clock.now();
    let mut probe = visit.probe.lock();
    if !probe.awaits(visit.scenario, &visit.request_id) {
        return;
    }
    match answer {
        Ok(accepted) => probe.signed_in(accepted, now),
        Err(failure) if judge::is_no_passive(failure) => probe.signed_out(),
        Err(_) => {}
    }
    match judge::response(visit, answer, came) {
        Judged::Done(outcome) => {
            probe.done(visit.scenario, outcome, now);
        }
        Judged::GoesOn(step) => {
            let again = judge::again(visit);
            probe.goes_on(visit.scenario, Onward { step, again });
        }
    }
    // What a logout was checked for stays: the visit after it only looks for the session.
    if visit.step != Step::Check {
        probe.checked(visit.scenario, checks);
    }
}

/// A response at an address that is registered nowhere.
pub(super) async fn at_unregistered(State(app): State<App>, body: Bytes) -> Response {
    let now = app.clock.now();
    let visit = form::field(&body, "RelayState").and_then(|text| app.sp.probe.by_relay_state(&text, now));
    let Some(visit) = visit else {
        return Failure::NotRequested.page(&app);
    };
    let mut probe = visit.probe.lock();
    if probe.awaits(visit.scenario, &visit.request_id) {
        let words =
            "The answer came to an address that is registered nowhere. Whoever writes a request chooses who gets it.";
        probe.done(visit.scenario, Outcome::failed(words), now);
    }
    drop(probe);
    Redirect::to(&address_of(&visit.origin, visit.scenario)).into_response()
}
