//! A LogoutResponse that answers a visit.
//!
//! Owns its verdict. It has passed, or failed, the checks of every logout message before.

use axum::response::{IntoResponse, Redirect, Response};
use saml::identifier::STATUS_PARTIAL_LOGOUT;
use saml::inbound::{Binding, Inbound};
use saml::message::LogoutResponse;

use super::judge::Judged;
use super::outcome::{Check, Outcome};
use super::record::Onward;
use super::scenario::{Scenario, Step};
use super::{Visit, address_of};
use crate::sp::failure::{Failure, in_words};
use crate::state::App;

/// The visit whose LogoutRequest this response answers.
pub(in crate::sp) fn visit(app: &App, response: &LogoutResponse) -> Option<Visit> {
    let request = response.in_response_to.as_deref()?;
    app.sp.probe.by_request(request, app.clock.now())
}

pub(in crate::sp) fn answered(
    app: &App,
    visit: &Visit,
    inbound: &Inbound,
    response: &LogoutResponse,
    verified: Result<(), Failure>,
) -> Response {
    let now = app.clock.now();
    let mut probe = visit.probe.lock();
    if probe.awaits(visit.scenario, &visit.request_id) {
        match judge(visit, inbound, response, verified) {
            Judged::Done(outcome) => probe.done(visit.scenario, outcome, now),
            Judged::GoesOn(step) => {
                let binding = match inbound.binding {
                    Binding::Redirect => "HTTP-Redirect",
                    Binding::Post => "HTTP-POST",
                    Binding::Soap => "SOAP",
                };
                let checks = vec![
                    Check::new("LogoutResponse signed", "yes"),
                    Check::new("Binding", binding),
                    Check::new("InResponseTo", "the request's ID"),
                    Check::new("Status", in_words(&response.status)),
                ];
                if visit.scenario != Scenario::LogoutWrongName {
                    probe.signed_out();
                }
                probe.goes_on(visit.scenario, Onward { step, again: None });
                probe.checked(visit.scenario, checks);
            }
        }
    }
    drop(probe);
    Redirect::to(&address_of(&visit.origin, visit.scenario)).into_response()
}

fn judge(visit: &Visit, inbound: &Inbound, response: &LogoutResponse, verified: Result<(), Failure>) -> Judged {
    if let Err(failure) = verified {
        return Judged::Done(Outcome::failed(failure.to_string()));
    }
    if inbound.relay_state.as_deref() != Some(&visit.relay_state) {
        let words = "The RelayState did not come back as it was sent.";
        return Judged::Done(Outcome::failed(words));
    }
    let wanted = if visit.scenario == Scenario::LogoutPost {
        Binding::Post
    } else {
        Binding::Redirect
    };
    if inbound.binding != wanted {
        let words = "The answer came by another binding than the request.";
        return Judged::Done(Outcome::failed(words));
    }
    let status = &response.status;
    let is_partial = status.sub_code.as_deref() == Some(STATUS_PARTIAL_LOGOUT);
    // Somebody of another name may be told anything, as long as the session goes on.
    if status.is_success() || is_partial || visit.scenario == Scenario::LogoutWrongName {
        return Judged::GoesOn(Step::Check);
    }
    Judged::Done(Outcome::failed(format!(
        "The identity server answered {}.",
        in_words(status)
    )))
}
