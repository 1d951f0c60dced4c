//! The probe: the sample asks the identity server, as it is set up now, what a service provider may ask, and tells what
//! came of it.
//!
//! Owns the visits under way and each browser's record of them, which a cookie names. Every visit is a top-level one, and
//! the server is known by its metadata only. Refuses to sign anybody in here: what comes back is judged and forgotten but
//! for its outcome. A visit is begun by a form of our own page, never by a link, since it may end a session.

mod answer;
mod checks;
mod depart;
mod judge;
mod logout;
mod outcome;
mod page;
mod record;
mod report;
mod run;
mod scenario;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use chrono::{DateTime, TimeDelta, Utc};

use crate::expiring::Expiring;
use crate::site::Site;
use crate::sp::cookies;
use crate::state::App;
use crate::token;
use record::Shared;
use scenario::{Scenario, Step};

pub(super) use answer::response;
pub(super) use logout::{answered as logged_out, visit as logout_visit};

/// How long an unused record is kept.
const KEPT: TimeDelta = TimeDelta::hours(2);
/// Each record is a few kilobytes.
const MAX_RECORDS: usize = 200;
const MAX_VISITS: usize = 1_000;
/// An address of ours that is no assertion consumer service.
const UNREGISTERED: &str = "/probe/unregistered";
/// The length of [`token::random`]: what a RelayState of ours begins with.
const TOKEN: usize = 43;

/// A message on its way, and for what.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    probe: Shared,
    scenario: Scenario,
    step: Step,
    request_id: String,
    relay_state: String,
    /// Where the browser began, and goes back to.
    origin: String,
    acs: String,
    sent: DateTime<Utc>,
    /// When the person was authenticated, as far as was known before.
    authenticated: Option<DateTime<Utc>>,
    /// The address that was visited, if the message was in it.
    url: Option<String>,
}

/// What the probe remembers.
pub(super) struct Memory {
    /// By the browser's cookie.
    records: Expiring<Shared>,
    /// Sign-ins by the beginning of their RelayState, logouts by their request's ID.
    visits: Expiring<Visit>,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            records: Expiring::new(MAX_RECORDS),
            visits: Expiring::new(MAX_VISITS),
        }
    }

    fn keep(&self, visit: Visit, until: DateTime<Utc>, now: DateTime<Utc>) {
        let is_logout = visit.step == Step::Ask && visit.scenario.is_logout();
        let key = if is_logout {
            visit.request_id.clone()
        } else {
            beginning(&visit.relay_state).to_owned()
        };
        self.visits.insert(key, visit, until, now);
    }

    /// The sign-in that this RelayState belongs to, whatever became of its end on the way. It is taken once.
    fn by_relay_state(&self, relay_state: &str, now: DateTime<Utc>) -> Option<Visit> {
        self.visits.take(beginning(relay_state), now)
    }

    fn by_request(&self, request_id: &str, now: DateTime<Utc>) -> Option<Visit> {
        self.visits.take(request_id, now)
    }
}

fn beginning(relay_state: &str) -> &str {
    relay_state.get(..TOKEN).unwrap_or(relay_state)
}

/// The record that the browser's cookie names.
fn find(app: &App, headers: &HeaderMap) -> Option<Shared> {
    let now = app.clock.now();
    let cookie = cookies::read(headers, cookies::PROBE)?;
    app.sp.probe.records.touch(&cookie, now, |_| now + KEPT)
}

/// Where the browser goes after an answer: on with the scenario, on with the walk, or back to the page.
fn address_of(origin: &str, scenario: Scenario) -> String {
    format!("{origin}/probe/next?after={}", scenario.about().id)
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/probe", get(page::show))
        .route("/probe/run", post(run::one))
        .route("/probe/all", post(run::all))
        .route("/probe/stop", post(run::stop))
        .route("/probe/next", get(run::next))
        .route("/probe/report", get(report::show))
        .route(UNREGISTERED, post(answer::at_unregistered))
}

/// Where the page of a browser at `site` is.
fn home(site: &Site) -> String {
    format!("{}/probe", site.origin())
}

/// A new record, and the cookie's value for it.
fn begin(app: &App) -> Result<(Shared, String), token::NoRandomness> {
    let now = app.clock.now();
    let (probe, cookie) = (Shared::new(), token::random()?);
    app.sp
        .probe
        .records
        .insert(cookie.clone(), probe.clone(), now + KEPT, now);
    Ok((probe, cookie))
}
